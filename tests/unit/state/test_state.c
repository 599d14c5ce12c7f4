/* Opening, transactions, meta, failures, crashes. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/unit/state/scratch.h"

static struct scratch scratch;
static struct error_text why;

static void setup(void)
{
    scratch_begin(&scratch);
    why = (struct error_text){0};
}

static void teardown(void)
{
    scratch_end(&scratch);
}

TestSuite(state, .init = setup, .fini = teardown);

static enum dibs_error try_open(struct state_options options)
{
    struct state *state = NULL;
    enum dibs_error error = state_open(scratch.path, &options, &state, &why);
    cr_assert_eq(error == DIBS_OK, state != NULL);
    cr_assert_eq(error == DIBS_OK, why.text[0] == '\0', "%s", why.text);
    state_close(state);
    return error;
}

static void one_committed_row(void)
{
    struct state *state = scratch_open(&scratch);
    begin(state);
    put(state, TABLE_CLAIM, "a", "one");
    commit(state);
    state_close(state);
}

Test(state, a_missing_one_is_no_store_unless_it_is_to_be_made)
{
    cr_assert_eq(try_open((struct state_options){0}), DIBS_NO_STORE);
    cr_assert_eq(try_open((struct state_options){.read_only = true}), DIBS_NO_STORE);
    why.text[0] = '\0';
    cr_assert_eq(try_open((struct state_options){.create = true}), DIBS_OK);
    cr_assert_eq(try_open((struct state_options){0}), DIBS_OK);
}

Test(state, words_of_a_missing_one_name_the_path_and_the_way_out)
{
    cr_assert_eq(try_open((struct state_options){0}), DIBS_NO_STORE);
    cr_assert(strstr(why.text, scratch.path) != NULL && strstr(why.text, "dibs init") != NULL, "%s", why.text);
}

Test(state, a_path_that_is_a_file_is_refused)
{
    char name[128];
    struct state *state = NULL;
    struct state_options options = {.create = true};

    scratch_file(&scratch, name, sizeof name);
    int file = open(name, O_CREAT | O_WRONLY, 0600);
    cr_assert_geq(file, 0);
    close(file);
    cr_assert_eq(state_open(name, &options, &state, &why), DIBS_UNAVAILABLE);
    cr_assert(strstr(why.text, "not a directory") != NULL, "%s", why.text);
}

Test(state, bytes_that_are_no_lmdb_file_are_damaged)
{
    char name[128], garbage[16384];

    scratch_file(&scratch, name, sizeof name);
    memset(garbage, 'x', sizeof garbage);
    int file = open(name, O_CREAT | O_WRONLY, 0600);
    cr_assert_eq(write(file, garbage, sizeof garbage), (ssize_t)sizeof garbage);
    close(file);
    cr_assert_eq(try_open((struct state_options){.create = true}), DIBS_DAMAGED);
    cr_assert(strstr(why.text, name) != NULL, "%s", why.text);
}

Test(state, another_lmdb_format_is_newer)
{
    char name[128];

    one_committed_row();
    scratch_file(&scratch, name, sizeof name);
    int file = open(name, O_RDWR);
    uint32_t version = 0x7fffffff;
    for (off_t page = 0; page < 2; page++) /* behind a page header of 16 bytes and the magic */
        cr_assert_eq(pwrite(file, &version, sizeof version, page * 4096 + 20), (ssize_t)sizeof version);
    close(file);
    cr_assert_eq(try_open((struct state_options){0}), DIBS_NEWER);
}

Test(state, a_file_cut_off_is_damaged_and_not_a_crash)
{
    char name[128];

    one_committed_row();
    scratch_file(&scratch, name, sizeof name);
    cr_assert_eq(truncate(name, 2 * 4096), 0); /* both meta pages, none of the tree */
    cr_assert_eq(try_open((struct state_options){0}), DIBS_DAMAGED);
}

