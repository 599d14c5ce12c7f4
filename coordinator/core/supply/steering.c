/* What docs/STEERING.md says, on rows of the state. */
#include "coordinator/core/supply/steering.h"

#include "coordinator/core/policy.h"
#include "coordinator/core/supply/family.h"
#include "coordinator/core/supply/selections.h"

static struct steer_rule rule_now(struct apply *apply)
{
    struct state *state = apply->state;

    return (struct steer_rule){
        .window = (uint32_t)policy_value(state, POLICY_STEER_WINDOW),
        .gain = (uint32_t)policy_value(state, POLICY_STEER_GAIN),
        .plateau = {.window = (uint32_t)policy_value(state, POLICY_PLATEAU_WINDOW),
                    .most = (uint32_t)policy_value(state, POLICY_PLATEAU_MOST),
                    .least = (uint32_t)policy_value(state, POLICY_PLATEAU_LEAST)},
    };
}

static struct steer_candidate candidate_of(struct apply *apply, uint32_t number, const struct category_row *row)
{
    return (struct steer_candidate){.arm = number,
                                    .belief = {.outcomes = row->outcomes, .count = row->outcome_count},
                                    .target = category_target(apply->state, row)};
}

static uint32_t categories(struct apply *apply)
{
    return (uint32_t)table_count(apply->state, TABLE_CATEGORY);
}

static bool is_asked(const uint32_t *numbers, uint32_t count, uint32_t number)
{
    for (uint32_t i = 0; i < count; i++)
        if (numbers[i] == number)
            return true;
    return count == 0;
}

void steering_gather(struct apply *apply, const struct span *asked, uint32_t asked_count, struct steering *steering)
{
    uint32_t numbers[LIMIT_NEXT_CATEGORIES], all = categories(apply);
    struct category_row row;

    for (uint32_t i = 0; i < asked_count; i++)
        numbers[i] = category_find(apply->state, asked[i]);
    steering->count = steering->other_most = 0;
    steering->all_ready = steering->others = steering->other_most_ready = 0;
    for (uint32_t number = 1; number <= all; number++) {
        if (!category_load(apply->state, number, &row) || row.ready == 0)
            continue;
        if (is_asked(numbers, asked_count, number)) {
            steering->all_ready += row.ready;
            steering->ready[steering->count] = row.ready;
            steering->candidates[steering->count++] = candidate_of(apply, number, &row);
            continue;
        }
        steering->others += row.ready;
        if (row.ready > steering->other_most_ready) {
            steering->other_most = number;
            steering->other_most_ready = row.ready;
        }
    }
}

/* Does a come before b: a higher score, or the same and a lower number? */
static bool is_before(const struct steer_candidate *a, const struct steer_candidate *b)
{
    return a->score > b->score || (a->score == b->score && a->arm < b->arm);
}

static void exchange(struct steering *steering, uint32_t a, uint32_t b)
{
    struct steer_candidate candidate = steering->candidates[a];
    uint64_t ready = steering->ready[a];

    steering->candidates[a] = steering->candidates[b];
    steering->ready[a] = steering->ready[b];
    steering->candidates[b] = candidate;
    steering->ready[b] = ready;
}

void steering_order(struct apply *apply, uint64_t offset, struct steering *steering)
{
    struct selections_row row;

    if (steering->count == 0)
        return;
    selections_load(apply->state, &row);
    struct recent recent = selections_recent(&row);
    (void)steer_choose(rule_now(apply), &recent, offset, steering->candidates, steering->count);
    for (uint32_t i = 1; i < steering->count; i++) /* by insertion: at most 256 */
        for (uint32_t at = i; at > 0 && is_before(&steering->candidates[at], &steering->candidates[at - 1]); at--)
            exchange(steering, at, at - 1);
}

static void tell_one(struct apply *apply, const struct steer_candidate *candidate, uint64_t ready,
                     uint8_t name[LIMIT_CATEGORY_BYTES], struct report_draw *out)
{
    struct category_row row;

    if (!category_load(apply->state, candidate->arm, &row))
        return; /* only after a failure of the state */
    *out = (struct report_draw){
        .category = category_name(apply->state, candidate->arm, name),
        .successes = belief_a(&candidate->belief) - BELIEF_PRIOR_SUCCESSES,
        .failures = belief_b(&candidate->belief) - BELIEF_PRIOR_FAILURES,
        .share = candidate->share,
        .target = candidate->target,
        .dispatchable = ready,
        .selections = row.selections,
        .draw = candidate->draw,
        .mean = candidate->mean,
        .boost = candidate->boost,
        .score = candidate->score,
        .own_target = row.target != 0,
    };
}

static void tell_state(const struct selections_row *row, const struct recent *recent, struct decision *decision)
{
    decision->has_steering = true;
    decision->steering = (struct report_steering){
        .selections = row->selections, .plateau = (row->plateaus & 1) != 0, .soft = recent_is_soft(recent)};
    for (uint64_t bits = row->plateaus; bits != 0; bits &= bits - 1)
        decision->steering.plateaus++;
}

