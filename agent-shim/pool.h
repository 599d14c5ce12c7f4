/* Memory of one answer: many small pieces, freed together. Not thread-safe. `= {0}` is a valid empty pool. */
#ifndef SHIM_POOL_H
#define SHIM_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct pool_block;

struct pool {
    struct pool_block *blocks;
    bool failed; /* sticky: some piece could not be had; the pieces since then are NULL or "" */
};

/* Zeroed, aligned for anything; NULL when memory is short. Lives until pool_deinit. */
void *pool_take(struct pool *pool, size_t size);
void *pool_take_array(struct pool *pool, size_t count, size_t item_size); /* NULL for count 0 */

/* A NUL-terminated copy; never NULL ("" when memory is short). */
const char *pool_text(struct pool *pool, struct span text);
__attribute__((format(printf, 2, 3))) const char *pool_format(struct pool *pool, const char *format, ...);

void pool_deinit(struct pool *pool);

#endif
