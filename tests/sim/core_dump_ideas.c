/* Scopes, ideas and labels of the core's tables in the text form that core and model share; and whether the index is that
 * of the ideas. All is read by rows.h alone. */
#include "tests/sim/core_dump.h"

#include "coordinator/state/keys.h"
#include "tests/model/dump.h"

enum { MARKS_ROOM = 64, FEATURES_ROOM = 256 };

static struct span of_scope(struct row_key *key, const struct snap_scope *scope)
{
    row_key_begin(key);
    row_key_u8(key, (uint8_t)scope->row.number);
    return row_key_as_span(key);
}

static void dump_policies(struct state *state, const struct snap_scope *scope, FILE *out)
{
    struct row_key first;
    struct span key, value, prefix = of_scope(&first, scope);

    for (bool more = table_seek(state, TABLE_SCOPE_POLICY, prefix, &key, &value); more && span_starts_with(key, prefix);
         more = table_next(state, TABLE_SCOPE_POLICY, key, &key, &value))
        dump_scope_policy(out,
                          &(struct dump_scope_policy){snap_key_number(key, 1, key.size - 1), snap_value_number(value)});
}

/* Halved as often as the scope was since the row was written. */
static void dump_frequencies(struct state *state, const struct snap_scope *scope, FILE *out)
{
    struct row_key first;
    struct span key, value, prefix = of_scope(&first, scope);

    for (bool more = table_seek(state, TABLE_FREQUENCY, prefix, &key, &value); more && span_starts_with(key, prefix);
         more = table_next(state, TABLE_FREQUENCY, key, &key, &value)) {
        struct frequency_row row;
        CHECK(value.size == sizeof row);
        memcpy(&row, value.bytes, sizeof row);
        uint32_t behind = scope->row.epoch - row.epoch;
        uint64_t count = behind < 32 ? row.count >> behind : 0;
        if (count > 0)
            dump_frequency(out, &(struct dump_frequency){snap_key_number(key, 1, 2), count});
    }
}

static void dump_one_idea(const struct snap_ideas *ideas, const struct snap_idea *idea, FILE *out)
{
    uint32_t features[FEATURES_ROOM], marks[MARKS_ROOM];
    const struct snap_scope *scope = snap_ideas_scope(ideas, idea->row.scope);

    CHECK(idea->features.size <= sizeof features && idea->marks.size <= sizeof marks);
    memcpy(features, bytes_part(&ideas->bytes, idea->features).bytes, idea->features.size);
    if (idea->marks.size > 0)
        memcpy(marks, bytes_part(&ideas->bytes, idea->marks).bytes, idea->marks.size);
    dump_idea(out,
              &(struct dump_idea){.number = idea->number,
                                  .norm = idea->row.norm,
                                  .token = idea->row.token,
                                  .scope = scope == NULL ? span_from_text("?") : bytes_part(&ideas->bytes, scope->name),
                                  .kind = bytes_part(&ideas->bytes, idea->kind),
                                  .verifier = idea->row.verifier,
                                  .features = features,
                                  .marks = marks,
                                  .feature_count = idea->row.feature_count,
                                  .mark_count = idea->row.mark_count,
                                  .done_count = idea->row.done_count});
}

/* ---------------------------------------------------------------- the index */

static bool has_feature(const struct snap_ideas *ideas, const struct snap_idea *idea, uint32_t feature)
{
    struct span features = bytes_part(&ideas->bytes, idea->features);

    for (size_t at = 0; at < features.size; at += sizeof feature) {
        if (memcmp(features.bytes + at, &feature, sizeof feature) == 0)
            return true;
    }
    return false;
}

/* Every posting is of an idea that has the stem, with its norm; how many there are is counted. */
static uint64_t check_postings(struct state *state, const struct snap_ideas *ideas, FILE *out)
{
    uint64_t found = 0;
    struct span key, value;

    for (bool more = table_seek(state, TABLE_POSTING, (struct span){0}, &key, &value); more;
         more = table_next(state, TABLE_POSTING, key, &key, &value)) {
        uint64_t block = snap_key_number(key, 5, key.size - 5) << POSTING_SHIFT;
        for (size_t at = 0; at + POSTING_BYTES <= value.size; at += POSTING_BYTES) {
            uint64_t number = block + snap_value_number(span_of(value.bytes + at, 2));
            uint64_t norm = snap_value_number(span_of(value.bytes + at + 2, 4));
            const struct snap_idea *idea = snap_ideas_find(ideas, number);
            found++;
            if (idea == NULL || idea->row.norm != norm || idea->row.scope != snap_key_number(key, 0, 1) ||
                !has_feature(ideas, idea, (uint32_t)snap_key_number(key, 1, 4)))
                (void)fprintf(out, "index stem=%08x idea=%llu norm=%llu: no idea has that\n",
                              (unsigned)snap_key_number(key, 1, 4), (unsigned long long)number,
                              (unsigned long long)norm);
        }
    }
    return found;
}

static uint64_t sum_of_counts(struct state *state)
{
    uint64_t sum = 0;
    struct span key, value;

    for (bool more = table_seek(state, TABLE_POSTING_COUNT, (struct span){0}, &key, &value); more;
         more = table_next(state, TABLE_POSTING_COUNT, key, &key, &value))
        sum += snap_value_number(value);
    return sum;
}

/* Says something only where the index isn't that of the ideas, which is then a difference. */
static void check_index(struct state *state, const struct snap_ideas *ideas, FILE *out)
{
    uint64_t stems = 0, postings = check_postings(state, ideas, out), counted = sum_of_counts(state);

    for (uint32_t i = 0; i < ideas->idea_count; i++) {
        struct span features = bytes_part(&ideas->bytes, ideas->ideas[i].features);
        for (size_t at = 0; at < features.size; at += 4)
            stems += (snap_value_number(span_of(features.bytes + at, 4)) & 1) == 0;
    }
    if (stems != postings || stems != counted)
        (void)fprintf(out, "index stems=%llu postings=%llu counted=%llu\n", (unsigned long long)stems,
                      (unsigned long long)postings, (unsigned long long)counted);
}

void core_dump_ideas(struct state *state, const struct snap_ideas *ideas, FILE *out)
{
    for (uint32_t i = 0; i < ideas->scope_count; i++) {
        const struct snap_scope *scope = &ideas->scopes[i];
        dump_scope(out,
                   &(struct dump_scope){bytes_part(&ideas->bytes, scope->name), scope->row.ideas, scope->row.live});
        dump_policies(state, scope, out);
        dump_frequencies(state, scope, out);
    }
    for (uint32_t i = 0; i < ideas->idea_count; i++)
        dump_one_idea(ideas, &ideas->ideas[i], out);
    for (uint32_t i = 0; i < ideas->label_count; i++)
        dump_label(out, &(struct dump_label){bytes_part(&ideas->bytes, ideas->labels[i].key), ideas->labels[i].group});
    for (uint32_t i = 0; i < ideas->parted_count; i++)
        dump_parted(out, &(struct dump_parted){ideas->parted[i].group, ideas->parted[i].other});
    check_index(state, ideas, out);
}
