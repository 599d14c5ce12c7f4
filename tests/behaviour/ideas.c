/* Ideas, seen through the public API. */
#include <criterion/criterion.h>

#include <string.h>

#include "tests/behaviour/two.h"

TestSuite(ideas, .init = two_begin, .fini = two_end);

static struct dibs_answer *claim_about(dibs_client *client, const char *key, const char *about)
{
    return world_claim_with(client, key, (struct dibs_claim_options){.about = about, .ref = "pr1"});
}

Test(ideas, the_same_work_under_another_key_is_shown_and_can_be_told_apart)
{
    uint64_t begun_ms = world_now_ms();
    dibs_answer_free(claim_about(alice, "k:1", "Fix the login page on mobile"));
    struct dibs_answer *answer = claim_about(bob, "k:2", "fix login page for mobile phones");
    cr_assert_eq(answer->verdict, DIBS_VERDICT_DENIED, "%s", answer->message);
    cr_expect_eq(answer->reason, DIBS_REASON_SIMILAR);
    cr_expect_eq(answer->likeness, DIBS_LIKENESS_MAYBE);
    cr_assert_eq(answer->rival_count, 1);
    const struct dibs_rival *rival = &answer->rivals[0];
    cr_expect_str_eq(rival->key, "k:1");
    cr_expect_str_eq(rival->session, "alice");
    cr_expect_str_eq(rival->about, "Fix the login page on mobile");
    cr_expect_str_eq(rival->ref, "pr1");
    cr_expect_eq(rival->token, 1);
    cr_expect(rival->score >= 450 && rival->score < 1000, "%u", rival->score);
    cr_expect(!rival->done && !rival->linked && !rival->own);
    cr_expect(world_is_left_since(rival->expires_in_ms, 3600000, begun_ms));
    cr_expect_str_eq(answer->holder->session, "alice");
    cr_expect_not_null(strstr(answer->message, "--not-same-as 1"), "%s", answer->message);
    cr_expect_eq(dibs_answer_exit_code(answer), 1);
    uint64_t token = rival->token;
    dibs_answer_free(answer);
    answer =
        world_claim_with(bob, "k:2",
                         (struct dibs_claim_options){
                             .about = "fix login page for mobile phones", .not_same_as = &token, .not_same_count = 1});
    cr_expect_eq(answer->verdict, DIBS_VERDICT_GRANTED, "%s", answer->message);
    cr_expect_eq(answer->rival_count, 0);
    dibs_answer_free(answer);
}

Test(ideas, work_that_was_done_is_shown_as_done)
{
    dibs_answer_free(claim_about(alice, "k:1", "Fix the login page"));
    dibs_answer_free(world_close(alice, "k:1", 0, DIBS_OUTCOME_DONE));
    struct dibs_answer *answer = claim_about(bob, "k:2", "Fix the login page");
    cr_assert_eq(answer->reason, DIBS_REASON_SIMILAR);
    cr_expect_eq(answer->likeness, DIBS_LIKENESS_SAME);
    cr_expect(answer->rivals[0].done);
    cr_expect_not_null(strstr(answer->message, "done by"), "%s", answer->message);
    dibs_answer_free(answer);
}

Test(ideas, a_question_claims_nothing_and_shows_one_s_own)
{
    struct dibs_answer *answer = NULL;
    dibs_answer_free(claim_about(alice, "k:1", "Fix the login page"));
    const struct dibs_similar_options question = {.about = "login page fixes"};
    MUST(dibs_similar(alice, &question, &answer));
    cr_expect_eq(answer->verdict, DIBS_VERDICT_REPORT);
    cr_assert_eq(answer->rival_count, 1);
    cr_expect(answer->rivals[0].own);
    cr_assert_not_null(answer->thresholds);
    cr_expect_eq(answer->thresholds->ask, 450);
    dibs_answer_free(answer);
    const struct dibs_similar_options elsewhere = {.about = "login page fixes", .scope = "web"};
    MUST(dibs_similar(alice, &elsewhere, &answer));
    cr_expect_eq(answer->rival_count, 0);
    dibs_answer_free(answer);
}

