/* The program `coordination` (this binary by another name): the commands that fleets scripted before they had dibs, with the
 * words, streams and exit codes that their scripts look at. What is not about claims of work isn't here. */
#ifndef CLI_COORDINATION_H
#define CLI_COORDINATION_H

#include "command.h"

enum { COORDINATION_TIME_BYTES = 32, COORDINATION_TTL_MINUTES = 60 };

/* One call of it. Texts are borrowed from argv. */
struct coordination {
    struct arguments shared;       /* store and session, for session_open */
    const char *agent, *key;       /* as given */
    const char *result, *reason;   /* NULL: not given */
    const char *metadata, *filter; /* --agent */
    uint64_t ttl_minutes;
    bool claimed, available;
};

/* Was the binary called by that name? */
bool coordination_is_called(const char *program);

/* Parses and runs. 0 yes, 1 no, 2 bad usage, 4 the store failed, or did not answer. */
int coordination_main(int argc, char **argv);

/* coordination_work.c. */
int coordination_claim(struct coordination *call);
int coordination_complete(struct coordination *call);
int coordination_abandon(struct coordination *call);

/* coordination_submit.c. */
int coordination_submit(struct coordination *call);

/* coordination_list.c. */
int coordination_list(struct coordination *call);

/* "2026-11-29 08:40:00", UTC. */
const char *coordination_time(int64_t ts_ms, char out[COORDINATION_TIME_BYTES]);

/* The exit code for a call that gave no answer, having said why on standard error. */
int coordination_failed(enum dibs_error error);

#endif
