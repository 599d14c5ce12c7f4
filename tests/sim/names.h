/* Words for numbers, for the simulator's readers only. Never NULL. */
#ifndef SIM_NAMES_H
#define SIM_NAMES_H

#include <stdint.h>

const char *name_of_verb(uint64_t verb);
const char *name_of_answer(uint64_t answer);
const char *name_of_reason(uint64_t reason);
const char *name_of_why(uint64_t why);
const char *name_of_advice(uint64_t advice);
const char *name_of_flaw(uint64_t flaw);
const char *name_of_policy(uint64_t policy);

#endif
