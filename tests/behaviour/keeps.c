/* Claims that keep themselves: kept beyond their ttl, told once when they are lost, and never after they were let go. */
#include <criterion/criterion.h>

#include <dibs/keep.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/behaviour/coordinator.h"
#include "tests/behaviour/world.h"

enum { SHORT_MS = 3000, LONG_MS = 3600000, PATIENCE_S = 60 }; /* a busy machine stands still for a second */

static const char *const settings[] = {"claims_per_minute=100000", "served_lease=1h", NULL};

static void begin(void)
{
    world_begin(settings);
}

TestSuite(keeps, .init = begin, .fini = world_end);

/* What a callback was told. */
static struct told {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int count;
    uint64_t token;
    bool is_late;
    enum dibs_why why;
    char by[64];
    dibs_client *claims_again; /* in the callback; NULL: does not */
    dibs_kept **ends;          /* lets go of it in the callback; NULL: does not */
    enum dibs_verdict again;
} told = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void take_loss(void *context, const struct dibs_loss *loss)
{
    struct told *into = context;
    if (into->claims_again != NULL)
        into->again = world_try(into->claims_again, "k:again", NULL);
    if (into->ends != NULL)
        dibs_keep_end(*into->ends);
    (void)pthread_mutex_lock(&into->mutex);
    into->count++;
    into->token = loss->token;
    into->is_late = loss->is_late;
    into->why = loss->why;
    (void)snprintf(into->by, sizeof into->by, "%s", loss->by);
    (void)pthread_cond_signal(&into->changed);
    (void)pthread_mutex_unlock(&into->mutex);
}

static void until_told(struct told *by)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    (void)pthread_mutex_lock(&by->mutex);
    while (by->count == 0)
        cr_assert_eq(pthread_cond_timedwait(&by->changed, &by->mutex, &until), 0, "no loss was told");
    (void)pthread_mutex_unlock(&by->mutex);
}

static int times_told(struct told *by)
{
    (void)pthread_mutex_lock(&by->mutex);
    int count = by->count;
    (void)pthread_mutex_unlock(&by->mutex);
    return count;
}

static dibs_kept *keep(dibs_client *client, const char *key, uint64_t ttl_ms, struct told *into, uint64_t *token)
{
    const struct dibs_keep_options options = {.on_lost = take_loss, .context = into};
    struct dibs_answer *answer = world_claim(client, key, ttl_ms);
    dibs_kept *kept = NULL;
    cr_assert_eq(answer->verdict, DIBS_VERDICT_GRANTED, "%s", answer->message);
    MUST(dibs_keep(client, answer, &options, &kept));
    if (token != NULL)
        *token = answer->keys[0].token;
    dibs_answer_free(answer);
    return kept;
}

static void revoke_key(const char *key)
{
    dibs_client *operator= world_open("the-operator");
    const struct dibs_revoke_options options = {.key = key, .reason = "a test"};
    struct dibs_answer *answer = NULL;
    MUST(dibs_revoke(operator, & options, &answer));
    cr_assert_eq(answer->ended_count, 1u, "%s", answer->message);
    dibs_answer_free(answer);
    dibs_close(operator);
}

/* Waits for the key for that long, as a stranger does. */
static enum dibs_verdict wait_for(const char *key, uint64_t wait_ms)
{
    dibs_client *stranger = world_open("a-stranger");
    struct dibs_answer *answer = world_claim_with(
        stranger, key, (struct dibs_claim_options){.wait = true, .has_wait_ms = true, .wait_ms = wait_ms});
    enum dibs_verdict verdict = answer->verdict;
    dibs_answer_free(answer);
    dibs_close(stranger);
    return verdict;
}

Test(keeps, a_kept_claim_outlives_its_ttl_and_one_that_was_let_go_ends)
{
    dibs_client *client = world_open("holder");
    dibs_kept *kept = keep(client, "k:1", SHORT_MS, &told, NULL);
    cr_expect_eq(wait_for("k:1", 2 * SHORT_MS), DIBS_VERDICT_DENIED);
    cr_expect_eq(dibs_kept_state(kept), DIBS_KEPT_LIVE);
    cr_expect_gt(dibs_kept_safe_ms(kept), 0u);
    cr_expect_leq(dibs_kept_safe_ms(kept), SHORT_MS - 200);
    dibs_keep_end(kept);
    cr_expect_eq(wait_for("k:1", 20 * SHORT_MS), DIBS_VERDICT_GRANTED);
    cr_expect_eq(times_told(&told), 0);
    dibs_close(client);
}

