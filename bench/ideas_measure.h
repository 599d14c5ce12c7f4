/* How well scores tell pairs that are one idea from pairs that are not. */
#ifndef BENCH_IDEAS_MEASURE_H
#define BENCH_IDEAS_MEASURE_H

#include <stdint.h>

enum { SCORES = 1001 };

/* How many pairs had each score. */
struct tally {
    uint64_t same[SCORES], other[SCORES];
};

void tally_add(struct tally *to, const struct tally *from);

/* A line: name, numbers of pairs, area under the curve, recall at 1 % and 5 % false alarms and at which score. */
void tally_print(const struct tally *tally, const char *name);

#endif
