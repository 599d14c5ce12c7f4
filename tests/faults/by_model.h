/* A store beside the model: the model replays the store's log, and must come to the store's tables. */
#ifndef FAULTS_BY_MODEL_H
#define FAULTS_BY_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"

/* What stands in a log: how many records, and a hash over their offsets, times and payloads. */
struct log_sum {
    uint64_t records;
    uint64_t recovered; /* of them: `recovered` */
    struct hash128 hash;
};

/* Reads the files themselves, from record 0 to the first that is not whole or `most`; independent of the log's own code
 * for that but for the form of one record. */
struct log_sum by_model_sum(const char *store, uint64_t most);

/* Opens the store as a process would, brings it up to date, and compares its tables with the model's; prints the first
 * difference. *last_token is the token given last. */
bool by_model_is_equal(const char *store, uint64_t *last_token);

#endif
