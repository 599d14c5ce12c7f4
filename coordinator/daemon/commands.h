/* What an operator does to a fleet or a state directory, beside running dibsd: each connects, does it, and ends. */
#ifndef DAEMON_COMMANDS_H
#define DAEMON_COMMANDS_H

#include "coordinator/daemon/options.h"
#include "coordinator/daemon/step.h"

/* Appends `recovered` with the operator's proof. With lost_records tokens jump, and what was published about records that
 * are gone is deleted from the topics of decisions and checkpoints, or every coordinator would find that it differs. A
 * state here that knows lost records is deleted; it is made anew at the next start. */
enum exit_code recover_command(const struct options *options, bool lost_records, struct step_reason *reason);

/* Replays the log a second time up to the newest snapshot, marks it as verified when the digest is the same, and deletes
 * the intents below it that are older than prune_keep. May run beside the dibsd whose snapshots they are. EXIT_DIVERGED:
 * it isn't the same; nothing is deleted. */
enum exit_code prune_command(const struct options *options, struct step_reason *reason);

#endif
