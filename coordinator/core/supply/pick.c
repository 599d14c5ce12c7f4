/* The ready items of a category that fit stand in order of rank in one list for each set of needs; the lists are read as
 * one. A family that has live claims already, or most of the last selections, costs steps; the lowest sum is compared
 * first. */
#include "coordinator/core/supply/pick.h"

#include "coordinator/core/policy.h"
#include "coordinator/core/subtree.h"
#include "coordinator/core/supply/family.h"
#include "coordinator/core/supply/ready.h"
#include "coordinator/core/supply/selections.h"

/* An item that could be picked. */
struct candidate {
    struct ready_place place;
    uint64_t cost;
    uint32_t penalty;
    bool saturated, refused;
};

struct candidates {
    struct candidate all[LIMIT_PICK_LOOKS + 1]; /* the last is for one that is being read */
    uint32_t count;
    struct {
        uint64_t hash;
        uint32_t penalty;
        bool saturated;
    } families[LIMIT_PICK_LOOKS]; /* looked up already */
    uint32_t family_count;
    struct selections_row selections;
};

void pick_begin(struct pick *pick)
{
    pick->reads_left = LIMIT_PICK_READS;
    pick->comparisons_left = LIMIT_PICK_LOOKS;
    pick->told = (struct report_pick){0};
    memset(pick->found, 0, sizeof pick->found);
}

void obstacle_show(struct pick *pick, enum obstacle kind, struct span key, struct span by, uint64_t until_ms)
{
    struct obstacle_found *found = &pick->found[kind];

    if (found->key_size != 0 || found->by_size != 0)
        return;
    found->key_size = key.size < sizeof found->key ? key.size : sizeof found->key;
    found->by_size = by.size < sizeof found->by ? by.size : sizeof found->by;
    if (key.size != 0)
        memcpy(found->key, key.bytes, found->key_size);
    if (by.size != 0)
        memcpy(found->by, by.bytes, found->by_size);
    found->until_ms = until_ms;
}

static void obstacle_count(struct pick *pick, enum obstacle kind, struct span key, struct span by)
{
    obstacle_show(pick, kind, key, by, 0);
    pick->found[kind].count++;
}

/* The family's steps, looked up once a pick. */
static void penalise(struct apply *apply, struct candidates *candidates, struct span key, struct candidate *candidate)
{
    struct span family = family_of(key);
    uint64_t hash = family_hash(family);
    uint32_t i = 0;

    while (i < candidates->family_count && candidates->families[i].hash != hash)
        i++;
    if (i == candidates->family_count) {
        uint32_t live = family_live(apply->state, family);
        candidates->family_count++;
        candidates->families[i].hash = hash;
        candidates->families[i].saturated = selections_saturated(&candidates->selections, hash);
        candidates->families[i].penalty = (live > 1 ? live - 1 : 0) + candidates->families[i].saturated;
    }
    candidate->penalty = candidates->families[i].penalty;
    candidate->saturated = candidates->families[i].saturated;
    candidate->cost = candidate->place.rank + candidate->penalty * policy_value(apply->state, POLICY_PRIORITY_STEP_MS);
}

/* The first items of the lists that are read as one: one for each set of needs that the asker has all of. */
struct lists {
    struct ready_place heads[LIMIT_PICK_SETS];
    uint32_t count;
};

/* Items of a set of which the asker lacks something. Of the first category that has any the most urgent is shown. */
static void count_unfit(struct pick *pick, struct span key, struct span missing, uint64_t count, bool shown)
{
    struct obstacle_found *found = &pick->found[OBSTACLE_NEEDS];

    found->count += count;
    if (!shown)
        return;
    found->key_size = found->by_size = 0;
    obstacle_show(pick, OBSTACLE_NEEDS, key, missing, 0);
}

static void lists_open(struct apply *apply, uint32_t category, struct pick *pick, struct lists *lists)
{
    struct ready_place at = {.category = (uint16_t)category}, unfit = {.rank = UINT64_MAX, .number = UINT64_MAX};
    bool shows = pick->found[OBSTACLE_NEEDS].count == 0;
    struct offer_told told;
    uint64_t count;

    lists->count = 0;
    for (int sets = 0; sets < LIMIT_PICK_SETS && ready_set(apply->state, &at, &count); sets++) {
        struct span key = ready_at(apply->state, &at);
        if (!offer_load_told(apply->state, key, &told, pick->wish->storage))
            return; /* only after a failure of the state */
        const struct span *missing = need_missing(told.needs, told.need_count, pick->can);
        if (missing == NULL) {
            lists->heads[lists->count++] = at;
        } else {
            bool first = ready_before(&at, &unfit);
            count_unfit(pick, key, *missing, count, shows && first);
            unfit = first ? at : unfit;
        }
        if (at.needs++ == UINT64_MAX)
            return;
    }
}

