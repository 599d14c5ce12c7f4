/* A fleet of a test's own on the tests' broker, and the coordinator that serves it. */
#ifndef BEHAVIOUR_COORDINATOR_H
#define BEHAVIOUR_COORDINATOR_H

#include <stdbool.h>

/* Do this run's tests use a fleet instead of a directory? $DIBS_TEST_STORE is `kafka`; $DIBS_TEST_BROKERS has the
 * brokers' addresses. */
bool coordinator_is_wanted(void);

/* Starts dibsd for a fleet with a new name, its state, key and socket in `directory`, and waits until it is ready. The
 * fleet's URL lives until the next call. Ends the program when that fails. The key's file is $DIBS_OPERATOR_KEY_FILE. */
const char *coordinator_begin(const char *directory);
void coordinator_end(void); /* stops it in good order */

/* Kills it at once; starts it again with the same state. */
void coordinator_kill(void);
void coordinator_start(void);

#endif
