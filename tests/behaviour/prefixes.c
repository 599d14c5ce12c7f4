/* Prefixes of trackers by policy: what a bare ENG-5 means at a store, in claims, answers, lists and the log. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "tests/behaviour/two.h"

TestSuite(prefixes, .init = two_begin, .fini = two_end);

static void set(const char *name, const char *value)
{
    const struct dibs_setting setting = {name, value};
    struct dibs_answer *answer;
    MUST(dibs_configure(alice, &setting, 1, &answer));
    cr_assert_eq(answer->verdict, DIBS_VERDICT_ACCEPTED, "%s", answer->message);
    dibs_answer_free(answer);
}

static void refuse(const char *name, const char *value, const char *words)
{
    const struct dibs_setting settings[] = {{"ttl_default", "90s"}, {name, value}};
    struct dibs_answer *answer;
    cr_assert_eq(dibs_configure(alice, settings, 2, &answer), DIBS_BAD_INPUT, "%s=%s", name, value);
    cr_assert_not_null(strstr(dibs_error_text(), words), "%s", dibs_error_text());
    cr_assert_null(answer);
}

/* The first key of the answer, which is freed, is that one; its words name it, too. */
static void is_of(struct dibs_answer *answer, const char *key)
{
    cr_assert_eq(answer->key_count, 1, "%s", answer->message);
    cr_expect_str_eq(answer->keys[0].key, key);
    cr_expect_not_null(strstr(answer->message, key), "%s", answer->message);
    dibs_answer_free(answer);
}

Test(prefixes, a_bare_issue_id_is_one_key_with_the_trackers_own_spelling)
{
    set("prefix.eng", "linear");
    is_of(world_claim(alice, "eng-005", 0), "linear:ENG-5");
    struct dibs_answer *answer = world_claim(bob, "https://linear.app/acme/issue/ENG-5/a-title", 0);
    cr_assert_eq(answer->reason, DIBS_REASON_HELD);
    cr_expect_str_eq(answer->holder->key, "linear:ENG-5");
    dibs_answer_free(answer);
}

Test(prefixes, every_answer_names_the_key_as_the_store_does)
{
    const struct dibs_target target = {.key = "Eng-5"};
    struct dibs_answer *answer;
    set("prefix.ENG", "linear");
    is_of(world_claim(alice, "ENG-5", 0), "linear:ENG-5");
    answer = world_renew(alice, "ENG-5", 0);
    cr_expect_str_eq(answer->items[0].key, "linear:ENG-5");
    is_of(answer, "linear:ENG-5");
    MUST(dibs_handoff(alice, &target, NULL, false, &answer));
    cr_expect_str_eq(answer->keys[0].key, "linear:ENG-5");
    dibs_answer_free(answer);
    answer = world_close(bob, "eng-5", 0, DIBS_OUTCOME_DONE);
    cr_assert_eq(answer->reason, DIBS_REASON_NOT_HOLDER);
    cr_expect_not_null(strstr(answer->message, "linear:ENG-5"), "%s", answer->message);
    dibs_answer_free(answer);
    MUST(dibs_check(alice, "eng-5", NULL, 4711, &answer));
    cr_expect_not_null(strstr(answer->message, "linear:ENG-5"), "%s", answer->message);
    dibs_answer_free(answer);
    is_of(world_close(alice, "eng-5", 0, DIBS_OUTCOME_DONE), "linear:ENG-5");
}

Test(prefixes, dibs_store_key_tells_what_a_claim_would_be_granted)
{
    char key[DIBS_KEY_SIZE];
    MUST(dibs_store_key(bob, "eng-5", NULL, key));
    cr_expect_str_eq(key, "eng-5");
    set("prefix.ENG", "jira");
    MUST(dibs_store_key(bob, "eng-5", NULL, key));
    cr_expect_str_eq(key, "jira:ENG-5");
    MUST(dibs_store_key(bob, "#5", "o/r", key));
    cr_expect_str_eq(key, "github:o/r#5");
    cr_expect_eq(dibs_store_key(bob, "#5", NULL, key), DIBS_BAD_INPUT);
    cr_expect(dibs_key_needs_store("fixes OPS-7", NULL) && !dibs_key_needs_store("linear:OPS-7", NULL) &&
              !dibs_key_needs_store("GH-7", "o/r") && !dibs_key_needs_store("a*b", NULL));
    set("prefix.ENG", "");
    MUST(dibs_store_key(bob, "eng-5", NULL, key));
    cr_expect_str_eq(key, "eng-5");
}

Test(prefixes, policy_lists_them_in_order)
{
    struct dibs_answer *answer;
    set("prefix.ops", "jira");
    set("prefix.ENG", "linear");
    MUST(dibs_get_policy(bob, &answer));
    cr_assert_eq(answer->prefix_count, 2);
    cr_expect_str_eq(answer->prefixes[0].prefix, "ENG");
    cr_expect_str_eq(answer->prefixes[0].tracker, "linear");
    cr_expect_str_eq(answer->prefixes[1].prefix, "OPS");
    cr_expect_not_null(strstr(answer->message, "2 prefixes"), "%s", answer->message);
    dibs_answer_free(answer);
}

