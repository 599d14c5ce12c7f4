/* A bump allocator: see arena.h. */
#include "base/arena.h"

enum { ARENA_ALIGN = _Alignof(max_align_t) };

void arena_begin(struct arena *arena, void *block, size_t capacity)
{
    *arena = (struct arena){.block = block, .capacity = capacity};
}

void *arena_take(struct arena *arena, size_t size)
{
    /* The block itself may stand anywhere: align the address, not the offset. */
    size_t skip = (size_t)(-(uintptr_t)(arena->block + arena->used)) & (ARENA_ALIGN - 1);
    size_t left = arena->capacity - arena->used;
    if (skip > left || size > left - skip) {
        arena->exhausted = true;
        return NULL;
    }
    void *taken = arena->block + arena->used + skip;
    arena->used += skip + size;
    return taken;
}
