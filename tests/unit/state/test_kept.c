/* Changes that are kept instead of committed: who sees them, and when they are gone. */
#include <criterion/criterion.h>
#include <signal.h>

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

TestSuite(state_kept, .init = setup, .fini = teardown);

static void keep(struct state *state)
{
    cr_assert_eq(state_keep(state, &why), DIBS_OK, "%s", why.text);
}

Test(state_kept, kept_changes_are_there_for_oneself_and_for_nobody_else)
{
    struct state *state = scratch_open(&scratch), *other = scratch_open(&scratch);
    begin(state);
    put(state, TABLE_CLAIM, "a", "one");
    state_meta(state)->now_ms = 7;
    keep(state);
    begin(state);
    cr_assert(has(state, TABLE_CLAIM, "a", "one"));
    cr_assert_eq(state_meta(state)->now_ms, 7);
    put(state, TABLE_CLAIM, "b", "two");
    keep(state);
    begin_reading(other);
    cr_assert_eq(table_count(other, TABLE_CLAIM), 0);
    state_abort(other);
    begin(state);
    cr_assert_eq(table_count(state, TABLE_CLAIM), 2);
    cr_assert(digest_is_right(state));
    commit(state);
    begin_reading(other);
    cr_assert(has(other, TABLE_CLAIM, "a", "one") && has(other, TABLE_CLAIM, "b", "two"));
    cr_assert_eq(state_meta(other)->now_ms, 7);
    state_close(other);
    state_close(state);
}

Test(state_kept, reading_over_kept_changes_leaves_them)
{
    struct state *state = scratch_open(&scratch);
    begin(state);
    put(state, TABLE_CLAIM, "a", "one");
    state_meta(state)->now_ms = 7;
    keep(state);
    for (int end = 0; end < 3; end++) {
        begin_reading(state);
        cr_assert(has(state, TABLE_CLAIM, "a", "one"));
        cr_assert_eq(state_meta(state)->now_ms, 7);
        state_meta(state)->now_ms = 8;
        if (end == 0)
            commit(state);
        else if (end == 1)
            keep(state);
        else
            state_abort(state);
    }
    begin(state);
    cr_assert_eq(state_meta(state)->now_ms, 7);
    commit(state);
    begin_reading(state);
    cr_assert(has(state, TABLE_CLAIM, "a", "one"));
    state_close(state);
}

Test(state_kept, kept_changes_are_gone_when_somebody_else_committed)
{
    struct state *state = scratch_open(&scratch), *other = scratch_open(&scratch);
    begin(state);
    put(state, TABLE_CLAIM, "a", "one");
    keep(state);
    for (int i = 0; i < 3; i++) {
        begin(other);
        put(other, TABLE_CLAIM, "b", i == 0 ? "two" : i == 1 ? "three" : "four");
        commit(other);
    }
    begin(state);
    cr_assert_not(has(state, TABLE_CLAIM, "a", "one"));
    cr_assert(has(state, TABLE_CLAIM, "b", "four"));
    cr_assert_eq(table_count(state, TABLE_CLAIM), 1);
    cr_assert(digest_is_right(state));
    state_close(state);
    state_close(other);
}

Test(state_kept, kept_changes_are_gone_after_abort_and_close)
{
    struct state *state = scratch_open(&scratch);
    begin(state);
    put(state, TABLE_CLAIM, "a", "one");
    keep(state);
    begin(state);
    state_abort(state);
    begin(state);
    cr_assert_eq(table_count(state, TABLE_CLAIM), 0);
    put(state, TABLE_CLAIM, "a", "one");
    keep(state);
    state_close(state);
    state = scratch_open(&scratch);
    begin(state);
    cr_assert_eq(table_count(state, TABLE_CLAIM), 0);
    state_close(state);
}

Test(state_kept, keeping_for_long_commits_in_the_end)
{
    struct state *state = scratch_open(&scratch), *other = scratch_open(&scratch);
    for (uint32_t i = 0; i < 300; i++) {
        begin(state);
        table_put(state, TABLE_CLAIM, span_of(&i, sizeof i), (struct span){0});
        keep(state);
    }
    begin_reading(other);
    cr_assert_eq(table_count(other, TABLE_CLAIM), 257);
    state_close(other);
    state_close(state);
}

Test(state_kept, a_failure_over_kept_changes_loses_them_all)
{
    struct state *state = scratch_open_tiny(&scratch);
    begin(state);
    put(state, TABLE_CLAIM, "a", "one");
    keep(state);
    begin(state);
    fill(state);
    cr_assert_eq(state_keep(state, &why), DIBS_UNAVAILABLE);
    begin(state);
    cr_assert_eq(table_count(state, TABLE_CLAIM), 0);
    state_close(state);
}

Test(state_kept, a_call_outside_a_transaction_is_a_bug_with_kept_changes_too, .signal = SIGABRT)
{
    struct state *state = scratch_open(&scratch);
    begin(state);
    keep(state);
    put(state, TABLE_CLAIM, "a", "one");
}
