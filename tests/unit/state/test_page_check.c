/* The look through the file at open: what LMDB wrote passes, and whatever bit is flipped then, the file is refused or
 * nothing has changed. */
#include <criterion/criterion.h>
#include <fcntl.h>

#include "base/random.h"
#include "tests/unit/state/scratch.h"

enum { ROWS = 600, FLIPS = 3000 };

static struct scratch scratch;

static void enter(void)
{
    scratch_begin(&scratch);
}

static void leave(void)
{
    scratch_end(&scratch);
}

TestSuite(page_check, .init = enter, .fini = leave);

/* Several commits, so that there are free pages; values of all sizes, so that some have pages of their own. */
static void fill_file(void)
{
    static uint8_t value[6000];
    struct state *state = scratch_open(&scratch);
    for (uint32_t round = 0; round < 4; round++) {
        begin(state);
        for (uint32_t i = round; i < ROWS; i += 2)
            table_put(state, i % 3 == 0 ? TABLE_TEXT : TABLE_CLAIM, span_of(&i, sizeof i),
                      span_of(value, i % 50 == 0 ? 4000 + i : i % 90));
        for (uint32_t i = round; i < ROWS; i += 7)
            (void)table_delete(state, TABLE_CLAIM, span_of(&i, sizeof i));
        state_local_put(state, LOCAL_INTAKE, span_of(&round, sizeof round));
        state_meta(state)->next_offset = round;
        commit(state);
    }
    state_close(state);
    state_close(scratch_open(&scratch)); /* it passes */
}

/* All that is in it: of tables, of the meta row, of the local row. */
struct content {
    struct state_digest rows;
    struct state_meta meta;
    uint32_t local;
};

static bool read_content(struct content *content)
{
    const struct state_options options = {.check_bytes = UINT64_C(1) << 30};
    struct state *state = NULL;
    struct span local;
    memset(content, 0, sizeof *content);
    enum dibs_error error = state_open(scratch.path, &options, &state, NULL);
    cr_assert(error == DIBS_OK || error == DIBS_DAMAGED, "%s", dibs_error_name(error));
    if (error != DIBS_OK)
        return false;
    bool good = state_begin(state, true, NULL) == DIBS_OK && state_local_get(state, LOCAL_INTAKE, &local);
    if (good) {
        content->rows = state_digest_recomputed(state);
        content->meta = *state_meta(state);
        memcpy(&content->local, local.bytes, sizeof content->local);
    }
    cr_assert(good || state_failure(state, NULL) != DIBS_OK);
    state_close(state);
    return good;
}

static void write_byte(const char *name, off_t at, uint8_t byte)
{
    int file = open(name, O_WRONLY | O_CLOEXEC);
    cr_assert_eq(pwrite(file, &byte, 1, at), 1);
    close(file);
}

Test(page_check, a_flipped_bit_is_found_or_changes_nothing)
{
    static uint8_t bytes[4 << 20];
    struct content written, found;
    struct random random;
    char name[128];
    unsigned refused = 0;
    fill_file();
    cr_assert(read_content(&written));
    scratch_file(&scratch, name, sizeof name);
    int file = open(name, O_RDONLY | O_CLOEXEC);
    ssize_t size = read(file, bytes, sizeof bytes);
    close(file);
    while (size > 0 && bytes[size - 1] == 0) /* beyond its last page the file is a hole */
        size--;
    random_init(&random, 1);
    for (int i = 0; i < FLIPS; i++) {
        uint64_t bit = random_below(&random, (uint64_t)size * 8);
        write_byte(name, (off_t)(bit / 8), (uint8_t)(bytes[bit / 8] ^ 1 << bit % 8));
        if (!read_content(&found))
            refused++;
        else if (memcmp(&found, &written, sizeof found) != 0)
            cr_assert_fail("bit %llu was flipped and believed", (unsigned long long)bit);
        write_byte(name, (off_t)(bit / 8), bytes[bit / 8]);
    }
    cr_expect_gt(refused, FLIPS / 10, "%u of %d were found", refused, FLIPS);
}
