/* Blocking on a ticket. */
#include "waiting.h"

#include <signal.h>
#include <stdio.h>

#include "interrupt.h"
#include "output.h"
#include "session.h"

static dibs_client *interrupted_client;
static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
    dibs_interrupt(interrupted_client);
}

void waiting_catch_interrupt(dibs_client *client)
{
    interrupted_client = client;
    (void)interrupt_catch(on_interrupt);
}

/* Ctrl-C: whoever sits at the terminal does not want it any more. */
static int give_back(dibs_client *client, const struct arguments *arguments, const char *ticket)
{
    struct dibs_answer *answer = NULL;
    enum dibs_error error = dibs_cancel(client, ticket, &answer);
    int code = session_finish(client, arguments, error, answer, "cancelled");

    return code == EXIT_YES ? EXIT_NO : code; /* nothing was got */
}

int waiting_ticket(dibs_client *client, const struct arguments *arguments, const char *ticket, uint64_t timeout_ms)
{
    struct dibs_answer *answer = NULL;
    enum dibs_error error = dibs_wait(client, ticket, timeout_ms, &answer);

    bool is_open = answer != NULL && (error == DIBS_NO_ANSWER || answer->verdict == DIBS_VERDICT_WAITING);
    if (interrupted && is_open) {
        dibs_answer_free(answer);
        return give_back(client, arguments, ticket);
    }
    return session_finish(client, arguments, error, answer, "accepted");
}

void waiting_announce(const struct arguments *arguments, struct dibs_answer *answer, char ticket[DIBS_TICKET_SIZE])
{
    snprintf(ticket, DIBS_TICKET_SIZE, "%s", answer->ticket);
    /* Before the wait: whoever kills it from outside can come back with it. */
    if (!arguments->json)
        output_text_waiting(answer);
    output_note("this command waits, and Ctrl-C gives it up; if it is killed, come back: dibs wait %s", ticket);
    dibs_answer_free(answer);
}

int waiting_settle(dibs_client *client, const struct arguments *arguments, enum dibs_error error,
                   struct dibs_answer *answer)
{
    char ticket[DIBS_TICKET_SIZE];

    if (answer != NULL && answer->verdict == DIBS_VERDICT_WAITING) {
        waiting_announce(arguments, answer, ticket);
        return waiting_ticket(client, arguments, ticket, UINT64_MAX);
    }
    if (error == DIBS_NO_ANSWER && answer != NULL && interrupted) { /* whatever it may have got */
        snprintf(ticket, sizeof ticket, "%s", answer->ticket);
        dibs_answer_free(answer);
        return give_back(client, arguments, ticket);
    }
    return session_finish(client, arguments, error, answer, "accepted");
}
