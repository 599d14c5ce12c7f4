/* The program as a program: help, options, colours, pipes, and what it is linked with. */
#include "tests/behaviour/cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(program, .init = home_begin_as_alice, .fini = home_end);

static const char *const verbs[] = {"init",      "claim",   "exec",   "wait",       "renew", "done",
                                    "abandon",   "release", "cancel", "handoff",    "take",  "revoke",
                                    "configure", "check",   "list",   "show",       "key",   "log",
                                    "status",    "export",  "import", "completion", "help",  "version"};

Test(program, help_lists_every_command_and_each_has_its_own)
{
    struct ran all = expect(0, dibs("help"));
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        expect_out(all, text_format("\n  %s ", verbs[i]));
        struct ran one = expect(0, dibs("help", verbs[i]));
        cr_expect_eq(strncmp(one.out, text_format("dibs %s", verbs[i]), 5 + strlen(verbs[i])), 0, "%s", one.out);
        static const char *const common[] = {"--store URL", "--session NAME", "--json", "--help", "Exit codes: "};
        for (size_t j = 0; j < sizeof common / sizeof common[0]; j++)
            expect_out(one, common[j]);
        if (strcmp(verbs[i], "help") == 0)
            continue;
        cr_expect_str_eq(expect(0, dibs(verbs[i], "--help")).out, one.out);
        cr_expect_str_eq(expect(0, dibs(verbs[i], "-h")).out, one.out);
    }
    cr_expect_str_eq(expect(0, dibs("--help")).out, all.out);
    expect_err(expect(2, run_shell("dibs")), "there is no command; `dibs help` lists them");
}

/* An operand that is longer than its column leaves the summaries where they are. */
Test(program, the_summaries_in_the_help_stand_in_one_column)
{
    struct ran all = expect(0, dibs("help"));
    expect_out(all, "\n  claim      [KEY...]         claim work before");
    expect_out(all, "\n  exec       [KEY...] -- COMMAND...\n                              run a command");
    expect_out(all, "\n  import-coordination FILE\n                              carry an old");
}

Test(program, help_tells_what_a_command_of_exec_finds_and_how_it_is_held)
{
    struct ran ran = expect(0, dibs("help", "exec"));
    static const char *const told[] = {
        "$DIBS_KEY ",     "$DIBS_KEYS ", "$DIBS_ABOUT ",       "$DIBS_TOKEN ", "$DIBS_SESSION ",
        "$DIBS_STORE ",   "$DIBS_LOST ", "$DIBS_SECRET_FILE ", "$DIBS_PID ",   "as with --fresh, always",
        "without a shell"};
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        expect_out(ran, told[i]);
}

Test(program, help_has_every_option_that_the_command_takes)
{
    static const char *const options[] = {"--any",     "--shared",     "--ttl DURATION", "--wait[=DURATION]",
                                          "--fresh",   "--about TEXT", "--aka TEXT",     "--category NAME",
                                          "--ref URL", "--again",      "--in REPO",      "--origin TEXT",
                                          "--dry-run"};
    struct ran ran = expect(0, dibs("help", "claim"));
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        expect_out(ran, text_format("\n  %s ", options[i]));
}

Test(program, an_example_in_the_help_is_one_that_parses)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        struct ran ran = expect(0, dibs("help", verbs[i]));
        const char *example = strstr(ran.out, "\nExample: ");
        static const char *const makers[] = {"init", "export", "import"}; /* would make what they say, where they say */
        bool makes = false;
        for (size_t j = 0; j < sizeof makers / sizeof makers[0]; j++)
            makes = makes || strcmp(verbs[i], makers[j]) == 0;
        if (example == NULL || makes)
            continue;
        ran = run_shell(text_format("%.*s", (int)strcspn(example + 10, "\n"), example + 10));
        cr_expect(ran.code <= 1 || strstr(ran.err, "is not a ticket") != NULL ||
                      strstr(ran.err, "hand-off code") != NULL || strstr(ran.err, "./deploy") != NULL,
                  "%s: %d: %s", example, ran.code, ran.err);
    }
}

Test(program, version_is_told)
{
    cr_expect_str_eq(expect(0, dibs("version")).out, expect(0, dibs("--version")).out);
    expect_out(expect(0, dibs("version")), "dibs 0.");
}

Test(program, two_dashes_end_the_options)
{
    expect_out(expect(0, dibs("claim", "--", "--ttl")), "--ttl  granted");
    expect_out(expect(0, dibs("claim", "--ttl", "1h", "--", "k:1", "--json")), "--json  granted");
    expect_out(expect(0, dibs("claim", "--wait", "--", "5m")), "5m  granted");
}