Test(state, commit_keeps_and_abort_forgets)
{
    struct state *state = scratch_open(&scratch);
    begin(state);
    put(state, TABLE_CLAIM, "a", "one");
    state_meta(state)->now_ms = 7;
    commit(state);
    begin(state);
    put(state, TABLE_CLAIM, "b", "two");
    cr_assert(table_delete(state, TABLE_CLAIM, span_from_text("a")));
    state_meta(state)->now_ms = 8;
    state_abort(state);
    begin_reading(state);
    cr_assert(has(state, TABLE_CLAIM, "a", "one"));
    cr_assert_not(has(state, TABLE_CLAIM, "b", "two"));
    cr_assert_eq(table_count(state, TABLE_CLAIM), 1);
    cr_assert_eq(state_meta(state)->now_ms, 7);
    cr_assert(digest_is_right(state));
    state_close(state);
}

Test(state, meta_of_a_fresh_one_is_all_zeros_and_lives_on)
{
    struct state *state = scratch_open(&scratch);
    struct state_meta zeros;
    memset(&zeros, 0, sizeof zeros);
    begin(state);
    cr_assert_eq(memcmp(state_meta(state), &zeros, sizeof zeros), 0);
    state_meta(state)->next_offset = 42;
    state_meta(state)->last_token = 43;
    commit(state);
    state_close(state);
    state = scratch_open(&scratch);
    begin_reading(state);
    cr_assert_eq(state_meta(state)->next_offset, 42);
    cr_assert_eq(state_meta(state)->last_token, 43);
    state_meta(state)->next_offset = 44; /* of no effect: nothing is stored */
    commit(state);
    begin_reading(state);
    cr_assert_eq(state_meta(state)->next_offset, 42);
    state_close(state);
}

Test(state, a_second_environment_sees_the_last_commit)
{
    struct state *writer = scratch_open(&scratch), *reader = scratch_open(&scratch);
    begin(writer);
    put(writer, TABLE_CLAIM, "a", "one");
    begin_reading(reader);
    cr_assert_not(has(reader, TABLE_CLAIM, "a", "one"));
    state_abort(reader);
    commit(writer);
    begin(reader);
    cr_assert(has(reader, TABLE_CLAIM, "a", "one"));
    put(reader, TABLE_CLAIM, "b", "two");
    commit(reader);
    begin_reading(writer);
    cr_assert(has(writer, TABLE_CLAIM, "b", "two"));
    state_close(reader);
    state_close(writer);
}

static bool file_reaches_last_page(void)
{
    struct state *state = NULL;
    struct state_options options = {.read_only = true};
    bool opened = state_open(scratch.path, &options, &state, &why) == DIBS_OK; /* it looks at the length */
    state_close(state);
    return opened;
}

Test(state, pages_taken_and_given_back_do_not_make_the_file_look_cut_off)
{
    static uint8_t value[30000];
    struct state *state = scratch_open(&scratch);

    for (uint32_t i = 0; i < 20; i++) {
        begin(state);
        put(state, TABLE_CLAIM, "a", i % 2 == 0 ? "x" : "yy");
        for (uint32_t key = 0; key < 3 * i; key++)
            table_put(state, TABLE_TEXT, span_of(&key, sizeof key), span_of(value, sizeof value));
        for (uint32_t key = 0; key < 3 * i; key++)
            cr_assert(table_delete(state, TABLE_TEXT, span_of(&key, sizeof key)));
        commit(state);
        cr_assert(file_reaches_last_page(), "%s", why.text);
    }
    state_close(state);
}

Test(state, read_only_works_without_any_right_to_write)
{
    char name[128];

    one_committed_row();
    scratch_file(&scratch, name, sizeof name);
    cr_assert_eq(chmod(name, 0444), 0);
    cr_assert_eq(chmod(scratch.path, 0555), 0);
    if (geteuid() == 0)
        cr_assert_eq(seteuid(65534), 0); /* root may write everywhere */
    struct state *state = NULL;
    struct state_options options = {.read_only = true};
    cr_assert_eq(state_open(scratch.path, &options, &state, &why), DIBS_OK, "%s", why.text);
    begin_reading(state);
    cr_assert(has(state, TABLE_CLAIM, "a", "one"));
    commit(state);
    cr_assert_eq(state_begin(state, false, &why), DIBS_UNAVAILABLE);
    state_close(state);
    options.read_only = false;
    cr_assert_eq(state_open(scratch.path, &options, &state, &why), DIBS_UNAVAILABLE);
    cr_assert(strstr(why.text, "permission") != NULL, "%s", why.text);
    (void)seteuid(0);
}

