/* dibs import-coordination: carries the live claims and the completed work of an old registry over, each for its agent, so
 * that the agents go on where they were. What is there already is left as it is: a second run does nothing more. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "coordination_registry.h"
#include "output.h"
#include "session.h"

enum { RATE_TRIES = 600 };

struct carrying {
    const struct command *command;
    const struct arguments *arguments;
    dibs_client *client; /* of `agent`; NULL: none yet */
    char agent[DIBS_SESSION_SIZE];
    uint64_t done_ttl_s; /* how long done work is remembered */
    uint64_t claims, done, known, old, left;
};

static int refuse(const struct carrying *carrying, const char *why)
{
    return usage_error(carrying->command, carrying->arguments->json, "%s: %s", carrying->arguments->words[0], why);
}

static void leave(struct carrying *carrying, const struct registry_row *row, const char *why)
{
    output_note("%s of %s is left as it is: %s", row->key, row->agent, why);
    carrying->left++;
}

/* The client of that agent. False: *code says how it ends, or EXIT_YES: the row is left. */
static bool be_agent(struct carrying *carrying, const struct registry_row *row, int *code)
{
    struct dibs_client_options options = {.store = carrying->arguments->store, .session = row->agent};

    if (carrying->client != NULL && strcmp(carrying->agent, row->agent) == 0)
        return true;
    dibs_close(carrying->client);
    carrying->client = NULL;
    *code = EXIT_YES;
    enum dibs_error error = dibs_open(&options, &carrying->client);
    if (error == DIBS_OK) {
        snprintf(carrying->agent, sizeof carrying->agent, "%s", row->agent);
        return true;
    }
    if (error == DIBS_BAD_INPUT)
        leave(carrying, row, dibs_error_text());
    else
        *code = output_error(error, carrying->arguments->store, carrying->arguments->json);
    return false;
}

/* Claims it; what is asked too often is asked again as time passes. */
static enum dibs_error claim(struct carrying *carrying, const struct registry_row *row, struct dibs_answer **answer)
{
    const struct timespec second = {.tv_sec = 1};
    int64_t left_s = row->done ? 60 : row->at_s - row->now_s;
    const struct dibs_claim_options options = {.keys = &row->key,
                                               .key_count = 1,
                                               .fresh = true,
                                               .has_ttl = true,
                                               .ttl_ms = left_s < 1 ? 1000 : (uint64_t)left_s * 1000,
                                               .origin = "dibs import-coordination"};

    for (int tries = 0;; tries++) {
        enum dibs_error error = dibs_claim_submit(carrying->client, &options, answer);
        if (error != DIBS_OK || (*answer)->reason != DIBS_REASON_QUOTA || (*answer)->why != DIBS_WHY_RATE ||
            tries == RATE_TRIES)
            return error;
        dibs_answer_free(*answer);
        *answer = NULL;
        nanosleep(&second, NULL);
    }
}

static enum dibs_error finish(struct carrying *carrying, const struct registry_row *row, uint64_t token)
{
    char result[DIBS_TEXT_MAX + 1];
    const struct dibs_target target = {.token = token};
    const struct dibs_close_options options = {
        .outcome = DIBS_OUTCOME_DONE, .targets = &target, .target_count = 1, .result = result};
    struct dibs_answer *answer = NULL;
    size_t size = strnlen(row->result, DIBS_TEXT_MAX);

    while (row->result[size] != '\0' && size > 0 && ((unsigned char)row->result[size] & 0xc0) == 0x80)
        size--;
    memcpy(result, row->result, size);
    result[size] = '\0';
    enum dibs_error error = dibs_close_claims(carrying->client, &options, &answer);
    dibs_answer_free(answer);
    return error;
}

/* Is it there by an earlier run, or by the agent itself? */
static bool is_there(const struct registry_row *row, const struct dibs_answer *answer)
{
    if (answer->reason == DIBS_REASON_ALREADY_DONE)
        return true;
    return !row->done && answer->reason == DIBS_REASON_HELD && answer->holder != NULL &&
           strcmp(answer->holder->session, row->agent) == 0;
}

