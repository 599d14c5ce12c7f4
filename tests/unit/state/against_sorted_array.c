/* Random puts, deletes, seeks, commits, aborts and reopenings against a sorted array; digests at each commit.
 * usage: test_state_against_sorted_array [FIRST_SEED COUNT] */
#include <inttypes.h>

#include "tests/unit/state/scratch.h"

enum { ROWS_MAX = 4000, KEY_BYTES = 510, VALUE_BYTES = 9000, STEPS = 6000 };

struct row {
    enum table table;
    uint8_t *bytes; /* key, then value; owned */
    size_t key_size, value_size;
};

struct model {
    struct row rows[ROWS_MAX];
    size_t count;
};

static uint64_t random_state;

static uint64_t random_next(void) /* splitmix64 */
{
    uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static size_t random_below(size_t bound)
{
    return (size_t)(random_next() % bound);
}

static struct span row_key(const struct row *row)
{
    return span_of(row->bytes, row->key_size);
}

static struct span row_value(const struct row *row)
{
    return span_of(row->bytes + row->key_size, row->value_size);
}

/* Index of the first row of the table at or after the key (or of the next table's first). */
static size_t model_find(const struct model *model, enum table table, struct span key, bool *found)
{
    size_t at = 0;
    *found = false;
    for (; at < model->count; at++) {
        const struct row *row = &model->rows[at];
        if (row->table < table)
            continue;
        if (row->table > table)
            return at;
        int order = span_compare(row_key(row), key);
        *found = order == 0;
        if (order >= 0)
            return at;
    }
    return at;
}

static void model_remove(struct model *model, size_t at)
{
    free(model->rows[at].bytes);
    model->count--;
    memmove(&model->rows[at], &model->rows[at + 1], (model->count - at) * sizeof model->rows[0]);
}

static void model_put(struct model *model, enum table table, struct span key, struct span value)
{
    bool found;
    size_t at = model_find(model, table, key, &found);
    if (found)
        model_remove(model, at);
    memmove(&model->rows[at + 1], &model->rows[at], (model->count - at) * sizeof model->rows[0]);
    model->count++;
    struct row *row = &model->rows[at];
    *row = (struct row){.table = table, .key_size = key.size, .value_size = value.size};
    row->bytes = malloc(key.size + value.size + 1);
    CHECK(row->bytes != NULL);
    memcpy(row->bytes, key.bytes, key.size);
    memcpy(row->bytes + key.size, value.bytes, value.size);
}

static void model_clear(struct model *model)
{
    while (model->count != 0)
        model_remove(model, model->count - 1);
}

static void model_copy(struct model *to, const struct model *from)
{
    model_clear(to);
    for (size_t i = 0; i < from->count; i++) {
        to->rows[i] = from->rows[i];
        size_t size = from->rows[i].key_size + from->rows[i].value_size;
        to->rows[i].bytes = malloc(size + 1);
        CHECK(to->rows[i].bytes != NULL);
        memcpy(to->rows[i].bytes, from->rows[i].bytes, size);
    }
    to->count = from->count;
}

static enum table random_table(void)
{
    static const enum table tables[] = {TABLE_SESSION, TABLE_CLAIM, TABLE_HOLD, TABLE_DUE, TABLE_TEXT, (enum table)127};
    return tables[random_below(sizeof tables / sizeof tables[0])];
}

/* Few letters, so that keys repeat and begin one another; now and then long or growing ones. */
static struct span random_key(uint8_t *bytes)
{
    static uint64_t rising;
    size_t size = random_below(6);
    size_t kind = random_below(10);

    if (kind == 0)
        size = KEY_BYTES - random_below(8);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(random_below(3) * 127);
    if (kind < 3 && size < 8) {
        rising++;
        for (size = 0; size < 8; size++)
            bytes[size] = (uint8_t)(rising >> (56 - 8 * size));
    }
    return span_of(bytes, size);
}

static struct span random_value(uint8_t *bytes)
{
    size_t size = random_below(4) == 0 ? 24 : random_below(random_below(12) == 0 ? VALUE_BYTES : 200);
    memset(bytes, (int)random_below(256), size);
    return span_of(bytes, size);
}

static void compare_seek(struct state *state, const struct model *model, enum table table, struct span from, bool next)
{
    struct span key, value;
    bool found;

    size_t at = model_find(model, table, from, &found);
    if (next && found)
        at++;
    bool expected = at < model->count && model->rows[at].table == table;
    bool got = next ? table_next(state, table, from, &key, &value) : table_seek(state, table, from, &key, &value);
    CHECK(got == expected);
    CHECK(!got || (span_equal(key, row_key(&model->rows[at])) && span_equal(value, row_value(&model->rows[at]))));
}

static void compare_all(struct state *state, const struct model *model)
{
    struct span key = {0}, value;
    uint64_t counts[128] = {0};

    for (size_t i = 0; i < model->count; i++) {
        const struct row *row = &model->rows[i];
        bool first = counts[row->table]++ == 0;
        CHECK(first ? table_seek(state, row->table, (struct span){0}, &key, &value)
                    : table_next(state, row->table, key, &key, &value));
        CHECK(span_equal(key, row_key(row)) && span_equal(value, row_value(row)));
    }
    for (int table = 1; table < 128; table++)
        CHECK(table_count(state, (enum table)table) == counts[table]);
    CHECK(digest_is_right(state));
}

static void random_step(struct state *state, struct model *model)
{
    uint8_t key_bytes[KEY_BYTES], value_bytes[VALUE_BYTES];
    enum table table = random_table();
    struct span key = random_key(key_bytes), value;
    bool found;

    if (random_below(3) == 0 && model->count != 0) { /* one that is there */
        const struct row *row = &model->rows[random_below(model->count)];
        table = row->table;
        memcpy(key_bytes, row->bytes, row->key_size);
        key.size = row->key_size;
    }
    size_t at = model_find(model, table, key, &found);
    switch (random_below(6)) {
    case 0:
    case 1:
    case 2:
        if (model->count == ROWS_MAX)
            return;
        value = random_value(value_bytes);
        table_put(state, table, key, value);
        model_put(model, table, key, value);
        return;
    case 3:
        CHECK(table_delete(state, table, key) == found);
        if (found)
            model_remove(model, at);
        return;
    case 4:
        CHECK(table_get(state, table, key, &value) == found);
        CHECK(!found || span_equal(value, row_value(&model->rows[at])));
        return;
    default:
        compare_seek(state, model, table, key, random_below(2) == 0);
    }
}

static void run_seed(uint64_t seed)
{
    static struct model now, committed;
    struct scratch scratch;

    random_state = seed;
    scratch_begin(&scratch);
    struct state *state = scratch_open(&scratch);
    begin(state);
    for (int step = 0; step < STEPS; step++) {
        random_step(state, &now);
        size_t what = random_below(40);
        if (what > 1)
            continue;
        if (random_below(4) == 0)
            compare_all(state, &now);
        if (what == 0) {
            state_abort(state);
            model_copy(&now, &committed);
        } else {
            commit(state);
            model_copy(&committed, &now);
        }
        if (random_below(10) == 0) {
            state_close(state);
            state = scratch_open(&scratch);
        }
        begin(state);
    }
    compare_all(state, &now);
    CHECK(state_failure(state, NULL) == DIBS_OK);
    state_close(state);
    scratch_end(&scratch);
    model_clear(&now);
    model_clear(&committed);
}

int main(int argc, char **argv)
{
    uint64_t first = argc > 2 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 20;

    for (uint64_t seed = first; seed < first + count; seed++) {
        fprintf(stderr, "seed %" PRIu64 "\r", seed); /* the last one said is the one that fails */
        run_seed(seed);
    }
    fprintf(stderr, "%" PRIu64 " seeds\n", count);
    return 0;
}
