/* What a claim with an idea costs on LMDB, beside one without: the core, a transaction each. */
#include "ideas_cost.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/utf8.h"
#include "coordinator/core/apply.h"
#include "floor.h"

enum { SAMPLES = 2000, PER_SESSION = 50, TEXT_BYTES = 4096, ABOUT_BYTES = 2000, BATCH = 1000 };

struct side {
    struct state *state;
    struct intent intent;
    uint64_t offset, granted;
    const char *const *texts;
    size_t text_count;
};

static void count_grant(void *context, const struct decision *decision)
{
    struct side *side = context;

    side->granted += decision->answer == ANSWER_GRANTED;
}

static void tell(struct side *side)
{
    struct core_record record = {side->offset, 1000000 + side->offset, &side->intent};

    CHECK(core_apply(side->state, &record, (struct decision_sink){count_grant, side}) == CORE_FINISHED);
    side->offset++;
}

static void begin(struct side *side)
{
    struct error_text why;
    CHECK(state_begin(side->state, false, &why) == DIBS_OK);
}

static void commit(struct side *side)
{
    struct error_text why;
    CHECK(state_commit(side->state, &why) == DIBS_OK);
}

/* Nothing is denied, so that every claim pays the search and the index; quotas are out of the way. */
static void side_open(struct side *side, char *path, size_t path_size)
{
    static const struct policy_entry policy[] = {
        {.id = POLICY_CLAIMS_PER_MINUTE, .value = 1000000},
        {.id = POLICY_CLAIMS_PER_SESSION, .value = 256},
        {.id = POLICY_IDEA_DENY, .value = 1001},
        {.id = POLICY_IDEA_ASK, .value = 1001},
    };
    struct state_options options = {.create = true};
    struct error_text why;
    struct genesis_intent *genesis = &side->intent.body.genesis;

    bench_directory(path, path_size);
    CHECK(state_open(path, &options, &side->state, &why) == DIBS_OK);
    side->intent.verb = VERB_GENESIS;
    genesis->format = genesis->rules = 1;
    genesis->jump_max_ms = UINT64_MAX;
    genesis->row_keep_ms = 600000;
    genesis->entry_count = sizeof policy / sizeof policy[0];
    memcpy(genesis->entries, policy, sizeof policy);
    begin(side);
    tell(side);
    commit(side);
}

/* What is left of a text when so many bytes are taken away, and what a cut character has left there. */
static struct span rest_of(const char *text, size_t skip)
{
    while ((text[skip] & 0xc0) == 0x80)
        skip++;
    return span_from_text(text + skip);
}

/* The n-th text: while there are some left as they are, then the first half of one and the second of another. */
static struct span make_text(const struct side *side, uint64_t number, char out[TEXT_BYTES])
{
    const char *first = side->texts[number % side->text_count];
    const char *second = side->texts[(number * 7919 + number / side->text_count) % side->text_count];
    bool as_it_is = number < side->text_count;
    struct span head = utf8_cut(span_from_text(first), as_it_is ? TEXT_BYTES / 2 : strlen(first) / 2);
    struct span tail = as_it_is ? (struct span){0} : utf8_cut(rest_of(second, strlen(second) / 2), TEXT_BYTES / 2);
    int size = snprintf(out, TEXT_BYTES, "%.*s %.*s", (int)head.size, (const char *)head.bytes, (int)tail.size,
                        tail.size == 0 ? "" : (const char *)tail.bytes);

    return utf8_cut(span_of(out, (size_t)size), ABOUT_BYTES);
}

static void claim(struct side *side, uint64_t number, bool with_idea)
{
    static char name[32], key[64], text[TEXT_BYTES];
    struct intent *intent = &side->intent;
    uint64_t session = number / PER_SESSION;

    (void)snprintf(name, sizeof name, "session-%06" PRIu64, session);
    bench_key(key, sizeof key, number);
    memset(intent, 0, sizeof *intent);
    intent->has_head = true;
    intent->verb = VERB_CLAIM;
    intent->head.session = span_from_text(name);
    intent->head.id = (struct intent_id){.client = session + 1, .seq = side->offset};
    intent->body.claim.keys[0] = span_from_text(key);
    intent->body.claim.key_count = 1;
    if (with_idea)
        intent->body.claim.about = make_text(side, number, text);
    tell(side);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_cost(const char *name, uint64_t live, double *seconds)
{
    qsort(seconds, SAMPLES, sizeof *seconds, compare);
    printf("%-32s %8" PRIu64 " live   p50 %7.1f us   p99 %7.1f us\n", name, live, seconds[SAMPLES / 2] * 1e6,
           seconds[SAMPLES * 99 / 100] * 1e6);
}

static void ask(struct side *side, uint64_t number)
{
    char text[TEXT_BYTES];
    struct intent *intent = &side->intent;

    memset(intent, 0, sizeof *intent);
    intent->has_head = true;
    intent->verb = VERB_QUERY;
    intent->head.session = span_from_text("asker");
    intent->head.id = (struct intent_id){.client = 1, .seq = 1};
    intent->body.query.kind = QUERY_SIMILAR;
    intent->body.query.about = make_text(side, number, text);
    CHECK(core_query(side->state, 1000000 + side->offset, intent, (struct decision_sink){count_grant, side}) ==
          CORE_FINISHED);
}

void cost_print(const char *const *texts, size_t text_count, uint64_t live)
{
    static struct side side;
    static double with[SAMPLES], without[SAMPLES], asked[SAMPLES];
    char path[64];
    uint64_t number = 0;

    memset(&side, 0, sizeof side);
    side.texts = texts;
    side.text_count = text_count;
    side_open(&side, path, sizeof path);
    while (number < live) {
        begin(&side);
        for (uint64_t i = 0; i < BATCH && number < live; i++)
            claim(&side, number++, true);
        commit(&side);
    }
    for (int i = 0; i < SAMPLES; i++) {
        for (int idea = 0; idea < 2; idea++) {
            double started = bench_seconds();
            begin(&side);
            claim(&side, number++, idea == 1);
            commit(&side);
            (idea == 1 ? with : without)[i] = bench_seconds() - started;
        }
        double started = bench_seconds();
        begin(&side);
        ask(&side, number + (uint64_t)i * 31);
        state_abort(side.state);
        asked[i] = bench_seconds() - started;
    }
    CHECK(side.granted == number);
    print_cost("claim without about", live, without);
    print_cost("claim with about", live, with);
    print_cost("question", live, asked);
    state_close(side.state);
    bench_remove(path);
}
