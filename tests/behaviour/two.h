/* The world of two sessions that most tests need. */
#ifndef TESTS_BEHAVIOUR_TWO_H
#define TESTS_BEHAVIOUR_TWO_H

#include "tests/behaviour/world.h"

extern dibs_client *alice, *bob;

void two_begin(void);
void two_begin_with(const char *const *settings); /* as world_begin */
void two_end(void);                               /* when the store was looked at (world_verify) */

#endif
