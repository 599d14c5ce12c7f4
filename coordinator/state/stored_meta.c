/* The meta row as it is stored: how much of it, and whether it is what was written. */
#include "coordinator/state/environment.h"

size_t stored_meta_size(const struct stored_meta *stored)
{
    size_t used = TABLE_NUMBERS;
    while (used > TABLE_END && stored->counts[used - 1] == 0)
        used--;
    return offsetof(struct stored_meta, counts) + used * sizeof stored->counts[0];
}

uint64_t stored_meta_check(struct span stored)
{
    return stored_check((struct span){0}, span_skip(stored, sizeof(uint64_t)));
}

bool stored_meta_is_sound(struct span stored)
{
    uint64_t check;
    if (stored.size < offsetof(struct stored_meta, counts))
        return false;
    memcpy(&check, stored.bytes, sizeof check);
    return check == stored_meta_check(stored);
}

bool stored_meta_read(struct span stored, struct stored_meta *out)
{
    uint32_t head[2];
    memcpy(head, stored.bytes + offsetof(struct stored_meta, format), sizeof head);
    if (head[0] != STORED_FORMAT || head[1] != sizeof out->meta || stored.size > sizeof *out)
        return false;
    memcpy(out, stored.bytes, stored.size);
    return true;
}
