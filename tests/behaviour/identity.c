/* Sessions and their secrets. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/behaviour/world.h"

static const char secret_one[] = "0123456789abcdef0123456789abcdef", secret_two[] = "fedcba9876543210fedcba9876543210";

static void begin(void)
{
    world_begin(NULL);
}

TestSuite(identity, .init = begin, .fini = world_end);

static dibs_client *open_with_secret(const char *session, const char *secret)
{
    const struct dibs_client_options options = {.session = session, .secret = secret, .secret_size = strlen(secret)};
    dibs_client *client;
    MUST(dibs_open(&options, &client));
    return client;
}

Test(identity, the_same_name_with_another_secret_is_another_session)
{
    dibs_client *one = open_with_secret("agent", secret_one), *two = open_with_secret("agent", secret_two);
    cr_assert_eq(world_try(one, "task:one", NULL), DIBS_VERDICT_GRANTED);
    struct dibs_answer *answer = world_claim(two, "task:one", 0);
    cr_assert_eq(answer->reason, DIBS_REASON_HELD);
    cr_assert_eq(answer->warning_count, 1);
    cr_assert_str_eq(answer->warnings[0].code, "same_name");
    dibs_answer_free(answer);
    answer = world_close(two, "task:one", 1, DIBS_OUTCOME_RELEASED);
    cr_assert_eq(answer->reason, DIBS_REASON_NOT_HOLDER);
    dibs_answer_free(answer);
    dibs_close(one);
    dibs_close(two);
}

Test(identity, the_secret_of_the_environment_is_the_session)
{
    (void)setenv("DIBS_SECRET", secret_one, 1);
    dibs_client *by_environment = world_open("agent"), *by_option = open_with_secret("agent", secret_one);
    cr_assert_eq(world_try(by_environment, "task:one", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(world_try(by_option, "task:one", NULL), DIBS_VERDICT_YOURS);
    dibs_close(by_environment);
    dibs_close(by_option);
}

Test(identity, the_per_user_key_makes_one_session_of_one_name)
{
    dibs_client *first = world_open("agent"), *second = world_open("agent"), *other = world_open("else");
    struct stat status;
    cr_assert_eq(world_try(first, "task:one", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(world_try(second, "task:one", NULL), DIBS_VERDICT_YOURS);
    cr_assert_eq(world_try(other, "task:one", NULL), DIBS_VERDICT_DENIED);
    cr_assert_eq(stat(world_path("config/dibs/secret.key"), &status), 0);
    cr_assert_eq(status.st_size, 32);
    cr_assert_eq(status.st_mode & 0777, 0600);
    dibs_close(first);
    dibs_close(second);
    dibs_close(other);
}

Test(identity, a_key_file_that_others_can_read_is_refused)
{
    dibs_client *client = world_open("agent");
    const struct dibs_client_options options = {.session = "agent"};
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    dibs_close(client);
    cr_assert_eq(chmod(world_path("config/dibs/secret.key"), 0640), 0);
    cr_assert_eq(dibs_open(&options, &client), DIBS_BAD_INPUT);
    cr_assert_not_null(strstr(dibs_error_text(), "chmod 600"));
}

Test(identity, a_key_file_of_another_size_is_refused)
{
    FILE *file = fopen(world_path("short.key"), "w");
    (void)fputs("too short", file);
    (void)fclose(file);
    cr_assert_eq(chmod(world_path("short.key"), 0600), 0);
    (void)setenv("DIBS_SECRET_FILE", world_path("short.key"), 1);
    const struct dibs_client_options options = {.session = "agent"};
    dibs_client *client = NULL;
    cr_assert_eq(dibs_open(&options, &client), DIBS_BAD_INPUT);
    cr_assert_null(client);
}

Test(identity, a_short_secret_is_refused)
{
    const struct dibs_client_options options = {.session = "agent", .secret = "short", .secret_size = 5};
    dibs_client *client;
    cr_assert_eq(dibs_open(&options, &client), DIBS_BAD_INPUT);
}

Test(identity, without_a_name_a_new_session_is_made_up)
{
    dibs_client *one = world_open(NULL), *two = world_open(NULL);
    cr_assert_eq(dibs_session_is_new(one), true);
    cr_assert_str_neq(dibs_session(one), dibs_session(two));
    cr_assert_eq(world_try(one, "task:one", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(world_try(two, "task:one", NULL), DIBS_VERDICT_DENIED);
    dibs_client *again = world_open(dibs_session(one));
    cr_assert_eq(dibs_session_is_new(again), false);
    cr_assert_eq(world_try(again, "task:one", NULL), DIBS_VERDICT_YOURS);
    dibs_close(one);
    dibs_close(two);
    dibs_close(again);
}

Test(identity, who_has_not_the_operators_key_cannot_revoke_or_configure)
{
    dibs_client *client = world_open("agent");
    const struct dibs_revoke_options revoke = {.session = "agent", .reason = "x"};
    const struct dibs_setting setting = {"ttl_default", "90s"};
    struct dibs_answer *answer;
    dibs_close(client);
    FILE *file = fopen(world_path("wrong.key"), "w");
    (void)fputs(secret_one, file);
    (void)fclose(file);
    cr_assert_eq(chmod(world_path("wrong.key"), 0600), 0);
    const struct dibs_client_options options = {.session = "agent", .operator_key = world_path("wrong.key")};
    MUST(dibs_open(&options, &client));
    MUST(dibs_revoke(client, &revoke, &answer));
    cr_assert_eq(answer->reason, DIBS_REASON_FORBIDDEN);
    cr_assert_eq(dibs_answer_exit_code(answer), 1);
    dibs_answer_free(answer);
    MUST(dibs_configure(client, &setting, 1, &answer));
    cr_assert_eq(answer->reason, DIBS_REASON_FORBIDDEN);
    dibs_answer_free(answer);
    dibs_close(client);
}

/* Whatever was claimed, revoked or handed off: neither secret nor key nor code is in the store's files. */
Test(identity, no_secret_is_written_into_the_store)
{
    if (world_is_fleet())
        cr_skip("a fleet's store is a topic");
    dibs_client *client = open_with_secret("agent", secret_one);
    const struct dibs_target target = {.key = "task:one"};
    struct dibs_answer *answer;
    char command[9000];
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    MUST(dibs_handoff(client, &target, NULL, false, &answer));
    (void)snprintf(command, sizeof command, "grep -rqaF -e '%s' -e '%s' '%s'", secret_one, answer->code,
                   world_path("store"));
    cr_assert_neq(system(command), 0);
    dibs_answer_free(answer);
    dibs_close(client);
}
