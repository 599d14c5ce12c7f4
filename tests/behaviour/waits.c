/* Waiting: in the queue, on a ticket, by threads and by processes. Leases here are real seconds: what must end, ends
 * while somebody waits for it. */
#include <criterion/criterion.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/behaviour/two.h"

static void begin(void)
{
    static const char *const settings[] = {"waiter_lease=1s", "served_lease=1s", "claims_per_minute=1000", NULL};
    two_begin_with(settings);
}

static void end(void)
{
    two_end();
}

TestSuite(wait, .init = begin, .fini = end, .timeout = 60);

/* Puts a claim into the queue; the ticket is copied. */
static void queue(dibs_client *client, const char *key, uint64_t wait_ms, char ticket[DIBS_TICKET_SIZE])
{
    const struct dibs_claim_options options = {
        .keys = &key, .key_count = 1, .wait = true, .has_wait_ms = wait_ms != 0, .wait_ms = wait_ms};
    struct dibs_answer *answer;
    MUST(dibs_claim_submit(client, &options, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_WAITING);
    cr_assert_eq(dibs_answer_exit_code(answer), 3);
    (void)snprintf(ticket, DIBS_TICKET_SIZE, "%s", answer->ticket);
    dibs_answer_free(answer);
}

Test(wait, a_waiter_is_granted_when_the_holder_lets_go)
{
    char ticket[DIBS_TICKET_SIZE];
    struct dibs_answer *answer;
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    queue(bob, "task:one", 0, ticket);
    dibs_answer_free(world_close(alice, "task:one", 0, DIBS_OUTCOME_RELEASED));
    MUST(dibs_wait(bob, ticket, UINT64_MAX, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_GRANTED);
    cr_assert_eq(answer->keys[0].token, 2);
    cr_assert_str_eq(answer->ticket, ticket);
    dibs_answer_free(answer);
}

/* R17: the queue's grant has a short lease, which is renewed before the grant is reported. */
Test(wait, a_queue_grant_is_renewed_before_it_is_reported)
{
    char ticket[DIBS_TICKET_SIZE];
    struct dibs_answer *answer;
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    queue(bob, "task:one", 0, ticket);
    dibs_answer_free(world_close(alice, "task:one", 0, DIBS_OUTCOME_RELEASED));
    MUST(dibs_wait(bob, ticket, 0, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_GRANTED);
    cr_assert_gt(answer->keys[0].expires_in_ms, 3500000);
    dibs_answer_free(answer);
}

Test(wait, a_lease_that_ends_lets_the_waiter_in)
{
    dibs_answer_free(world_claim(alice, "task:one", 1000));
    struct dibs_answer *answer = world_claim_with(bob, "task:one", (struct dibs_claim_options){.wait = true});
    cr_assert_eq(answer->verdict, DIBS_VERDICT_GRANTED);
    dibs_answer_free(answer);
}

/* No renewal of the waiter falls into this time: the waiting process itself puts the tick into the log. */
Test(wait, a_waiter_ticks_when_a_lease_is_over)
{
    const struct dibs_claim_options options = {.wait = true, .has_waiter_lease = true, .waiter_lease_ms = 60000};
    dibs_answer_free(world_claim(alice, "task:one", 1000));
    uint64_t begun_ms = world_now_ms();
    struct dibs_answer *answer = world_claim_with(bob, "task:one", options);
    cr_assert_eq(answer->verdict, DIBS_VERDICT_GRANTED);
    cr_assert_lt(world_now_ms() - begun_ms, 10000);
    dibs_answer_free(answer);
}

Test(wait, the_deadline_ends_a_wait_with_a_denial)
{
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    const struct dibs_claim_options options = {.wait = true, .has_wait_ms = true, .wait_ms = 50};
    struct dibs_answer *answer = world_claim_with(bob, "task:one", options);
    cr_assert_eq(answer->reason, DIBS_REASON_DEADLINE);
    cr_assert_eq(answer->why, DIBS_WHY_NONE);
    cr_assert_eq(dibs_answer_exit_code(answer), 1);
    dibs_answer_free(answer);
}

/* The waiter's lease is 3 s here: only renewals carry it past 5 s, to its own deadline. (With 1 s a busy machine came
 * too late for one.) */
Test(wait, a_blocked_call_renews_its_place_in_the_queue)
{
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    const struct dibs_claim_options options = {
        .wait = true, .has_wait_ms = true, .wait_ms = 5000, .has_waiter_lease = true, .waiter_lease_ms = 3000};
    struct dibs_answer *answer = world_claim_with(bob, "task:one", options);
    cr_assert_eq(answer->reason, DIBS_REASON_DEADLINE);
    cr_assert_eq(answer->why, DIBS_WHY_NONE, "the deadline ended it, not the lease");
    dibs_answer_free(answer);
}

Test(wait, a_waiter_whom_nobody_renews_is_gone_after_its_lease)
{
    char ticket[DIBS_TICKET_SIZE];
    struct dibs_answer *answer;
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    queue(bob, "task:one", 0, ticket);
    dibs_answer_free(world_claim(alice, "task:clock", 1500));
    world_until_free("task:clock");
    MUST(dibs_wait(bob, ticket, 0, &answer));
    cr_assert_eq(answer->reason, DIBS_REASON_DEADLINE);
    cr_assert_eq(answer->why, DIBS_WHY_LEASE);
    dibs_answer_free(answer);
}

Test(wait, a_look_that_comes_too_early_says_waiting)
{
    char ticket[DIBS_TICKET_SIZE];
    struct dibs_answer *answer;
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    queue(bob, "task:one", 0, ticket);
    MUST(dibs_wait(bob, ticket, 30, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_WAITING);
    cr_assert_eq(answer->final, false);
    cr_assert_str_eq(answer->holder->session, "alice");
    dibs_answer_free(answer);
}

/* One record may decide for many; each caller hears only of its own. */
Test(wait, what_a_claim_sets_in_motion_for_others_is_not_its_answer)
{
    char ticket[DIBS_TICKET_SIZE];
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    queue(bob, "task:one", 20, ticket);
    for (uint64_t begun_ms = world_now_ms(); world_now_ms() - begun_ms < 30;)
        ; /* the wait is over, and nothing in the log has said so yet */
    struct dibs_answer *answer = world_claim(alice, "task:two", 0);
    cr_assert_eq(answer->verdict, DIBS_VERDICT_GRANTED);
    cr_assert_str_eq(answer->keys[0].key, "task:two");
    dibs_answer_free(answer);
}

Test(wait, cancel_takes_a_waiter_out_of_the_queue)
{
    char ticket[DIBS_TICKET_SIZE];
    struct dibs_answer *answer;
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    queue(bob, "task:one", 0, ticket);
    MUST(dibs_cancel(bob, ticket, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_ACCEPTED);
    dibs_answer_free(answer);
    MUST(dibs_wait(bob, ticket, UINT64_MAX, &answer));
    cr_assert_eq(answer->reason, DIBS_REASON_CANCELLED);
    dibs_answer_free(answer);
}

Test(wait, an_unknown_ticket_is_forgotten)
{
    char ticket[DIBS_TICKET_SIZE];
    struct dibs_answer *answer;
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    queue(bob, "task:one", 0, ticket);
    dibs_close(alice);
    dibs_close(bob);
    world_end();
    begin();
    MUST(dibs_wait(bob, ticket, UINT64_MAX, &answer));
    cr_assert_eq(answer->reason, DIBS_REASON_FORGOTTEN);
    cr_assert_eq(dibs_answer_exit_code(answer), 1);
    dibs_answer_free(answer);
}

/* ---------------------------------------------------------------- several at once */

struct waiter {
    pthread_t thread;
    const char *key;
    enum dibs_verdict verdict;
};

static void *wait_for_key(void *context)
{
    struct waiter *waiter = context;
    struct dibs_answer *answer = world_claim_with(bob, waiter->key, (struct dibs_claim_options){.wait = true});
    waiter->verdict = answer->verdict;
    dibs_answer_free(answer);
    return NULL;
}

Test(wait, two_threads_wait_at_once_on_one_client)
{
    struct waiter waiters[2] = {{.key = "task:one"}, {.key = "task:two"}};
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(world_try(alice, "task:two", NULL), DIBS_VERDICT_GRANTED);
    for (int i = 0; i < 2; i++)
        cr_assert_eq(pthread_create(&waiters[i].thread, NULL, wait_for_key, &waiters[i]), 0);
    for (int queued = 0; queued < 2;) { /* until both are seen in the queue */
        struct dibs_answer *status;
        MUST(dibs_get_status(bob, &status));
        queued = (int)status->status->waiters;
        dibs_answer_free(status);
    }
    dibs_answer_free(world_close(alice, "task:one", 0, DIBS_OUTCOME_RELEASED));
    dibs_answer_free(world_close(alice, "task:two", 0, DIBS_OUTCOME_RELEASED));
    for (int i = 0; i < 2; i++) {
        (void)pthread_join(waiters[i].thread, NULL);
        cr_assert_eq(waiters[i].verdict, DIBS_VERDICT_GRANTED);
    }
}

/* Each process waits for the key, writes its number and lets go: the numbers come in the order of the queue. */
static void wait_in_child(const char *ticket, int number, int out)
{
    dibs_client *client = world_open("bob");
    struct dibs_answer *answer;
    char byte = (char)('0' + number);
    MUST(dibs_wait(client, ticket, UINT64_MAX, &answer));
    if (answer->verdict != DIBS_VERDICT_GRANTED || write(out, &byte, 1) != 1)
        _exit(1);
    dibs_answer_free(world_close(client, NULL, answer->keys[0].token, DIBS_OUTCOME_RELEASED));
    _exit(0);
}

Test(wait, other_processes_wait_on_tickets_and_are_served_in_order)
{
    char tickets[3][DIBS_TICKET_SIZE], order[4] = "";
    const char *key = "task:one";
    const struct dibs_claim_options options = {.keys = &key, .key_count = 1, .wait = true, .fresh = true};
    int told[2], failed = 0;
    cr_assert_eq(world_try(alice, key, NULL), DIBS_VERDICT_GRANTED);
    for (int i = 0; i < 3; i++) {
        struct dibs_answer *answer;
        MUST(dibs_claim_submit(bob, &options, &answer));
        cr_assert_eq(answer->verdict, DIBS_VERDICT_WAITING);
        (void)snprintf(tickets[i], sizeof tickets[i], "%s", answer->ticket);
        dibs_answer_free(answer);
    }
    cr_assert_eq(pipe(told), 0);
    for (int i = 2; i >= 0; i--)
        if (fork() == 0)
            wait_in_child(tickets[i], i, told[1]);
    dibs_answer_free(world_close(alice, key, 0, DIBS_OUTCOME_RELEASED));
    for (int i = 0; i < 3; i++)
        cr_assert_eq(read(told[0], &order[i], 1), 1);
    for (int i = 0; i < 3; i++) {
        int status;
        cr_assert_gt(wait(&status), 0);
        failed += status != 0;
    }
    cr_assert_eq(failed, 0);
    cr_assert_str_eq(order, "012");
}

static void *interrupt_when_queued(void *context)
{
    for (int queued = 0; queued < 1;) {
        struct dibs_answer *status;
        MUST(dibs_get_status(alice, &status));
        queued = (int)status->status->waiters;
        dibs_answer_free(status);
    }
    dibs_interrupt(context);
    return NULL;
}

Test(wait, an_interrupt_ends_the_call_and_leaves_the_ticket)
{
    pthread_t thread;
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(pthread_create(&thread, NULL, interrupt_when_queued, bob), 0);
    struct dibs_answer *answer = world_claim_with(bob, "task:one", (struct dibs_claim_options){.wait = true}), *later;
    (void)pthread_join(thread, NULL);
    cr_assert_eq(answer->verdict, DIBS_VERDICT_WAITING);
    dibs_answer_free(world_close(alice, "task:one", 0, DIBS_OUTCOME_RELEASED));
    MUST(dibs_wait(bob, answer->ticket, 0, &later));
    cr_assert_eq(later->verdict, DIBS_VERDICT_GRANTED);
    dibs_answer_free(later);
    dibs_answer_free(answer);
}

Test(wait, a_waiting_call_does_not_block_other_calls_of_the_same_client)
{
    struct waiter waiter = {.key = "task:one"};
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(pthread_create(&waiter.thread, NULL, wait_for_key, &waiter), 0);
    for (int i = 0; i < 20; i++) {
        char key[32];
        (void)snprintf(key, sizeof key, "task:other/%d", i);
        cr_assert_eq(world_try(bob, key, NULL), DIBS_VERDICT_GRANTED);
    }
    dibs_answer_free(world_close(alice, "task:one", 0, DIBS_OUTCOME_RELEASED));
    (void)pthread_join(waiter.thread, NULL);
    cr_assert_eq(waiter.verdict, DIBS_VERDICT_GRANTED);
}
