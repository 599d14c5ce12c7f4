/* Rows of the state that nobody can have written: found when they are read, and the state is built anew. */
#include <criterion/criterion.h>

#include <string.h>

#include "coordinator/state/state.h"
#include "tests/behaviour/world.h"

enum { ROWS_MAX = 64 };

TestSuite(damaged_rows);

static void begin(void)
{
    world_begin(NULL);
}

/* Leaves one byte of each row of the table; tells how many there were. */
static int cut_rows(enum table table)
{
    static const struct state_options options = {0};
    uint8_t keys[ROWS_MAX][512];
    size_t sizes[ROWS_MAX];
    struct state *state = NULL;
    struct span key = {0}, value;
    int count = 0;

    MUST(state_open(world_path("store/state"), &options, &state, NULL));
    MUST(state_begin(state, false, NULL));
    for (bool more = table_seek(state, table, key, &key, &value); more && count < ROWS_MAX;
         more = table_next(state, table, key, &key, &value)) {
        memcpy(keys[count], key.bytes, key.size);
        sizes[count++] = key.size;
    }
    for (int i = 0; i < count; i++)
        table_put(state, table, span_of(keys[i], sizes[i]), span_from_text("x"));
    MUST(state_commit(state, NULL));
    state_close(state);
    return count;
}

static void hold_one_and_have_done_another(void)
{
    dibs_client *alice = world_open("alice");
    cr_assert_eq(world_try(alice, "task:done", NULL), DIBS_VERDICT_GRANTED);
    dibs_answer_free(world_close(alice, "task:done", 0, DIBS_OUTCOME_DONE));
    cr_assert_eq(world_try(alice, "task:held", NULL), DIBS_VERDICT_GRANTED);
    dibs_close(alice);
}

/* The record that meets the damage is in the log already, so its answer is not known yet; the next turn builds anew. */
static enum dibs_verdict claim_verdict(dibs_client *client, const char *key)
{
    const struct dibs_claim_options options = {.keys = &key, .key_count = 1};
    enum dibs_error error = DIBS_NO_ANSWER;
    struct dibs_answer *answer = NULL;

    for (int tries = 0; tries < 2 && error == DIBS_NO_ANSWER; tries++) {
        dibs_answer_free(answer);
        error = dibs_claim(client, &options, &answer);
    }
    MUST(error);
    enum dibs_verdict verdict = answer->verdict;
    dibs_answer_free(answer);
    return verdict;
}

/* Asks first or claims first: either may be the one that finds it. */
static void expect_right_answers(enum table table, bool ask_first)
{
    struct dibs_answer *shown = NULL;
    dibs_client *alice = world_open("alice"), *bob = world_open("bob");

    if (ask_first) {
        MUST(dibs_show(alice, "task:held", NULL, &shown));
        cr_expect_eq(shown->row_count, 1, "table %d", (int)table);
        dibs_answer_free(shown);
    }
    cr_expect_eq(claim_verdict(bob, "task:done"), DIBS_VERDICT_DENIED, "table %d", (int)table);
    cr_expect_eq(claim_verdict(bob, "task:held"), DIBS_VERDICT_DENIED, "table %d", (int)table);
    cr_expect_eq(claim_verdict(alice, "task:held"), DIBS_VERDICT_YOURS, "table %d", (int)table);
    dibs_close(alice);
    dibs_close(bob);
}

static void hurt_and_ask(enum table table)
{
    for (int ask_first = 0; ask_first < 2; ask_first++) {
        world_begin(NULL);
        hold_one_and_have_done_another();
        cr_assert_gt(cut_rows(table), 0, "table %d has no rows", (int)table);
        expect_right_answers(table, ask_first == 1);
        world_end();
    }
}

Test(damaged_rows, of_claims_are_found_by_whoever_reads_them)
{
    hurt_and_ask(TABLE_CLAIM);
}

Test(damaged_rows, of_done_keys_are_found_by_whoever_reads_them)
{
    hurt_and_ask(TABLE_DONE);
}

Test(damaged_rows, of_sessions_are_found_by_whoever_reads_them)
{
    hurt_and_ask(TABLE_SESSION);
    hurt_and_ask(TABLE_SESSION_NAME);
}

Test(damaged_rows, of_clients_are_found_when_they_answer, .init = begin, .fini = world_end)
{
    hold_one_and_have_done_another();
    cr_assert_gt(cut_rows(TABLE_CLIENT), 0);
    expect_right_answers(TABLE_CLIENT, false);
}