/* Takes the most urgent item off the lists; false: they are empty. */
static bool lists_take(struct state *state, struct lists *lists, struct ready_place *out)
{
    uint32_t best = 0;

    for (uint32_t i = 1; i < lists->count; i++)
        if (ready_before(&lists->heads[i], &lists->heads[best]))
            best = i;
    if (lists->count == 0)
        return false;
    *out = lists->heads[best];
    if (!ready_next(state, &lists->heads[best]))
        lists->heads[best] = lists->heads[--lists->count];
    return true;
}

/* Does somebody have, or wait for, something that overlaps it? */
static bool is_overlapped(struct state *state, struct span key)
{
    return subtree_conflict(state, TABLE_HOLD, key, false, 0) != UINT64_MAX ||
           subtree_conflict(state, TABLE_WANT, key, false, 0) != UINT64_MAX;
}

static void gather(struct apply *apply, uint32_t category, struct pick *pick, struct candidates *candidates)
{
    struct lists lists;
    struct candidate *candidate = candidates->all;

    lists_open(apply, category, pick, &lists);
    while (candidates->count < LIMIT_PICK_LOOKS && pick->reads_left > 0 &&
           lists_take(apply->state, &lists, &candidate->place)) {
        struct span key = ready_at(apply->state, &candidate->place);

        pick->reads_left--;
        pick->told.looked++;
        if (is_overlapped(apply->state, key)) {
            obstacle_count(pick, OBSTACLE_CLAIMED, key, (struct span){0});
            continue;
        }
        candidate->refused = false;
        penalise(apply, candidates, key, candidate);
        candidate = &candidates->all[++candidates->count];
    }
}

static struct candidate *cheapest(struct candidates *candidates)
{
    struct candidate *best = NULL;

    for (uint32_t i = 0; i < candidates->count; i++) {
        struct candidate *here = &candidates->all[i];

        if (!here->refused && (best == NULL || here->cost < best->cost ||
                               (here->cost == best->cost && here->place.number < best->place.number)))
            best = here;
    }
    return best;
}

/* What a comparison said of an item that is not picked goes again. */
static void unsay(struct decision *decision)
{
    decision->answer = ANSWER_NONE;
    decision->reason = REASON_NONE;
    decision->has_holder = false;
    decision->holder = (struct holder){0};
    decision->likeness = LIKENESS_NONE;
    decision->warnings &= ~(uint32_t)WARNING_SAME_NAME;
    rivals_unwarn(decision);
}

/* The wish becomes one for this item. False: it is like what is taken. */
static bool wish_for(struct apply *apply, struct pick *pick, const struct candidate *candidate)
{
    struct span key = ready_at(apply->state, &candidate->place);
    struct claim *wish = pick->wish;
    struct offer_told told;

    if (key.size == 0 || !offer_load_told(apply->state, key, &told, wish->storage))
        return false; /* only after a failure of the state */
    memcpy(pick->key, key.bytes, key.size);
    wish->keys[0] = span_of(pick->key, key.size);
    wish->row.key_count = 1;
    wish->texts[CLAIM_ABOUT] = told.texts[OFFER_ABOUT];
    wish->texts[CLAIM_AKA] = told.texts[OFFER_AKA];
    wish->texts[CLAIM_CATEGORY] = told.texts[OFFER_CATEGORY];
    wish->texts[CLAIM_REF] = told.texts[OFFER_REF];
    wish->scope = told.texts[OFFER_SCOPE].size != 0 ? told.texts[OFFER_SCOPE] : pick->scope;
    rivals_begin(pick->rivals);
    if (!rivals_refuse(apply, wish, false, pick->rivals, pick->decision))
        return true;
    obstacle_count(pick, OBSTACLE_SIMILAR, wish->keys[0], pick->decision->holder.session);
    pick->told.similar++;
    unsay(pick->decision);
    return false;
}

_Static_assert((int)OFFER_STORAGE_BYTES <= (int)CLAIM_STORAGE_BYTES, "what was offered fits into a claim's room");

bool pick_item(struct apply *apply, uint32_t category, struct pick *pick)
{
    struct candidates candidates;
    struct candidate *best;

    candidates.count = candidates.family_count = 0;
    selections_load(apply->state, &candidates.selections);
    gather(apply, category, pick, &candidates);
    while (pick->comparisons_left > 0 && (best = cheapest(&candidates)) != NULL) {
        pick->comparisons_left--;
        if (wish_for(apply, pick, best)) {
            pick->told.offer = best->place.number;
            pick->told.penalty = best->penalty;
            pick->told.family_saturated = best->saturated;
            return true;
        }
        best->refused = true;
    }
    return false;
}
