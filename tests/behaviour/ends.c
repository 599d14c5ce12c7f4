/* How claims end: closed, given on, revoked, run out; and what their holders hear. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "tests/behaviour/two.h"

TestSuite(end, .init = two_begin, .fini = two_end);

static struct dibs_answer *handoff(dibs_client *client, const char *key)
{
    const struct dibs_target target = {.key = key};
    struct dibs_answer *answer;
    MUST(dibs_handoff(client, &target, NULL, false, &answer));
    return answer;
}

Test(end, released_is_free_at_once_and_not_remembered)
{
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    struct dibs_answer *answer = world_close(alice, "task:one", 0, DIBS_OUTCOME_RELEASED);
    cr_assert_eq(answer->verdict, DIBS_VERDICT_ACCEPTED);
    cr_assert_eq(answer->ended_count, 1);
    dibs_answer_free(answer);
    cr_assert_eq(world_try(bob, "task:one", NULL), DIBS_VERDICT_GRANTED);
}

Test(end, done_is_remembered_with_its_result_until_somebody_insists)
{
    const struct dibs_target target = {.key = "task:one"};
    const struct dibs_close_options done = {
        .outcome = DIBS_OUTCOME_DONE, .targets = &target, .target_count = 1, .result = "see commit 1234"};
    struct dibs_answer *answer;
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    MUST(dibs_close_claims(alice, &done, &answer));
    dibs_answer_free(answer);
    answer = world_claim(bob, "task:one", 0);
    cr_assert_eq(answer->reason, DIBS_REASON_ALREADY_DONE);
    cr_assert_str_eq(answer->result, "see commit 1234");
    cr_assert_str_eq(answer->holder->session, "alice");
    dibs_answer_free(answer);
    answer = world_claim_with(bob, "task:one", (struct dibs_claim_options){.again = true});
    cr_assert_eq(answer->verdict, DIBS_VERDICT_GRANTED);
    dibs_answer_free(answer);
}

Test(end, release_all_ends_every_claim_of_the_session_in_one_record)
{
    const struct dibs_close_options all = {.outcome = DIBS_OUTCOME_RELEASED, .all = true};
    struct dibs_answer *answer;
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(world_try(alice, "task:two", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(world_try(bob, "task:three", NULL), DIBS_VERDICT_GRANTED);
    MUST(dibs_close_claims(alice, &all, &answer));
    cr_assert_eq(answer->ended_count, 2);
    dibs_answer_free(answer);
    cr_assert_eq(world_try(bob, "task:one", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(world_try(alice, "task:three", NULL), DIBS_VERDICT_DENIED);
}

Test(end, a_stranger_cannot_close_or_renew)
{
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    struct dibs_answer *answer = world_close(bob, "task:one", 0, DIBS_OUTCOME_RELEASED);
    cr_assert_eq(answer->reason, DIBS_REASON_NOT_HOLDER);
    cr_assert_eq(dibs_answer_exit_code(answer), 1);
    dibs_answer_free(answer);
    answer = world_renew(bob, NULL, 1);
    cr_assert_eq(answer->reason, DIBS_REASON_NOT_HOLDER);
    dibs_answer_free(answer);
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_YOURS);
}

Test(end, renewal_keeps_token_and_holder)
{
    uint64_t token;
    cr_assert_eq(world_try(alice, "task:one", &token), DIBS_VERDICT_GRANTED);
    const struct dibs_target target = {.key = "task:one"};
    const struct dibs_renew_options options = {
        .targets = &target, .target_count = 1, .has_ttl = true, .ttl_ms = 2 * 3600000};
    struct dibs_answer *answer;
    MUST(dibs_renew(alice, &options, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_ACCEPTED);
    cr_assert_eq(answer->item_count, 1);
    cr_assert_eq(answer->items[0].token, token);
    cr_assert_eq(answer->items[0].expires_in_ms, 2 * 3600000);
    dibs_answer_free(answer);
}

Test(end, a_lease_that_ran_out_is_lost_and_its_holder_hears_so)
{
    uint64_t token;
    struct dibs_answer *answer = world_claim(alice, "task:short", 1000);
    token = answer->keys[0].token;
    dibs_answer_free(answer);
    world_until_free("task:short");
    answer = world_renew(alice, "task:short", 0);
    cr_assert_eq(answer->reason, DIBS_REASON_NOT_HOLDER);
    cr_assert_eq(answer->why, DIBS_WHY_EXPIRED);
    cr_assert_eq(dibs_answer_exit_code(answer), 5);
    dibs_answer_free(answer);
    answer = world_close(alice, "task:short", token, DIBS_OUTCOME_DONE);
    cr_assert_eq(answer->reason, DIBS_REASON_STALE_TOKEN);
    cr_assert_eq(answer->why, DIBS_WHY_EXPIRED);
    cr_assert_eq(dibs_answer_exit_code(answer), 5);
    dibs_answer_free(answer);
}

Test(end, a_hand_off_code_moves_the_claim_with_a_new_token_once)
{
    uint64_t token;
    char code[DIBS_CODE_SIZE];
    cr_assert_eq(world_try(alice, "task:one", &token), DIBS_VERDICT_GRANTED);
    struct dibs_answer *answer = handoff(alice, "task:one");
    cr_assert_not_null(answer->code);
    (void)snprintf(code, sizeof code, "%s", answer->code);
    cr_assert_null(strstr(answer->message, code), "it is shown in one place only");
    dibs_answer_free(answer);
    MUST(dibs_take(bob, code, NULL, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_GRANTED);
    cr_assert_str_eq(answer->keys[0].key, "task:one");
    cr_assert_gt(answer->keys[0].token, token);
    dibs_answer_free(answer);
    MUST(dibs_take(alice, code, NULL, &answer));
    cr_assert_eq(answer->reason, DIBS_REASON_NOT_HOLDER, "the code is spent");
    dibs_answer_free(answer);
    answer = world_renew(alice, "task:one", 0);
    cr_assert_eq(answer->why, DIBS_WHY_TAKEN);
    cr_assert_str_eq(answer->by, "bob");
    cr_assert_eq(dibs_answer_exit_code(answer), 5);
    dibs_answer_free(answer);
}

Test(end, a_withdrawn_code_opens_nothing)
{
    const struct dibs_target target = {.key = "task:one"};
    struct dibs_answer *answer;
    char code[DIBS_CODE_SIZE];
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    answer = handoff(alice, "task:one");
    (void)snprintf(code, sizeof code, "%s", answer->code);
    dibs_answer_free(answer);
    MUST(dibs_handoff(alice, &target, NULL, true, &answer));
    cr_assert_null(answer->code);
    dibs_answer_free(answer);
    MUST(dibs_take(bob, code, NULL, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_DENIED);
    dibs_answer_free(answer);
}

Test(end, the_operator_can_revoke_and_the_holder_hears_so)
{
    const struct dibs_revoke_options options = {.key = "task:one", .reason = "it crashed"};
    struct dibs_answer *answer;
    cr_assert_eq(world_try(alice, "task:one", NULL), DIBS_VERDICT_GRANTED);
    MUST(dibs_revoke(bob, &options, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_ACCEPTED);
    cr_assert_eq(answer->ended_count, 1);
    dibs_answer_free(answer);
    answer = world_close(alice, "task:one", 0, DIBS_OUTCOME_DONE);
    cr_assert_eq(answer->why, DIBS_WHY_REVOKED);
    cr_assert_eq(dibs_answer_exit_code(answer), 5);
    dibs_answer_free(answer);
    cr_assert_eq(world_try(bob, "task:one", NULL), DIBS_VERDICT_GRANTED);
}

Test(end, cancel_gives_back_what_that_ticket_was_granted)
{
    struct dibs_answer *claim = world_claim(alice, "task:one", 0), *answer;
    MUST(dibs_cancel(bob, claim->ticket, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_ACCEPTED, "one user's sessions share the per-user key");
    cr_assert_eq(answer->ended_count, 1);
    dibs_answer_free(answer);
    cr_assert_eq(world_try(bob, "task:one", NULL), DIBS_VERDICT_GRANTED);
    MUST(dibs_wait(alice, claim->ticket, 0, &answer));
    cr_assert_eq(answer->reason, DIBS_REASON_CANCELLED);
    dibs_answer_free(answer);
    dibs_answer_free(claim);
}

Test(end, policy_is_changed_in_the_log_and_listed_with_its_limits)
{
    const struct dibs_setting settings[] = {{"ttl_default", "90s"}, {"claims_per_session", "2"}};
    struct dibs_answer *answer;
    MUST(dibs_configure(alice, settings, 2, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_ACCEPTED);
    dibs_answer_free(answer);
    answer = world_claim(bob, "task:one", 0);
    cr_assert(world_is_left(answer->keys[0].expires_in_ms, 90000));
    dibs_answer_free(answer);
    cr_assert_eq(world_try(bob, "task:two", NULL), DIBS_VERDICT_GRANTED);
    answer = world_claim(bob, "task:three", 0);
    cr_assert_eq(answer->reason, DIBS_REASON_QUOTA);
    cr_assert_eq(answer->why, DIBS_WHY_CLAIMS);
    dibs_answer_free(answer);
    MUST(dibs_get_policy(bob, &answer));
    cr_assert_geq(answer->policy_count, 24);
    cr_assert_str_eq(answer->policy[0].name, "ttl_default");
    cr_assert_str_eq(answer->policy[0].unit, "ms");
    cr_assert_eq(answer->policy[0].value, 90000);
    cr_assert_eq(answer->policy[0].initial, 3600000);
    cr_assert_eq(answer->policy[0].least, 1000);
    dibs_answer_free(answer);
}

/* The log is what everything is told from: all of the above can be read back. */
Test(end, the_log_shows_each_record_with_its_decisions_and_can_be_filtered)
{
    uint64_t token;
    const struct dibs_log_entry *entry;
    dibs_log *log;
    cr_assert_eq(world_try(alice, "task:one", &token), DIBS_VERDICT_GRANTED);
    cr_assert_eq(world_try(bob, "task:one", NULL), DIBS_VERDICT_DENIED);
    cr_assert_eq(world_try(bob, "task:two", NULL), DIBS_VERDICT_GRANTED);
    dibs_answer_free(world_close(alice, NULL, token, DIBS_OUTCOME_RELEASED));
    const struct dibs_log_options options = {.key = "task:one"};
    MUST(dibs_log_open(bob, &options, &log));
    static const char *const expected[] = {"claim alice", "claim bob", "release alice"};
    size_t count = 0;
    char line[256];
    while (dibs_log_next(log, &entry) == DIBS_OK) {
        (void)snprintf(line, sizeof line, "%s %s", entry->verb, entry->session);
        cr_assert_lt(count, 3);
        cr_assert_str_eq(line, expected[count]);
        cr_assert_eq(entry->decision_count, 1);
        count++;
    }
    cr_assert_eq(count, 3);
    dibs_log_close(log);
}
