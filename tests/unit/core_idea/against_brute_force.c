/* The index and its search against a list that is looked through from end to end: ideas come and go by seeds, and each
 * question has the same answer, also after frequencies were halved and where a stem is too common to be looked at. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "coordinator/core/idea/idea_index.h"
#include "coordinator/core/idea/idea_posting.h"
#include "tests/unit/state/scratch.h"

enum { IDEAS_MAX = 12000, SEEDS = 3, WORDS = 400, TEXT_MAX = 400, HALVED_AT = 1 << 20 };

struct naive_idea {
    uint64_t id, norm;
    struct idea_signature signature;
    bool lives;
};

static struct naive {
    struct naive_idea ideas[IDEAS_MAX];
    uint32_t count;
    uint64_t frequency[IDEA_BUCKETS], counted, live;
} naive;

/* A few words are in most texts, most in few. */
static struct span make_text(struct random *random, char *out)
{
    size_t used = 0, words = 1 + random_below(random, 9);

    if (random_chance(random, 300)) /* the most common one, alone or not */
        used += (size_t)snprintf(out, TEXT_MAX, "aar0k ");
    words = used != 0 && random_chance(random, 200) ? 0 : words;

    for (size_t i = 0; i < words; i++) {
        uint64_t word = random_below(random, 1 + random_below(random, 1 + random_below(random, WORDS)));
        used += (size_t)snprintf(out + used, TEXT_MAX - used, "%c%cr%" PRIu64 "k ", (int)('a' + word % 26),
                                 (int)('a' + word / 26), word);
    }
    return span_of(out, used);
}

static uint64_t weight(uint32_t feature)
{
    return idea_weight(feature, naive.counted, idea_is_stem(feature) ? naive.frequency[idea_bucket(feature)] : 0);
}

static bool has_feature(const struct idea_signature *signature, uint32_t feature)
{
    for (uint32_t i = 0; i < signature->count; i++)
        if (signature->features[i] == feature)
            return true;
    return false;
}

static uint32_t postings(uint32_t stem)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < naive.count; i++)
        count += naive.ideas[i].lives && has_feature(&naive.ideas[i].signature, stem);
    return count;
}

static void keep(struct idea_near *near, uint32_t *count, struct idea_near one)
{
    uint32_t at = *count;

    while (at > 0 && (near[at - 1].score < one.score || (near[at - 1].score == one.score && near[at - 1].id > one.id)))
        at--;
    memmove(near + at + 1, near + at, (*count - at) * sizeof *near);
    near[at] = one;
    *count += *count < IDEA_NEAREST;
}

static void look_through(const struct idea_signature *asked, uint64_t norm, struct idea_near *out, uint32_t *out_count)
{
    struct idea_near first[IDEA_NEAREST + 1];
    bool looked_at[IDEA_FEATURES];
    uint32_t first_count = 0;

    for (uint32_t f = 0; f < asked->count; f++)
        looked_at[f] = idea_is_stem(asked->features[f]) && postings(asked->features[f]) <= POSTING_MOST;
    for (uint32_t i = 0; i < naive.count; i++) {
        const struct naive_idea *idea = &naive.ideas[i];
        uint64_t shared = 0;
        bool met = false;
        for (uint32_t f = 0; idea->lives && f < asked->count; f++) {
            bool both = looked_at[f] && has_feature(&idea->signature, asked->features[f]);
            met |= both;
            shared += both ? weight(asked->features[f]) : 0;
        }
        if (met && idea->norm != 0)
            keep(first, &first_count, (struct idea_near){idea->id, idea_score(shared, norm, idea->norm)});
    }
    *out_count = 0;
    for (uint32_t n = 0; n < first_count; n++) {
        const struct naive_idea *idea = naive.ideas;
        uint64_t shared = 0;
        while (idea->id != first[n].id)
            idea++;
        for (uint32_t f = 0; f < asked->count; f++)
            shared += has_feature(&idea->signature, asked->features[f]) ? weight(asked->features[f]) : 0;
        bool same = asked->count == idea->signature.count &&
                    memcmp(asked->features, idea->signature.features, asked->count * sizeof asked->features[0]) == 0;
        keep(out, out_count,
             (struct idea_near){idea->id, same ? IDEA_SCORE_MOST : idea_score(shared, norm, idea->norm)});
    }
}