Test(keeps, who_is_revoked_is_told_why)
{
    uint64_t token;
    dibs_client *client = world_open("holder");
    dibs_kept *kept = keep(client, "k:1", SHORT_MS, &told, &token);
    revoke_key("k:1");
    until_told(&told);
    cr_expect_eq(told.token, token);
    cr_expect_not(told.is_late);
    cr_expect_eq(told.why, DIBS_WHY_REVOKED);
    cr_expect_eq(dibs_kept_state(kept), DIBS_KEPT_LOST);
    cr_expect_eq(dibs_kept_safe_ms(kept), 0u);
    dibs_keep_end(kept);
    dibs_close(client);
}

/* Long before the renewal is due: until_told waits for less than a third of that lease. */
Test(keeps, who_is_revoked_hears_of_it_at_once)
{
    struct told never = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    dibs_client *client = world_open("holder");
    dibs_kept *kept = keep(client, "k:1", LONG_MS, &told, NULL), *other = keep(client, "k:2", LONG_MS, &never, NULL);
    revoke_key("k:1");
    until_told(&told);
    cr_expect_eq(told.why, DIBS_WHY_REVOKED);
    cr_expect_eq(dibs_kept_state(other), DIBS_KEPT_LIVE);
    dibs_keep_end(kept);
    dibs_close(client);
}

Test(keeps, who_handed_its_claim_on_is_told_by_whom_it_was_taken)
{
    dibs_client *client = world_open("holder"), *taker = world_open("taker");
    dibs_kept *kept = keep(client, "k:1", SHORT_MS, &told, NULL), *taken = NULL;
    struct dibs_answer *code = NULL, *took = NULL;
    MUST(dibs_handoff(client, &(struct dibs_target){.key = "k:1"}, NULL, false, &code));
    MUST(dibs_take(taker, code->code, NULL, &took));
    cr_assert_eq(took->verdict, DIBS_VERDICT_GRANTED);
    MUST(dibs_keep(taker, took, NULL, &taken));
    until_told(&told);
    cr_expect_eq(told.why, DIBS_WHY_TAKEN);
    cr_expect_str_eq(told.by, "taker");
    cr_expect_eq(dibs_kept_state(taken), DIBS_KEPT_LIVE);
    dibs_answer_free(code);
    dibs_answer_free(took);
    dibs_keep_end(kept);
    dibs_close(taker); /* with what it keeps */
    dibs_close(client);
}

/* Nothing tells of it: it is seen at the next look, which may come after that for another claim. */
static void until_not_live(const dibs_kept *kept)
{
    const struct timespec tick = {.tv_nsec = 5000000};
    uint64_t end_ms = world_now_ms() + PATIENCE_S * 1000;
    while (dibs_kept_state(kept) == DIBS_KEPT_LIVE && world_now_ms() < end_ms)
        nanosleep(&tick, NULL);
}

Test(keeps, who_ends_its_claim_itself_is_told_nothing)
{
    struct told other = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    dibs_client *client = world_open("holder");
    dibs_kept *kept = keep(client, "k:1", SHORT_MS, &told, NULL);
    dibs_answer_free(world_close(client, "k:1", 0, DIBS_OUTCOME_DONE));
    dibs_kept *sign = keep(client, "k:2", 2 * SHORT_MS, &other, NULL);
    revoke_key("k:2");
    until_told(&other);
    until_not_live(kept);
    cr_expect_eq(times_told(&told), 0);
    cr_expect_eq(dibs_kept_state(kept), DIBS_KEPT_CLOSED);
    dibs_keep_end(kept);
    dibs_keep_end(sign);
    dibs_close(client);
}

Test(keeps, who_cancels_its_claim_itself_is_told_nothing)
{
    dibs_client *client = world_open("holder");
    struct dibs_answer *held = world_claim(client, "k:1", SHORT_MS), *cancelled = NULL;
    const struct dibs_keep_options options = {.on_lost = take_loss, .context = &told};
    dibs_kept *kept = NULL;
    MUST(dibs_keep(client, held, &options, &kept));
    MUST(dibs_cancel(client, held->ticket, &cancelled));
    until_not_live(kept);
    cr_expect_eq(dibs_kept_state(kept), DIBS_KEPT_CLOSED);
    cr_expect_eq(times_told(&told), 0);
    dibs_keep_end(kept);
    dibs_answer_free(cancelled);
    dibs_answer_free(held);
    dibs_close(client);
}