Test(state, a_full_map_fails_for_good_until_abort)
{
    struct state *state = scratch_open_tiny(&scratch);
    struct span key, value;
    begin(state);
    put(state, TABLE_CLAIM, "a", "one");
    commit(state);
    begin(state);
    fill(state);
    cr_assert_eq(state_failure(state, &why), DIBS_UNAVAILABLE);
    cr_assert(strstr(why.text, "map is full") != NULL && strstr(why.text, scratch.path) != NULL, "%s", why.text);

    cr_assert_not(has(state, TABLE_CLAIM, "a", "one"), "reads find nothing");
    cr_assert_not(table_seek(state, TABLE_CLAIM, (struct span){0}, &key, &value));
    cr_assert_not(table_next(state, TABLE_CLAIM, (struct span){0}, &key, &value));
    cr_assert_eq(table_count(state, TABLE_CLAIM), 0);
    put(state, TABLE_CLAIM, "b", "two");
    cr_assert_not(table_delete(state, TABLE_CLAIM, span_from_text("a")));
    why.text[0] = '\0';
    cr_assert_eq(state_commit(state, &why), DIBS_UNAVAILABLE, "a failed transaction cannot be committed");
    cr_assert(strstr(why.text, "map is full") != NULL, "%s", why.text);

    begin(state);
    cr_assert_eq(state_failure(state, NULL), DIBS_OK);
    cr_assert(has(state, TABLE_CLAIM, "a", "one"));
    cr_assert_eq(table_count(state, TABLE_TEXT), 0);
    put(state, TABLE_CLAIM, "b", "two");
    cr_assert(digest_is_right(state));
    commit(state);
    state_close(state);
}

Test(state, the_map_is_fixed_when_it_is_made)
{
    uint64_t used, map;
    struct state *state = scratch_open_tiny(&scratch);
    begin(state);
    put(state, TABLE_CLAIM, "a", "one");
    commit(state);
    state_close(state);
    state = scratch_open(&scratch); /* asks for 1 GiB */
    begin_reading(state);
    state_space(state, &used, &map);
    cr_assert_eq(map, 256 * 1024);
    state_close(state);
}

Test(state, space_shows_what_is_used_and_what_was_freed_near_the_end)
{
    uint64_t used, map, emptied;
    struct state *state = scratch_open_tiny(&scratch);
    static uint8_t value[1000];

    begin(state);
    for (uint32_t i = 0; i < 130; i++)
        table_put(state, TABLE_TEXT, span_of(&i, sizeof i), span_of(value, sizeof value));
    commit(state);
    begin(state);
    state_space(state, &used, &map);
    cr_assert(used > 130 * 1000 && used < map, "%lu", (unsigned long)used);
    for (uint32_t i = 0; i < 130; i++)
        cr_assert(table_delete(state, TABLE_TEXT, span_of(&i, sizeof i)));
    commit(state);
    begin(state);
    state_space(state, &emptied, &map);
    cr_assert_lt(emptied, used / 2, "%lu of %lu", (unsigned long)emptied, (unsigned long)used);
    state_close(state);
}

Test(state, a_disk_that_takes_no_more_is_unavailable_and_the_last_commit_stays)
{
    static uint8_t value[1000];
    struct rlimit limit = {.rlim_cur = 64 * 1024, .rlim_max = RLIM_INFINITY}, old;

    one_committed_row();
    struct state *state = scratch_open(&scratch);
    begin(state);
    for (uint32_t i = 0; i < 200; i++)
        table_put(state, TABLE_TEXT, span_of(&i, sizeof i), span_of(value, sizeof value));
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_assert_eq(state_commit(state, &why), DIBS_UNAVAILABLE, "%s", why.text);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
    state_close(state);

    state = scratch_open(&scratch);
    begin(state);
    cr_assert(has(state, TABLE_CLAIM, "a", "one"));
    cr_assert_eq(table_count(state, TABLE_TEXT), 0);
    cr_assert(digest_is_right(state));
    state_close(state);
}

