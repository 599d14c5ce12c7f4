/* A category's own target, seen through the public API. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "tests/behaviour/two.h"

TestSuite(targets, .init = two_begin, .fini = two_end);

static enum dibs_verdict set(const char *category, const char *value)
{
    const struct dibs_setting setting = {"steer_target", value};
    struct dibs_answer *answer = NULL;
    MUST(dibs_configure_category(alice, category, &setting, 1, &answer));
    enum dibs_verdict verdict = answer->verdict;
    dibs_answer_free(answer);
    return verdict;
}

static void offer_three(const char *category)
{
    for (int i = 0; i < 3; i++) {
        char key[32];
        (void)snprintf(key, sizeof key, "%s:%d", category, i);
        world_must_offer(alice, (struct dibs_offer_item){.key = key, .category = category});
    }
}

static void expect_next(const char *category)
{
    const struct dibs_next_options options = {.explain = true};
    struct dibs_answer *answer = NULL;
    MUST(dibs_next(bob, &options, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_GRANTED, "%s", answer->message);
    cr_expect_str_eq(answer->category, category);
    cr_assert_gt(answer->draw_count, 0);
    cr_expect_str_eq(answer->draws[0].category, category);
    cr_expect(answer->draws[0].own_target);
    dibs_answer_free(answer);
}

Test(targets, who_is_short_of_its_own_is_picked)
{
    offer_three("code");
    offer_three("docs");
    cr_expect_eq(set(NULL, "0"), DIBS_VERDICT_ACCEPTED);
    cr_expect_eq(set("docs", "10000"), DIBS_VERDICT_ACCEPTED);
    expect_next("docs");
    expect_next("docs");
    cr_expect_eq(set("docs", ""), DIBS_VERDICT_ACCEPTED);
    cr_expect_eq(set("code", "10000"), DIBS_VERDICT_ACCEPTED);
    expect_next("code");
    expect_next("code");
    expect_next("code");
}

/* The category's own among what is told: -1, if none. */
static int64_t own_target(const char *category, const char *asked)
{
    struct dibs_answer *answer = NULL;
    int64_t own = -1;
    MUST(dibs_get_category_policy(alice, asked, &answer));
    for (size_t i = 0; i < answer->policy_count; i++)
        if (strcmp(answer->policy[i].category, category) == 0 && category[0] != '\0') {
            cr_expect_str_eq(answer->policy[i].name, "steer_target");
            cr_expect_str_eq(answer->policy[i].scope, "");
            own = (int64_t)answer->policy[i].value;
        }
    dibs_answer_free(answer);
    return own;
}

Test(targets, it_is_told_with_the_policy_and_with_steering)
{
    struct dibs_answer *answer = NULL;
    cr_expect_eq(set("docs", "2000"), DIBS_VERDICT_ACCEPTED);
    cr_expect_eq(own_target("docs", "docs"), 2000);
    cr_expect_eq(own_target("docs", "code"), -1);
    cr_expect_eq(own_target("docs", NULL), -1);
    world_must_offer(alice, (struct dibs_offer_item){.key = "k:1", .category = "code"});
    MUST(dibs_get_steering(alice, NULL, &answer));
    cr_assert_eq(answer->draw_count, 2);
    cr_expect_str_eq(answer->draws[0].category, "docs"); /* made when its target was set */
    cr_expect(answer->draws[0].own_target);
    cr_expect_eq(answer->draws[0].target, 2000);
    cr_expect_eq(answer->draws[0].dispatchable, 0);
    cr_expect_not(answer->draws[1].own_target);
    cr_expect_eq(answer->draws[1].target, 310);
    cr_expect(answer->draws[0].boost > answer->draws[1].boost);
    dibs_answer_free(answer);
    cr_expect_eq(set("docs", ""), DIBS_VERDICT_ACCEPTED);
    cr_expect_eq(own_target("docs", "docs"), -1);
}

static void expect_refused(const char *category, const char *name, const char *value)
{
    const struct dibs_setting settings[] = {{"steer_target", "7"}, {name, value}};
    struct dibs_answer *answer = NULL;
    enum dibs_error error = dibs_configure_category(alice, category, settings + (strcmp(name, "steer_target") == 0),
                                                    strcmp(name, "steer_target") == 0 ? 1 : 2, &answer);
    cr_expect(error == DIBS_BAD_INPUT || (error == DIBS_OK && dibs_answer_exit_code(answer) == 2), "%s %s=%s: %d",
              category, name, value, (int)error);
    dibs_answer_free(answer);
}

Test(targets, what_it_may_not_be_is_refused_and_changes_nothing)
{
    char is_long[66];
    memset(is_long, 'c', sizeof is_long - 1);
    is_long[sizeof is_long - 1] = '\0';
    expect_refused("docs", "steer_gain", "3");
    expect_refused("docs", "idea_ask", "3");
    expect_refused("docs", "frobs", "3");
    expect_refused("docs", "steer_target", "10001");
    expect_refused("docs", "steer_target", "-1");
    expect_refused("docs", "steer_target", "many");
    expect_refused("", "steer_target", "");
    expect_refused("", "steer_target", "10001");
    expect_refused(is_long, "steer_target", "5");
    expect_refused("a\x01", "steer_target", "5");
    expect_refused("\xff", "steer_target", "5");
    cr_expect_eq(set(is_long + 1, "5"), DIBS_VERDICT_ACCEPTED);
    cr_expect_eq(own_target("docs", "docs"), -1);
}

Test(targets, there_are_256_at_most)
{
    char category[32];
    for (int i = 0; i < 256; i++) {
        (void)snprintf(category, sizeof category, "c%d", i);
        cr_assert_eq(set(category, "5"), DIBS_VERDICT_ACCEPTED, "%s", category);
    }
    const struct dibs_setting setting = {"steer_target", "5"};
    struct dibs_answer *answer = NULL;
    MUST(dibs_configure_category(alice, "one-more", &setting, 1, &answer));
    cr_expect_eq(dibs_answer_exit_code(answer), 2);
    cr_expect_not_null(strstr(answer->message, "at most 256 of them"), "%s", answer->message);
    dibs_answer_free(answer);
    cr_expect_eq(set("c255", "6"), DIBS_VERDICT_ACCEPTED);
    cr_expect_eq(set("one-more", ""), DIBS_VERDICT_ACCEPTED);
}
