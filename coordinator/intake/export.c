/* The way back: from what the core saw to what an import carries. */
#include "coordinator/intake/intake.h"

#include "proto/codec.h"

enum dibs_error intake_export(const struct core_record *record, uint8_t *bytes, size_t size,
                              struct imported_record *out, struct error_text *why)
{
    const struct intent *intent = record->intent;
    size_t used = 0;
    enum dibs_error error = intent->flaw == FLAW_NONE ? intent_encode(intent, bytes, size, &used, why)
                                                      : intent_encode_flawed(intent, bytes, size, &used, why);

    *out = (struct imported_record){
        .offset = record->offset, .ts_ms = record->ts_ms, .payload = span_of(bytes, used), .flaw = intent->flaw};
    return error;
}