static bool ask(struct state *state, struct random *random)
{
    static struct idea idea;
    struct idea_list list;
    struct idea_near expected[IDEA_NEAREST + 1];
    char text[TEXT_MAX];
    uint32_t count;
    uint64_t norm = 0;

    if (!idea_read(state, make_text(random, text), (struct span){0}, (struct span){0}, (struct span){0}, &idea))
        return true;
    idea_search(state, &idea, &list);
    for (uint32_t f = 0; f < idea.signature.count; f++)
        norm += weight(idea.signature.features[f]);
    look_through(&idea.signature, norm, expected, &count);
    bool good = norm == idea.norm && count == list.count;
    for (uint32_t i = 0; good && i < count; i++)
        good = expected[i].id == list.near[i].id && expected[i].score == list.near[i].score;
    if (!good)
        printf("another answer for \"%s\": %u found, %u expected\n", text, list.count, count);
    return good;
}

static void add(struct state *state, struct random *random)
{
    static struct idea idea;
    struct naive_idea *last = &naive.ideas[naive.count];
    const struct idea_row row = {.token = 1};
    char text[TEXT_MAX];

    if (naive.count == IDEAS_MAX ||
        !idea_read(state, make_text(random, text), (struct span){0}, (struct span){0}, (struct span){0}, &idea))
        return;
    uint64_t gap = random_chance(random, 2) ? random_below(random, 20000) : 1;
    *last = (struct naive_idea){.id = (naive.count == 0 ? 0 : last[-1].id) + gap + (gap == 0),
                                .norm = idea.norm,
                                .signature = idea.signature,
                                .lives = true};
    idea_add(state, last->id, &idea, &row);
    naive.count++;
    naive.live++;
    for (uint32_t f = 0; f < idea.signature.count; f++)
        naive.frequency[idea_bucket(idea.signature.features[f])] += idea_is_stem(idea.signature.features[f]);
    if (++naive.counted < HALVED_AT)
        return;
    naive.counted /= 2;
    for (uint32_t i = 0; i < IDEA_BUCKETS; i++)
        naive.frequency[i] /= 2;
}

static void erase(struct state *state, struct random *random)
{
    if (naive.count == 0)
        return;
    struct naive_idea *idea = &naive.ideas[random_below(random, naive.count)];
    if (!idea->lives)
        return;
    idea_erase(state, idea->id);
    idea->lives = false;
    naive.live--;
}

/* As if so many had been counted long ago: the next ones halve all. */
static void age(struct state *state)
{
    struct scope scope = scope_ensure(state, (struct span){0});

    naive.counted = scope.row.ideas = HALVED_AT - 3;
    scope_save(state, (struct span){0}, &scope.row);
}

static bool run(uint64_t seed)
{
    struct scratch scratch;
    struct random random;
    bool good = true;
    uint32_t asked = 0;

    memset(&naive, 0, sizeof naive);
    random_init(&random, seed);
    scratch_begin(&scratch);
    struct state *state = scratch_open(&scratch);
    begin(state);
    for (uint32_t turn = 0; good && turn < IDEAS_MAX; turn++) {
        add(state, &random);
        if (random_chance(&random, seed == 0 ? 20 : 300))
            erase(state, &random);
        if (turn % 4000 == 2000)
            age(state);
        if (turn % 40 == 0 && asked++ < 10000)
            good = ask(state, &random);
    }
    struct scope scope = scope_find(state, (struct span){0});
    good = good && scope.row.live == naive.live && scope.row.ideas == naive.counted && digest_is_right(state);
    for (uint32_t i = 0; i < naive.count; i++)
        if (naive.ideas[i].lives)
            idea_erase(state, naive.ideas[i].id);
    good = good && table_count(state, TABLE_IDEA) == 0 && table_count(state, TABLE_POSTING) == 0 &&
           table_count(state, TABLE_POSTING_COUNT) == 0 && state_failure(state, NULL) == DIBS_OK;
    printf("seed %" PRIu64 ": %u ideas, %" PRIu64 " live, %u questions, halved %u times: %s\n", seed, naive.count,
           naive.live, asked, scope.row.epoch, good ? "ok" : "WRONG");
    state_close(state);
    scratch_end(&scratch);
    return good;
}

int main(void)
{
    bool good = true;

    for (uint64_t seed = 0; seed < SEEDS; seed++)
        good = run(seed) && good;
    return good ? 0 : 1;
}
