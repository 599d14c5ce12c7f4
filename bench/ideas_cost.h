/* What a claim with an idea costs on LMDB, beside one without. */
#ifndef BENCH_IDEAS_COST_H
#define BENCH_IDEAS_COST_H

#include <stddef.h>
#include <stdint.h>

/* Fills a store with `live` claims, whose ideas are made of these texts, and prints the cost of a few thousand more, of as
 * many without one, and of questions. */
void cost_print(const char *const *texts, size_t text_count, uint64_t live);

#endif
