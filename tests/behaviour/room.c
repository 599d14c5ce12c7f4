/* No room, no answer, no turn: what a claimer hears when the disk, the map or the lock is not to be had. */
#include <criterion/criterion.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "log/store_lock.h"
#include "tests/behaviour/world.h"

static const char *const settings[] = {"claims_per_minute=1000000", "claims_per_session=256", NULL};

static void begin(void)
{
    world_begin(settings);
}

TestSuite(room, .init = begin, .fini = world_end, .timeout = 120);

/* Files cannot grow beyond this, and writes that would make them do so fail; 0: no bound. */
static void bound_files(rlim_t bytes)
{
    struct rlimit limit;
    (void)signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes == 0 ? limit.rlim_max : bytes;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static enum dibs_error try_claim(dibs_client *client, const char *key, struct dibs_answer **answer)
{
    const struct dibs_claim_options options = {.keys = &key, .key_count = 1};
    return dibs_claim(client, &options, answer);
}

/* The log is short, the state is not: the record gets in, its answer is not known, and the ticket tells it later. */
Test(room, what_is_in_the_log_is_never_reported_as_failed)
{
    char ticket[DIBS_TICKET_SIZE];
    struct dibs_answer *answer;
    dibs_client *client = world_open("alice");
    bound_files(4096);
    enum dibs_error error = try_claim(client, "task:one", &answer);
    bound_files(0);
    cr_assert_eq(error, DIBS_NO_ANSWER, "%s: %s", dibs_error_name(error), dibs_error_text());
    cr_assert_not_null(answer);
    cr_assert_eq(answer->verdict, DIBS_VERDICT_NONE);
    cr_assert_eq(dibs_answer_exit_code(answer), 3);
    cr_assert_eq(dibs_error_exit_code(error), 3);
    (void)snprintf(ticket, sizeof ticket, "%s", answer->ticket);
    dibs_answer_free(answer);
    MUST(dibs_wait(client, ticket, 0, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_GRANTED);
    dibs_answer_free(answer);
    world_verify();
    dibs_close(client);
}

Test(room, what_does_not_fit_into_the_log_changes_nothing)
{
    struct dibs_answer *answer, *status;
    dibs_client *client = world_open("alice");
    bound_files(64);
    enum dibs_error error = try_claim(client, "task:one", &answer);
    bound_files(0);
    cr_assert_eq(error, DIBS_UNAVAILABLE, "%s: %s", dibs_error_name(error), dibs_error_text());
    cr_assert_null(answer);
    MUST(dibs_get_status(client, &status));
    cr_assert_eq(status->status->log_records, 1);
    dibs_answer_free(status);
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    world_verify();
    dibs_close(client);
}

/* Claims of many sessions with long texts fill the smallest map; then only what takes room is refused. */
Test(room, a_full_map_refuses_claims_and_still_lets_go)
{
    char about[2049], key[32], session[32];
    const struct dibs_init_options small = {.store = world_path("small"), .map_bytes = 16 << 20};
    const struct dibs_claim_options more = {.about = about};
    struct dibs_answer *answer;
    dibs_client *client = NULL;
    enum dibs_error error = DIBS_OK;
    int claims = 0;
    memset(about, 'x', 2048);
    about[2048] = '\0';
    MUST(dibs_store_init(&small, NULL, NULL, 0));
    for (; error == DIBS_OK && claims < 100000; claims++) {
        if (claims % 200 == 0) {
            (void)snprintf(session, sizeof session, "session-%d", claims);
            const struct dibs_client_options options = {.store = world_path("small"), .session = session};
            dibs_close(client);
            MUST(dibs_open(&options, &client));
            const struct dibs_setting fast = {"claims_per_minute", "1000000"}, many = {"claims_per_session", "256"};
            const struct dibs_setting both[] = {fast, many};
            MUST(dibs_configure(client, both, 2, &answer));
            dibs_answer_free(answer);
        }
        (void)snprintf(key, sizeof key, "task:%d", claims);
        const char *const keys[] = {key};
        struct dibs_claim_options options = more;
        options.keys = keys;
        options.key_count = 1;
        error = dibs_claim(client, &options, &answer);
        dibs_answer_free(answer);
    }
    cr_assert_eq(error, DIBS_UNAVAILABLE, "%s: %s after %d claims", dibs_error_name(error), dibs_error_text(), claims);
    cr_assert_not_null(strstr(dibs_error_text(), "full"));
    const struct dibs_close_options all = {.outcome = DIBS_OUTCOME_RELEASED, .all = true};
    MUST(dibs_close_claims(client, &all, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_ACCEPTED);
    dibs_answer_free(answer);
    MUST(dibs_get_status(client, &answer));
    dibs_answer_free(answer);
    dibs_close(client);
}

static void *claim_and_wait(void *context)
{
    const char *const keys[] = {"task:one"};
    const struct dibs_claim_options options = {
        .keys = keys, .key_count = 1, .wait = true, .has_wait_ms = true, .wait_ms = 500};
    struct dibs_answer *answer = NULL;
    enum dibs_error error = dibs_claim(context, &options, &answer);
    return error == DIBS_OK ? answer : NULL;
}

/* The end of a wait is in no log that has no room for it; who waits comes back all the same. */
Test(room, a_wait_ends_at_its_deadline_though_the_log_is_full)
{
    struct dibs_answer *answer;
    pthread_t waiter;
    void *told = NULL;
    dibs_client *alice = world_open("alice"), *bob = world_open("bob");
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(pthread_create(&waiter, NULL, claim_and_wait, bob), 0);
    for (bool waits = false; !waits;) {
        MUST(dibs_get_status(alice, &answer));
        waits = answer->status->log_records >= 3;
        dibs_answer_free(answer);
    }
    bound_files(64);
    struct timespec limit;
    (void)clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += 10;
    cr_assert_eq(pthread_timedjoin_np(waiter, &told, &limit), 0, "it still waits");
    bound_files(0);
    cr_assert_not_null(told);
    answer = told;
    cr_assert_eq(answer->verdict, DIBS_VERDICT_WAITING);
    cr_assert_not_null(answer->ticket);
    dibs_answer_free(answer);
    dibs_close(bob);
    dibs_close(alice);
    world_verify();
}

/* Another process sits in the lock: the claimer hears who, and nothing is taken from the living. */
Test(room, a_lock_that_is_not_had_in_time_names_its_holder)
{
    int ready[2];
    char byte, pid_text[32];
    dibs_client *client;
    struct dibs_answer *answer;
    const struct dibs_client_options options = {.session = "alice", .lock_timeout_ms = 50};
    MUST(dibs_open(&options, &client));
    cr_assert_eq(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        struct store_lock *lock;
        struct error_text why;
        if (store_lock_open(world_path("store/lock"), &lock, &why) != DIBS_OK ||
            store_lock_take(lock, 1000, "sitting in it", &why) != DIBS_OK || write(ready[1], "x", 1) != 1)
            _exit(1);
        (void)pause();
        _exit(0);
    }
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    cr_assert_eq(try_claim(client, "task:one", &answer), DIBS_BUSY);
    (void)snprintf(pid_text, sizeof pid_text, "%ld", (long)child);
    cr_assert_not_null(strstr(dibs_error_text(), pid_text), "%s", dibs_error_text());
    cr_assert_not_null(strstr(dibs_error_text(), "sitting in it"), "%s", dibs_error_text());
    (void)kill(child, SIGKILL);
    (void)waitpid(child, NULL, 0);
    dibs_close(client);
    client = world_open("alice"); /* with patience: 50 ms are little on a busy machine */
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    dibs_close(client);
}

enum { CROWD = 6, CROWD_PATIENCE_MS = 500 };

static struct asker {
    dibs_client *client;
    enum dibs_error error;
    uint64_t took_ms;
} askers[CROWD];

static void *ask_once(void *context)
{
    struct asker *asker = context;
    struct dibs_answer *answer;
    uint64_t begun_ms = world_now_ms();
    asker->error = try_claim(asker->client, "task:one", &answer);
    asker->took_ms = world_now_ms() - begun_ms;
    return NULL;
}

Test(room, threads_of_one_client_wait_for_the_lock_beside_each_other)
{
    const struct dibs_client_options options = {.session = "alice", .lock_timeout_ms = CROWD_PATIENCE_MS};
    dibs_client *client;
    struct store_lock *lock;
    struct error_text why;
    pthread_t threads[CROWD];
    MUST(dibs_open(&options, &client));
    MUST(store_lock_open(world_path("store/lock"), &lock, &why));
    MUST(store_lock_take(lock, 1000, "sitting in it", &why));
    for (int i = 0; i < CROWD; i++) {
        askers[i].client = client;
        cr_assert_eq(pthread_create(&threads[i], NULL, ask_once, &askers[i]), 0);
    }
    for (int i = 0; i < CROWD; i++) {
        (void)pthread_join(threads[i], NULL);
        cr_expect_eq(askers[i].error, DIBS_BUSY);
        cr_expect_lt(askers[i].took_ms, 4 * CROWD_PATIENCE_MS); /* one behind the other the last has waited for six */
    }
    store_lock_close(lock);
    dibs_close(client);
}
