/* The first telling: core and model in lockstep. */
#include "tests/sim/story.h"

#include <stdarg.h>

#include "tests/sim/core_dump.h"
#include "tests/sim/side_by_side.h"

enum { DUMP_EVERY = 24 };

const char *difference_name(enum difference_kind kind)
{
    static const char *const names[] = {"same",  "decision", "tables", "invariant", "digest", "crash",
                                        "ticks", "query",    "codec",  "local",     "died"};
    return names[kind];
}

struct story *story_new(const char *parent, const char *name)
{
    char again[64];
    struct story *story = calloc(1, sizeof *story);

    CHECK(story != NULL);
    core_side_open(&story->core, parent, name);
    (void)snprintf(again, sizeof again, "%s-again", name);
    core_side_open(&story->again, parent, again);
    story->decoder = sim_decoder_new();
    return story;
}

void story_free(struct story *story)
{
    core_side_close(&story->core);
    core_side_close(&story->again);
    model_free(story->model);
    sim_decoder_free(story->decoder);
    snapshot_free(&story->snapshots[0]);
    snapshot_free(&story->snapshots[1]);
    decision_store_free(&story->told);
    decision_store_free(&story->model_told);
    decision_store_free(&story->scratch);
    decision_store_free(&story->meant);
    bytes_free(&story->encoded);
    bytes_free(&story->flat);
    free(story);
}

bool story_differs(struct story *story, enum difference_kind kind, const char *field, const char *format, ...)
{
    struct difference *difference = &story->difference;
    va_list arguments;

    if (difference->kind != SAME)
        return false;
    difference->kind = kind;
    difference->record = story->at;
    (void)snprintf(difference->field, sizeof difference->field, "%s", field);
    va_start(arguments, format);
    (void)vsnprintf(difference->words, sizeof difference->words, format, arguments);
    va_end(arguments);
    return false;
}

/* ---------------------------------------------------------------- hearing */

/* What is published must fit, and be read as it was written. */
static void check_encoded(struct story *story, const struct decision *decision)
{
    static struct decision back;

    story->encoded.size = story->flat.size = 0;
    if (!sim_codec_encode_decision(decision, &story->encoded)) { /* INV-8 */
        (void)story_differs(story, DIFFERS_CODEC, "", "decision %u of record %u does not fit", decision->index,
                            story->at);
        return;
    }
    if (!sim_codec_decode_decision(bytes_span(&story->encoded), &back)) {
        (void)story_differs(story, DIFFERS_CODEC, "", "decision %u of record %u cannot be read back", decision->index,
                            story->at);
        return;
    }
    decision_fields_flatten(&back, false, &story->flat);
    if (!span_equal(bytes_span(&story->flat), decision_store_flat(&story->told, story->told.count - 1)))
        (void)story_differs(story, DIFFERS_CODEC, "", "decision %u of record %u is read back otherwise",
                            decision->index, story->at);
}

static void hear_core(void *context, const struct decision *decision)
{
    struct story *story = context;

    decision_store_add(&story->told, decision);
    decision_store_add(&story->meant, decision);
    grants_note(&story->grants, decision);
    invariants_hear(&story->invariants, decision);
    if (story->generator != NULL)
        generator_hear(story->generator, decision);
    if (story->loud != NULL)
        decision_line(story->loud, decision);
    check_encoded(story, decision);
}

static void hear_store(void *context, const struct decision *decision)
{
    decision_store_add(context, decision);
}

/* ---------------------------------------------------------------- comparing */

static bool report_decision(struct story *story, uint32_t at, uint32_t core_count, uint32_t model_count)
{
    uint32_t first = story->first_decision[story->at];
    const char *core = at < core_count ? decision_store_text(&story->told, first + at) : "";
    const char *model = at < model_count ? decision_store_text(&story->model_told, at) : "";
    char field[64];

    side_by_side_first(core, model, field, sizeof field);
    if (story->report != NULL) {
        (void)fprintf(story->report, "record %u, decision %u: core has %u decisions, model %u; first difference: %s\n",
                      story->at, at, core_count, model_count, field);
        side_by_side_print(story->report, "core", core, "model", model);
    }
    return story_differs(story, DIFFERS_DECISION, field, "decision %u of record %u (%u by the core, %u by the model)",
                         at, story->at, core_count, model_count);
}