static enum dibs_verdict label(const char *a, const char *b, bool same)
{
    struct dibs_answer *answer = NULL;
    MUST(dibs_label(alice, a, b, NULL, same, &answer));
    enum dibs_verdict verdict = answer->verdict;
    dibs_answer_free(answer);
    return verdict;
}

Test(ideas, keys_that_are_labelled_the_same_are_held_together)
{
    cr_expect_eq(label("k:1", "k:2", true), DIBS_VERDICT_ACCEPTED);
    cr_expect_eq(label("k:1", "k:2", true), DIBS_VERDICT_ACCEPTED);
    cr_expect_eq(label("k:1", "k:2", false), DIBS_VERDICT_DENIED);
    cr_expect_eq(label("k:1", "k:1", true), DIBS_VERDICT_DENIED);
    dibs_answer_free(world_claim(alice, "k:1", 0));
    struct dibs_answer *answer = world_claim(bob, "k:2", 0);
    cr_expect_eq(answer->reason, DIBS_REASON_SIMILAR);
    cr_expect_eq(answer->likeness, DIBS_LIKENESS_LINKED);
    cr_expect(answer->rivals[0].linked);
    dibs_answer_free(answer);
}

Test(ideas, thresholds_of_a_scope_are_told_beside_those_for_all)
{
    const struct dibs_setting settings[] = {{"idea_ask", "1001"}, {"idea_deny", "1001"}};
    struct dibs_answer *answer = NULL;
    if (world_is_fleet())
        return; /* the operator's key is the coordinator's */
    MUST(dibs_configure_scope(alice, "web", settings, 2, &answer));
    cr_expect_eq(answer->verdict, DIBS_VERDICT_ACCEPTED, "%s", answer->message);
    dibs_answer_free(answer);
    MUST(dibs_get_scope_policy(alice, "web", &answer));
    size_t scoped = 0;
    for (size_t i = 0; i < answer->policy_count; i++)
        scoped += strcmp(answer->policy[i].scope, "web") == 0;
    cr_expect_eq(scoped, 2);
    dibs_answer_free(answer);
    const struct dibs_claim_options more = {.about = "Fix the login page", .scope = "web"};
    dibs_answer_free(world_claim_with(alice, "k:1", more));
    answer = world_claim_with(bob, "k:2", more);
    cr_expect_eq(answer->verdict, DIBS_VERDICT_GRANTED);
    cr_assert_eq(answer->warning_count, 1);
    cr_expect_str_eq(answer->warnings[0].code, "similar");
    cr_expect_eq(answer->rival_count, 1);
    dibs_answer_free(answer);
}

Test(ideas, texts_that_are_hostile_are_refused_or_compared)
{
    static char long_text[65536], words[2049];
    struct dibs_answer *answer = NULL;
    memset(long_text, 'x', sizeof long_text - 1);
    for (size_t i = 0; i + 3 < sizeof words; i += 3)
        memcpy(words + i, "ab ", 3);
    const struct {
        const char *about;
        int code;
    } texts[] = {{"", 0},
                 {"the of and", 0},
                 {"\xff\xfe", 2},
                 {long_text, 2},
                 {words, 0},
                 {"'''' ---- ....", 0},
                 {"\xf0\x9f\x8e\x89\xf0\x9f\x8e\x89", 0}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *const keys[] = {"k:1"};
        const struct dibs_claim_options options = {.keys = keys, .key_count = 1, .about = texts[i].about};
        MUST(dibs_claim(alice, &options, &answer));
        cr_expect_eq(dibs_answer_exit_code(answer), texts[i].code, "%zu: %s", i, answer->message);
        dibs_answer_free(answer);
        if (texts[i].code == 0)
            dibs_answer_free(world_close(alice, "k:1", 0, DIBS_OUTCOME_RELEASED));
    }
}
