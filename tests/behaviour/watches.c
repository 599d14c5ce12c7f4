/* Watching: decisions are heard as they are made, by whoever asks for them. */
#include <criterion/criterion.h>

#include <pthread.h>
#include <string.h>

#include "tests/behaviour/two.h"

static dibs_watch *watch;

static void begin(void)
{
    two_begin();
}

static void end(void)
{
    dibs_watch_close(watch);
    dibs_close(alice);
    dibs_close(bob);
    world_end();
}

TestSuite(watch, .init = begin, .fini = end, .timeout = 60);

static void watch_for(const char *key, const char *session)
{
    const struct dibs_watch_options options = {.key = key, .session = session};
    MUST(dibs_watch_open(bob, &options, &watch));
}

static const struct dibs_answer *next(void)
{
    const struct dibs_answer *event;
    MUST(dibs_watch_next(watch, 20000, &event));
    cr_assert_not_null(event, "nothing was heard in 20 s");
    return event;
}

static void expect_silence(void)
{
    const struct dibs_answer *event;
    MUST(dibs_watch_next(watch, 0, &event));
    cr_assert_null(event, "%s of %s was heard", event->verb, event->session);
}

Test(watch, what_is_decided_from_now_on_is_heard_in_order)
{
    cr_assert_eq(world_try(alice, "task:before", NULL), DIBS_VERDICT_GRANTED);
    watch_for(NULL, NULL);
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(world_try(alice, "task:two", NULL), DIBS_VERDICT_GRANTED);
    const struct dibs_answer *event = next();
    cr_assert_eq(event->verdict, DIBS_VERDICT_GRANTED);
    cr_assert_str_eq(event->session, "alice");
    cr_assert_str_eq(event->keys[0].key, "task:one");
    uint64_t offset = event->offset;
    event = next();
    cr_assert_str_eq(event->keys[0].key, "task:two");
    cr_assert_eq(event->offset, offset + 1);
    expect_silence();
}

Test(watch, a_key_is_watched_alone_with_those_who_were_denied_it)
{
    watch_for("task:one", NULL);
    cr_assert_eq(world_try(alice, "task:two", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(world_try(bob, "task:two", NULL), DIBS_VERDICT_DENIED);
    cr_assert_eq(world_try(bob, "task:one", NULL), DIBS_VERDICT_DENIED);
    /* Alice's decisions and Bob's may come to a fleet's watcher by two ways. */
    const char *heard[2];
    for (int i = 0; i < 2; i++) {
        const struct dibs_answer *event = next();
        heard[i] = strcmp(event->session, "alice") == 0 ? "alice" : "bob";
        cr_assert_str_eq(event->verdict == DIBS_VERDICT_GRANTED ? event->keys[0].key : event->holder->key, "task:one");
    }
    cr_assert_str_neq(heard[0], heard[1]);
    expect_silence();
}

Test(watch, a_session_is_watched_alone)
{
    watch_for(NULL, "bob");
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(world_try(bob, "task:two", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_str_eq(next()->session, "bob");
    expect_silence();
}

/* Nobody else is there who would say that the lease is over. */
Test(watch, a_lease_that_ends_is_heard)
{
    watch_for("task:one", NULL);
    dibs_answer_free(world_claim(alice, "task:one", 1000));
    cr_assert_eq(next()->verdict, DIBS_VERDICT_GRANTED);
    const struct dibs_answer *event = next();
    cr_assert_eq(event->verdict, DIBS_VERDICT_ENDED);
    cr_assert_eq(event->why, DIBS_WHY_EXPIRED);
}

static void expect_end(const char *verb, uint64_t token)
{
    const struct dibs_answer *event = next();
    cr_assert_str_eq(event->verb, verb);
    cr_assert_eq(event->verdict, DIBS_VERDICT_ACCEPTED);
    cr_assert_eq(event->key_count, 1, "%zu keys", event->key_count);
    cr_assert_str_eq(event->keys[0].key, "task:one");
    cr_assert_eq(event->keys[0].token, token);
}

/* Whoever waits for the key to be free asks for nothing else. */
Test(watch, a_claim_that_its_holder_ends_is_heard_by_its_key)
{
    struct dibs_answer *claim;
    uint64_t token;
    watch_for("task:one", NULL);
    cr_assert_eq(world_try(alice, "task:one", &token), DIBS_VERDICT_GRANTED);
    cr_assert_eq(next()->verdict, DIBS_VERDICT_GRANTED);
    dibs_answer_free(world_close(alice, "task:one", 0, DIBS_OUTCOME_RELEASED));
    expect_end("close", token);

    cr_assert_eq(world_try(alice, "task:one", &token), DIBS_VERDICT_GRANTED);
    cr_assert_eq(next()->verdict, DIBS_VERDICT_GRANTED);
    dibs_answer_free(world_close(alice, NULL, token, DIBS_OUTCOME_ABANDONED));
    expect_end("close", token);

    claim = world_claim(alice, "task:one", 60000);
    token = claim->keys[0].token;
    cr_assert_eq(next()->verdict, DIBS_VERDICT_GRANTED);
    struct dibs_answer *answer;
    MUST(dibs_cancel(alice, claim->ticket, &answer));
    cr_assert_eq(answer->keys[0].token, token);
    dibs_answer_free(answer);
    dibs_answer_free(claim);
    expect_end("cancel", token);

    cr_assert_eq(world_try(alice, "task:one", &token), DIBS_VERDICT_GRANTED);
    cr_assert_eq(next()->verdict, DIBS_VERDICT_GRANTED);
    dibs_answer_free(world_close(alice, "task:one", token, DIBS_OUTCOME_DONE));
    expect_end("close", token);
    expect_silence();
}

Test(watch, questions_are_no_news)
{
    struct dibs_answer *answer;
    watch_for(NULL, NULL);
    MUST(dibs_get_status(alice, &answer));
    dibs_answer_free(answer);
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(next()->verdict, DIBS_VERDICT_GRANTED);
}

static void *interrupt_bob(void *context)
{
    (void)context;
    dibs_interrupt(bob);
    return NULL;
}

Test(watch, an_interrupt_ends_it)
{
    const struct dibs_answer *event;
    pthread_t thread;
    watch_for(NULL, NULL);
    cr_assert_eq(pthread_create(&thread, NULL, interrupt_bob, NULL), 0);
    MUST(dibs_watch_next(watch, UINT64_MAX, &event));
    cr_assert_null(event);
    (void)pthread_join(thread, NULL);
}