static bool compare_decisions(struct story *story)
{
    uint32_t first = story->first_decision[story->at];
    uint32_t core_count = story->told.count - first, model_count = story->model_told.count;

    for (uint32_t i = 0; i < core_count && i < model_count; i++) {
        if (!span_equal(decision_store_flat(&story->told, first + i), decision_store_flat(&story->model_told, i)))
            return report_decision(story, i, core_count, model_count);
    }
    if (core_count != model_count)
        return report_decision(story, core_count < model_count ? core_count : model_count, core_count, model_count);
    return true;
}

static bool compare_dumps(struct story *story, const struct snapshot *snapshot)
{
    char *core = NULL, *model = NULL, line[64];
    size_t core_size, model_size;
    FILE *core_out = open_memstream(&core, &core_size), *model_out = open_memstream(&model, &model_size);

    CHECK(core_out != NULL && model_out != NULL);
    core_dump(story->core.state, snapshot, core_out);
    model_dump(story->model, model_out);
    (void)fclose(core_out);
    (void)fclose(model_out);
    bool same = core_size == model_size && memcmp(core, model, core_size) == 0;
    if (!same) {
        side_by_side_first(core, model, line, sizeof line);
        if (story->report != NULL)
            side_by_side_print(story->report, "core's tables", core, "model's tables", model);
        (void)story_differs(story, DIFFERS_DUMP, line, "the tables after record %u differ first in a line '%s'",
                            story->at, line);
    }
    free(core);
    free(model);
    return same;
}

/* ---------------------------------------------------------------- one record */

/* A query outside the log must answer as the record of it does, when nothing is due in between. */
static bool ask_beside(struct story *story, const struct core_record *record, bool due)
{
    struct state_digest before = core_digest(story->core.state);

    decision_store_clear(&story->scratch);
    story->scratch.meaning_only = true;
    if (due || record->intent->verb != VERB_QUERY || record->intent->flaw != FLAW_NONE ||
        record->intent->body.query.kind == QUERY_STATUS || state_meta(story->core.state)->has_genesis == 0)
        return true;
    (void)core_query(story->core.state, record->ts_ms, record->intent,
                     (struct decision_sink){hear_store, &story->scratch});
    struct state_digest after = core_digest(story->core.state);
    if (before.low != after.low || before.high != after.high)
        return story_differs(story, DIFFERS_QUERY, "", "core_query changed the state at record %u", story->at);
    return true;
}

static void hear_meaning(void *context, const struct decision *decision)
{
    struct story *story = context;
    struct decision_store *scratch = &story->scratch;

    hear_core(context, decision);
    if (scratch->count == 1 && decision->reason != REASON_QUOTA) {
        decision_store_add(scratch, decision);
        if (!span_equal(decision_store_flat(scratch, 0), decision_store_flat(scratch, 1)))
            (void)story_differs(story, DIFFERS_QUERY, "", "core_query answers otherwise than record %u", story->at);
    }
}

static bool apply_core(struct story *story, const struct core_record *record)
{
    bool due = core_is_due(story->core.state, record->ts_ms);
    struct state_digest before = state_digest(story->core.state);

    if (!ask_beside(story, record, due))
        return false;
    story->first_decision[story->at] = story->told.count;
    if (core_apply(story->core.state, record, (struct decision_sink){hear_meaning, story}) == CORE_FAILED)
        return story_differs(story, DIFFERS_LOCAL, "", "the state failed at record %u", story->at);
    struct state_digest after = state_digest(story->core.state);
    story->digests[story->at] = core_digest(story->core.state);
    if (!due && record->intent->verb == VERB_TICK && record->intent->flaw == FLAW_NONE &&
        (story->told.count != story->first_decision[story->at] || before.low != after.low))
        return story_differs(story, DIFFERS_QUERY, "", "nothing was due, yet tick %u did something", story->at);
    return story->difference.kind == SAME;
}

