/* The decisions that are on their way. */
#include "coordinator/daemon/outbox.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/hash.h"
#include "base/memory.h"

static void fill_limits(struct outbox_limits *limits)
{
    if (limits->entries == 0)
        limits->entries = 65536;
    if (limits->bytes == 0)
        limits->bytes = (uint64_t)64 << 20;
    if (limits->step_entries == 0)
        limits->step_entries = 2048;
    if (limits->step_bytes == 0)
        limits->step_bytes = (uint64_t)20 << 20;
    if (limits->seen_ahead == 0)
        limits->seen_ahead = 65536;
    if (limits->seen_ahead_of_partition == 0)
        limits->seen_ahead_of_partition = 8192;
}

bool outbox_new(struct outbox *outbox, const struct outbox_limits *limits)
{
    *outbox = (struct outbox){.limits = *limits};
    fill_limits(&outbox->limits);
    outbox->entries = malloc(outbox->limits.entries * sizeof *outbox->entries);
    outbox->bytes = malloc(outbox->limits.bytes);
    outbox->seen = malloc(outbox->limits.seen_ahead * sizeof *outbox->seen);
    if (outbox->entries == NULL || outbox->bytes == NULL || outbox->seen == NULL) {
        outbox_free(outbox);
        return false;
    }
    memory_take(outbox->entries, outbox->limits.entries * sizeof *outbox->entries);
    return true;
}

void outbox_free(struct outbox *outbox)
{
    free(outbox->entries);
    free(outbox->bytes);
    free(outbox->seen);
    *outbox = (struct outbox){0};
}

void outbox_clear(struct outbox *outbox)
{
    outbox->first = outbox->open = outbox->next_publish = outbox->end = 0;
    outbox->unsettled = 0;
    outbox->bytes_first = outbox->bytes_end = 0;
    outbox->seen_count = 0;
}

uint64_t outbox_hash(struct span bytes)
{
    return hash_xxh3_128(bytes).low;
}

/* ---------------------------------------------------------------- made */

bool outbox_has_room(const struct outbox *outbox)
{
    const struct outbox_limits *limits = &outbox->limits;
    uint64_t open = outbox->end - outbox->open;
    uint64_t bytes = outbox->bytes_end - outbox->bytes_first;

    return open + limits->step_entries <= limits->entries && bytes + limits->step_bytes <= limits->bytes;
}

/* Where `size` bytes stand in one piece. */
static uint64_t place_bytes(struct outbox *outbox, size_t size)
{
    uint64_t room = outbox->limits.bytes;
    uint64_t at = outbox->bytes_end;

    if (outbox->open ==
        outbox->end) /* nothing is there: begin at the ring's begin, so that little of it is ever used */
        at = outbox->bytes_first = (at + room - 1) / room * room;
    if (at % room + size > room)
        at += room - at % room;
    CHECK(at + size - outbox->bytes_first <= room);
    outbox->bytes_end = at + size;
    return at;
}

struct outbox_entry *outbox_add(struct outbox *outbox, struct decision_id id, uint32_t partition, struct span bytes,
                                uint64_t now_ms)
{
    uint64_t at = place_bytes(outbox, bytes.size);

    if (outbox->end - outbox->first == outbox->limits.entries) {
        CHECK(outbox->first < outbox->open);
        outbox->first++;
    }
    struct outbox_entry *entry = outbox_at(outbox, outbox->end++);
    *entry = (struct outbox_entry){.id = id,
                                   .made_ms = now_ms,
                                   .hash = outbox_hash(bytes),
                                   .bytes_at = at,
                                   .size = (uint32_t)bytes.size,
                                   .partition = partition,
                                   .place = OUTBOX_WAITING};
    if (bytes.size != 0)
        memcpy(outbox->bytes + at % outbox->limits.bytes, bytes.bytes, bytes.size);
    outbox->unsettled++;
    return entry;
}

struct span outbox_bytes(const struct outbox *outbox, const struct outbox_entry *entry)
{
    return span_of(outbox->bytes + entry->bytes_at % outbox->limits.bytes, entry->size);
}

struct outbox_entry *outbox_find(struct outbox *outbox, struct decision_id id)
{
    uint64_t low = outbox->first, high = outbox->end;

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        int order = decision_id_compare(outbox_at(outbox, middle)->id, id);
        if (order == 0)
            return outbox_at(outbox, middle);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool outbox_is_forgotten(const struct outbox *outbox, struct decision_id id)
{
    return outbox->first == outbox->end || decision_id_compare(id, outbox_at(outbox, outbox->first)->id) < 0;
}

void outbox_settle(struct outbox *outbox, struct outbox_entry *entry)
{
    if (entry->place == OUTBOX_SETTLED)
        return;
    entry->place = OUTBOX_SETTLED;
    outbox->unsettled--;
    while (outbox->open < outbox->end && outbox_at(outbox, outbox->open)->place == OUTBOX_SETTLED)
        outbox->open++;
    outbox->bytes_first = outbox->open < outbox->end ? outbox_at(outbox, outbox->open)->bytes_at : outbox->bytes_end;
    if (outbox->next_publish < outbox->open)
        outbox->next_publish = outbox->open;
}

void outbox_retry(struct outbox *outbox, struct outbox_entry *entry, uint64_t not_before_ms)
{
    entry->place = OUTBOX_WAITING;
    entry->not_before_ms = not_before_ms;
    outbox->next_publish = outbox->open;
}

/* ---------------------------------------------------------------- seen and not made */

static bool seen_before(const struct outbox_seen *a, const struct outbox_seen *b)
{
    return decision_id_compare(a->id, b->id) < 0;
}

bool outbox_see(struct outbox *outbox, const struct outbox_seen *seen)
{
    if (outbox->seen_count == outbox->limits.seen_ahead)
        return false;
    uint32_t at = outbox->seen_count++;
    for (; at > 0 && seen_before(seen, &outbox->seen[(at - 1) / 2]); at = (at - 1) / 2)
        outbox->seen[at] = outbox->seen[(at - 1) / 2];
    outbox->seen[at] = *seen;
    return true;
}

const struct outbox_seen *outbox_first_seen(const struct outbox *outbox)
{
    return outbox->seen_count == 0 ? NULL : &outbox->seen[0];
}

void outbox_drop_seen(struct outbox *outbox)
{
    const struct outbox_seen last = outbox->seen[--outbox->seen_count];
    uint32_t at = 0;

    for (uint32_t child = 1; child < outbox->seen_count; child = 2 * at + 1) {
        if (child + 1 < outbox->seen_count && seen_before(&outbox->seen[child + 1], &outbox->seen[child]))
            child++;
        if (!seen_before(&outbox->seen[child], &last))
            break;
        outbox->seen[at] = outbox->seen[child];
        at = child;
    }
    outbox->seen[at] = last;
}
