/* Records on their way into another log. */
#include "agent-shim/import_batch.h"

void import_batch_clear(struct import_batch *batch)
{
    batch->import = (struct intent){.verb = VERB_IMPORT};
    batch->used = 0;
}

uint32_t import_batch_count(const struct import_batch *batch)
{
    return batch->import.body.import.record_count;
}

bool import_batch_is_full(const struct import_batch *batch)
{
    return import_batch_count(batch) == LIMIT_IMPORT_RECORDS || batch->used > IMPORT_FULL_BYTES;
}

enum dibs_error import_batch_add(struct import_batch *batch, const struct core_record *record, struct error_text *why)
{
    struct import_intent *import = &batch->import.body.import;
    struct imported_record *imported = &import->records[import->record_count];
    enum dibs_error error = intake_export(record, batch->payloads + batch->used, LIMIT_RECORD_BYTES, imported, why);
    if (error != DIBS_OK)
        return error;
    import->record_count++;
    batch->used += imported->payload.size;
    return DIBS_OK;
}
