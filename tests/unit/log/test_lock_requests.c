/* Requests that wait with their owner for the store's lock, and are done by whoever has it. */
#include "tests/unit/log/fixture.h"
#include "log/store_lock.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>

enum { LONG_MS = 30000 };

static char dir[FIXTURE_PATH_BYTES], path[FIXTURE_PATH_BYTES + 10];
static struct error_text why;

static void setup(void)
{
    fixture_make_dir(dir);
    snprintf(path, sizeof path, "%s/lock", dir);
}

static void teardown(void)
{
    fixture_remove_dir(dir);
}

TestSuite(lock_requests, .init = setup, .fini = teardown);

static struct store_lock *open_lock(void)
{
    struct store_lock *lock = NULL;
    cr_assert_eq(store_lock_open(path, &lock, &why), DIBS_OK, "%s", why.text);
    return lock;
}

static struct store_lock *hold_lock(void)
{
    struct store_lock *lock = open_lock();
    cr_assert_eq(store_lock_take(lock, 0, "testing", &why), DIBS_OK);
    return lock;
}

/* A thread that wants the lock, with a request. */
struct asker {
    pthread_t thread;
    const void *asks;
    size_t size;
    uint32_t timeout_ms;
    enum dibs_error error;
    bool served, begun;
    char answer[REQUEST_BYTES];
};

static void *ask(void *context)
{
    struct asker *asker = context;
    struct store_lock *lock = open_lock();
    struct lock_request request = {.asks = span_of(asker->asks, asker->size)};
    struct error_text words;
    asker->error = store_lock_take_or_request(lock, asker->timeout_ms, "asking", &request, &words);
    asker->served = asker->error == DIBS_OK && request.served;
    asker->begun = request.begun;
    if (asker->served && request.answer.size > 0)
        memcpy(asker->answer, request.answer.bytes, request.answer.size);
    store_lock_close(lock); /* releases it if it is held */
    return NULL;
}

static void start(struct asker *asker, const void *asks, size_t size, uint32_t timeout_ms)
{
    *asker = (struct asker){.asks = asks, .size = size, .timeout_ms = timeout_ms};
    cr_assert_eq(pthread_create(&asker->thread, NULL, ask, asker), 0);
}

static void finish(const struct asker *asker)
{
    cr_assert_eq(pthread_join(asker->thread, NULL), 0);
}

/* The next request, as a text, once it is there. */
static const char *await_request(struct store_lock *lock)
{
    static uint8_t room[REQUEST_BYTES + 1];
    struct span request;
    while (!store_lock_next_request(lock, room, &request))
        (void)sched_yield();
    room[request.size] = '\0';
    return (const char *)room;
}

Test(lock_requests, are_done_by_the_holder_in_the_order_of_the_queue_and_told_at_its_release)
{
    struct store_lock *lock = hold_lock();
    struct asker one, two;
    start(&one, "first", 5, LONG_MS);
    cr_assert_str_eq(await_request(lock), "first");
    store_lock_answer(lock, span_from_text("done first"));
    start(&two, "second", 6, LONG_MS);
    cr_assert_str_eq(await_request(lock), "second");
    store_lock_answer(lock, span_of("", 0));
    store_lock_release(lock);
    finish(&one);
    finish(&two);
    cr_assert(one.served && two.served);
    cr_assert_str_eq(one.answer, "done first");
    cr_assert_str_eq(two.answer, "");
    cr_assert_not(store_lock_is_wanted(lock), "served, they left the queue");
    store_lock_close(lock);
}

Test(lock_requests, without_an_answer_or_with_one_too_large_are_their_owners_to_do)
{
    static const uint8_t large[REQUEST_BYTES + 1];
    struct store_lock *lock = hold_lock();
    struct asker askers[3];
    for (int i = 0; i < 3; i++) {
        start(&askers[i], "please", 6, LONG_MS);
        cr_assert_str_eq(await_request(lock), "please");
        if (i > 0)
            store_lock_answer(lock, i == 1 ? span_of(large, sizeof large) : span_from_text("lost again"));
    }
    store_lock_forget_answers(lock);
    store_lock_release(lock);
    for (int i = 0; i < 3; i++) {
        finish(&askers[i]);
        cr_assert(askers[i].error == DIBS_OK && !askers[i].served && askers[i].begun, "%d", i);
    }
    store_lock_close(lock);
}

Test(lock_requests, that_nobody_does_end_in_their_owners_turn)
{
    static const uint8_t large[REQUEST_BYTES + 1];
    struct store_lock *lock = hold_lock();
    uint8_t room[REQUEST_BYTES];
    struct span request;
    struct asker askers[3];
    start(&askers[0], large, sizeof large, LONG_MS);
    while (!store_lock_is_wanted(lock))
        (void)sched_yield();
    start(&askers[1], "behind it", 9, LONG_MS);
    cr_assert_not(store_lock_next_request(lock, room, &request), "the first in the queue wants the lock itself");
    store_lock_release(lock);
    for (int i = 0; i < 2; i++)
        finish(&askers[i]);
    cr_assert(askers[0].error == DIBS_OK && !askers[0].served);
    cr_assert(askers[1].error == DIBS_OK && !askers[1].served && !askers[1].begun);
    store_lock_close(lock);
}

Test(lock_requests, are_taken_back_when_the_time_is_over_unless_they_are_being_done)
{
    struct store_lock *lock = hold_lock();
    uint8_t room[REQUEST_BYTES];
    struct span request;
    struct asker late, begun;
    start(&late, "late", 4, 20);
    finish(&late);
    cr_assert_eq(late.error, DIBS_BUSY);
    cr_assert_not(store_lock_next_request(lock, room, &request), "it was taken back");
    store_lock_release(lock);

    cr_assert_eq(store_lock_take(lock, LONG_MS, "testing", &why), DIBS_OK);
    start(&begun, "begun", 5, 200);
    cr_assert_str_eq(await_request(lock), "begun");
    finish(&begun);
    cr_assert_eq(begun.error, DIBS_NO_ANSWER);
    store_lock_close(lock);
}

/* The child takes the request, and dies with it. */
Test(lock_requests, of_a_holder_that_died_are_their_owners_to_do)
{
    struct asker asker;
    int ready[2];
    char byte;
    cr_assert_eq(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        struct store_lock *lock = hold_lock();
        if (write(ready[1], "x", 1) == 1)
            (void)await_request(lock);
        _exit(0);
    }
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    start(&asker, "orphan", 6, LONG_MS);
    finish(&asker);
    cr_assert(asker.error == DIBS_OK && !asker.served && asker.begun);
    cr_assert_eq(waitpid(child, NULL, 0), child);
}

/* Who tries without waiting passes the queue, whose requests may be of another time: it does none. */
Test(lock_requests, are_not_done_out_of_turn)
{
    struct store_lock *lock = hold_lock(), *other = open_lock();
    uint8_t room[REQUEST_BYTES];
    struct span request;
    struct asker gone;
    start(&gone, "gone", 4, 20);
    finish(&gone); /* its place in the queue stays */
    store_lock_release(lock);
    cr_assert_eq(store_lock_take(other, 0, "testing", &why), DIBS_OK);
    cr_assert_not(store_lock_next_request(other, room, &request));
    store_lock_close(other);
    store_lock_close(lock);
}
