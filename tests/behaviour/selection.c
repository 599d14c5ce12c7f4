/* Selection and steering, seen through the public API: next picks and claims in one, and says why it does not. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/behaviour/two.h"

TestSuite(selection, .init = two_begin, .fini = two_end);

static struct dibs_answer *next_with(dibs_client *client, struct dibs_next_options options)
{
    struct dibs_answer *answer = NULL;

    MUST(dibs_next(client, &options, &answer));
    return answer;
}

static struct dibs_answer *next(dibs_client *client)
{
    return next_with(client, (struct dibs_next_options){0});
}

/* Of that kind; NULL: none. */
static const struct dibs_obstacle *obstacle(const struct dibs_answer *answer, enum dibs_obstacle_kind kind)
{
    for (size_t i = 0; i < answer->obstacle_count; i++)
        if (answer->obstacles[i].kind == kind)
            return &answer->obstacles[i];
    return NULL;
}

#define expect_picked(answer, wanted) \
    do { \
        cr_assert_eq((answer)->verdict, DIBS_VERDICT_GRANTED, "%s", (answer)->message); \
        cr_assert_eq((answer)->key_count, 1); \
        cr_expect_str_eq((answer)->keys[0].key, wanted); \
    } while (0)

Test(selection, where_nothing_was_offered_there_is_nothing_to_pick)
{
    struct dibs_answer *answer = next(bob);
    cr_expect_eq(answer->reason, DIBS_REASON_DRAINED, "%s", answer->message);
    cr_expect_eq(answer->advice, DIBS_ADVICE_CREATE);
    cr_expect_eq(dibs_answer_exit_code(answer), 1);
    cr_expect_not_null(strstr(answer->message, "nothing is offered"), "%s", answer->message);
    dibs_answer_free(answer);
}

Test(selection, next_claims_what_it_picks_and_tells_what_it_is)
{
    world_must_offer(alice,
                     (struct dibs_offer_item){
                         .key = "k:a", .about = "fix the login page", .category = "bug", .ref = "https://e.org/1"});
    struct dibs_answer *answer = next_with(bob, (struct dibs_next_options){.explain = true});
    expect_picked(answer, "k:a");
    cr_expect_str_eq(answer->verb, "next");
    cr_expect_str_eq(answer->about, "fix the login page");
    cr_expect_str_eq(answer->category, "bug");
    cr_expect_str_eq(answer->ref, "https://e.org/1");
    cr_expect_neq(answer->keys[0].token, 0);
    cr_assert_not_null(answer->pick);
    cr_expect_eq(answer->pick->looked, 1);
    cr_assert_eq(answer->draw_count, 1);
    cr_expect_str_eq(answer->draws[0].category, "bug");
    cr_expect(answer->draws[0].score > 0);
    cr_expect_not_null(strstr(answer->message, "it is about \"fix the login page\""), "%s", answer->message);
    dibs_answer_free(answer);
    answer = world_claim(alice, "k:a", 0);
    cr_expect_eq(answer->reason, DIBS_REASON_HELD);
    dibs_answer_free(answer);
}

Test(selection, the_more_urgent_comes_first)
{
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:low", .has_priority = true, .priority = 1});
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:default"});
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:high", .has_priority = true, .priority = 9});
    static const char *const order[] = {"k:high", "k:default", "k:low"};
    for (size_t i = 0; i < 3; i++) {
        struct dibs_answer *answer = next(bob);
        expect_picked(answer, order[i]);
        dibs_answer_free(answer);
        dibs_answer_free(world_close(bob, order[i], 0, DIBS_OUTCOME_DONE));
    }
}