Test(prefixes, what_is_none_is_refused_with_what_would_be_right_and_nothing_changes)
{
    struct dibs_answer *answer;
    refuse("prefix.", "jira", "is no prefix");
    refuse("prefix.1A", "jira", "prefix.1A: '1A' is no prefix");
    refuse("prefix.A-B", "jira", "is no prefix");
    refuse("prefix.A23456789012345678901234567890123", "jira", "at most 32 bytes");
    refuse("prefix.A", "Jira", "prefix.A: 'Jira' is no tracker");
    refuse("prefix.A", "github", "write jira or linear");
    const struct dibs_setting twice[] = {{"prefix.A", "jira"}, {"prefix.a", "linear"}};
    cr_assert_eq(dibs_configure(alice, twice, 2, &answer), DIBS_BAD_INPUT);
    cr_expect_not_null(strstr(dibs_error_text(), "prefix.a is given twice"), "%s", dibs_error_text());
    const struct dibs_setting one = {"prefix.A", "jira"};
    cr_expect_eq(dibs_configure_scope(alice, "web", &one, 1, &answer), DIBS_BAD_INPUT);
    cr_expect_not_null(strstr(dibs_error_text(), "prefix.A is for all scopes"), "%s", dibs_error_text());
    cr_expect_eq(dibs_configure_category(alice, "docs", &one, 1, &answer), DIBS_BAD_INPUT);
    MUST(dibs_get_policy(bob, &answer));
    cr_expect(answer->prefix_count == 0 && answer->policy[0].value == 3600000);
    dibs_answer_free(answer);
}

Test(prefixes, a_store_has_32_of_them_and_says_so_of_the_33rd)
{
    struct dibs_setting settings[32];
    char names[32][24];
    struct dibs_answer *answer;
    for (int i = 0; i < 32; i++) {
        (void)snprintf(names[i], sizeof names[i], "prefix.P%d", i);
        settings[i] = (struct dibs_setting){names[i], "jira"};
    }
    MUST(dibs_configure(alice, settings, 32, &answer));
    dibs_answer_free(answer);
    const struct dibs_setting more[] = {{"ttl_default", "90s"}, {"prefix.Q", "linear"}};
    MUST(dibs_configure(alice, more, 2, &answer));
    cr_assert_eq(answer->reason, DIBS_REASON_BAD_REQUEST);
    cr_expect_eq(dibs_answer_exit_code(answer), 2);
    cr_expect_not_null(strstr(answer->message, "prefix.Q: the store has 32 prefixes already"), "%s", answer->message);
    dibs_answer_free(answer);
    set("prefix.p31", "");
    MUST(dibs_configure(alice, more, 2, &answer));
    cr_expect_eq(answer->verdict, DIBS_VERDICT_ACCEPTED);
    dibs_answer_free(answer);
}

Test(prefixes, the_log_reads_each_record_with_the_prefixes_of_its_time)
{
    const struct dibs_log_options options = {.key = "ENG-5"};
    const struct dibs_log_entry *entry;
    dibs_log *log;
    char line[256], all[2048] = "";
    dibs_answer_free(world_claim(alice, "ENG-5", 0));
    dibs_answer_free(world_claim(alice, "OPS-5", 0));
    set("prefix.ENG", "linear");
    dibs_answer_free(world_claim(bob, "eng-5", 0));
    dibs_answer_free(world_close(bob, "ENG-5", 0, DIBS_OUTCOME_RELEASED));
    set("prefix.ENG", "");
    dibs_answer_free(world_close(alice, "ENG-5", 0, DIBS_OUTCOME_RELEASED));
    MUST(dibs_log_open(bob, &options, &log));
    while (dibs_log_next(log, &entry) == DIBS_OK) {
        const struct dibs_answer *answer = entry->decisions[0];
        (void)snprintf(line, sizeof line, "%s %s %s\n", entry->verb, entry->session,
                       answer->key_count > 0 ? answer->keys[0].key : "none");
        strcat(all, line);
    }
    dibs_log_close(log);
    cr_expect_str_eq(all, "claim alice ENG-5\nclaim bob linear:ENG-5\nrelease bob linear:ENG-5\nrelease alice ENG-5\n",
                     "%s", all);
}

Test(prefixes, a_watch_on_a_bare_issue_id_hears_of_the_trackers_key)
{
    const struct dibs_watch_options options = {.key = "eng-5"};
    const struct dibs_answer *event;
    dibs_watch *watch;
    set("prefix.ENG", "linear");
    MUST(dibs_watch_open(bob, &options, &watch));
    dibs_answer_free(world_claim(alice, "ENG-6", 0));
    dibs_answer_free(world_claim(alice, "ENG-5", 0));
    MUST(dibs_watch_next(watch, UINT64_MAX, &event));
    cr_assert_not_null(event);
    cr_expect_str_eq(event->keys[0].key, "linear:ENG-5");
    dibs_watch_close(watch);
}
