/* How well the shipped core knows two texts for one idea, and what that costs.
 *
 * usage: ideas PAIRS.jsonl CLUSTERS.txt [LIVE...]
 *
 * PAIRS: JSON lines of {"repo", "pr", "title", "entry"}: title and entry of one line are one idea. Another idea is, for
 * line i and k = 1 ... 10, the entry of the first line at or after (i + 7919 k^2) mod n that has the same repository and
 * another pr. Frequencies are learnt from the titles of the even lines to judge the odd ones, and the other way round.
 * CLUSTERS: lines of family|cluster|text: two texts of one cluster are one idea, two of different clusters are not;
 * `siblings` are those of one family. Frequencies are learnt from the titles of PAIRS alone.
 * Then what a claim costs on LMDB among so many LIVE ones (10000), made of the texts of PAIRS: see ideas_cost.c. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "coordinator/core/idea/idea_signature.h"
#include "ideas_cost.h"
#include "ideas_measure.h"

enum { OTHERS = 10, STRIDE = 7919, TEXTS_MAX = 1 << 20, NAME_BYTES = 64 };

/* One scope's frequencies. */
struct learnt {
    uint64_t frequency[IDEA_BUCKETS], ideas;
};

static struct learnt learnt;

static void learn(const struct idea_signature *signature)
{
    learnt.ideas++;
    for (uint32_t i = 0; i < signature->count; i++)
        learnt.frequency[idea_bucket(signature->features[i])] += idea_is_stem(signature->features[i]);
}

static uint64_t weight(uint32_t feature)
{
    return idea_weight(feature, learnt.ideas, learnt.frequency[idea_bucket(feature)]);
}

static uint64_t norm(const struct idea_signature *signature)
{
    uint64_t all = 0;

    for (uint32_t i = 0; i < signature->count; i++)
        all += weight(signature->features[i]);
    return all;
}

static uint32_t score(const struct idea_signature *a, const struct idea_signature *b)
{
    uint64_t shared = 0;

    for (uint32_t i = 0, j = 0; i < a->count && j < b->count;) {
        if (a->features[i] == b->features[j])
            shared += weight(a->features[i]);
        bool a_is_lower = a->features[i] <= b->features[j], b_is_lower = b->features[j] <= a->features[i];
        i += a_is_lower;
        j += b_is_lower;
    }
    return idea_score(shared, norm(a), norm(b));
}

/* ---- pairs ---- */

struct pair {
    char *repo;
    json_int_t pr;
    struct idea_signature title, entry;
};

static struct pair *pairs;
static size_t pair_count;
static char *texts[2 * TEXTS_MAX]; /* titles and entries */

static bool pair_read(const char *line, struct pair *out)
{
    const char *repo, *title, *entry;
    json_int_t pr;
    json_t *object = json_loads(line, 0, NULL);
    bool good =
        json_unpack(object, "{s:s, s:I, s:s, s:s}", "repo", &repo, "pr", &pr, "title", &title, "entry", &entry) == 0;

    if (good) {
        out->repo = strdup(repo);
        out->pr = pr;
        texts[2 * pair_count] = strdup(title);
        texts[2 * pair_count + 1] = strdup(entry);
        idea_signature(span_from_text(title), (struct span){0}, &out->title);
        idea_signature(span_from_text(entry), (struct span){0}, &out->entry);
    }
    json_decref(object);
    return good;
}

static bool pairs_read(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;
    bool good = file != NULL;

    pairs = calloc(TEXTS_MAX, sizeof *pairs);
    CHECK(pairs != NULL);
    while (good && pair_count < TEXTS_MAX && getline(&line, &capacity, file) > 0) {
        good = pair_read(line, &pairs[pair_count]);
        pair_count += good;
    }
    if (!good)
        fprintf(stderr, "ideas: %s: line %zu is no {\"repo\", \"pr\", \"title\", \"entry\"}\n", path, pair_count + 1);
    free(line);
    if (file != NULL)
        fclose(file);
    return good;
}

/* The k-th other idea for line i; NULL: there is none. */
static const struct pair *other(size_t i, size_t k)
{
    size_t at = (i + STRIDE * k * k) % pair_count;

    for (size_t step = 0; step < pair_count; step++, at = (at + 1) % pair_count)
        if (strcmp(pairs[at].repo, pairs[i].repo) == 0 && pairs[at].pr != pairs[i].pr)
            return &pairs[at];
    return NULL;
}

