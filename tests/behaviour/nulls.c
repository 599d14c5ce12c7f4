/* A pointer that must not be NULL and is: refused with words by every call that returns an error, never a crash. */
#include <criterion/criterion.h>

#include <string.h>

#include "tests/behaviour/world.h"

static dibs_client *alice;

static void begin(void)
{
    world_begin(NULL);
    alice = world_open("alice");
}

static void end(void)
{
    dibs_close(alice);
    world_end();
}

TestSuite(nulls, .init = begin, .fini = end);

#define REFUSED(call) \
    do { \
        cr_expect_eq((call), DIBS_BAD_INPUT, "%s", #call); \
        cr_expect_not_null(strstr(dibs_error_text(), "NULL"), "%s: '%s'", #call, dibs_error_text()); \
    } while (0)

Test(nulls, options)
{
    struct dibs_answer *answer = NULL;
    dibs_log *log = NULL;
    REFUSED(dibs_claim(alice, NULL, &answer));
    REFUSED(dibs_claim_submit(alice, NULL, &answer));
    REFUSED(dibs_renew(alice, NULL, &answer));
    REFUSED(dibs_close_claims(alice, NULL, &answer));
    REFUSED(dibs_handoff(alice, NULL, NULL, false, &answer));
    REFUSED(dibs_revoke(alice, NULL, &answer));
    REFUSED(dibs_configure(alice, NULL, 3, &answer));
    REFUSED(dibs_similar(alice, NULL, &answer));
    REFUSED(dibs_store_migrate(alice, NULL, NULL));
    struct dibs_migrate_report moved;
    REFUSED(dibs_store_migrate(alice, &(struct dibs_migrate_options){0}, &moved));
    cr_expect_eq(dibs_list(alice, NULL, &answer), DIBS_OK, "all of it");
    dibs_answer_free(answer);
    if (!world_is_fleet()) {
        cr_expect_eq(dibs_log_open(alice, NULL, &log), DIBS_OK, "all of it");
        dibs_log_close(log);
    }
}

Test(nulls, arrays)
{
    struct dibs_answer *answer = NULL;
    const char *const hole[] = {"k:1", NULL};
    REFUSED(dibs_claim(alice, &(struct dibs_claim_options){.key_count = 3}, &answer));
    REFUSED(dibs_renew(alice, &(struct dibs_renew_options){.target_count = 1}, &answer));
    REFUSED(dibs_close_claims(alice, &(struct dibs_close_options){.outcome = DIBS_OUTCOME_DONE, .target_count = 1},
                              &answer));
    REFUSED(dibs_store_init(&(struct dibs_init_options){.setting_count = 1}, NULL, NULL, 0));
    cr_expect_eq(dibs_claim(alice, &(struct dibs_claim_options){.keys = hole, .key_count = 2}, &answer), DIBS_OK);
    cr_expect_eq(dibs_answer_exit_code(answer), 2, "an empty key");
    dibs_answer_free(answer);
}

Test(nulls, out)
{
    const char *key = "k:1";
    const struct dibs_claim_options claim = {.keys = &key, .key_count = 1};
    const struct dibs_target target = {.key = "k:1"};
    const struct dibs_renew_options renew = {.targets = &target, .target_count = 1};
    const struct dibs_close_options close = {.outcome = DIBS_OUTCOME_DONE, .targets = &target, .target_count = 1};
    const struct dibs_revoke_options revoke = {.key = "k:1", .reason = "x"};
    const struct dibs_list_options list = {0};
    const struct dibs_log_options log = {0};
    REFUSED(dibs_open(NULL, NULL));
    REFUSED(dibs_claim(alice, &claim, NULL));
    REFUSED(dibs_claim_submit(alice, &claim, NULL));
    REFUSED(dibs_wait(alice, "t1-x", 0, NULL));
    REFUSED(dibs_cancel(alice, "t1-x", NULL));
    REFUSED(dibs_renew(alice, &renew, NULL));
    REFUSED(dibs_close_claims(alice, &close, NULL));
    REFUSED(dibs_handoff(alice, &target, NULL, false, NULL));
    REFUSED(dibs_take(alice, "0123456789abcdef", NULL, NULL));
    REFUSED(dibs_revoke(alice, &revoke, NULL));
    REFUSED(dibs_configure(alice, NULL, 0, NULL));
    REFUSED(dibs_get_policy(alice, NULL));
    REFUSED(dibs_get_status(alice, NULL));
    REFUSED(dibs_check(alice, "k:1", NULL, 1, NULL));
    REFUSED(dibs_list(alice, &list, NULL));
    REFUSED(dibs_show(alice, "k:1", NULL, NULL));
    REFUSED(dibs_canonical_key("k:1", NULL, NULL));
    REFUSED(dibs_log_open(alice, &log, NULL));
    REFUSED(dibs_log_next(NULL, NULL));
    REFUSED(dibs_log_open_damaged(NULL, NULL, NULL, NULL));
    REFUSED(dibs_watch_open(alice, NULL, NULL));
    REFUSED(dibs_watch_next(NULL, 0, NULL));
    REFUSED(dibs_store_verify(alice, NULL));
    REFUSED(dibs_store_replay(alice, NULL, NULL));
    REFUSED(dibs_parse_duration("1s", NULL));
    REFUSED(dibs_parse_time("2026-01-01T00:00:00Z", NULL));
    REFUSED(dibs_parse_reward("1", NULL));
}

Test(nulls, event)
{
    dibs_watch *watch = NULL;
    cr_assert_eq(dibs_watch_open(alice, NULL, &watch), DIBS_OK, "%s", dibs_error_text());
    REFUSED(dibs_watch_next(watch, 0, NULL));
    dibs_watch_close(watch);
}

Test(nulls, what_is_no_room_at_all_is_left_alone)
{
    char text[4] = "abc";
    cr_expect_eq(dibs_format_duration(1, text, 0), text);
    cr_expect_eq(dibs_format_time(0, text, 0), text);
    cr_expect_str_eq(text, "abc");
    cr_expect_null(dibs_format_time(0, NULL, 0));
    cr_expect_null(dibs_format_duration(1, NULL, 9));
    dibs_interrupt(NULL);
    dibs_close(NULL);
    dibs_answer_free(NULL);
    dibs_log_close(NULL);
}
