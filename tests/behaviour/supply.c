/* Supply, seen through the public API. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "tests/behaviour/two.h"

TestSuite(supply, .init = two_begin, .fini = two_end);

Test(supply, what_was_never_offered_is_none)
{
    struct dibs_answer *answer = world_supply(alice);
    cr_expect(answer->supply == NULL || answer->supply->verdict == DIBS_SUPPLY_NONE);
    cr_expect_eq(dibs_supply_exit_code(answer->supply), 7);
    dibs_answer_free(answer);
}

Test(supply, offers_are_listed_a_page_at_a_time)
{
    static const char *const after[] = {"k:z"}, *const needs[] = {"GPU", "big"};
    char key[16], cursor[512];
    for (int i = 0; i < 70; i++) {
        (void)snprintf(key, sizeof key, "k:%02d", i);
        world_must_offer(alice, (struct dibs_offer_item){.key = key, .about = "work"});
    }
    world_must_offer(bob, (struct dibs_offer_item){.key = "k:05", .after = after, .after_count = 1});
    world_must_offer(bob, (struct dibs_offer_item){
                              .key = "k:06", .needs = needs, .need_count = 2, .has_priority = true, .priority = 8});
    cr_assert_eq(world_try(bob, "k:07", NULL), DIBS_VERDICT_GRANTED);
    struct dibs_list_options options = {.offers = true};
    struct dibs_answer *page;
    MUST(dibs_list(alice, &options, &page));
    cr_assert_eq(page->row_count, 64);
    cr_expect_eq(page->rows[4].obstacle, DIBS_OBSTACLE_NONE);
    cr_expect_str_eq(page->rows[4].about, "work");
    cr_expect_eq(page->rows[5].obstacle, DIBS_OBSTACLE_BLOCKED);
    cr_expect_str_eq(page->rows[5].by, "k:z");
    cr_expect_str_eq(page->rows[5].session, "bob");
    cr_expect_eq(page->rows[6].priority, 8);
    cr_expect_str_eq(page->rows[6].needs, "big gpu");
    cr_expect_eq(page->rows[7].obstacle, DIBS_OBSTACLE_CLAIMED);
    cr_expect_eq(page->rows[7].until_ts_ms, -1);
    cr_assert_not_null(page->next);
    (void)snprintf(cursor, sizeof cursor, "%s", page->next);
    dibs_answer_free(page);
    options.after = cursor;
    MUST(dibs_list(alice, &options, &page));
    cr_assert_eq(page->row_count, 6);
    cr_expect_str_eq(page->rows[0].key, "k:64");
    cr_expect_null(page->next);
    dibs_answer_free(page);
}

Test(supply, items_stand_alone_and_are_told_in_their_order)
{
    static const char *const self[] = {"k:self"}, *const bad_need[] = {"no blanks"};
    static char long_text[65536 / 8];
    memset(long_text, 'x', sizeof long_text - 1);
    const struct dibs_offer_item items[] = {
        {.key = "https://github.com/o/r/issues/5"},
        {.key = ""},
        {.key = "src/**", .about = "all"},
        {.key = "k:self", .after = self, .after_count = 1},
        {.key = "k:need", .needs = bad_need, .need_count = 1},
        {.key = "k:text", .about = "\xff"},
        {.key = "k:long", .about = long_text},
        {.key = "k:prio", .has_priority = true, .priority = 10},
        {.key = "k:good", .about = "the of and", .category = "bug"},
    };
    struct dibs_answer *answer = world_offer(alice, items, sizeof items / sizeof items[0]);
    cr_assert_eq(answer->verdict, DIBS_VERDICT_ACCEPTED, "%s", answer->message);
    cr_assert_eq(answer->offered_count, sizeof items / sizeof items[0]);
    cr_expect_eq(dibs_answer_exit_code(answer), 2);
    cr_expect_str_eq(answer->offered[0].key, "github:o/r#5");
    for (size_t i = 0; i < answer->offered_count; i++) {
        bool good = i == 0 || i == 8;
        cr_expect_eq(answer->offered[i].verdict, good ? DIBS_VERDICT_ACCEPTED : DIBS_VERDICT_DENIED, "%zu", i);
        cr_expect_eq(answer->offered[i].message[0] == '\0', good, "%zu: %s", i, answer->offered[i].message);
        cr_expect(!answer->offered[i].updated);
    }
    cr_expect_not_null(strstr(answer->offered[5].message, "about: it is not UTF-8"), "%s", answer->offered[5].message);
    cr_expect_not_null(strstr(answer->offered[6].message, "of at most 2048"), "%s", answer->offered[6].message);
    dibs_answer_free(answer);
    answer = world_supply(alice);
    cr_expect_eq(answer->supply->dispatchable, 2);
    dibs_answer_free(answer);
}

Test(supply, offering_again_updates_and_a_cycle_is_refused)
{
    static const char *const a[] = {"k:a"}, *const b[] = {"k:b"};
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:a"});
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:b", .after = a, .after_count = 1});
    const struct dibs_offer_item again[] = {{.key = "k:a", .after = b, .after_count = 1},
                                            {.key = "k:a", .about = "new"}};
    struct dibs_answer *answer = world_offer(bob, again, 2);
    cr_expect_eq(answer->offered[0].verdict, DIBS_VERDICT_DENIED);
    cr_expect_eq(answer->offered[0].reason, DIBS_REASON_BAD_REQUEST);
    cr_expect_not_null(strstr(answer->offered[0].message, "come after itself"), "%s", answer->offered[0].message);
    cr_expect_eq(answer->offered[1].verdict, DIBS_VERDICT_ACCEPTED);
    cr_expect(answer->offered[1].updated);
    dibs_answer_free(answer);
}

Test(supply, counts_that_are_no_good_are_bad_input)
{
    static const struct dibs_offer_item items[17];
    static const char *const keys[65];
    struct dibs_answer *answer = NULL;
    struct dibs_offer_options options = {.items = items, .item_count = 17};
    cr_expect_eq(dibs_offer(alice, &options, &answer), DIBS_BAD_INPUT);
    options.item_count = 0;
    cr_expect_eq(dibs_offer(alice, &options, &answer), DIBS_BAD_INPUT);
    cr_expect_eq(dibs_offer(alice, NULL, &answer), DIBS_BAD_INPUT);
    options = (struct dibs_offer_options){.item_count = 1};
    cr_expect_eq(dibs_offer(alice, &options, &answer), DIBS_BAD_INPUT);
    struct dibs_withdraw_options withdraw = {.keys = keys, .key_count = 65};
    cr_expect_eq(dibs_withdraw(alice, &withdraw, &answer), DIBS_BAD_INPUT);
    cr_expect_null(answer);
}

Test(supply, the_offerer_withdraws_and_nobody_else)
{
    const char *keys[] = {"k:a", "k:b"};
    const struct dibs_withdraw_options options = {.keys = keys, .key_count = 2};
    struct dibs_answer *answer = NULL;
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:a"});
    MUST(dibs_withdraw(bob, &options, &answer));
    cr_expect_eq(answer->offered[0].reason, DIBS_REASON_NOT_HOLDER);
    cr_expect_eq(dibs_answer_exit_code(answer), 1);
    dibs_answer_free(answer);
    MUST(dibs_withdraw(alice, &options, &answer));
    cr_assert_eq(answer->offered_count, 2);
    cr_expect_eq(answer->offered[0].verdict, DIBS_VERDICT_ACCEPTED);
    cr_expect_eq(answer->offered[1].reason, DIBS_REASON_NOT_HOLDER);
    dibs_answer_free(answer);
    answer = world_supply(alice);
    cr_expect_eq(answer->supply->offers, 0);
    cr_expect_eq(answer->supply->verdict, DIBS_SUPPLY_DRY);
    dibs_answer_free(answer);
}

Test(supply, an_offer_that_is_withdrawn_while_it_is_claimed_leaves_the_claim)
{
    const char *keys[] = {"k:a"};
    const struct dibs_withdraw_options options = {.keys = keys, .key_count = 1};
    struct dibs_answer *answer = NULL;
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:a"});
    dibs_answer_free(world_claim(bob, "k:a", 0));
    MUST(dibs_withdraw(alice, &options, &answer));
    cr_expect_eq(dibs_answer_exit_code(answer), 0, "%s", answer->message);
    dibs_answer_free(answer);
    answer = world_renew(bob, "k:a", 0);
    cr_expect_eq(answer->verdict, DIBS_VERDICT_ACCEPTED);
    dibs_answer_free(answer);
}

Test(supply, the_verdict_follows_what_can_be_picked)
{
    char keys[8][16];
    struct dibs_answer *answer;
    for (size_t i = 0; i < 8; i++) {
        snprintf(keys[i], sizeof keys[i], "k:%zu", i);
        world_must_offer(alice, (struct dibs_offer_item){.key = keys[i]});
        answer = world_supply(alice);
        cr_expect_eq(answer->supply->verdict, i < 7 ? DIBS_SUPPLY_THIN : DIBS_SUPPLY_HEALTHY, "%zu: %s", i,
                     answer->message);
        cr_expect_eq(answer->supply->dispatchable, i + 1);
        cr_expect_eq(dibs_supply_exit_code(answer->supply), i < 7 ? 6 : 0);
        dibs_answer_free(answer);
    }
    for (size_t i = 0; i < 8; i++)
        dibs_answer_free(world_claim(bob, keys[i], 0));
    answer = world_supply(alice);
    cr_expect_eq(answer->supply->verdict, DIBS_SUPPLY_DRY);
    cr_expect_eq(answer->supply->dispatchable, 0);
    cr_expect_eq(dibs_supply_exit_code(answer->supply), 7);
    dibs_answer_free(answer);
}

Test(supply, what_comes_after_is_blocked_until_that_is_done)
{
    static const char *const after[] = {"k:first"};
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:second", .after = after, .after_count = 1});
    struct dibs_answer *answer = world_supply(alice);
    cr_expect_eq(answer->supply->blocked, 1);
    cr_expect_eq(answer->supply->dispatchable, 0);
    dibs_answer_free(answer);
    dibs_answer_free(world_claim(alice, "k:first", 0));
    dibs_answer_free(world_close(alice, "k:first", 0, DIBS_OUTCOME_DONE));
    answer = world_supply(alice);
    cr_expect_eq(answer->supply->blocked, 0);
    cr_expect_eq(answer->supply->dispatchable, 1);
    dibs_answer_free(answer);
}

Test(supply, what_is_for_later_or_failed_says_until_when)
{
    struct dibs_answer *answer = world_supply(alice);
    int64_t now_ms = answer->now_ts_ms;
    dibs_answer_free(answer);
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:later", .not_before_ts_ms = now_ms + 7200000});
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:failed"});
    dibs_answer_free(world_claim(bob, "k:failed", 0));
    dibs_answer_free(world_close(bob, "k:failed", 0, DIBS_OUTCOME_ABANDONED));
    answer = world_supply(alice);
    cr_expect_eq(answer->supply->not_yet, 1);
    cr_expect_eq(answer->supply->cooling, 1);
    cr_expect(answer->supply->next_ready_in_ms > 300000 && answer->supply->next_ready_in_ms <= 600000, "%lld",
              (long long)answer->supply->next_ready_in_ms);
    cr_expect_not_null(strstr(answer->message, "drained for "), "%s", answer->message);
    dibs_answer_free(answer);
}
