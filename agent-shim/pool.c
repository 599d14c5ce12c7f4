/* Memory of one answer: a list of blocks, filled from the front, freed together. */
#include "agent-shim/pool.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { POOL_BLOCK_BYTES = 2048, POOL_FORMAT_MAX = 4096 };

struct pool_block {
    struct pool_block *next;
    size_t size, used;
    _Alignas(max_align_t) unsigned char bytes[];
};

static struct pool_block *pool_grow(struct pool *pool, size_t size)
{
    size_t capacity = size > POOL_BLOCK_BYTES ? size : POOL_BLOCK_BYTES;
    struct pool_block *block = calloc(1, sizeof *block + capacity);
    if (block == NULL) {
        pool->failed = true;
        return NULL;
    }
    block->size = capacity;
    block->next = pool->blocks;
    pool->blocks = block;
    return block;
}

void *pool_take(struct pool *pool, size_t size)
{
    size_t align = _Alignof(max_align_t);
    if (size > SIZE_MAX / 2) {
        pool->failed = true;
        return NULL;
    }
    size = (size + align - 1) / align * align;
    struct pool_block *block = pool->blocks;
    if (block == NULL || block->size - block->used < size)
        block = pool_grow(pool, size);
    if (block == NULL)
        return NULL;
    void *piece = block->bytes + block->used;
    block->used += size;
    return piece;
}

void *pool_take_array(struct pool *pool, size_t count, size_t item_size)
{
    if (count == 0)
        return NULL;
    if (count > SIZE_MAX / 4 / item_size) {
        pool->failed = true;
        return NULL;
    }
    return pool_take(pool, count * item_size);
}

const char *pool_text(struct pool *pool, struct span text)
{
    if (text.size == 0)
        return "";
    char *copy = pool_take(pool, text.size + 1);
    if (copy == NULL)
        return "";
    memcpy(copy, text.bytes, text.size);
    return copy;
}

const char *pool_format(struct pool *pool, const char *format, ...)
{
    char text[POOL_FORMAT_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return pool_text(pool, span_from_text(text));
}

void pool_deinit(struct pool *pool)
{
    struct pool_block *block = pool->blocks;
    while (block != NULL) {
        struct pool_block *next = block->next;
        free(block);
        block = next;
    }
    *pool = (struct pool){0};
}