Test(program, a_value_may_stand_after_a_space_or_an_equals_sign)
{
    cr_expect_eq(json_number(expect(0, dibs("claim", "k:1", "--ttl=2h", "--json")), "expires_in_ms"), 7200000);
    expect(0, dibs("claim", "k:2", "--about=--json"));
    expect_out(expect(0, dibs("show", "k:2")), "about: --json");
}

Test(program, common_options_may_stand_before_the_command)
{
    struct ran ran = expect(0, dibs("--json", "--session=carol", "--store", home_path("store"), "claim", "k:1"));
    cr_expect_str_eq(json_text(ran, "session"), "carol");
    expect(2, dibs("--ttl", "5m", "claim", "k:1"));
}

Test(program, a_pipe_gets_no_colours_and_a_terminal_does)
{
    cr_expect_eq(strchr(expect(0, dibs("claim", "k:1")).out, '\033'), NULL);
    expect_out(expect(0, run_on_terminal("dibs claim k:2")), "\033[32mgranted\033[0m");
    expect_out(expect(1, run_on_terminal("dibs claim k:2 --session bob")), "\033[31m");
}

Test(program, no_color_and_json_are_honoured_on_a_terminal)
{
    struct ran ran = expect(0, run_on_terminal("dibs claim k:2 --json"));
    cr_expect_eq(strchr(ran.out, '\033'), NULL);
    setenv("NO_COLOR", "1", 1);
    ran = expect(1, run_on_terminal("dibs claim k:1; dibs claim k:1 --session bob"));
    cr_expect_eq(strchr(ran.out, '\033'), NULL, "%s", ran.out);
}

Test(program, an_answer_that_cannot_be_written_is_told)
{
    struct ran ran = expect(4, run_shell("dibs claim k:1 >/dev/full"));
    expect_err(ran, "could not be written to standard output; what was asked did happen");
    expect_out(expect(0, dibs("show", "k:1")), "held by alice");
}

Test(program, it_is_linked_with_what_it_needs_and_no_more)
{
    static const char *const known[] = {"linux-vdso", "liblmdb", "libsodium", "libxxhash",
                                        "libjansson", "libc.so", "ld-linux",  "libpthread"};
    struct ran ran = expect(0, run_shell("ldd \"$(command -v dibs)\" | awk '{ print $1 }'"));
    char *lines = text_format("%s", ran.out), *rest = NULL;
    if (strstr(ran.out, "libasan") != NULL)
        return; /* with all that the sanitizers need */
    for (char *line = strtok_r(lines, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        bool is_known = false;
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            is_known = is_known || strstr(line, known[i]) != NULL;
        cr_expect(is_known, "linked with %s", line);
    }
}

/* Else the lines of agents that have one file for what goes wrong are mixed letter by letter. */
Test(program, a_line_of_an_error_comes_in_one_piece)
{
    int pieces[2], status; /* it keeps what is written at a time apart */
    char line[4096];
    expect(0, dibs("claim", "k:1", "--session", "bob"));
    cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pieces), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(pieces[1], STDERR_FILENO);
        execlp("sh", "sh", "-c", "exec dibs claim k:1 >/dev/null", (char *)NULL);
        _exit(127);
    }
    close(pieces[1]);
    ssize_t size = read(pieces[0], line, sizeof line - 1);
    cr_assert_gt(size, 0);
    line[size] = '\0';
    cr_expect_not_null(strstr(line, "is held by \"bob\""), "%s", line);
    cr_expect_eq(line[size - 1], '\n', "%s", line);
    cr_expect_eq(read(pieces[0], line, sizeof line), 0, "there is one line");
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect_eq(WEXITSTATUS(status), 1);
    close(pieces[0]);
}

/* Else the store's files would have their numbers, and what is said would stand in its log. */
Test(program, without_standard_files_the_store_is_neither_read_nor_written)
{
    static const char *const closed[] = {"<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"};

    expect(0, dibs("claim", "k:1"));
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
        expect(1, run_shell(text_format("dibs claim k:1 --session bob %s", closed[i])));
        expect(2, run_shell(text_format("dibs offer --from - %s <&-", closed[i])));
        expect(0, run_shell("dibs list && dibs status --check"));
    }
    expect_err(expect(2, run_shell("dibs offer --from - <&-")), "--from -: it cannot be read: Bad file descriptor");
}
