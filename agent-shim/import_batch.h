/* Records of one store's log on their way into another one: gathered into imports, each as large as a record may be. */
#ifndef SHIM_IMPORT_BATCH_H
#define SHIM_IMPORT_BATCH_H

#include "base/error.h"
#include "coordinator/intake/intake.h"

enum { IMPORT_FULL_BYTES = 48 * 1024 };

struct import_batch {
    struct intent import; /* begin with import_batch_clear */
    size_t used;
    uint8_t payloads[IMPORT_FULL_BYTES + LIMIT_RECORD_BYTES];
};

void import_batch_clear(struct import_batch *batch);
uint32_t import_batch_count(const struct import_batch *batch);
bool import_batch_is_full(const struct import_batch *batch);

/* Adds a record as the core saw it; the batch is not full. */
MUST_USE enum dibs_error import_batch_add(struct import_batch *batch, const struct core_record *record,
                                          struct error_text *why);

#endif
