/* Rows in tables: what every call does, and in which order rows come. */
#include <criterion/criterion.h>
#include <signal.h>

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

TestSuite(table, .init = setup, .fini = teardown);

Test(table, a_put_row_is_found_and_another_is_not)
{
    put(state, TABLE_CLAIM, "a", "one");
    struct span value;
    cr_assert(has(state, TABLE_CLAIM, "a", "one"));
    cr_assert_not(table_get(state, TABLE_CLAIM, span_from_text("b"), &value));
    cr_assert_not(table_get(state, TABLE_CLAIM, span_from_text(""), &value));
    cr_assert_not(table_get(state, TABLE_CLAIM, span_from_text("aa"), &value));
}

Test(table, the_same_key_in_two_tables_is_two_rows)
{
    put(state, TABLE_CLAIM, "a", "one");
    put(state, TABLE_WAITER, "a", "two");
    cr_assert(has(state, TABLE_CLAIM, "a", "one"));
    cr_assert(has(state, TABLE_WAITER, "a", "two"));
    cr_assert(table_delete(state, TABLE_CLAIM, span_from_text("a")));
    cr_assert(has(state, TABLE_WAITER, "a", "two"));
}

Test(table, a_second_put_replaces_whatever_the_sizes)
{
    const char *values[] = {"one", "two", "a longer one", "", "x"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        put(state, TABLE_CLAIM, "a", values[i]);
        cr_assert(has(state, TABLE_CLAIM, "a", values[i]));
        cr_assert_eq(table_count(state, TABLE_CLAIM), 1);
        cr_assert(digest_is_right(state));
    }
}

Test(table, a_borrowed_value_may_be_put_back_under_the_same_key)
{
    struct span value;
    uint8_t bytes[700];

    for (int i = 0; i < 40; i++) {
        uint8_t key = (uint8_t)i;
        memset(bytes, i, sizeof bytes);
        table_put(state, TABLE_CLAIM, span_of(&key, 1), span_of(bytes, sizeof bytes));
    }
    uint8_t key = 7;
    memset(bytes, 7, sizeof bytes);
    cr_assert(table_get(state, TABLE_CLAIM, span_of(&key, 1), &value));
    table_put(state, TABLE_CLAIM, span_of(&key, 1), span_of(value.bytes, 300));
    cr_assert(table_get(state, TABLE_CLAIM, span_of(&key, 1), &value));
    cr_assert(span_equal(value, span_of(bytes, 300)));
    cr_assert(digest_is_right(state));
}

Test(table, a_borrowed_value_may_be_put_under_another_key_of_a_full_page)
{
    struct span value;
    uint8_t bytes[300];

    for (int i = 0; i < 200; i++) {
        uint8_t key[2] = {(uint8_t)i, 0}, copy[2] = {(uint8_t)i, 1};
        memset(bytes, i, sizeof bytes);
        table_put(state, TABLE_CLAIM, span_of(key, 2), span_of(bytes, sizeof bytes));
        cr_assert(table_get(state, TABLE_CLAIM, span_of(key, 2), &value));
        table_put(state, TABLE_CLAIM, span_of(copy, 2), value);
        cr_assert(table_get(state, TABLE_CLAIM, span_of(copy, 2), &value));
        cr_assert(span_equal(value, span_of(bytes, sizeof bytes)), "row %d", i);
    }
    cr_assert(digest_is_right(state));
}

Test(table, delete_says_whether_there_was_a_row)
{
    put(state, TABLE_CLAIM, "a", "one");
    cr_assert_not(table_delete(state, TABLE_CLAIM, span_from_text("b")));
    cr_assert(table_delete(state, TABLE_CLAIM, span_from_text("a")));
    cr_assert_not(table_delete(state, TABLE_CLAIM, span_from_text("a")));
    cr_assert_eq(table_count(state, TABLE_CLAIM), 0);
}

