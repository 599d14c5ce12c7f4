/* The program `coordination`: the shell lines of a fleet that used the old one, unchanged, with a stand-in `uv`; and
 * carrying its registry over. */
#include "tests/behaviour/cli/cli.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* `uv run COMMAND…` runs the command. */
static void begin(void)
{
    home_begin();
    home_write("uv", "#!/bin/sh\n[ \"$1\" = run ] || exit 64\nshift\nexec \"$@\"\n");
    cr_assert_eq(chmod(home_path("uv"), 0755), 0);
}

TestSuite(coordination, .init = begin, .fini = home_end);

static struct ran fleet(const char *script)
{
    return run_shell(text_format("PATH=\"$HOME:$PATH\"\n%s", script));
}

Test(coordination, the_lines_of_a_fleet_run_unchanged)
{
    struct ran ran =
        expect(0, fleet("uv run coordination work-claim \"session-7f8b\" \"github:gptme/gptme#2880\" --ttl 60"));
    expect_silent(ran.err);
    cr_expect_eq(strncmp(ran.out, "claimed github:gptme/gptme#2880 (expires 20", 43), 0, "%s", ran.out);
    cr_expect_eq(strlen(ran.out), strlen("claimed github:gptme/gptme#2880 (expires 2026-11-29 08:40:00)\n"));

    ran = expect(1, fleet("uv run coordination work-claim \"bob-cc-c5b0\" \"github:gptme/gptme#2880\" --ttl 60"));
    expect_silent(ran.out);
    expect_err(ran, "DENIED — github:gptme/gptme#2880 held by session-7f8b (expires 20");

    expect(0, fleet("AGENT_SLUG=bob-1\n"
                    "uv run coordination work-claim $AGENT_SLUG cascade:task:TASK_ID --ttl 60 &&\n"
                    "uv run coordination work-list | grep \"^cascade\""));
    expect(0, fleet("if uv run coordination work-claim \"bob-2\" \"cascade:task:TASK_ID\" --ttl 60; then exit 9; "
                    "else echo taken; fi"));
    ran = expect(0, fleet("uv run coordination work-complete bob-1 cascade:task:TASK_ID --result 'merged as #9'"));
    cr_expect_str_eq(ran.out, "completed cascade:task:TASK_ID\n");
    ran = expect(1, fleet("uv run coordination work-claim \"bob-2\" \"cascade:task:TASK_ID\" --ttl 60"));
    expect_err(ran, "DENIED — cascade:task:TASK_ID already completed by bob-1: merged as #9\n");
    ran =
        expect(0, fleet("uv run coordination work-abandon session-7f8b 'github:gptme/gptme#2880' --reason 'blocked'"));
    cr_expect_str_eq(ran.out, "abandoned github:gptme/gptme#2880\n");
    expect(0, fleet("uv run coordination work-claim \"bob-cc-c5b0\" \"github:gptme/gptme#2880\" --ttl 30"));
}

Test(coordination, a_list_has_the_key_at_column_0)
{
    cr_expect_str_eq(expect(0, fleet("coordination work-list")).out, "(no work items)\n");
    expect(0,
           fleet("coordination work-claim a k:1 && coordination work-claim b k:2 && coordination work-claim a k:3 && "
                 "coordination work-complete a k:3"));
    struct ran ran = expect(0, fleet("coordination work-list"));
    expect_out(ran, "k:1 [claimed] by a expires 20");
    expect_out(ran, "\nk:2 [claimed] by b expires 20");
    expect_out(ran, "\nk:3 [completed] by a\n");
    ran = expect(0, fleet("coordination work-list --claimed --agent b"));
    cr_expect_eq(strncmp(ran.out, "k:2 [claimed] by b expires ", 27), 0, "%s", ran.out);
    cr_expect_eq(strchr(ran.out, '\n'), ran.out + strlen(ran.out) - 1, "%s", ran.out);
}

