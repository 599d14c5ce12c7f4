/* The digest: its formula, and that it knows rows but not their history. */
#include <criterion/criterion.h>
#include <xxhash.h>

#include "tests/unit/state/scratch.h"

static struct scratch scratch;
static struct state *state;

static void setup(void)
{
    scratch_begin(&scratch);
    state = scratch_open(&scratch);
    begin(state);
}

static void teardown(void)
{
    state_close(state);
    scratch_end(&scratch);
}

TestSuite(digest, .init = setup, .fini = teardown);

static bool digest_is(uint64_t low, uint64_t high)
{
    struct state_digest digest = state_digest(state);
    return digest.low == low && digest.high == high;
}

Test(digest, of_no_rows_is_zero)
{
    cr_assert(digest_is(0, 0));
    put(state, TABLE_CLAIM, "a", "one");
    cr_assert_not(digest_is(0, 0));
    cr_assert(table_delete(state, TABLE_CLAIM, span_from_text("a")));
    cr_assert(digest_is(0, 0));
}

Test(digest, of_one_row_is_xxh3_128_of_table_key_size_key_and_value)
{
    XXH128_hash_t hash = XXH3_128bits("\x06\x03\x00"
                                      "keyvalue",
                                      11);
    put(state, TABLE_CLAIM, "key", "value");
    cr_assert(digest_is(hash.low64, hash.high64));
}

Test(digest, of_a_known_row_never_changes)
{
    put(state, TABLE_HOLD, "github:o/r#5", "");
    put(state, TABLE_CLAIM, "5", "held");
    cr_assert(digest_is(UINT64_C(0xba2db112ef236e5a), UINT64_C(0xf2e96ba4f5f4e3e3)), "%016lx %016lx",
              (unsigned long)state_digest(state).low, (unsigned long)state_digest(state).high);
}

Test(digest, depends_on_table_key_and_value_but_not_on_order)
{
    put(state, TABLE_CLAIM, "a", "1");
    put(state, TABLE_CLAIM, "b", "2");
    struct state_digest first = state_digest(state);
    state_abort(state);

    begin(state);
    put(state, TABLE_CLAIM, "b", "x");
    put(state, TABLE_DONE, "c", "3");
    put(state, TABLE_CLAIM, "b", "2");
    put(state, TABLE_CLAIM, "a", "1");
    cr_assert_not(digest_is(first.low, first.high));
    cr_assert(table_delete(state, TABLE_DONE, span_from_text("c")));
    cr_assert(digest_is(first.low, first.high));
    state_abort(state);

    const struct {
        enum table table;
        const char *key, *value;
    } others[] = {{TABLE_WAITER, "b", "2"}, {TABLE_CLAIM, "b2", ""}, {TABLE_CLAIM, "", "b2"}, {TABLE_CLAIM, "b", "3"}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        begin(state);
        put(state, TABLE_CLAIM, "a", "1");
        put(state, others[i].table, others[i].key, others[i].value);
        cr_assert_not(digest_is(first.low, first.high), "%zu", i);
        state_abort(state);
    }
}

Test(digest, is_kept_over_commit_and_reopening)
{
    put(state, TABLE_CLAIM, "a", "1");
    struct state_digest before = state_digest(state);
    commit(state);
    state_close(state);
    state = scratch_open(&scratch);
    begin_reading(state);
    cr_assert(digest_is(before.low, before.high));
    cr_assert(digest_is_right(state));
}

Test(digest, recomputed_notices_a_wrong_one)
{
    put(state, TABLE_CLAIM, "a", "1");
    cr_assert(digest_is_right(state));
    state_meta(state)->digest_low++;
    cr_assert_not(digest_is_right(state));
}
