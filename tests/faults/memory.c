/* Memory runs out at every single allocation of a claim, a wait, a renewal, a hand-off, questions and a reading of the
 * log. Each time: no crash, an error that says so or an answer, and a store that is good for everybody else. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/behaviour/world.h"

enum { STOPS_MAX = 20000 };

/* The C library's own, under the names that stay when ours take their place. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static long left; /* allocations until the one that fails; 0: none does */

static bool fails(void)
{
    return left > 0 && --left == 0;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}

/* ---------------------------------------------------------------- what is tried */

/* No memory is no damage, no missing store and no bad input; and an answer there is, or there is none. */
static bool is_fair(enum dibs_error error, const struct dibs_answer *answer)
{
    if (error == DIBS_OK)
        return answer != NULL && answer->verdict != DIBS_VERDICT_NONE;
    if (error == DIBS_NO_ANSWER)
        return answer == NULL || answer->ticket != NULL;
    return error == DIBS_UNAVAILABLE && answer == NULL && strlen(dibs_error_text()) > 0;
}

static bool end(enum dibs_error error, struct dibs_answer *answer)
{
    bool fair = is_fair(error, answer);
    if (!fair)
        fprintf(stderr, "%s: %s\n", dibs_error_name(error), dibs_error_text());
    dibs_answer_free(answer);
    return fair;
}

static bool try_claims(dibs_client *client)
{
    const char *contested = "task:contested", *taken = "task:taken";
    const struct dibs_claim_options claim = {.keys = &contested, .key_count = 1, .about = "to see what it costs"};
    const struct dibs_claim_options wait = {
        .keys = &taken, .key_count = 1, .wait = true, .has_wait_ms = true, .wait_ms = 1};
    struct dibs_answer *answer;
    enum dibs_error error = dibs_claim(client, &claim, &answer);
    if (!end(error, answer))
        return false;
    error = dibs_claim(client, &claim, &answer); /* yours */
    if (!end(error, answer))
        return false;
    error = dibs_claim(client, &wait, &answer);
    return end(error, answer);
}

static bool try_verbs(dibs_client *client)
{
    const struct dibs_target target = {.key = "task:contested"};
    const struct dibs_renew_options renew = {.targets = &target, .target_count = 1};
    const struct dibs_close_options close = {.outcome = DIBS_OUTCOME_RELEASED, .targets = &target, .target_count = 1};
    struct dibs_answer *answer;
    enum dibs_error error = dibs_renew(client, &renew, &answer);
    if (!end(error, answer))
        return false;
    error = dibs_handoff(client, &target, NULL, false, &answer);
    if (!end(error, answer))
        return false;
    error = dibs_close_claims(client, &close, &answer);
    return end(error, answer);
}

static bool try_questions(dibs_client *client)
{
    const struct dibs_list_options list = {0};
    struct dibs_answer *answer;
    enum dibs_error error = dibs_list(client, &list, &answer);
    if (!end(error, answer))
        return false;
    error = dibs_get_policy(client, &answer);
    if (!end(error, answer))
        return false;
    error = dibs_get_status(client, &answer);
    if (error == DIBS_OK && answer->status == NULL)
        return false;
    return end(error, answer);
}

static bool try_the_log(dibs_client *client)
{
    const struct dibs_log_options options = {.key = "task:contested"};
    const struct dibs_log_entry *entry;
    struct dibs_verify_report report;
    dibs_log *log = NULL;
    enum dibs_error error = dibs_log_open(client, &options, &log);
    while (error == DIBS_OK)
        error = dibs_log_next(log, &entry);
    dibs_log_close(log);
    if (error != DIBS_ENDED && error != DIBS_UNAVAILABLE)
        return end(error, NULL);
    error = dibs_store_verify(client, &report);
    return error == DIBS_OK ? report.equal : end(error, NULL);
}

static int run(long stop)
{
    const struct dibs_client_options options = {.session = "victim"};
    dibs_client *client = NULL;
    left = stop;
    enum dibs_error error = dibs_open(&options, &client);
    if (error != DIBS_OK)
        return end(error, NULL) && client == NULL ? 0 : 1;
    bool fine = try_claims(client) && try_verbs(client) && try_questions(client) && try_the_log(client);
    dibs_close(client);
    if (!fine)
        return 1;
    return left > 0 ? 2 : 0; /* 2: it ran to its end without a failure */
}

/* ---------------------------------------------------------------- the drill */

static bool survivor_is_well(void)
{
    dibs_client *client = world_open("survivor");
    enum dibs_verdict contested = world_try(client, "task:contested", NULL), other = world_try(client, "task:o", NULL);
    dibs_close(client);
    world_verify();
    return other == DIBS_VERDICT_GRANTED && (contested == DIBS_VERDICT_GRANTED || contested == DIBS_VERDICT_DENIED);
}

/* In a store of its own, so that each time the same allocations come. The status of the child's run. */
static int run_and_look(long stop)
{
    int status;
    world_begin(NULL);
    dibs_client *holder = world_open("holder");
    (void)world_try(holder, "task:taken", NULL);
    dibs_close(holder);
    pid_t child = fork();
    if (child == 0) {
        (void)alarm(30);
        _exit(run(stop));
    }
    bool fine = waitpid(child, &status, 0) == child && WIFEXITED(status) && survivor_is_well();
    world_end();
    if (!fine)
        fprintf(stderr, "status %#x\n", (unsigned)status);
    return fine ? WEXITSTATUS(status) : 1;
}

int main(void)
{
    for (long stop = 1; stop < STOPS_MAX; stop++) {
        int status = run_and_look(stop);
        if (status == 1) {
            fprintf(stderr, "wrong after allocation %ld failed\n", stop);
            return 1;
        }
        if (status == 2) {
            printf("each of %ld allocations failed once\n", stop - 1);
            return 0;
        }
    }
    fprintf(stderr, "no end in %d allocations\n", STOPS_MAX);
    return 1;
}