Test(table, rows_come_in_bytewise_order_a_prefix_first)
{
    const char *keys[] = {"", "a", "a/", "a/b", "a0", "ab", "b", "\x7f", "\x80", "\xff", "\xff\xff"};
    size_t count = sizeof keys / sizeof keys[0];
    for (size_t i = 0; i < count; i++)
        put(state, TABLE_HOLD, keys[(i * 7) % count], "");
    put(state, TABLE_CLAIM_SESSION, "\xff\xff\xff", "");
    put(state, TABLE_WAITER, "", "");

    struct span key, value;
    cr_assert(table_seek(state, TABLE_HOLD, (struct span){0}, &key, &value));
    for (size_t i = 0; i < count; i++) {
        cr_assert(span_equal(key, span_from_text(keys[i])), "row %zu", i);
        cr_assert_eq(table_next(state, TABLE_HOLD, key, &key, &value), i + 1 < count);
    }
}

Test(table, seek_finds_the_row_itself_and_next_the_one_after)
{
    put(state, TABLE_DUE, "b", "1");
    put(state, TABLE_DUE, "d", "2");
    struct span key, value;
    cr_assert(table_seek(state, TABLE_DUE, span_from_text("b"), &key, &value));
    cr_assert(span_equal(key, span_from_text("b")) && span_equal(value, span_from_text("1")));
    cr_assert(table_next(state, TABLE_DUE, span_from_text("b"), &key, &value));
    cr_assert(span_equal(key, span_from_text("d")) && span_equal(value, span_from_text("2")));
    cr_assert(table_seek(state, TABLE_DUE, span_from_text("c"), &key, &value));
    cr_assert(span_equal(key, span_from_text("d")));
    cr_assert(table_next(state, TABLE_DUE, span_from_text("c"), &key, &value));
    cr_assert(span_equal(key, span_from_text("d")));
    cr_assert_not(table_seek(state, TABLE_DUE, span_from_text("e"), &key, &value));
    cr_assert_not(table_next(state, TABLE_DUE, span_from_text("d"), &key, &value));
}

Test(table, seek_never_leaves_its_table)
{
    put(state, TABLE_CLAIM, "z", "");
    put(state, TABLE_DUE, "a", "");
    struct span key, value;
    cr_assert_not(table_seek(state, TABLE_HOLD, (struct span){0}, &key, &value));
    cr_assert_not(table_next(state, TABLE_CLAIM, span_from_text("z"), &key, &value));
    put(state, TABLE_HOLD, "m", "");
    cr_assert_not(table_seek(state, TABLE_HOLD, span_from_text("n"), &key, &value));
    cr_assert_not(table_next(state, TABLE_HOLD, span_from_text("m"), &key, &value));
}

Test(table, the_longest_key_can_be_put_sought_and_passed)
{
    uint8_t bytes[510];
    memset(bytes, 0xff, sizeof bytes);
    struct span longest = span_of(bytes, sizeof bytes), key, value;
    table_put(state, TABLE_CLAIM, longest, span_from_text("long"));
    cr_assert_eq(state_failure(state, NULL), DIBS_OK);
    cr_assert(table_get(state, TABLE_CLAIM, longest, &value));
    cr_assert(table_next(state, TABLE_CLAIM, span_first(longest, 509), &key, &value));
    cr_assert(span_equal(key, longest));
    cr_assert_not(table_next(state, TABLE_CLAIM, longest, &key, &value));
}

Test(table, a_longer_key_is_a_bug, .signal = SIGABRT)
{
    uint8_t bytes[511] = {0};
    table_put(state, TABLE_CLAIM, span_of(bytes, sizeof bytes), (struct span){0});
}

Test(table, a_write_in_a_read_only_transaction_is_a_bug, .signal = SIGABRT)
{
    commit(state);
    begin_reading(state);
    put(state, TABLE_CLAIM, "a", "one");
}

Test(table, values_of_any_size_come_back_whole)
{
    static uint8_t bytes[128 * 1024];
    size_t sizes[] = {0, 1, 1000, 2000, 2040, 5000, 65536, sizeof bytes};
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 31);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t key = (uint8_t)i;
        struct span value;
        table_put(state, TABLE_TEXT, span_of(&key, 1), span_of(bytes, sizes[i]));
        cr_assert(table_get(state, TABLE_TEXT, span_of(&key, 1), &value));
        cr_assert(span_equal(value, span_of(bytes, sizes[i])));
    }
    cr_assert(digest_is_right(state));
}
