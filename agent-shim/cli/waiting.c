/* Blocking on a ticket. */
#include "waiting.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "output.h"

static dibs_client *interrupted_client;
static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
    dibs_interrupt(interrupted_client);
}

static void catch_interrupt(dibs_client *client)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_interrupt;
    sigemptyset(&action.sa_mask);
    interrupted_client = client;
    sigaction(SIGINT, &action, NULL);
}

/* Ctrl-C: whoever sits at the terminal does not want it any more. */
static int give_back(dibs_client *client, const struct arguments *arguments, const char *ticket)
{
    struct dibs_answer *answer = NULL;
    enum dibs_error error = dibs_cancel(client, ticket, &answer);

    if (error != DIBS_OK && error != DIBS_NO_ANSWER)
        return output_error(error, dibs_store_url(client), arguments->json);
    if (answer != NULL)
        output_answer(answer, "cancelled", arguments->json);
    dibs_answer_free(answer);
    return EXIT_NO;
}

int waiting_ticket(dibs_client *client, const struct arguments *arguments, const char *ticket, uint64_t timeout_ms)
{
    struct dibs_answer *answer = NULL;

    catch_interrupt(client);
    enum dibs_error error = dibs_wait(client, ticket, timeout_ms, &answer);
    if (error != DIBS_OK && answer == NULL)
        return output_error(error, dibs_store_url(client), arguments->json);
    if (interrupted && answer != NULL && answer->verdict == DIBS_VERDICT_WAITING) {
        dibs_answer_free(answer);
        return give_back(client, arguments, ticket);
    }
    int code = dibs_answer_exit_code(answer);
    output_answer(answer, "accepted", arguments->json);
    dibs_answer_free(answer);
    return code;
}

int waiting_finish(dibs_client *client, const struct arguments *arguments, struct dibs_answer *answer,
                   uint64_t timeout_ms)
{
    char ticket[DIBS_TICKET_SIZE];

    snprintf(ticket, sizeof ticket, "%s", answer->ticket);
    /* Before the wait: whoever kills it from outside can come back with it. */
    if (!arguments->json)
        output_text_answer(answer, "accepted");
    fprintf(stderr, "dibs: waiting; if this is cut short: dibs wait %s\n", ticket);
    dibs_answer_free(answer);
    return waiting_ticket(client, arguments, ticket, timeout_ms);
}
