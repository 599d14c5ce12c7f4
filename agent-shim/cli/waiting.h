/* Blocking on a ticket from the command line: Ctrl-C gives it back, TERM leaves it. */
#ifndef CLI_WAITING_H
#define CLI_WAITING_H

#include "command.h"

/* From here on Ctrl-C no longer ends the process but the wait that comes, and a second one ends the process. Not where
 * SIGINT was ignored from the start, as for a shell's background jobs. Before the claim is sent, so that there is no
 * moment in which a Ctrl-C would leave it behind. */
void waiting_catch_interrupt(dibs_client *client);

/* Takes an answer that is WAITING, and tells and gives its ticket. */
void waiting_announce(const struct arguments *arguments, struct dibs_answer *answer, char ticket[DIBS_TICKET_SIZE]);

/* Takes what the submission of a claim or a next gave: waits if it waits, gives it back if it was interrupted; prints,
 * closes the client, and returns the exit code. */
int waiting_settle(dibs_client *client, const struct arguments *arguments, enum dibs_error error,
                   struct dibs_answer *answer);

/* The same for a ticket given by hand. timeout_ms as in dibs_wait. */
int waiting_ticket(dibs_client *client, const struct arguments *arguments, const char *ticket, uint64_t timeout_ms);

#endif
