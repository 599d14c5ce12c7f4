/* `dibsd` itself: coordinates until it is told to stop. */
#ifndef DAEMON_SERVE_H
#define DAEMON_SERVE_H

#include "coordinator/daemon/exit_code.h"
#include "coordinator/daemon/options.h"

/* Returns how it ends; what there is to say is said. argv is the program's own. */
enum exit_code serve(const struct options *options, int argc, char **argv);

#endif