/* The store remembers sixteen of what a client has ended: the grant is no longer among them. */
Test(keeps, who_has_ended_much_more_since_is_told_nothing)
{
    dibs_client *client = world_open("holder");
    dibs_kept *kept = keep(client, "k:1", SHORT_MS, &told, NULL);
    dibs_answer_free(world_close(client, "k:1", 0, DIBS_OUTCOME_RELEASED));
    for (int i = 0; i < 20; i++) {
        dibs_answer_free(world_claim(client, "k:2", LONG_MS));
        dibs_answer_free(world_close(client, "k:2", 0, DIBS_OUTCOME_RELEASED));
    }
    until_not_live(kept);
    cr_expect_eq(dibs_kept_state(kept), DIBS_KEPT_CLOSED);
    cr_expect_eq(times_told(&told), 0);
    dibs_keep_end(kept);
    dibs_close(client);
}

Test(keeps, nothing_is_told_of_what_was_let_go)
{
    struct told other = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    dibs_client *client = world_open("holder");
    dibs_kept *kept = keep(client, "k:1", SHORT_MS, &told, NULL);
    dibs_kept *sign = keep(client, "k:2", 2 * SHORT_MS, &other, NULL);
    dibs_keep_end(kept);
    revoke_key("k:1");
    revoke_key("k:2");
    until_told(&other);
    cr_expect_eq(times_told(&told), 0);
    dibs_keep_end(sign);
    dibs_close(client);
}

Test(keeps, a_callback_may_claim_and_let_go)
{
    dibs_client *client = world_open("holder");
    told.claims_again = client;
    dibs_kept *kept = keep(client, "k:1", SHORT_MS, &told, NULL);
    told.ends = &kept;
    revoke_key("k:1");
    until_told(&told);
    cr_expect_eq(told.again, DIBS_VERDICT_GRANTED);
    dibs_close(client);
}

/* Nobody answers any more: the local deadline is told while the lease is still there, for all the store knows. */
Test(keeps, a_store_that_is_gone_is_told_at_the_local_deadline)
{
    dibs_client *client = world_open("holder");
    dibs_kept *kept = keep(client, "k:1", 2 * SHORT_MS, &told, NULL);
    char trouble[1024];
    cr_expect_str_eq(dibs_kept_trouble(kept, trouble, sizeof trouble), "");
    uint64_t begun_ms = world_now_ms();
    if (world_is_fleet())
        coordinator_kill();
    else
        cr_assert_eq(rename(world_path("store"), world_path("elsewhere")), 0);
    until_told(&told);
    cr_expect(told.is_late);
    cr_expect_eq(told.why, DIBS_WHY_NONE);
    cr_expect_str_neq(dibs_kept_trouble(kept, trouble, sizeof trouble), "");
    cr_expect_lt(world_now_ms() - begun_ms, 2u * SHORT_MS, "told after %lu ms",
                 (unsigned long)(world_now_ms() - begun_ms));
    if (world_is_fleet())
        coordinator_start();
    dibs_keep_end(kept);
    dibs_close(client);
}

Test(keeps, an_answer_tells_how_long_it_is_safe)
{
    dibs_client *client = world_open("holder");
    struct dibs_answer *granted = world_claim(client, "k:1", 100000), *denied, *renewed;
    dibs_client *other = world_open("other");
    denied = world_claim(other, "k:1", 0);
    renewed = world_renew(client, "k:1", 0);
    cr_expect_leq(dibs_answer_safe_ms(granted), 95000u);
    cr_expect_gt(dibs_answer_safe_ms(granted), 60000u);
    cr_expect_geq(dibs_answer_safe_ms(renewed), dibs_answer_safe_ms(granted));
    cr_expect_eq(dibs_answer_safe_ms(denied), 0u);
    cr_expect_eq(dibs_answer_safe_ms(NULL), 0u);
    dibs_kept *kept = NULL;
    cr_expect_eq(dibs_keep(other, denied, NULL, &kept), DIBS_BAD_INPUT);
    cr_expect_null(kept);
    MUST(dibs_keep(client, renewed, NULL, &kept));
    dibs_keep_end(kept);
    dibs_answer_free(granted);
    dibs_answer_free(denied);
    dibs_answer_free(renewed);
    dibs_close(other);
    dibs_close(client);
}

Test(keeps, in_the_child_of_fork_nothing_is_kept)
{
    dibs_client *client = world_open("holder");
    struct dibs_answer *granted = world_claim(client, "k:1", 100000);
    dibs_kept *kept = NULL, *another = NULL;
    int status = 0;
    MUST(dibs_keep(client, granted, NULL, &kept));
    pid_t child = fork();
    if (child == 0) {
        bool good = dibs_keep(client, granted, NULL, &another) == DIBS_FORKED && dibs_kept_safe_ms(kept) == 0;
        dibs_keep_end(kept);
        dibs_close(client);
        _exit(good ? 0 : 1);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    cr_expect_eq(dibs_kept_state(kept), DIBS_KEPT_LIVE);
    dibs_answer_free(granted);
    dibs_close(client);
}
