/* Blocking on a ticket from the command line: Ctrl-C gives it back, TERM leaves it. */
#ifndef CLI_WAITING_H
#define CLI_WAITING_H

#include "command.h"

/* Takes an answer that is WAITING (or has only a ticket), waits for the final one, prints it, frees both, and returns
 * the exit code. timeout_ms as in dibs_wait. The ticket is told before. */
int waiting_finish(dibs_client *client, const struct arguments *arguments, struct dibs_answer *answer,
                   uint64_t timeout_ms);

/* The same for a ticket given by hand. */
int waiting_ticket(dibs_client *client, const struct arguments *arguments, const char *ticket, uint64_t timeout_ms);

#endif
