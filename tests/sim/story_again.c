/* The later tellings: with crashes between any two steps, and with ticks that nobody needed. */
#include "tests/sim/dice.h"
#include "tests/sim/side_by_side.h"
#include "tests/sim/story.h"

/* ---------------------------------------------------------------- crashes: INV-6, INV-9 */

/* Where the last commit stands: the record in hand or next, and how many of its decisions came before. */
struct committed {
    uint32_t record, decisions;
};

struct crashing {
    struct story *story;
    uint32_t record, decisions;    /* in hand, and how many decisions of it were heard since it began */
    uint32_t visits[SEQUENCE_MAX]; /* of each record: what the dice are asked about */
    struct committed committed;
};

static void hear_again(void *context, const struct decision *decision)
{
    struct crashing *crashing = context;
    struct story *story = crashing->story;
    uint32_t first = story->first_decision[crashing->record];
    uint32_t count = story->first_decision[crashing->record + 1] - first;
    uint32_t at = crashing->decisions++;

    decision_store_clear(&story->scratch);
    story->scratch.meaning_only = false;
    decision_store_add(&story->scratch, decision);
    story->at = crashing->record;
    if (at >= count)
        (void)story_differs(story, DIFFERS_CRASH, "", "record %u has one decision more after a crash", story->at);
    else if (!span_equal(decision_store_flat(&story->scratch, 0), decision_store_flat(&story->told, first + at)))
        (void)story_differs(story, DIFFERS_CRASH, "", "decision %u of record %u is another after a crash", at,
                            story->at);
}

static bool finish_record(struct crashing *crashing)
{
    struct story *story = crashing->story;
    struct state_digest digest = core_digest(story->again.state);
    struct state_digest told = story->digests[crashing->record];
    uint32_t count = story->first_decision[crashing->record + 1] - story->first_decision[crashing->record];

    story->at = crashing->record;
    if (crashing->decisions != count)
        return story_differs(story, DIFFERS_CRASH, "", "record %u has %u decisions after a crash, not %u", story->at,
                             crashing->decisions, count);
    if (digest.low != told.low || digest.high != told.high)
        return story_differs(story, DIFFERS_DIGEST, "", "the digest after record %u is another after a crash",
                             story->at);
    crashing->record++;
    crashing->decisions = 0;
    return true;
}

/* Between two steps: mostly nothing, else the work so far is kept, or lost, or kept and the file opened anew. */
static void maybe_crash(struct crashing *crashing, uint32_t in_hand)
{
    struct story *story = crashing->story;
    uint64_t offset = story->sequence->records[in_hand].offset;
    uint64_t roll = dice_roll(story->seed, offset, crashing->visits[in_hand]++) % 100;

    if (roll < 20) {
        core_side_commit(&story->again);
        crashing->committed = (struct committed){crashing->record, crashing->decisions};
    } else if (roll < 27) {
        core_side_crash(&story->again);
    } else if (roll < 28) {
        core_side_restart(&story->again);
    }
    if (roll >= 20 && roll < 28) {
        crashing->record = crashing->committed.record;
        crashing->decisions = crashing->committed.decisions;
    }
}

bool story_again_with_crashes(struct story *story)
{
    struct crashing crashing = {.story = story};
    struct sequence *sequence = story->sequence;

    core_side_fresh(&story->again);
    while (crashing.record < sequence->count) {
        const struct sim_record *record = &sequence->records[crashing.record];
        const struct intent *intent = sequence_intent(sequence, crashing.record, NULL, story->decoder);
        const struct core_record core_record = {.offset = record->offset, .ts_ms = record->ts_ms, .intent = intent};
        enum core_progress progress = CORE_MORE;
        uint32_t in_hand = crashing.record;
        while (progress == CORE_MORE && crashing.record == in_hand) {
            progress = core_step(story->again.state, &core_record, (struct decision_sink){hear_again, &crashing});
            if (progress == CORE_FAILED)
                return story_differs(story, DIFFERS_LOCAL, "", "the state failed at record %u", crashing.record);
            if (story->difference.kind != SAME || (progress == CORE_FINISHED && !finish_record(&crashing)))
                return false;
            if (crashing.record < sequence->count)
                maybe_crash(&crashing, in_hand);
        }
    }
    struct state_digest kept = state_digest(story->again.state), counted = state_digest_recomputed(story->again.state);
    if (kept.low != counted.low || kept.high != counted.high)
        return story_differs(story, DIFFERS_DIGEST, "", "after crashes, the digest kept is not that of the rows");
    return true;
}