void steering_tell(struct apply *apply, const struct steering *steering, struct steering_names *names,
                   struct decision *decision)
{
    decision->draw_count = steering->count < LIMIT_DRAWS ? steering->count : LIMIT_DRAWS;
    for (uint32_t i = 0; i < decision->draw_count; i++)
        tell_one(apply, &steering->candidates[i], steering->ready[i], names->bytes[i], &decision->draws[i]);
}

/* A category as it stands, without a draw; the next of decision->draws. */
static void tell_standing(struct apply *apply, const struct recent *recent, uint32_t number,
                          uint8_t names[][LIMIT_CATEGORY_BYTES], struct decision *decision)
{
    struct category_row row;

    if (!category_load(apply->state, number, &row))
        return; /* only after a failure of the state */
    struct steer_candidate candidate = candidate_of(apply, number, &row);
    steer_stand(rule_now(apply), recent, &candidate);
    tell_one(apply, &candidate, row.ready, names[decision->draw_count], &decision->draws[decision->draw_count]);
    decision->draw_count++;
}

/* Who is farthest below its target: of those that have something ready or, if none has, of all; 0: there is none. */
static uint32_t most_neglected(struct apply *apply, const struct recent *recent)
{
    uint32_t all = categories(apply), best = 0;
    int64_t best_missing = 0; /* below its target; above it if negative */
    bool best_ready = false;
    struct category_row row;

    for (uint32_t number = 1; number <= all; number++) {
        if (!category_load(apply->state, number, &row))
            return 0; /* only after a failure of the state */
        int64_t missing = (int64_t)category_target(apply->state, &row) - recent_share(recent, number);
        bool ready = row.ready > 0;
        if (best != 0 && (ready < best_ready || (ready == best_ready && missing <= best_missing)))
            continue;
        best = number;
        best_missing = missing;
        best_ready = ready;
    }
    return best;
}

void steering_tell_neglected(struct apply *apply, uint32_t own, uint8_t names[][LIMIT_CATEGORY_BYTES],
                             struct decision *decision)
{
    struct selections_row row;

    selections_load(apply->state, &row);
    struct recent recent = selections_recent(&row);
    tell_state(&row, &recent, decision);
    if (decision->draw_count != 0)
        return;
    uint32_t number = most_neglected(apply, &recent);
    if (number != 0)
        tell_standing(apply, &recent, number, names, decision);
    if (own != 0 && own != number)
        tell_standing(apply, &recent, own, names, decision);
}

void steering_select(struct apply *apply, struct span key, struct span category)
{
    uint32_t arms[LIMIT_CATEGORIES], count = 0, number = category_number(apply, category), all = categories(apply);
    struct category_row of;
    struct selections_row row;

    for (uint32_t i = 1; i <= all; i++)
        if (category_load(apply->state, i, &of) && of.ready > 0)
            arms[count++] = i;
    if (!category_load(apply->state, number, &of))
        return; /* only after a failure of the state */
    selections_load(apply->state, &row);
    row.families[row.selections % SELECTIONS_FAMILIES] = family_hash(family_of(key));
    struct recent recent = selections_recent(&row);
    recent_note(&recent, number, rule_now(apply).plateau, arms, count);
    row.selections = recent.selections;
    row.plateaus = recent.plateaus;
    memcpy(row.arms, recent.arms, sizeof row.arms);
    selections_save(apply->state, &row);
    of.selections++;
    category_save(apply->state, number, &of);
}

/* The world has changed: what is believed of all others is old. */
static void forget_others(struct apply *apply, uint32_t number)
{
    uint32_t all = categories(apply);
    struct category_row row;

    for (uint32_t i = 1; i <= all; i++) {
        if (i == number || !category_load(apply->state, i, &row) || row.outcome_count == 0)
            continue;
        row.outcomes = 0;
        row.outcome_count = 0;
        category_save(apply->state, i, &row);
    }
}

void steering_learn(struct apply *apply, struct span category, uint64_t token, uint32_t reward)
{
    uint32_t number = category_find(apply->state, category);
    struct category_row row;

    if (number == 0 || !category_load(apply->state, number, &row))
        return;
    struct belief belief = {.outcomes = row.outcomes, .count = row.outcome_count};
    bool success = belief_is_success(reward, apply->record->offset, token, number);
    bool changed = belief_learn(&belief, success, (uint32_t)policy_value(apply->state, POLICY_STEER_WINDOW));
    row.outcomes = belief.outcomes;
    row.outcome_count = belief.count;
    category_save(apply->state, number, &row);
    if (changed)
        forget_others(apply, number);
}

void steering_report(struct apply *apply, uint64_t after, struct steering_names *names, struct decision *decision)
{
    uint64_t all = categories(apply), number = after < all ? after + 1 : all + 1;
    struct selections_row selections;

    selections_load(apply->state, &selections);
    struct recent recent = selections_recent(&selections);
    decision->answer = ANSWER_REPORT;
    tell_state(&selections, &recent, decision);
    for (; number <= all && decision->draw_count < LIMIT_DRAWS; number++)
        tell_standing(apply, &recent, (uint32_t)number, names->bytes, decision);
    decision->more = number <= all;
    decision->next.token = decision->more ? number - 1 : 0;
}
