/* The settings: what the file and the flags may say, and that the table, the help and the file agree. */
#include "coordinator/daemon/options.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

static struct options options;
static struct error_text why;
static struct command_line line;

static enum dibs_error read_lines(const char *text)
{
    options_init(&options);
    return options_read_text(&options, span_from_text(text), "dibsd.conf", &why);
}

static enum dibs_error read_flags(int count, char **words)
{
    options_init(&options);
    return options_read_arguments(&options, count, words, &line, &why);
}

#define FLAGS(...) read_flags((int)(sizeof((char *[]){__VA_ARGS__}) / sizeof(char *)), (char *[]){__VA_ARGS__, NULL})

Test(options, a_file_has_names_values_and_comments)
{
    cr_assert_eq(
        read_lines(
            "# a fleet\n\n  store = kafka://a:1/F \r\nrank=2\n;\nmap = 2G\ncommit_interval = 50ms\nprune = yes\n"),
        DIBS_OK, "%s", why.text);
    cr_assert_str_eq(options.store, "kafka://a:1/F");
    cr_assert(options.rank == 2 && options.map_bytes == UINT64_C(2) << 30 && options.commit_ms == 50 && options.prune);
    cr_assert(options.commit_records == 10000, "what isn't named keeps its default");
}

Test(options, what_is_wrong_in_a_file_is_named_with_its_line)
{
    static const struct {
        const char *text, *words;
    } wrong[] = {
        {"rank = 1\nrnk = 2\n", "dibsd.conf:2"},
        {"rank\n", "dibsd.conf:1"},
        {"rank = 16\n", "from 0 to 15"},
        {"rank = -1\n", "from 0 to 15"},
        {"rank = 1x\n", "from 0 to 15"},
        {"rank =\n", "from 0 to 15"},
        {"rank = 1.\n", "from 0 to 15"},
        {"snapshots = 0:\n", "from 0 to 100"},
        {"rank = 0000000000000000001\n", "from 0 to 15"},
        {"rank = 1K\n", "from 0 to 15"},
        {"snapshots = 0K\n", "from 0 to 100"},
        {"map = 16777217T\n", "size"},
        {"commit_interval = 5ms\n", "10ms to 1s"},
        {"prune = yep\n", "yes|no"},
        {"map = 1K\n", "from 16777216"},
        {"map = 999999999999999999T\n", "size"},
        {"commit_interval = 2s\n", "10ms to 1s"},
        {"prune = maybe\n", "yes|no"},
        {"trace_format = xml\n", "logfmt|json"},
        {"rank = 1\nrank = 1\n", "dibsd.conf:2"},
        {"state = a\x01b\n", "control characters"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_expect_eq(read_lines(wrong[i].text), DIBS_BAD_INPUT, "%s", wrong[i].text);
        cr_expect(strstr(why.text, wrong[i].words) != NULL, "%s: %s", wrong[i].text, why.text);
    }
}

Test(options, a_text_that_does_not_fit_is_refused)
{
    static char line_text[OPTION_TEXT_MAX + 32];
    static char flag[256];
    int begun = snprintf(line_text, sizeof line_text, "http = ");
    memset(line_text + begun, 'x', OPTION_TEXT_MAX - 1);
    cr_expect_eq(read_lines(line_text), DIBS_OK);
    memset(line_text + begun, 'x', OPTION_TEXT_MAX);
    cr_expect_eq(read_lines(line_text), DIBS_BAD_INPUT);
    memset(flag, '-', 2);
    memset(flag + 2, 'x', sizeof flag - 3);
    cr_expect_eq(FLAGS("dibsd", flag, "1"), DIBS_BAD_INPUT);
}

Test(options, flags_override_the_file_wherever_they_stand)
{
    char path[] = "/tmp/dibsd-conf-XXXXXX";
    int file = mkstemp(path);
    cr_assert(file >= 0 && write(file, "rank = 1\nprune = yes\n", 21) == 21 && close(file) == 0);
    cr_assert_eq(FLAGS("dibsd", "--rank", "3", "--config", path, "--prune=no", "--create-topics"), DIBS_OK, "%s",
                 why.text);
    cr_assert(options.rank == 3 && !options.prune && options.create_topics && line.command == COMMAND_RUN);
    cr_assert_eq(FLAGS("dibsd", "--configs", path), DIBS_BAD_INPUT, "another flag that begins alike");
    cr_assert_eq(FLAGS("dibsd", "--config"), DIBS_BAD_INPUT);
    cr_assert_eq(unlink(path), 0);
}

Test(options, a_flag_or_a_command_that_is_none_is_refused)
{
    cr_assert_eq(FLAGS("dibsd", "--rnk", "3"), DIBS_BAD_INPUT);
    cr_assert_eq(FLAGS("dibsd", "--rank"), DIBS_BAD_INPUT);
    cr_assert_eq(FLAGS("dibsd", "--config", "/nonexistent/dibsd.conf"), DIBS_BAD_INPUT);
    cr_assert_eq(FLAGS("dibsd", "start"), DIBS_BAD_INPUT);
    cr_assert_eq(FLAGS("dibsd", "recover", "snapshot"), DIBS_BAD_INPUT);
    cr_assert_eq(FLAGS("dibsd", "restore", "/snap", "/other"), DIBS_BAD_INPUT);
    cr_assert_eq(FLAGS("dibsd", "restore"), DIBS_BAD_INPUT);
    cr_assert_eq(FLAGS("dibsd", "--lost-records"), DIBS_BAD_INPUT);
    cr_assert_eq(FLAGS("dibsd", "recover", "--lost-records"), DIBS_OK);
    cr_assert(line.command == COMMAND_RECOVER && line.lost_records);
    cr_assert_eq(FLAGS("dibsd", "restore", "/snap"), DIBS_OK);
    cr_assert_str_eq(line.snapshot, "/snap");
}

Test(options, they_must_fit_together)
{
    cr_assert_eq(read_lines("state = /s\n"), DIBS_OK);
    cr_assert_eq(options_check(&options, &why), DIBS_BAD_INPUT, "no store");
    cr_assert(strstr(why.text, "no store") != NULL, "%s", why.text);
    cr_assert_eq(read_lines("store = kafka://a/F\n"), DIBS_OK);
    cr_assert_eq(options_check(&options, &why), DIBS_BAD_INPUT, "no state");
    cr_assert_eq(read_lines("store = file:/a\nstate = /s\n"), DIBS_OK);
    cr_assert_eq(options_check(&options, &why), DIBS_BAD_INPUT, "no fleet");
    cr_assert_eq(read_lines("store = kafka://a/F\nstate = /s\ncreate_topics = yes\n"), DIBS_OK);
    cr_assert_eq(options_check(&options, &why), DIBS_BAD_INPUT, "no operator");
    cr_assert_eq(read_lines("store = kafka://a/F\nstate = /s\nprune = yes\nsnapshots = 0\n"), DIBS_OK);
    cr_assert_eq(options_check(&options, &why), DIBS_BAD_INPUT, "nothing to prune below");
    cr_assert_eq(read_lines("store = kafka://a/F\nstate = /s\nreplication = 1\nmin_insync = 2\n"), DIBS_OK);
    cr_assert_eq(options_check(&options, &why), DIBS_BAD_INPUT, "nothing could be written");
    cr_assert_eq(read_lines("store = kafka://a/F\nstate = /s\nmin_insync = 2\n"), DIBS_OK);
    cr_assert_eq(options_check(&options, &why), DIBS_OK, "the replication is the brokers' to say");
    cr_assert_eq(read_lines("store = kafka://a/F\nstate = /s\n"), DIBS_OK);
    cr_assert_eq(options_check(&options, &why), DIBS_OK);
}

Test(options, what_is_shown_can_be_read_again_and_the_help_names_every_setting)
{
    static char shown[OPTION_HELP_MAX], again[OPTION_HELP_MAX], help[OPTION_HELP_MAX];
    static struct options first;
    struct text text;
    cr_assert_eq(read_lines("store = kafka://a/F\nmap = 128M\nprune_keep = 1h30m\ntrace_level = debug\n"), DIBS_OK);
    first = options;
    TEXT_BEGIN(&text, shown);
    options_show(&options, &text);
    cr_assert_eq(read_lines(shown), DIBS_OK, "%s", why.text);
    TEXT_BEGIN(&text, again);
    options_show(&options, &text);
    cr_assert_str_eq(shown, again);
    cr_assert(memcmp(&first, &options, sizeof first) == 0);
    TEXT_BEGIN(&text, help);
    options_help(&text);
    cr_assert_not(text.truncated);
    for (size_t i = 0; i < option_count; i++)
        cr_expect(strstr(help, option_table[i].help) != NULL, "%s", option_table[i].name);
}