/* Its number, up to the colon, is what a shorter sequence has to break, too. */
static bool report_invariant(struct story *story, const char *broken)
{
    char number[32];

    (void)snprintf(number, sizeof number, "%.*s", (int)strcspn(broken, ":"), broken);
    return story_differs(story, DIFFERS_INVARIANT, number, "%s", broken);
}

static bool tell_record(struct story *story)
{
    const struct sim_record *record = &story->sequence->records[story->at];
    const struct intent *intent = sequence_intent(story->sequence, story->at, &story->grants, story->decoder);
    const struct core_record core_record = {.offset = record->offset, .ts_ms = record->ts_ms, .intent = intent};
    struct snapshot *after = &story->snapshots[story->at % 2], *before = &story->snapshots[1 - story->at % 2];
    bool last = story->generator == NULL && story->at + 1 == story->sequence->count;

    if (story->shared_at != NULL)
        *story->shared_at = story->at;
    if (story->loud != NULL)
        intent_line(story->loud, record, intent);
    if (story->generator != NULL)
        generator_clock(story->generator, record, intent);
    invariants_record_begin(&story->invariants, record, intent);
    decision_store_clear(&story->model_told);
    if (!apply_core(story, &core_record))
        return false;
    model_apply(story->model, record->offset, record->ts_ms, intent,
                (struct decision_sink){hear_store, &story->model_told});
    if (!compare_decisions(story))
        return false;
    snapshot_take(after, story->core.state);
    invariants_record_end(&story->invariants, before, after);
    if (invariants_broken(&story->invariants) != NULL)
        return report_invariant(story, invariants_broken(&story->invariants));
    if (last || story->dump_always || story->at % DUMP_EVERY == DUMP_EVERY - 1)
        return compare_dumps(story, after);
    return true;
}

/* ---------------------------------------------------------------- the whole */

static void begin(struct story *story, uint64_t seed, struct sequence *sequence)
{
    story->seed = seed;
    story->sequence = sequence;
    story->difference = (struct difference){0};
    story->grants.count = 0;
    story->at = 0;
    decision_store_clear(&story->told);
    decision_store_clear(&story->meant);
    story->meant.meaning_only = true;
    story->scratch.texts = false;
    story->told.texts = story->meant.texts = story->model_told.texts = story->texts;
    core_side_fresh(&story->core);
    model_free(story->model);
    story->model = model_new();
    invariants_begin(&story->invariants);
    snapshot_take(&story->snapshots[1], story->core.state); /* what record 0 finds */
}

static bool check_digest(struct story *story)
{
    struct state_digest kept = state_digest(story->core.state);
    struct state_digest counted = state_digest_recomputed(story->core.state);

    if (kept.low == counted.low && kept.high == counted.high)
        return true;
    return story_differs(story, DIFFERS_DIGEST, "", "the digest kept is not that of the rows");
}

static bool tell_first(struct story *story, struct sequence *sequence, struct generator *generator, uint32_t records)
{
    if (generator == NULL)
        records = sequence->count;
    else
        sequence_clear(sequence);
    for (story->at = 0; story->at < records; story->at++) {
        if (generator != NULL && !generator_next(generator, sequence))
            break;
        if (story->records_out != NULL) {
            sequence_write(story->records_out, sequence, story->at);
            (void)fflush(story->records_out);
        }
        if (!tell_record(story))
            return false;
    }
    if (sequence->count == 0)
        return true;
    story->at = sequence->count - 1;
    story->first_decision[sequence->count] = story->told.count;
    return compare_dumps(story, &story->snapshots[story->at % 2]) && check_digest(story);
}

bool story_tell(struct story *story, uint64_t seed, struct sequence *sequence, struct generator *generator,
                uint32_t records)
{
    story->generator = generator;
    begin(story, seed, sequence);
    if (generator != NULL)
        generator_begin(generator, seed);
    return tell_first(story, sequence, generator, records) && story_again_with_crashes(story) &&
           story_again_with_ticks(story);
}