Test(coordination, claiming_ones_own_again_is_a_yes_and_ending_anothers_a_no)
{
    expect(0, fleet("coordination work-claim a k:1 --ttl=5"));
    struct ran ran = expect(0, fleet("coordination work-claim a k:1 --ttl 90"));
    expect_out(ran, "claimed k:1 (expires ");
    ran = expect(1, fleet("coordination work-complete b k:1"));
    expect_silent(ran.out);
    expect_err(ran, "FAILED — no active claim on k:1 by b\n");
    expect(1, fleet("coordination work-abandon b k:1"));
    expect(1, fleet("coordination work-complete a k:9"));
    expect(0, fleet("coordination work-complete --res 'all good' a k:1"));
}

Test(coordination, what_is_submitted_can_be_picked)
{
    struct ran ran =
        expect(0, fleet("coordination work-submit cascade:task:1 --metadata '{\"title\": \"bake a cake\"}'"));
    cr_expect_str_eq(ran.out, "submitted cascade:task:1 (status: available)\n");
    ran = expect(0, fleet("coordination work-submit cascade:task:1"));
    cr_expect_str_eq(ran.out, "submitted cascade:task:1 (status: available)\n");
    expect(0, fleet("coordination work-claim a cascade:task:1"));
    ran = expect(0, fleet("coordination work-submit cascade:task:1 --metadata 'no json'"));
    cr_expect_str_eq(ran.out, "submitted cascade:task:1 (status: claimed)\n");
    expect(0, fleet("coordination work-complete a cascade:task:1"));
    ran = expect(0, fleet("coordination work-submit cascade:task:1"));
    cr_expect_str_eq(ran.out, "submitted cascade:task:1 (status: completed)\n");
}

Test(coordination, long_results_are_cut_between_characters)
{
    expect(0, fleet("coordination work-claim a k:1"));
    struct ran ran =
        expect(0, fleet(text_format("coordination work-complete a k:1 --result '%s\u00e9'", text_of('x', 2047))));
    expect_err(ran, "cut");
    expect_out(expect(0, dibs("show", "k:1")), "result: xxx");
}

Test(coordination, what_can_be_picked_is_listed_and_nothing_else)
{
    cr_expect_str_eq(expect(0, fleet("coordination work-list --available")).out, "(no work items)\n");
    for (int i = 0; i < 70; i++)
        expect(0, fleet(text_format("coordination work-submit k:%02d", i)));
    expect(0, dibs("offer", "k:later", "--not-before", "1h", "--session", "b"));
    expect(0, fleet("coordination work-claim a k:07"));
    expect(0, fleet("coordination work-claim a k:08"));
    expect(0, fleet("coordination work-complete a k:08"));
    struct ran ran = expect(0, fleet("coordination work-list --available"));
    size_t lines = 0;
    for (const char *at = ran.out; (at = strstr(at, " [available]\n")) != NULL; at++)
        lines++;
    cr_expect_eq(lines, 68, "%zu", lines);
    expect_out(ran, "k:06 [available]\nk:09 [available]\n");
    cr_expect_null(strstr(ran.out, "later"));
    cr_expect_str_eq(expect(0, fleet("coordination work-list --available --agent nobody")).out, "(no work items)\n");
}

Test(coordination, bad_usage_is_2_and_a_store_that_failed_is_4)
{
    expect_err(expect(2, fleet("coordination")), "the command is missing");
    expect_err(expect(2, fleet("coordination work-clam a k:1")), "there is no command \"work-clam\"");
    expect_err(expect(2, fleet("coordination work-claim a")), "something is missing");
    expect_err(expect(2, fleet("coordination work-claim a k:1 k:2")), "unrecognized arguments: k:2");
    expect_err(expect(2, fleet("coordination work-claim a k:1 --ttl")), "expected one argument");
    expect_err(expect(2, fleet("coordination work-claim a k:1 --ttl soon")), "not a whole number of minutes");
    expect_err(expect(2, fleet("coordination work-claim a k:1 --result x")), "unrecognized arguments");
    expect(2, fleet("coordination work-claim a ''"));
    expect(2, fleet("coordination work-claim '' k:1"));
    expect(2, fleet("coordination work-list --claimed --available"));
    expect_err(expect(2, fleet("coordination work-submit 'x/**'")), "a subtree cannot be offered");
    expect_out(expect(0, fleet("coordination --help")), "work-claim");
    expect_err(expect(4, fleet("coordination --store file:/nowhere/at/all work-claim a k:1")), "dibs init");
    expect(4, fleet("DIBS_STORE=file:/nowhere/at/all coordination work-list"));
}