/* Commits rows 1, 2, 3 … for ever, telling through the pipe which are committed; never returns. */
_Noreturn static void commit_until_killed(int told)
{
    struct state *state = scratch_open(&scratch);
    for (uint32_t i = 1;; i++) {
        begin(state);
        put(state, TABLE_CLAIM, "half", "x");
        state_meta(state)->next_offset = i;
        table_put(state, TABLE_TEXT, span_of(&i, sizeof i), span_of(&i, sizeof i));
        CHECK(table_delete(state, TABLE_CLAIM, span_from_text("half")));
        commit(state);
        CHECK(write(told, &i, sizeof i) == (ssize_t)sizeof i);
    }
}

Test(state, kill_at_any_moment_leaves_the_last_commit)
{
    for (int round = 0; round < 20; round++) {
        int ends[2];
        uint32_t seen = 0, next;
        cr_assert_eq(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0) {
            close(ends[0]);
            commit_until_killed(ends[1]);
        }
        close(ends[1]);
        while (seen < 20U + 7U * (uint32_t)round && read(ends[0], &next, sizeof next) == (ssize_t)sizeof next)
            seen = next;
        cr_assert_eq(kill(child, SIGKILL), 0);
        cr_assert_eq(waitpid(child, NULL, 0), child);
        while (read(ends[0], &next, sizeof next) == (ssize_t)sizeof next)
            seen = next;
        close(ends[0]);

        struct state *state = scratch_open(&scratch);
        begin_reading(state);
        uint64_t stood = state_meta(state)->next_offset;
        cr_assert(stood == seen || stood == seen + 1U, "told %u, stands at %lu", seen, (unsigned long)stood);
        cr_assert_geq(table_count(state, TABLE_TEXT), stood);
        cr_assert_eq(table_count(state, TABLE_CLAIM), 0);
        cr_assert(digest_is_right(state));
        state_close(state);
    }
}

Test(state, kill_in_the_middle_of_a_transaction_leaves_the_one_before)
{
    one_committed_row();
    pid_t child = fork();
    if (child == 0) {
        struct state *state = scratch_open(&scratch);
        begin(state);
        put(state, TABLE_CLAIM, "b", "two");
        fill(state);
        (void)kill(getpid(), SIGKILL);
    }
    cr_assert_eq(waitpid(child, NULL, 0), child);
    struct state *state = scratch_open(&scratch);
    begin(state);
    cr_assert(has(state, TABLE_CLAIM, "a", "one"));
    cr_assert_not(has(state, TABLE_CLAIM, "b", "two"));
    cr_assert(digest_is_right(state));
    put(state, TABLE_CLAIM, "b", "three");
    commit(state);
    state_close(state);
}

Test(state, close_without_commit_is_an_abort_and_of_null_is_nothing)
{
    struct state *state = scratch_open(&scratch);
    begin(state);
    put(state, TABLE_CLAIM, "a", "one");
    state_close(state);
    state_close(NULL);
    state = scratch_open(&scratch);
    begin_reading(state);
    cr_assert_not(has(state, TABLE_CLAIM, "a", "one"));
    state_close(state);
}

Test(state, two_transactions_at_once_are_a_bug, .signal = SIGABRT)
{
    struct state *state = scratch_open(&scratch);
    begin(state);
    begin(state);
}

Test(state, synced_commits_work_too)
{
    struct state *state = NULL;
    struct state_options options = {.create = true, .sync = true};
    cr_assert_eq(state_open(scratch.path, &options, &state, &why), DIBS_OK);
    begin(state);
    put(state, TABLE_CLAIM, "a", "one");
    commit(state);
    begin_reading(state);
    cr_assert(has(state, TABLE_CLAIM, "a", "one"));
    state_close(state);
}
