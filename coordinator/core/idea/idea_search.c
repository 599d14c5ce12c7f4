/* The search for the nearest ideas: candidates by shared stems, the best of them by all features. */
#include "coordinator/core/idea/idea_posting.h"

enum { STEMS_MOST = IDEA_FEATURES };

/* The stems that a search looks at, each at a row of its own. */
struct walks {
    struct posting_walk walks[STEMS_MOST];
    uint32_t weights[STEMS_MOST];
    uint32_t count;
};

static void walks_begin(struct state *state, const struct idea *idea, struct walks *out)
{
    out->count = 0;
    for (uint32_t i = 0; i < idea->signature.count; i++) {
        uint32_t feature = idea->signature.features[i];
        if (!idea_is_stem(feature))
            continue;
        uint32_t count = posting_count(state, idea->scope.row.number, feature);
        if (count == 0 || count > POSTING_MOST)
            continue;
        posting_walk_begin(state, &out->walks[out->count], idea->scope.row.number, feature);
        out->weights[out->count] = idea->weights[i];
        out->count += !out->walks[out->count].over;
    }
}

/* The lowest number at which a walk stands; false: all are over. */
static bool walks_lowest(const struct walks *walks, uint64_t *first)
{
    bool found = false;

    for (uint32_t i = 0; i < walks->count; i++) {
        const struct posting_walk *walk = &walks->walks[i];
        if (!walk->over && (!found || walk->first < *first)) {
            *first = walk->first;
            found = true;
        }
    }
    return found;
}

/* Of 4,096 ideas: the weight of shared stems, the norm, and which were met. */
struct sums {
    uint32_t shared[POSTING_IDEAS];
    uint32_t norm[POSTING_IDEAS];
    uint16_t met[POSTING_IDEAS];
    uint32_t met_count;
};

static void sums_add(struct sums *sums, const struct posting_walk *walk, uint32_t weight)
{
    for (size_t at = 0; at < walk->entries.size; at += POSTING_BYTES) {
        const uint8_t *entry = walk->entries.bytes + at;
        uint32_t low = posting_low(entry) & (POSTING_IDEAS - 1), norm = posting_norm(entry);
        if (norm == 0)
            continue; /* all of it is in every idea */
        if (sums->norm[low] == 0)
            sums->met[sums->met_count++] = (uint16_t)low;
        sums->norm[low] = norm;
        sums->shared[low] += weight;
    }
}

static bool is_nearer(const struct idea_near *a, const struct idea_near *b)
{
    return a->score != b->score ? a->score > b->score : a->id < b->id;
}

/* Keeps the list in order and bounded. */
static void list_add(struct idea_list *list, struct idea_near one)
{
    uint32_t at = list->count;

    if (list->count == IDEA_NEAREST) {
        if (!is_nearer(&one, &list->near[--at]))
            return;
    } else {
        list->count++;
    }
    for (; at > 0 && is_nearer(&one, &list->near[at - 1]); at--)
        list->near[at] = list->near[at - 1];
    list->near[at] = one;
}

/* Could its score be as high as the last one kept? Never no where it could; spares most of them the root. */
static bool may_enter(const struct idea_list *list, uint64_t shared, uint64_t product)
{
    if (list->count < IDEA_NEAREST)
        return true;
    uint64_t least = list->near[IDEA_NEAREST - 1].score;
    uint64_t reach = ((1000 * shared + least) >> 5) + 1; /* product < 2^53, so all stays below 2^64 */
    return reach * reach >= least * least * (product >> 10);
}

static void sums_take(struct sums *sums, uint64_t first, uint64_t query_norm, struct idea_list *list)
{
    for (uint32_t i = 0; i < sums->met_count; i++) {
        uint32_t low = sums->met[i];
        uint64_t shared = sums->shared[low], norm = sums->norm[low];
        sums->shared[low] = sums->norm[low] = 0;
        if (may_enter(list, shared, query_norm * norm))
            list_add(list, (struct idea_near){.id = first + low, .score = idea_score(shared, query_norm, norm)});
    }
    sums->met_count = 0;
}

/* By all features. The same ones are one idea, whatever was counted since the other began. */
static uint32_t score_of(const struct idea *idea, const struct stored_idea *other)
{
    const struct idea_signature *own = &idea->signature, *stored = &other->signature;
    uint64_t shared = 0;

    if (own->count == stored->count && memcmp(own->features, stored->features, 4 * (size_t)own->count) == 0)
        return IDEA_SCORE_MOST;

    for (uint32_t i = 0, j = 0; i < own->count && j < stored->count;) {
        uint32_t a = own->features[i], b = stored->features[j];
        if (a == b)
            shared += idea->weights[i];
        i += a <= b;
        j += b <= a;
    }
    return idea_score(shared, idea->norm, other->row.norm);
}

static void rescore(struct state *state, const struct idea *idea, const struct idea_list *found, struct idea_list *out)
{
    struct stored_idea stored;

    for (uint32_t i = 0; i < found->count; i++) {
        uint64_t id = found->near[i].id;
        if (!state_expect(state, idea_load(state, id, &stored)))
            return;
        list_add(out, (struct idea_near){.id = id, .score = score_of(idea, &stored)});
    }
}

void idea_search(struct state *state, const struct idea *idea, struct idea_list *out)
{
    struct walks walks;
    struct sums sums;
    struct idea_list found = {.count = 0};
    uint64_t first = 0;

    out->count = 0;
    if (!idea->scope.known || idea->scope.row.live == 0)
        return;
    walks_begin(state, idea, &walks);
    if (walks.count == 0)
        return;
    memset(&sums, 0, sizeof sums);
    while (walks_lowest(&walks, &first)) { /* each turn moves a walk on */
        for (uint32_t i = 0; i < walks.count; i++) {
            struct posting_walk *walk = &walks.walks[i];
            if (walk->over || walk->first != first)
                continue;
            sums_add(&sums, walk, walks.weights[i]);
            posting_walk_next(state, walk);
        }
        sums_take(&sums, first, idea->norm, &found);
    }
    rescore(state, idea, &found, out);
}