Test(selection, what_comes_after_waits_until_that_is_done)
{
    static const char *const after[] = {"k:first"};
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:second", .after = after, .after_count = 1});
    struct dibs_answer *answer = next(bob);
    cr_assert_eq(answer->reason, DIBS_REASON_DRAINED);
    cr_assert_not_null(obstacle(answer, DIBS_OBSTACLE_BLOCKED));
    cr_expect_eq(obstacle(answer, DIBS_OBSTACLE_BLOCKED)->count, 1);
    cr_expect_str_eq(obstacle(answer, DIBS_OBSTACLE_BLOCKED)->key, "k:second");
    cr_expect_str_eq(obstacle(answer, DIBS_OBSTACLE_BLOCKED)->by, "k:first");
    dibs_answer_free(answer);
    dibs_answer_free(world_claim(alice, "k:first", 0));
    dibs_answer_free(world_close(alice, "k:first", 0, DIBS_OUTCOME_DONE));
    answer = next(bob);
    expect_picked(answer, "k:second");
    dibs_answer_free(answer);
}

Test(selection, only_who_can_do_it_gets_it)
{
    static const char *const needs[] = {"GPU", "ssd"}, *const some[] = {"ssd"}, *const all[] = {"ssd", "gpu", "tpu"};
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:a", .needs = needs, .need_count = 2});
    struct dibs_answer *answer = next_with(bob, (struct dibs_next_options){.can = some, .can_count = 1});
    cr_assert_eq(answer->reason, DIBS_REASON_DRAINED);
    cr_assert_not_null(obstacle(answer, DIBS_OBSTACLE_NEEDS));
    cr_expect_str_eq(obstacle(answer, DIBS_OBSTACLE_NEEDS)->by, "gpu");
    cr_expect_not_null(strstr(answer->message, "--can"), "%s", answer->message);
    dibs_answer_free(answer);
    answer = next_with(bob, (struct dibs_next_options){.can = all, .can_count = 3});
    expect_picked(answer, "k:a");
    dibs_answer_free(answer);
}

Test(selection, only_of_the_categories_that_were_asked_for)
{
    static const char *const docs[] = {"docs"}, *const both[] = {"docs", "bug"};
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:a", .category = "bug"});
    struct dibs_answer *answer = next_with(bob, (struct dibs_next_options){.categories = docs, .category_count = 1});
    cr_assert_eq(answer->reason, DIBS_REASON_DRAINED);
    cr_assert_not_null(obstacle(answer, DIBS_OBSTACLE_CATEGORY));
    cr_expect_str_eq(obstacle(answer, DIBS_OBSTACLE_CATEGORY)->by, "bug");
    dibs_answer_free(answer);
    answer = next_with(bob, (struct dibs_next_options){.categories = both, .category_count = 2});
    expect_picked(answer, "k:a");
    dibs_answer_free(answer);
}

Test(selection, what_is_for_later_or_failed_says_until_when)
{
    struct dibs_answer *answer = world_supply(alice);
    int64_t now_ms = answer->now_ts_ms;
    dibs_answer_free(answer);
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:later", .not_before_ts_ms = now_ms + 7200000});
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:failed"});
    answer = next(bob);
    expect_picked(answer, "k:failed");
    dibs_answer_free(answer);
    dibs_answer_free(world_close(bob, "k:failed", 0, DIBS_OUTCOME_ABANDONED));
    answer = next(bob);
    cr_assert_eq(answer->reason, DIBS_REASON_DRAINED);
    cr_expect_eq(answer->advice, DIBS_ADVICE_WAIT);
    const struct dibs_obstacle *later = obstacle(answer, DIBS_OBSTACLE_NOT_YET);
    const struct dibs_obstacle *cooling = obstacle(answer, DIBS_OBSTACLE_COOLING);
    cr_assert(later != NULL && cooling != NULL, "%s", answer->message);
    cr_expect_str_eq(later->key, "k:later");
    cr_expect(later->until_in_ms > 3600000 && later->until_in_ms <= 7200000, "%lld", (long long)later->until_in_ms);
    cr_expect_str_eq(cooling->key, "k:failed");
    cr_expect(cooling->until_in_ms > 300000 && cooling->until_in_ms <= 600000, "%lld", (long long)cooling->until_in_ms);
    cr_expect_not_null(strstr(answer->message, "Ask again in "), "%s", answer->message);
    cr_assert_not_null(answer->supply);
    cr_expect_eq(answer->supply->next_ready_ts_ms, cooling->until_ts_ms);
    dibs_answer_free(answer);
}

