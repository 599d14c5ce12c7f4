/* Where some records of a segment are, so that a read by offset starts near. */
#include "log/segment_marks.h"

#include <stdlib.h>
#include <string.h>

enum { SPACING_BYTES = 16384, FIRST_CAPACITY = 64 };

/* How many are at or below the offset. */
static size_t count_up_to(const struct segment_marks *marks, uint64_t offset)
{
    size_t low = 0, high = marks->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (marks->places[middle].offset <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool segment_marks_find(const struct segment_marks *marks, uint64_t offset, struct segment_place *place)
{
    size_t count = count_up_to(marks, offset);
    if (count > 0)
        *place = marks->places[count - 1];
    return count > 0;
}

/* Without memory reads are only slower. */
static bool has_room(struct segment_marks *marks)
{
    if (marks->count < marks->capacity)
        return true;
    size_t capacity = marks->capacity == 0 ? FIRST_CAPACITY : marks->capacity * 2;
    struct segment_place *places = realloc(marks->places, capacity * sizeof *places);
    if (places == NULL)
        return false;
    marks->places = places;
    marks->capacity = capacity;
    return true;
}

void segment_marks_pass(struct segment_marks *marks, uint64_t before, struct segment_place place)
{
    if (before / SPACING_BYTES == place.at / SPACING_BYTES)
        return;
    size_t index = count_up_to(marks, place.offset);
    bool is_marked = index > 0 && marks->places[index - 1].offset == place.offset;
    if (is_marked || !has_room(marks))
        return;
    memmove(marks->places + index + 1, marks->places + index, (marks->count - index) * sizeof *marks->places);
    marks->places[index] = place;
    marks->count++;
}

void segment_marks_free(struct segment_marks *marks)
{
    free(marks->places);
    *marks = (struct segment_marks){0};
}
