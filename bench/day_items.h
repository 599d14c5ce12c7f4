/* The work of a simulated day: real items, offered at their real times, which are pressed into so many hours. */
#ifndef BENCH_DAY_ITEMS_H
#define BENCH_DAY_ITEMS_H

#include <stddef.h>
#include <stdint.h>

struct day_item {
    char *key, *category, *about;
    uint64_t time; /* as in the file, in seconds since 1970 */
    uint32_t at_s; /* when it is offered, in seconds of the simulated day */
};

struct day_items {
    struct day_item *items; /* in the order in which they are offered */
    size_t count;
};

/* Reads the first `most` lines of {"time", "key", "category", "about"}, and presses their times into `seconds`. 0: said why
 * on stderr. What is in *items is freed by day_items_free in both cases. */
int day_items_read(struct day_items *items, const char *path, size_t most, uint32_t seconds);
void day_items_free(struct day_items *items);

#endif
