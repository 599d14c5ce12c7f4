/* What proves a session: $DIBS_SECRET, the per-user key; and that no secret is ever shown. */
#include "tests/behaviour/cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(secrets, .init = home_begin, .fini = home_end);

static const char mine[] = "correct-horse-battery-staple-0123456789",
                  other[] = "another-secret-of-the-same-length-987654";

Test(secrets, a_wrong_secret_is_not_the_holder)
{
    setenv("DIBS_SESSION", "alice", 1);
    setenv("DIBS_SECRET", mine, 1);
    expect(0, dibs("claim", "k:1"));
    setenv("DIBS_SECRET", other, 1);
    cr_expect_str_eq(json_text(expect(1, dibs("done", "k:1", "--json")), "reason"), "not_holder");
    struct ran ran = expect(1, dibs("claim", "k:1", "--json"));
    cr_expect_str_eq(json_text(ran, "reason"), "held");
    cr_expect_str_eq(json_text(ran, "warnings.0.code"), "same_name");
    setenv("DIBS_SECRET", mine, 1);
    expect(0, dibs("done", "k:1"));
}

Test(secrets, another_user_s_key_is_another_session_of_that_name)
{
    setenv("DIBS_SESSION", "alice", 1);
    expect(0, dibs("claim", "k:1"));
    setenv("DIBS_SECRET_FILE", home_path("second.key"), 1);
    expect(1, dibs("done", "k:1"));
    unsetenv("DIBS_SECRET_FILE");
    expect(0, dibs("done", "k:1"));
}

Test(secrets, a_secret_that_is_too_short_is_bad_input)
{
    setenv("DIBS_SECRET", "short", 1);
    struct ran ran = expect(2, dibs("claim", "k:1"));
    expect_err(ran, "32");
    cr_expect_eq(strstr(ran.err, "short "), NULL, "%s", ran.err);
}

static void expect_mode(const char *name, mode_t mode, off_t size)
{
    struct stat is;

    cr_assert_eq(stat(home_path(name), &is), 0, "%s is not there", name);
    cr_expect_eq(is.st_mode & 0777, mode, "%s: %o", name, is.st_mode & 0777);
    cr_expect_eq(is.st_size, size);
}

Test(secrets, the_key_file_is_made_with_mode_0600_whatever_the_umask)
{
    umask(0);
    expect(0, dibs("claim", "k:1"));
    expect_mode("config/dibs/secret.key", 0600, 32);
    expect_mode("store/operator.key", 0600, 32);
    cr_expect_eq(strcmp(expect(0, run_shell(text_format("ls '%s'", home_path("config/dibs")))).out, "secret.key\n"), 0,
                 "nothing half-made is left beside it");
}

/* As a service of the system has it, or a hook. */
Test(secrets, without_a_home_what_needs_no_key_is_answered)
{
    uint64_t token = claim_token("k:1", "alice");
    unsetenv("HOME");
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("XDG_STATE_HOME");
    expect_err(expect(2, dibs("claim", "k:2", "--session", "bob")), "$HOME names a directory");
    if (home_is_fleet())
        return; /* a question is a record there, with whose it is */
    expect(0, dibs("list"));
    expect(0, dibs("check", "k:1", token_text(token)));
    setenv("DIBS_SECRET", mine, 1);
    expect(0, dibs("claim", "k:2", "--session", "bob"));
}

Test(secrets, twenty_at_once_make_one_key)
{
    expect(0, run_shell("for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do "
                        "dibs claim \"k:$i\" --session alice >\"$HOME/out.$i\" 2>&1 & done; wait"));
    cr_expect_eq(json_number(expect(0, dibs("release", "--all", "--session", "alice", "--json")), "ended"), 20);
}

Test(secrets, a_key_file_that_others_can_read_is_refused)
{
    expect(0, dibs("claim", "k:1", "--session", "alice"));
    static const mode_t modes[] = {0640, 0604, 0660, 0777};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        cr_assert_eq(chmod(home_path("config/dibs/secret.key"), modes[i]), 0);
        struct ran ran = expect(2, dibs("done", "k:1", "--session", "alice"));
        expect_err(ran, "secret.key");
        expect_err(ran, "chmod 600");
    }
    cr_assert_eq(chmod(home_path("config/dibs/secret.key"), 0600), 0);
    expect(0, dibs("done", "k:1", "--session", "alice"));
}

Test(secrets, a_key_file_of_another_size_is_refused)
{
    home_write("bad.key", "too short");
    expect(0, run_shell(text_format("chmod 600 '%s'", home_path("bad.key"))));
    setenv("DIBS_SECRET_FILE", home_path("bad.key"), 1);
    expect_err(expect(2, dibs("claim", "k:1")), "bad.key");
}

static const char *hex_of(const char *bytes, size_t size)
{
    char *text = text_format("%s", "");

    for (size_t i = 0; i < size; i++)
        text = text_format("%s%02x", text, (unsigned char)bytes[i]);
    return text;
}

Test(secrets, nothing_ever_shows_a_secret)
{
    setenv("DIBS_SESSION", "alice", 1);
    setenv("DIBS_SECRET", mine, 1);
    expect(0, dibs("claim", "k:1"));
    const char *code = json_text(expect(0, dibs("handoff", "k:1", "--json")), "code");
    unsetenv("DIBS_SECRET");
    expect(0, dibs("take", code, "--session", "bob"));
    const char *user_key = hex_of(home_read("config/dibs/secret.key"), 32);
    const char *operator_key = hex_of(home_read("store/operator.key"), 32);
    struct ran said = expect(0, run_shell("dibs log; dibs log --json; dibs list; dibs list --json; dibs show k:1; dibs "
                                          "status; dibs status --json; dibs configure --json; dibs help"));
    struct ran kept =
        expect(0, run_shell("grep -aro -e '[[:print:]]*' \"$DIBS_STORE/log\" \"$DIBS_STORE/store.json\""));
    expect_out(said, "k:1");
    expect_out(kept, "k:1");
    cr_expect(strstr(said.out, code) == NULL && strstr(said.err, code) == NULL, "a code is shown once");
    cr_expect(strstr(said.out, mine) == NULL && strstr(kept.out, mine) == NULL);
    cr_expect(strstr(said.out, user_key) == NULL && strstr(said.out, operator_key) == NULL);
}

static bool has_core(void)
{
    return run_shell("ls -d core*").code == 0;
}

/* Where cores become files. */
Test(secrets, a_wait_that_is_killed_leaves_no_core_with_the_secret_in_it)
{
    struct rlimit limit;
    cr_assert_eq(getrlimit(RLIMIT_CORE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    cr_assert(setrlimit(RLIMIT_CORE, &limit) == 0 && chdir(home_path("")) == 0);
    (void)run_shell("sleep 9 & kill -ABRT $!; wait $!");
    if (!has_core())
        cr_skip_test("programs leave no core files here");
    expect(0, run_shell("rm core*"));
    setenv("DIBS_SECRET", mine, 1);
    expect(0, dibs("claim", "k:1", "--session", "alice"));
    struct running waiter = dibs_start("claim", "k:1", "--session", "bob", "--wait");
    (void)running_ticket(&waiter);
    expect(128 + SIGABRT, running_end(&waiter, SIGABRT));
    cr_expect_not(has_core());
}
