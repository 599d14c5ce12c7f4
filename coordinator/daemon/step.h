/* How far something that may have to wait, or may end dibsd, has come. */
#ifndef DAEMON_STEP_H
#define DAEMON_STEP_H

#include "base/error.h"
#include "coordinator/daemon/exit_code.h"

enum step {
    STEP_DONE,
    STEP_AGAIN, /* no broker answers now: try again later; the words say why */
    STEP_END    /* trying again won't help: end with this code and these words */
};

struct step_reason {
    enum exit_code code;
    struct error_text why;
};

/* STEP_END with this code and words (printf). */
#define step_end(reason, exit, ...) \
    ((reason)->code = (exit), (void)error_say(&(reason)->why, DIBS_UNAVAILABLE, __VA_ARGS__), (enum step)STEP_END)

/* What an error of the broker's means, when its words are in the reason already: unreachable is to be tried again, what it
 * refuses is `refused`. */
static inline enum step step_of_broker(enum dibs_error error, struct step_reason *reason, enum exit_code refused)
{
    if (error == DIBS_OK)
        return STEP_DONE;
    if (error == DIBS_UNAVAILABLE || error == DIBS_NO_ANSWER || error == DIBS_BUSY)
        return STEP_AGAIN;
    reason->code = error == DIBS_NO_STORE ? EXIT_TOPICS : error == DIBS_UNSUPPORTED ? EXIT_LOCAL : refused;
    return STEP_END;
}

/* What an error of the state's means. */
static inline enum step step_of_state(enum dibs_error error, struct step_reason *reason)
{
    reason->code = error == DIBS_NEWER ? EXIT_NEWER : EXIT_LOCAL;
    return error == DIBS_OK ? STEP_DONE : STEP_END;
}

#endif
