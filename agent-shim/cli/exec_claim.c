/* dibs exec: the claim. Whoever interrupts it gets nothing, and leaves nothing behind. */
#include "exec.h"

#include <stdio.h>
#include <string.h>

#include "output.h"
#include "session.h"
#include "waiting.h"

static dibs_client *claiming;
static volatile sig_atomic_t caught;

static const int ends[] = {SIGINT, SIGTERM, SIGHUP};

static void on_signal(int signal)
{
    caught = signal;
    dibs_interrupt(claiming);
}

static void catch_ends(dibs_client *client)
{
    struct sigaction action, before;

    claiming = client;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (sigaction(ends[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(ends[i], &action, NULL);
    }
}

/* To give a claim back can take as long as its answer did, which need not come: the next of those signals just ends dibs. */
static void let_end(const struct exec_job *job)
{
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (sigismember(&job->signals, ends[i]) == 1)
            signal(ends[i], SIG_DFL);
    }
    sigprocmask(SIG_SETMASK, &job->before, NULL);
}

static enum dibs_error claim_and_wait(struct exec_job *job, struct dibs_answer **answer)
{
    struct dibs_claim_options options = claim_options(job->arguments);
    const struct dibs_next_options next = next_options(job->arguments);
    char ticket[DIBS_TICKET_SIZE];

    options.fresh = true; /* one's own session is a stranger, too: two of these never run beside each other */
    enum dibs_error error = job->arguments->next ? dibs_next_submit(job->client, &next, answer)
                                                 : dibs_claim_submit(job->client, &options, answer);
    if (error != DIBS_OK || (*answer)->verdict != DIBS_VERDICT_WAITING)
        return error;
    waiting_announce(job->arguments, *answer, ticket);
    return dibs_wait(job->client, ticket, UINT64_MAX, answer);
}

static int code_of(int code)
{
    switch (code) {
    case EXIT_USAGE:
        return EXEC_USAGE;
    case EXIT_NO_ANSWER:
        return EXEC_NO_ANSWER;
    case EXIT_STORE:
        return EXEC_STORE;
    case EXIT_LOST:
        return EXEC_LOST;
    default:
        return EXEC_DENIED;
    }
}

/* What was claimed, or may be in the queue still. */
static void give_back(dibs_client *client, struct dibs_answer *answer)
{
    struct dibs_answer *cancelled = NULL;

    if (answer != NULL && answer->ticket != NULL && dibs_cancel(client, answer->ticket, &cancelled) != DIBS_OK)
        output_note("%s; to give it back: dibs cancel %s", dibs_error_text(), answer->ticket);
    dibs_answer_free(cancelled);
    dibs_answer_free(answer);
}

/* Nobody comes back to run the command: what may be granted yet would be kept from all others for a whole lease. */
static int unanswered(struct exec_job *job, struct dibs_answer *answer)
{
    char ticket[DIBS_TICKET_SIZE];

    output_note("%s", dibs_error_text());
    output_answer(answer, "granted", NULL, job->arguments->json);
    snprintf(ticket, sizeof ticket, "%s", answer->ticket);
    dibs_answer_free(answer);
    answer = NULL;
    let_end(job);
    enum dibs_error error = dibs_cancel(job->client, ticket, &answer);
    if (error == DIBS_OK)
        output_note("exec: nothing was run, and the claim was given back");
    else if (error != DIBS_NO_ANSWER)
        output_note(
            "exec: nothing was run, and the claim could not be given back: %s. If it is held later: dibs cancel %s",
            dibs_error_text(), ticket);
    else
        output_note(
            "exec: nothing was run, and the claim is to be given back, which has no answer yet either. If it is "
            "held later: dibs cancel %s",
            ticket);
    dibs_answer_free(answer);
    return session_close(job->client, EXEC_NO_ANSWER);
}

int exec_claim(struct exec_job *job)
{
    int code;

    job->client = session_open(job->arguments, SESSION_OWN, &code);
    if (job->client == NULL)
        return code_of(code);
    catch_ends(job->client);
    struct dibs_answer *answer = NULL;
    enum dibs_error error = claim_and_wait(job, &answer);
    sigprocmask(SIG_BLOCK, &job->signals, NULL); /* from here on they are read, not caught */
    job->caught = caught;
    bool granted = error == DIBS_OK && answer->verdict == DIBS_VERDICT_GRANTED &&
                   answer->standing != DIBS_STANDING_ENDED && answer->key_count > 0;
    if (caught != 0) {
        let_end(job);
        give_back(job->client, answer);
        return session_close(job->client, 128 + caught);
    }
    if (error == DIBS_NO_ANSWER && answer != NULL)
        return unanswered(job, answer);
    if (!granted)
        return code_of(session_finish(job->client, job->arguments, error, answer, "granted"));
    job->granted = answer;
    return EXIT_YES;
}

void exec_release(struct exec_job *job)
{
    struct dibs_answer *answer = NULL;
    const struct dibs_target target = {.token = job->granted->keys[0].token};
    const struct dibs_close_options options = {.outcome = DIBS_OUTCOME_RELEASED, .targets = &target, .target_count = 1};

    if (dibs_close_claims(job->client, &options, &answer) != DIBS_OK)
        output_note("the claim could not be released, and ends with its lease: %s", dibs_error_text());
    dibs_answer_free(answer);
}
