/* Which segments a local log has: their first offsets, sorted. `= {0}` is an empty one. */
#ifndef LOG_SEGMENT_LIST_H
#define LOG_SEGMENT_LIST_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct segment_list {
    uint64_t *firsts; /* owned */
    size_t count, capacity;
};

/* What the directory holds now, in place of what the list held; on an error the list is as it was. */
MUST_USE enum dibs_error segment_list_read(struct segment_list *list, int dir_fd, const char *dir_path,
                                           struct error_text *why);

/* `first` is above all that are in it. DIBS_UNAVAILABLE: no memory. */
MUST_USE enum dibs_error segment_list_add(struct segment_list *list, uint64_t first, struct error_text *why);

/* The index of the segment that an offset lies in, or would; the list isn't empty, the offset not below its first. */
size_t segment_list_find(const struct segment_list *list, uint64_t offset);

/* The first offset of the last segment; the list isn't empty. */
static inline uint64_t segment_list_last(const struct segment_list *list)
{
    return list->firsts[list->count - 1];
}

void segment_list_free(struct segment_list *list);

#endif
