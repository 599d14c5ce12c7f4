/* The shipped core over a state of its own, told what the sessions of a simulated day ask. */
#ifndef BENCH_DAY_STORE_H
#define BENCH_DAY_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "day_items.h"

struct day_store;

struct day_answer {
    bool granted;
    char key[LIMIT_KEY_BYTES + 1]; /* of what was granted */
    uint64_t similar;              /* next, denied: items passed over since they are like another's work */
};

/* In a temporary directory of its own. With `ideas` texts are compared as by default, else never. */
struct day_store *day_store_open(bool ideas);
void day_store_close(struct day_store *store);

/* At second now_s, which never goes back. Sessions are numbered from 0. A quota is a bug of the benchmark. */
void day_store_offer(struct day_store *store, uint32_t now_s, const struct day_item *item);
struct day_answer day_store_claim(struct day_store *store, uint32_t now_s, uint32_t session, const char *key);
struct day_answer day_store_next(struct day_store *store, uint32_t now_s, uint32_t session);
void day_store_done(struct day_store *store, uint32_t now_s, uint32_t session, const char *key);

#endif
