/* Memory handed out from one block of the caller's, front to back, and given back all at once. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena {
    uint8_t *block; /* borrowed */
    size_t capacity;
    size_t used;
    bool exhausted; /* something did not fit since arena_begin */
};

/* The block must outlive all that is taken from it. */
void arena_begin(struct arena *arena, void *block, size_t capacity);

/* `size` bytes, not cleared, aligned for any type; never NULL for size 0. NULL when they don't fit: then `exhausted`
 * is set and nothing is taken. Valid until the next arena_begin. */
void *arena_take(struct arena *arena, size_t size);

#endif
