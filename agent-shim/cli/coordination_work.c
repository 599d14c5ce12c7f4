/* coordination work-claim, work-complete, work-abandon: a claim of one key by the session that is called as the agent. */
#include "coordination.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "session.h"

enum { TEXT_MOST = 2048 }; /* bytes of a result or a reason */

static dibs_client *open_agent(const struct coordination *call, int *code)
{
    dibs_client *client = session_open(&call->shared, SESSION_OWN, code);

    if (client == NULL && *code != EXIT_USAGE)
        *code = EXIT_STORE;
    return client;
}

static void say(FILE *out, const char *before, const char *text, const char *after)
{
    fputs(before, out);
    output_text(out, text);
    fputs(after, out);
}

static void say_claimed(const struct coordination *call, const struct dibs_answer *answer)
{
    char when[COORDINATION_TIME_BYTES];

    say(stdout, "claimed ", call->key, " (expires ");
    printf("%s)\n", coordination_time(answer->keys[0].expires_ts_ms, when));
}

static void say_denied(const struct coordination *call, const struct dibs_answer *answer)
{
    const struct dibs_holder *holder = answer->holder;
    bool held = holder != NULL && (answer->reason == DIBS_REASON_HELD || answer->reason == DIBS_REASON_QUEUED);
    bool done = holder != NULL && answer->reason == DIBS_REASON_ALREADY_DONE;
    char when[COORDINATION_TIME_BYTES];

    say(stderr, "DENIED — ", call->key, held ? " held by " : done ? " already completed by " : ": ");
    output_text(stderr, held || done ? holder->session : answer->message);
    if (held && holder->expires_ts_ms >= 0)
        fprintf(stderr, " (expires %s)", coordination_time(holder->expires_ts_ms, when));
    if (done && answer->result != NULL && answer->result[0] != '\0')
        say(stderr, ": ", answer->result, "");
    fputc('\n', stderr);
    if (answer->advice == DIBS_ADVICE_CREATE) /* not the first no: what to do in place of asking on */
        output_note("%s", answer->message);
}

/* Nobody knows whether it was granted: not a yes. */
static int say_unknown(const struct dibs_answer *answer)
{
    output_note("coordination: %s", dibs_error_text());
    if (answer->ticket != NULL)
        output_note("to come back to it: dibs wait %s", answer->ticket);
    return EXIT_STORE;
}

int coordination_claim(struct coordination *call)
{
    uint64_t minutes = call->ttl_minutes == 0 ? COORDINATION_TTL_MINUTES : call->ttl_minutes;
    char origin[ORIGIN_BYTES];
    const struct dibs_claim_options options = {
        .keys = &call->key,
        .key_count = 1,
        .has_ttl = true,
        .ttl_ms = minutes > UINT64_MAX / 60000 ? UINT64_MAX : minutes * 60000,
        .origin = session_origin(&call->shared, origin),
    };
    struct dibs_answer *answer = NULL;
    int code;

    dibs_client *client = open_agent(call, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_claim_submit(client, &options, &answer);
    if (answer == NULL)
        return session_close(client, coordination_failed(error));
    for (size_t i = 0; i < answer->warning_count; i++)
        output_note("%s", answer->warnings[i].message);
    code = EXIT_YES;
    if (error != DIBS_OK)
        code = say_unknown(answer);
    else if (answer->verdict == DIBS_VERDICT_DENIED || answer->key_count == 0) {
        say_denied(call, answer);
        code = dibs_answer_exit_code(answer) == EXIT_USAGE ? EXIT_USAGE : EXIT_NO;
    } else
        say_claimed(call, answer);
    dibs_answer_free(answer);
    return session_close(client, code);
}

/* The text, or a copy of as much of it as a store keeps; *copy is to be freed. */
static const char *fitting(const char *text, const char *name, char **copy)
{
    size_t size = TEXT_MOST;

    *copy = NULL;
    if (text == NULL || strlen(text) <= TEXT_MOST)
        return text;
    while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80) /* between two characters */
        size--;
    output_note("coordination: --%s is longer than %d bytes; the rest was cut", name, TEXT_MOST);
    *copy = strndup(text, size);
    return *copy;
}

static int end_claim(const struct coordination *call, struct dibs_close_options *options, const char *word)
{
    const struct dibs_target target = {.key = call->key};
    struct dibs_answer *answer = NULL;
    int code;

    options->targets = &target;
    options->target_count = 1;
    dibs_client *client = open_agent(call, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_close_claims(client, options, &answer);
    if (answer == NULL)
        return session_close(client, coordination_failed(error));
    code = EXIT_YES;
    if (error != DIBS_OK)
        code = say_unknown(answer);
    else if (answer->verdict != DIBS_VERDICT_ACCEPTED) {
        say(stderr, "FAILED — no active claim on ", call->key, " by ");
        say(stderr, "", call->agent, "\n");
        output_note("%s", answer->message);
        code = dibs_answer_exit_code(answer) == EXIT_USAGE ? EXIT_USAGE : EXIT_NO;
    } else
        say(stdout, word, call->key, "\n");
    dibs_answer_free(answer);
    return session_close(client, code);
}

int coordination_complete(struct coordination *call)
{
    char *copy;
    struct dibs_close_options options = {.outcome = DIBS_OUTCOME_DONE,
                                         .result = fitting(call->result, "result", &copy)};
    int code = end_claim(call, &options, "completed ");

    free(copy);
    return code;
}

int coordination_abandon(struct coordination *call)
{
    char *copy;
    struct dibs_close_options options = {.outcome = DIBS_OUTCOME_ABANDONED,
                                         .reason = fitting(call->reason, "reason", &copy)};
    int code = end_claim(call, &options, "abandoned ");

    free(copy);
    return code;
}
