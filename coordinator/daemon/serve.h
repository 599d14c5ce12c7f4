/* `dibsd` itself: coordinates until it is told to stop. */
#ifndef DAEMON_SERVE_H
#define DAEMON_SERVE_H

#include "coordinator/daemon/exit_code.h"
#include "coordinator/daemon/options.h"
#include "coordinator/daemon/step.h"

/* For --check-config: the files and texts that a start would refuse with EXIT_CONFIG are refused here; no broker is asked
 * and nothing is made. Root becomes the owner of the state directory, for good. Says in `reason` why not. */
enum exit_code serve_check(const struct options *options, struct step_reason *reason);

/* Returns how it ends; what there is to say is said. argv is the program's own. */
enum exit_code serve(const struct options *options, int argc, char **argv);

#endif