static enum dibs_error carry_row(struct carrying *carrying, const struct registry_row *row)
{
    struct dibs_answer *answer = NULL;
    enum dibs_error error = claim(carrying, row, &answer);

    if (error == DIBS_BAD_INPUT) {
        leave(carrying, row, dibs_error_text());
        return DIBS_OK;
    }
    if (error == DIBS_OK && answer->verdict == DIBS_VERDICT_GRANTED) {
        if (row->done)
            error = finish(carrying, row, answer->keys[0].token);
        *(row->done ? &carrying->done : &carrying->claims) += error == DIBS_OK;
    } else if (error == DIBS_OK && is_there(row, answer)) {
        carrying->known++;
    } else if (error == DIBS_OK) {
        leave(carrying, row, answer->message);
    }
    dibs_answer_free(answer);
    return error;
}

static int carry(struct carrying *carrying, const struct registry_row *row)
{
    int code = EXIT_YES;
    bool is_past = row->now_s >= row->at_s; /* by another clock it may be to come */

    if (row->done && is_past && (uint64_t)(row->now_s - row->at_s) >= carrying->done_ttl_s) {
        carrying->old++;
        return EXIT_YES;
    }
    if (!be_agent(carrying, row, &code))
        return code;
    enum dibs_error error = carry_row(carrying, row);
    return error == DIBS_OK ? EXIT_YES
                            : output_error(error, dibs_store_url(carrying->client), carrying->arguments->json);
}

/* How long the store remembers what is done. */
static int ask_done_ttl(struct carrying *carrying, dibs_client *client)
{
    struct dibs_answer *answer = NULL;
    enum dibs_error error = dibs_get_policy(client, &answer);

    if (answer == NULL || error != DIBS_OK)
        return output_error(error, dibs_store_url(client), carrying->arguments->json);
    for (size_t i = 0; i < answer->policy_count; i++) {
        if (strcmp(answer->policy[i].name, "done_ttl") == 0)
            carrying->done_ttl_s = answer->policy[i].value / 1000;
    }
    dibs_answer_free(answer);
    return EXIT_YES;
}

static void say_carried(const struct carrying *carrying, const char *store)
{
    const struct output_carried told = {.store = store,
                                        .claims = carrying->claims,
                                        .done = carrying->done,
                                        .known = carrying->known,
                                        .old = carrying->old,
                                        .left = carrying->left};
    if (carrying->arguments->json) {
        output_json_coordination(&told);
        return;
    }
    printf("carried over %llu live claims and %llu completed to ", (unsigned long long)told.claims,
           (unsigned long long)told.done);
    output_text(stdout, store);
    printf("; %llu were there already, %llu were completed too long ago to be remembered, %llu were left\n",
           (unsigned long long)told.known, (unsigned long long)told.old, (unsigned long long)told.left);
}

static int carry_all(struct carrying *carrying, struct registry *registry)
{
    char why[REGISTRY_WHY_BYTES] = "";
    struct registry_row row;
    int code = EXIT_YES;

    while (code == EXIT_YES && registry_next(registry, &row, why))
        code = carry(carrying, &row);
    if (code == EXIT_YES && why[0] != '\0')
        code = refuse(carrying, why);
    dibs_close(carrying->client);
    return code;
}

int cmd_import_coordination(const struct command *command, const struct arguments *arguments)
{
    struct carrying carrying = {.command = command, .arguments = arguments};
    char why[REGISTRY_WHY_BYTES];
    struct registry registry;
    int code;

    if (!registry_open(&registry, arguments->words[0], why))
        return refuse(&carrying, why);
    dibs_client *client = session_open(arguments, SESSION_OWN, &code);
    if (client != NULL)
        code = ask_done_ttl(&carrying, client);
    if (client != NULL && code == EXIT_YES) {
        code = carry_all(&carrying, &registry);
        say_carried(&carrying, dibs_store_url(client));
    }
    registry_close(&registry);
    dibs_close(client);
    return code == EXIT_YES && carrying.left > 0 ? EXIT_NO : code;
}