/* ---------------------------------------------------------------- its registry */

static const char table[] =
    "CREATE TABLE work (task_id TEXT PRIMARY KEY, claimer TEXT, epoch INTEGER NOT NULL DEFAULT 0, "
    "claimed_at TEXT, expires_at TEXT, status TEXT NOT NULL DEFAULT 'available', result TEXT, "
    "metadata TEXT, completed_at TEXT);";
static const char rows[] =
    "INSERT INTO work (task_id, claimer, claimed_at, expires_at, status, result, completed_at) VALUES "
    "('k:live', 'a', datetime('now'), datetime('now', '+30 minutes'), 'claimed', NULL, NULL),"
    "('k:dead', 'a', datetime('now', '-2 hours'), datetime('now', '-1 hours'), 'claimed', NULL, NULL),"
    "('k:done', 'b', datetime('now', '-1 hours'), datetime('now'), 'completed', 'merged', datetime('now', '-10 "
    "minutes')),"
    "('k:old', 'b', datetime('now', '-9 days'), datetime('now'), 'completed', NULL, datetime('now', '-9 days')),"
    "('k:open', NULL, NULL, NULL, 'available', NULL, NULL),"
    "('', 'c', datetime('now'), datetime('now', '+30 minutes'), 'claimed', NULL, NULL);";

/* A registry as the old program leaves it, in the journal mode that it sets. */
static void make_registry(const char *statements, bool keep_open)
{
    sqlite3 *db;

    cr_assert_eq(sqlite3_open(home_path("coord.db"), &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, statements, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    if (!keep_open)
        sqlite3_close(db);
}

Test(coordination, a_registry_is_carried_over_and_a_second_run_adds_nothing)
{
    make_registry(text_format("%s%s", table, rows), false);
    struct ran ran = expect(1, dibs("import-coordination", home_path("coord.db")));
    expect_out(ran, "carried over 1 live claims and 1 completed to ");
    expect_out(ran, "; 0 were there already, 1 were completed too long ago to be remembered, 1 were left");
    expect_err(ran, " of c is left as it is: ");
    ran = expect(1, dibs("import-coordination", home_path("coord.db"), "--json"));
    cr_expect_eq(json_number(ran, "claims"), 0);
    cr_expect_eq(json_number(ran, "known"), 2);
    expect(1, fleet("coordination work-claim z k:live"));
    expect_err(expect(1, fleet("coordination work-claim z k:done")), "already completed by b: merged");
    expect(0, fleet("coordination work-claim z k:dead"));
    expect(0, fleet("coordination work-complete a k:live")); /* its agent goes on where it was */
}

Test(coordination, a_registry_in_use_is_read_with_what_its_log_holds_and_not_written)
{
    make_registry(text_format("%s%s", table, rows), true);
    cr_assert_eq(access(home_path("coord.db-wal"), F_OK), 0);
    struct ran ran = expect(0, run_shell("cd && cksum coord.db coord.db-wal >before && "
                                         "dibs import-coordination coord.db >told 2>&1; [ $? = 1 ] && cat told && "
                                         "cksum coord.db coord.db-wal | cmp - before"));
    expect_out(ran, "carried over 1 live claims and 1 completed");
}

Test(coordination, work_that_a_faster_clock_completed_is_carried_over)
{
    make_registry(text_format("%s%s", table,
                              "INSERT INTO work (task_id, claimer, status, completed_at) VALUES "
                              "('k:1', 'a', 'completed', datetime('now', '+1 hours'));"),
                  false);
    struct ran ran = expect(0, dibs("import-coordination", home_path("coord.db")));
    expect_out(ran, "carried over 0 live claims and 1 completed to ");
}

Test(coordination, a_file_that_is_no_registry_is_refused)
{
    home_write("text", "this is no database, and long enough to be looked at as one");
    expect_err(expect(2, dibs("import-coordination", home_path("text"))),
               "it is no registry of the coordination program");
    expect_err(expect(2, dibs("import-coordination", home_path("missing"))), "it cannot be read");
    make_registry("CREATE TABLE other (x)", false);
    expect_err(expect(2, dibs("import-coordination", home_path("coord.db"))), "no such table: work");
}
