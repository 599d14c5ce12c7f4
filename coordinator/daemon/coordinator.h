/* The shell around the loop: a state, a broker, and what goes between them. One thread.
 *
 * coordinator_begin opens the state; coordinator_run coordinates until it is told to stop or must end; coordinator_end
 * gives all back. Within, a connection to the brokers lives until it breaks for good; then the open transaction is
 * aborted, and all goes on from the last commit over a new one. */
#ifndef DAEMON_COORDINATOR_H
#define DAEMON_COORDINATOR_H

#include "coordinator/http/numbers.h"
#include "coordinator/daemon/options.h"
#include "coordinator/daemon/step.h"

struct coordinator; /* opaque */
struct mailbox;     /* mailbox.h */

/* Reads the operator's key, locks the state directory and opens the state. On STEP_END nothing is left to be ended. All
 * that is given is borrowed; prune_words are the arguments of a `dibsd prune` with the same settings. */
MUST_USE enum step coordinator_begin(const struct options *options, char *const *prune_words, struct mailbox *mailbox,
                                     struct coordinator **out, struct step_reason *reason);

/* Until SIGTERM or SIGINT (blocked by the caller, read through `signals`, a signalfd): returns how dibsd ends, with words
 * in *reason unless it stopped as told. */
enum exit_code coordinator_run(struct coordinator *coordinator, int signals, struct step_reason *reason);

void coordinator_end(struct coordinator *coordinator);

#endif
