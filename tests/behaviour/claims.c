/* What claiming does, seen through the public API. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "tests/behaviour/two.h"

TestSuite(claim, .init = two_begin, .fini = two_end);

Test(claim, a_free_key_is_granted_with_a_token_and_a_lease)
{
    struct dibs_answer *answer = world_claim(alice, "github:o/r#5", 60000);
    cr_assert_eq(answer->verdict, DIBS_VERDICT_GRANTED);
    cr_assert_eq(answer->key_count, 1);
    cr_assert_str_eq(answer->keys[0].key, "github:o/r#5");
    cr_assert_eq(answer->keys[0].token, 1);
    cr_assert(world_is_left(answer->keys[0].expires_in_ms, 60000));
    cr_assert_eq(answer->keys[0].expires_ts_ms, answer->now_ts_ms + answer->keys[0].expires_in_ms);
    cr_assert_str_eq(answer->session, "alice");
    cr_assert_str_eq(answer->store, dibs_store_url(alice));
    cr_assert_not_null(answer->ticket);
    cr_assert_eq(dibs_answer_exit_code(answer), 0);
    dibs_answer_free(answer);
}

Test(claim, a_second_session_is_denied_and_told_who_holds_it)
{
    const struct dibs_claim_options more = {.about = "repair the parser", .ref = "https://example.org/5"};
    dibs_answer_free(world_claim_with(alice, "github:o/r#5", more));
    struct dibs_answer *answer = world_claim(bob, "https://github.com/o/r/issues/5", 0);
    cr_assert_eq(answer->verdict, DIBS_VERDICT_DENIED);
    cr_assert_eq(answer->reason, DIBS_REASON_HELD);
    cr_assert_not_null(answer->holder);
    cr_assert_str_eq(answer->holder->session, "alice");
    cr_assert_str_eq(answer->holder->about, "repair the parser");
    cr_assert_str_eq(answer->holder->ref, "https://example.org/5");
    cr_assert_str_eq(answer->holder->key, "github:o/r#5");
    cr_assert_eq(answer->holder->token, 1);
    cr_assert_gt(answer->holder->expires_in_ms, 3500000);
    cr_assert_eq(dibs_answer_exit_code(answer), 1);
    cr_assert_not_null(strstr(answer->message, "repair the parser"));
    dibs_answer_free(answer);
}

Test(claim, ones_own_key_is_yours_and_never_granted_twice)
{
    dibs_answer_free(world_claim(alice, "task:one", 60000));
    struct dibs_answer *answer = world_claim(alice, "task:one", 90000);
    cr_assert_eq(answer->verdict, DIBS_VERDICT_YOURS);
    cr_assert_eq(answer->keys[0].token, 1);
    cr_assert(world_is_left(answer->keys[0].expires_in_ms, 90000));
    cr_assert_gt(answer->keys[0].since_ts_ms, 0);
    cr_assert_leq(answer->keys[0].since_ts_ms, answer->now_ts_ms);
    cr_assert_eq(dibs_answer_exit_code(answer), 0);
    dibs_answer_free(answer);
}

Test(claim, fresh_treats_ones_own_key_as_held)
{
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    struct dibs_answer *answer = world_claim_with(alice, "task:one", (struct dibs_claim_options){.fresh = true});
    cr_assert_eq(answer->reason, DIBS_REASON_HELD);
    cr_assert_str_eq(answer->holder->session, "alice");
    dibs_answer_free(answer);
}

Test(claim, a_set_is_granted_whole_or_not_at_all)
{
    const char *const keys[] = {"task:a", "task:b", "task:c"};
    const struct dibs_claim_options options = {.keys = keys, .key_count = 3};
    struct dibs_answer *answer;
    cr_assert_eq(world_try(bob, "task:b", NULL), DIBS_VERDICT_GRANTED);
    MUST(dibs_claim(alice, &options, &answer));
    cr_assert_eq(answer->reason, DIBS_REASON_HELD);
    dibs_answer_free(answer);
    cr_assert_eq(world_try(bob, "task:a", NULL), DIBS_VERDICT_GRANTED, "nothing of the set was kept");
}

Test(claim, any_gives_the_first_free_one_alone)
{
    const char *const keys[] = {"task:a", "task:b", "task:c"};
    const struct dibs_claim_options options = {.keys = keys, .key_count = 3, .any = true};
    struct dibs_answer *answer;
    cr_assert_eq(world_try(bob, "task:a", NULL), DIBS_VERDICT_GRANTED);
    MUST(dibs_claim(alice, &options, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_GRANTED);
    cr_assert_eq(answer->key_count, 1);
    cr_assert_str_eq(answer->keys[0].key, "task:b");
    dibs_answer_free(answer);
    cr_assert_eq(world_try(bob, "task:c", NULL), DIBS_VERDICT_GRANTED);
}

Test(claim, shared_claims_stand_beside_each_other_but_not_beside_an_exclusive_one)
{
    const struct dibs_claim_options shared = {.shared = true};
    struct dibs_answer *first = world_claim_with(alice, "task:docs", shared);
    struct dibs_answer *second = world_claim_with(bob, "task:docs", shared);
    cr_assert_eq(first->verdict, DIBS_VERDICT_GRANTED);
    cr_assert_eq(second->verdict, DIBS_VERDICT_GRANTED);
    dibs_client *carol = world_open("carol");
    cr_assert_eq(world_try(carol, "task:docs", NULL), DIBS_VERDICT_DENIED);
    dibs_close(carol);
    dibs_answer_free(first);
    dibs_answer_free(second);
}

Test(claim, a_subtree_blocks_every_key_in_it)
{
    cr_assert_eq(world_try(alice, "file:github:o/r:src/**", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(world_try(bob, "file:github:o/r:src/a/b.c", NULL), DIBS_VERDICT_DENIED);
    cr_assert_eq(world_try(bob, "file:github:o/r:docs/a.md", NULL), DIBS_VERDICT_GRANTED);
}

Test(claim, a_bare_reference_means_the_repository_given)
{
    struct dibs_answer *answer = world_claim_with(alice, "#7", (struct dibs_claim_options){.in = "github:o/r"});
    cr_assert_eq(answer->verdict, DIBS_VERDICT_GRANTED);
    cr_assert_str_eq(answer->keys[0].key, "github:o/r#7");
    dibs_answer_free(answer);
}

Test(claim, a_dry_run_says_what_would_be_and_changes_nothing)
{
    struct dibs_answer *answer = world_claim_with(alice, "task:one", (struct dibs_claim_options){.dry_run = true});
    cr_assert_eq(answer->verdict, DIBS_VERDICT_GRANTED);
    cr_assert_eq(answer->dry_run, true);
    cr_assert_eq(answer->keys[0].token, 0);
    cr_assert_null(answer->ticket);
    dibs_answer_free(answer);
    cr_assert_eq(world_try(bob, "task:one", NULL), DIBS_VERDICT_GRANTED);
}

Test(claim, the_second_denial_advises_to_make_something_new)
{
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    struct dibs_answer *first = world_claim(bob, "task:one", 0), *second = world_claim(bob, "task:one", 0);
    cr_assert_eq(first->advice, DIBS_ADVICE_PIVOT);
    cr_assert_eq(second->advice, DIBS_ADVICE_CREATE);
    dibs_answer_free(first);
    dibs_answer_free(second);
}

Test(claim, a_key_that_names_the_session_is_warned_of)
{
    dibs_client *agent = world_open("agent-0815");
    struct dibs_answer *answer = world_claim(agent, "task:agent-0815/report", 0);
    cr_assert_eq(answer->verdict, DIBS_VERDICT_GRANTED);
    cr_assert_eq(answer->warning_count, 1);
    cr_assert_str_eq(answer->warnings[0].code, "session_in_key");
    dibs_answer_free(answer);
    dibs_close(agent);
}

Test(claim, check_knows_the_live_token_from_an_old_one)
{
    uint64_t token;
    struct dibs_answer *answer;
    cr_assert_eq(world_try(alice, "task:one", &token), DIBS_VERDICT_GRANTED);
    MUST(dibs_check(bob, "task:one", NULL, token, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_ACCEPTED);
    cr_assert_eq(answer->keys[0].token, token);
    dibs_answer_free(answer);
    MUST(dibs_check(bob, "task:one", NULL, token + 1, &answer));
    cr_assert_eq(answer->reason, DIBS_REASON_STALE_TOKEN);
    dibs_answer_free(answer);
}

Test(claim, a_list_pages_through_all_that_is_held_and_done)
{
    static const char *const settings[] = {"claims_per_minute=1000", "claims_per_session=256", NULL};
    two_end();
    two_begin_with(settings);
    char key[32];
    for (int i = 0; i < 150; i++) {
        (void)snprintf(key, sizeof key, "task:list/%03d", i);
        cr_assert_eq(world_try(alice, key, NULL), DIBS_VERDICT_GRANTED);
    }
    dibs_answer_free(world_close(alice, "task:list/000", 0, DIBS_OUTCOME_DONE));
    struct dibs_list_options options = {.prefix = "task:list/"};
    int held = 0, done = 0, pages = 0;
    char cursor[512];
    for (; pages < 10; pages++) {
        struct dibs_answer *page;
        MUST(dibs_list(bob, &options, &page));
        for (size_t i = 0; i < page->row_count; i++) {
            held += page->rows[i].kind == DIBS_ROW_CLAIM;
            done += page->rows[i].kind == DIBS_ROW_DONE;
        }
        bool more = page->next != NULL;
        (void)snprintf(cursor, sizeof cursor, "%s", more ? page->next : "");
        options.after = cursor;
        dibs_answer_free(page);
        if (!more)
            break;
    }
    cr_assert_eq(held, 149);
    cr_assert_eq(done, 1);
    cr_assert_geq(pages, 2);
}

Test(claim, show_tells_who_holds_waits_and_has_done)
{
    struct dibs_answer *waiting, *shown;
    const char *key = "task:one";
    const struct dibs_claim_options wait = {.keys = &key, .key_count = 1, .wait = true};
    cr_assert_eq(world_try(alice, key, NULL), DIBS_VERDICT_GRANTED);
    MUST(dibs_claim_submit(bob, &wait, &waiting));
    MUST(dibs_show(bob, key, NULL, &shown));
    cr_assert_eq(shown->row_count, 2);
    cr_assert_eq(shown->rows[0].kind, DIBS_ROW_CLAIM);
    cr_assert_str_eq(shown->rows[0].session, "alice");
    cr_assert_eq(shown->rows[1].kind, DIBS_ROW_WAITER);
    cr_assert_str_eq(shown->rows[1].session, "bob");
    dibs_answer_free(shown);
    dibs_answer_free(waiting);
}

Test(claim, the_status_counts_and_names_the_store)
{
    struct dibs_answer *answer;
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    MUST(dibs_get_status(bob, &answer));
    cr_assert_not_null(answer->status);
    cr_assert_eq(answer->status->claims, 1);
    cr_assert_eq(answer->status->log_records, world_is_fleet() ? 3 : 2, "genesis and a claim; a fleet's question, too");
    cr_assert_eq(strlen(answer->status->digest), world_is_fleet() ? 0 : 32, "a fleet's state is its coordinators'");
    cr_assert_eq(strlen(answer->status->store_id), 32);
    dibs_answer_free(answer);
}