Test(selection, what_is_like_others_work_is_passed_over)
{
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:a", .about = "fix the login page"});
    dibs_answer_free(world_claim_with(alice, "k:b", (struct dibs_claim_options){.about = "fix the login page"}));
    struct dibs_answer *answer = next(bob);
    cr_assert_eq(answer->reason, DIBS_REASON_DRAINED, "%s", answer->message);
    cr_assert_not_null(obstacle(answer, DIBS_OBSTACLE_SIMILAR));
    cr_expect_str_eq(obstacle(answer, DIBS_OBSTACLE_SIMILAR)->key, "k:a");
    cr_expect_str_eq(obstacle(answer, DIBS_OBSTACLE_SIMILAR)->by, "alice");
    dibs_answer_free(answer);
}

Test(selection, bad_wishes_are_refused)
{
    static const char *const bad[] = {"no blanks"}, *const text[] = {"\xff"};
    const struct dibs_next_options wishes[] = {
        {.has_ttl = true, .ttl_ms = 1},
        {.has_ttl = true, .ttl_ms = UINT64_MAX},
        {.can = bad, .can_count = 1},
        {.categories = text, .category_count = 1},
        {.scope = "\xff"},
        {.origin = "\xff"},
    };
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:a"});
    for (size_t i = 0; i < sizeof wishes / sizeof wishes[0]; i++) {
        struct dibs_answer *answer = next_with(bob, wishes[i]);
        cr_expect_eq(dibs_answer_exit_code(answer), 2, "%zu: %s", i, answer->message);
        dibs_answer_free(answer);
    }
}

/* ---------------------------------------------------------------- supply, steering */

Test(selection, ten_that_find_nothing_in_a_row_are_a_drought)
{
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:a"});
    struct dibs_answer *answer = next(bob);
    expect_picked(answer, "k:a");
    dibs_answer_free(answer);
    answer = world_supply(alice);
    cr_expect_eq(answer->supply->verdict, DIBS_SUPPLY_DRY);
    cr_expect_eq(answer->supply->grants_hour, 1);
    cr_expect_eq(answer->supply->runway_ms, 0);
    dibs_answer_free(answer);
    for (size_t i = 0; i < 10; i++)
        dibs_answer_free(next(bob));
    answer = world_supply(alice);
    cr_expect_eq(answer->supply->verdict, DIBS_SUPPLY_DROUGHT);
    cr_expect_eq(answer->supply->dry_probes, 10);
    cr_expect_eq(dibs_supply_exit_code(answer->supply), 8);
    dibs_answer_free(answer);
}

Test(selection, a_denied_claim_is_told_where_there_is_work)
{
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:a"});
    dibs_answer_free(world_claim(alice, "k:x", 0));
    struct dibs_answer *answer = world_claim(bob, "k:x", 0);
    cr_assert_not_null(answer->supply);
    cr_expect_eq(answer->supply->dispatchable, 1);
    cr_expect_not_null(strstr(answer->message, "`dibs next` picks from 1 that is free"), "%s", answer->message);
    dibs_answer_free(answer);
}

Test(selection, steering_learns_from_rewards)
{
    const struct dibs_target target = {.key = "k:a"};
    const struct dibs_close_options done = {
        .outcome = DIBS_OUTCOME_DONE, .targets = &target, .target_count = 1, .has_reward = true, .reward = 10000};
    struct dibs_answer *answer = NULL;
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:a", .category = "bug"});
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:b", .category = "bug"});
    dibs_answer_free(next(bob));
    MUST(dibs_close_claims(bob, &done, &answer));
    dibs_answer_free(answer);
    MUST(dibs_get_steering(alice, NULL, &answer));
    cr_assert_eq(answer->draw_count, 1);
    cr_expect_null(answer->next);
    cr_expect_str_eq(answer->draws[0].category, "bug");
    cr_expect_eq(answer->draws[0].successes, 1);
    cr_expect_eq(answer->draws[0].failures, 0);
    cr_expect_eq(answer->draws[0].selections, 1);
    cr_expect_eq(answer->draws[0].dispatchable, 1);
    cr_assert_not_null(answer->steering);
    cr_expect_eq(answer->steering->selections, 1);
    dibs_answer_free(answer);
}

