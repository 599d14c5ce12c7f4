/* Makes a sequence of records full of trouble, one record at a time, from one seed; it hears the decisions, so that it
 * can speak of tokens that were really granted and of times at which something is due. */
#ifndef SIM_GENERATOR_H
#define SIM_GENERATOR_H

#include "tests/sim/sequence.h"

struct generator; /* opaque */

struct generator *generator_new(void);
void generator_free(struct generator *generator);

/* Begins the story of another seed. */
void generator_begin(struct generator *generator, uint64_t seed);
const char *generator_profile(const struct generator *generator);

/* Appends the next record; false when the sequence is full. */
bool generator_next(struct generator *generator, struct sequence *sequence);

/* First the last record's time and intent, then its decisions in order. */
void generator_clock(struct generator *generator, const struct sim_record *record, const struct intent *intent);
void generator_hear(struct generator *generator, const struct decision *decision);

#endif
