/* Where some records of a segment are, so that a read by offset starts near. `= {0}` is an empty one. */
#ifndef LOG_SEGMENT_MARKS_H
#define LOG_SEGMENT_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The record with this offset begins at this position of the file. */
struct segment_place {
    uint64_t offset, at;
};

struct segment_marks {
    struct segment_place *places; /* owned; sorted */
    size_t count, capacity;
};

/* The last marked record at or below the offset; false when there is none. */
bool segment_marks_find(const struct segment_marks *marks, uint64_t offset, struct segment_place *place);

/* Somebody who reads in order has come to this record, from one that begins at `before`. The first in each 16 KiB is
 * marked, so a read by offset steps over at most that, once it has been there. */
void segment_marks_pass(struct segment_marks *marks, uint64_t before, struct segment_place place);

void segment_marks_free(struct segment_marks *marks);

#endif