static void pairs_measure(void)
{
    static const char *const names[2] = {"pairs: even lines, learnt from the odd",
                                         "pairs: odd lines, learnt from the even"};
    struct tally both = {0};

    for (size_t half = 0; half < 2; half++) {
        struct tally tally = {0};
        memset(&learnt, 0, sizeof learnt);
        for (size_t i = 1 - half; i < pair_count; i += 2)
            learn(&pairs[i].title);
        for (size_t i = half; i < pair_count; i += 2) {
            tally.same[score(&pairs[i].title, &pairs[i].entry)]++;
            for (size_t k = 1; k <= OTHERS; k++) {
                const struct pair *drawn = other(i, k);
                if (drawn != NULL)
                    tally.other[score(&pairs[i].title, &drawn->entry)]++;
            }
        }
        tally_print(&tally, names[half]);
        tally_add(&both, &tally);
    }
    tally_print(&both, "pairs: both halves");
}

/* ---- clusters ---- */

struct phrase {
    char family[NAME_BYTES], cluster[NAME_BYTES];
    uint32_t number; /* of its cluster, in the order of the file */
    struct idea_signature signature;
};

static struct phrase *phrases;
static size_t phrase_count;

static bool phrases_read(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    bool good = file != NULL;

    phrases = calloc(TEXTS_MAX / 16, sizeof *phrases);
    CHECK(phrases != NULL);
    while (good && phrase_count < TEXTS_MAX / 16 && (size = getline(&line, &capacity, file)) > 0) {
        struct phrase *phrase = &phrases[phrase_count];
        int at = 0;
        if (line[size - 1] == '\n')
            line[size - 1] = 0;
        (void)sscanf(line, "%63[^|]|%63[^|]|%n", phrase->family, phrase->cluster, &at);
        good = at != 0;
        idea_signature(span_from_text(line + at), (struct span){0}, &phrase->signature);
        if (phrase_count > 0)
            phrase->number = phrase[-1].number + (strcmp(phrase[-1].cluster, phrase->cluster) != 0);
        phrase_count += good;
    }
    if (!good)
        fprintf(stderr, "ideas: %s: line %zu is no family|cluster|text\n", path, phrase_count + 1);
    free(line);
    if (file != NULL)
        fclose(file);
    return good;
}

static void phrases_measure(void)
{
    struct tally halves[2] = {0}, all = {0}, siblings = {0};

    memset(&learnt, 0, sizeof learnt);
    for (size_t i = 0; i < pair_count; i++)
        learn(&pairs[i].title);
    for (size_t i = 0; i < phrase_count; i++) {
        for (size_t j = i + 1; j < phrase_count; j++) {
            uint32_t at = score(&phrases[i].signature, &phrases[j].signature);
            bool same = strcmp(phrases[i].cluster, phrases[j].cluster) == 0;
            struct tally one = {0};
            (same ? one.same : one.other)[at] = 1;
            if (phrases[i].number % 2 == phrases[j].number % 2)
                tally_add(&halves[phrases[i].number % 2], &one);
            tally_add(&all, &one);
            if (strcmp(phrases[i].family, phrases[j].family) == 0)
                tally_add(&siblings, &one);
        }
    }
    tally_print(&halves[0], "paraphrases: even clusters");
    tally_print(&halves[1], "paraphrases: odd clusters");
    tally_print(&all, "paraphrases: all");
    tally_print(&siblings, "paraphrases: all, others are siblings only");
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: ideas PAIRS.jsonl CLUSTERS.txt [LIVE...]\n");
        return 2;
    }
    if (!pairs_read(argv[1]) || !phrases_read(argv[2]))
        return 2;
    printf("%-42s %6s %7s  %-7s  %-14s  %s\n", "", "same", "other", "AUC", "recall at 1 %",
           "recall at 5 % false alarms (score)");
    pairs_measure();
    phrases_measure();
    if (argc == 3)
        cost_print((const char *const *)texts, 2 * pair_count, 10000);
    for (int i = 3; i < argc; i++)
        cost_print((const char *const *)texts, 2 * pair_count, strtoull(argv[i], NULL, 10));
    return 0;
}