Test(selection, counts_that_are_no_good_are_bad_input)
{
    struct dibs_answer *answer = NULL;
    const struct dibs_next_options many = {.category_count = 17}, none = {.can_count = 1};
    cr_expect_eq(dibs_next(alice, &many, &answer), DIBS_BAD_INPUT);
    cr_expect_eq(dibs_next(alice, &none, &answer), DIBS_BAD_INPUT);
    cr_expect_eq(dibs_next(alice, NULL, &answer), DIBS_BAD_INPUT);
    cr_expect_eq(dibs_get_steering(alice, "nonsense", &answer), DIBS_BAD_INPUT);
    cr_expect_null(answer);
}

/* ---------------------------------------------------------------- waiting */

static struct dibs_answer *wait_for(dibs_client *client, const char *ticket, uint64_t timeout_ms)
{
    struct dibs_answer *answer = NULL;

    MUST(dibs_wait(client, ticket, timeout_ms, &answer));
    return answer;
}

static struct dibs_answer *submit_waiting(dibs_client *client)
{
    const struct dibs_next_options options = {.wait = true, .has_wait_ms = true, .wait_ms = 60000};
    struct dibs_answer *answer = NULL;

    MUST(dibs_next_submit(client, &options, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_WAITING, "%s", answer->message);
    cr_expect_not_null(strstr(answer->message, "Waiting for something to do"), "%s", answer->message);
    return answer;
}

Test(selection, those_who_wait_are_served_in_their_order)
{
    dibs_client *carl = world_open("carl");
    struct dibs_answer *first = submit_waiting(bob), *second = submit_waiting(carl);
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:a", .about = "paint it", .category = "art"});
    struct dibs_answer *answer = wait_for(carl, second->ticket, 0);
    cr_expect_eq(answer->verdict, DIBS_VERDICT_WAITING, "%s", answer->message);
    dibs_answer_free(answer);
    answer = wait_for(bob, first->ticket, UINT64_MAX);
    expect_picked(answer, "k:a");
    dibs_answer_free(answer);
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:b"});
    answer = wait_for(carl, second->ticket, UINT64_MAX);
    expect_picked(answer, "k:b");
    dibs_answer_free(answer);
    dibs_answer_free(first);
    dibs_answer_free(second);
    dibs_close(carl);
}

Test(selection, what_unblocks_serves_who_waits)
{
    static const char *const after[] = {"k:first"};
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:second", .after = after, .after_count = 1});
    dibs_answer_free(world_claim(alice, "k:first", 0));
    struct dibs_answer *waiting = submit_waiting(bob);
    dibs_answer_free(world_close(alice, "k:first", 0, DIBS_OUTCOME_DONE));
    struct dibs_answer *answer = wait_for(bob, waiting->ticket, UINT64_MAX);
    expect_picked(answer, "k:second");
    dibs_answer_free(answer);
    dibs_answer_free(waiting);
}

Test(selection, a_wait_ends_with_its_time_or_when_it_is_cancelled)
{
    struct dibs_answer *answer =
        next_with(bob, (struct dibs_next_options){.wait = true, .has_wait_ms = true, .wait_ms = 50});
    cr_expect_eq(answer->reason, DIBS_REASON_DEADLINE, "%s", answer->message);
    cr_expect_eq(dibs_answer_exit_code(answer), 1);
    dibs_answer_free(answer);
    struct dibs_answer *waiting = submit_waiting(bob);
    MUST(dibs_cancel(bob, waiting->ticket, &answer));
    cr_expect_eq(answer->verdict, DIBS_VERDICT_ACCEPTED);
    dibs_answer_free(answer);
    dibs_answer_free(waiting);
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:a"});
    answer = next(alice);
    expect_picked(answer, "k:a");
    dibs_answer_free(answer);
}