/* ---------------------------------------------------------------- extra ticks: R1 */

static void hear_ticked(void *context, const struct decision *decision)
{
    decision_store_add(context, decision);
}

static bool tick(struct story *story, uint64_t offset, uint64_t ts_ms)
{
    static const struct intent intent = {.verb = VERB_TICK};
    const struct core_record record = {.offset = offset, .ts_ms = ts_ms, .intent = &intent};

    return core_apply(story->again.state, &record, (struct decision_sink){hear_ticked, &story->scratch}) != CORE_FAILED;
}

/* Ticks before record `at` that leave T at it as it was: at the ts before, at its own, or, when the jump limit does
 * not bite, anywhere between. They need offsets that the sequence left free. */
static bool tick_before(struct story *story, uint32_t at)
{
    static const uint64_t ts_most = ((uint64_t)1 << 53) - 1;
    const struct sim_record *record = &story->sequence->records[at];
    const struct state_meta *meta = state_meta(story->again.state);
    uint64_t last = meta->last_ts_ms, ts = record->ts_ms > ts_most ? ts_most : record->ts_ms;
    uint64_t roll = dice_roll(story->seed, record->offset, UINT32_MAX);

    if (meta->has_genesis == 0 || at == 0 || story->sequence->records[at - 1].offset + 2 >= record->offset)
        return true;
    if (roll % 4 == 0)
        return tick(story, record->offset - 1, last);
    if (roll % 4 == 1 || ts <= last || ts - last > meta->jump_max_ms)
        return tick(story, record->offset - 1, ts);
    if (roll % 4 == 2)
        return tick(story, record->offset - 2, last + (roll >> 8) % (ts - last)) &&
               tick(story, record->offset - 1, ts - (roll >> 32) % 2);
    return true;
}

static bool tell_ticked(struct story *story)
{
    struct sequence *sequence = story->sequence;

    for (uint32_t i = 0; i < sequence->count; i++) {
        const struct sim_record *record = &sequence->records[i];
        const struct intent *intent = sequence_intent(sequence, i, NULL, story->decoder);
        const struct core_record core_record = {.offset = record->offset, .ts_ms = record->ts_ms, .intent = intent};
        story->at = i;
        if (!tick_before(story, i) || core_apply(story->again.state, &core_record,
                                                 (struct decision_sink){hear_ticked, &story->scratch}) == CORE_FAILED)
            return story_differs(story, DIFFERS_LOCAL, "", "the state failed at record %u", i);
    }
    return true;
}

static bool differs_ticked(struct story *story, uint32_t at)
{
    char field[64];

    for (story->at = 0; story->first_decision[story->at + 1] <= at; story->at++)
        if (story->at + 1 == story->sequence->count)
            break;
    side_by_side_first(decision_store_text(&story->meant, at), decision_store_text(&story->scratch, at), field,
                       sizeof field);
    if (story->report != NULL)
        side_by_side_print(story->report, "as it was", decision_store_text(&story->meant, at), "with extra ticks",
                           decision_store_text(&story->scratch, at));
    return story_differs(story, DIFFERS_TICKS, field, "R1: with extra ticks, decision %u in all is another (record %u)",
                         at, story->at);
}

bool story_again_with_ticks(struct story *story)
{
    const struct decision_store *meant = &story->meant;

    core_side_fresh(&story->again);
    decision_store_clear(&story->scratch);
    story->scratch.meaning_only = true;
    story->scratch.texts = story->meant.texts;
    if (!tell_ticked(story))
        return false;
    for (uint32_t i = 0; i < meant->count || i < story->scratch.count; i++) {
        if (i >= meant->count || i >= story->scratch.count ||
            !span_equal(decision_store_flat(meant, i), decision_store_flat(&story->scratch, i)))
            return differs_ticked(story, i);
    }
    return true;
}
