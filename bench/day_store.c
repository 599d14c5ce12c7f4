/* The shipped core over a state of its own: one record a question, simulated time. */
#include "day_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "coordinator/core/apply.h"
#include "floor.h"

enum { BATCH = 1000, FIRST_MS = 1000000 };

struct day_store {
    struct state *state;
    char path[64], name[32];
    struct intent intent;
    uint64_t offset;
    /* of the record's own answer */
    enum answer answer;
    enum reason reason;
    struct day_answer told;
};

static void hear(void *context, const struct decision *decision)
{
    struct day_store *store = context;

    if (decision->id.seq != store->intent.head.id.seq)
        return;
    store->answer = decision->answer;
    store->reason = decision->reason;
    store->told = (struct day_answer){.granted = decision->answer == ANSWER_GRANTED};
    if (decision->key_count > 0)
        (void)snprintf(store->told.key, sizeof store->told.key, "%.*s", (int)decision->keys[0].key.size,
                       (const char *)decision->keys[0].key.bytes);
    for (uint32_t i = 0; i < decision->obstacle_count; i++) {
        if (decision->obstacles[i].kind == OBSTACLE_SIMILAR)
            store->told.similar = decision->obstacles[i].count;
    }
    if (decision->offered_count > 0 && decision->offered[0].answer != ANSWER_ACCEPTED)
        store->answer = ANSWER_DENIED;
}

static void begin(struct day_store *store)
{
    struct error_text why;
    CHECK(state_begin(store->state, false, &why) == DIBS_OK);
}

static void commit(struct day_store *store)
{
    struct error_text why;
    CHECK(state_commit(store->state, &why) == DIBS_OK);
}

static void tell(struct day_store *store, uint32_t now_s)
{
    struct core_record record = {store->offset, FIRST_MS + (uint64_t)now_s * 1000, &store->intent};

    store->answer = ANSWER_NONE;
    CHECK(core_apply(store->state, &record, (struct decision_sink){hear, store}) == CORE_FINISHED);
    store->offset++;
    if (store->offset % BATCH == 0) {
        commit(store);
        begin(store);
    }
}

struct day_store *day_store_open(bool ideas)
{
    static const struct policy_entry off[] = {
        {.id = POLICY_IDEA_DENY, .value = 1001},
        {.id = POLICY_IDEA_ASK, .value = 1001},
    };
    struct day_store *store = calloc(1, sizeof *store);
    struct state_options options = {.create = true};
    struct error_text why;
    struct genesis_intent *genesis;

    CHECK(store != NULL);
    bench_directory(store->path, sizeof store->path);
    CHECK(state_open(store->path, &options, &store->state, &why) == DIBS_OK);
    genesis = &store->intent.body.genesis;
    store->intent.verb = VERB_GENESIS;
    genesis->format = genesis->rules = 1;
    genesis->jump_max_ms = UINT64_MAX;
    genesis->row_keep_ms = 600000;
    if (!ideas) {
        genesis->entry_count = sizeof off / sizeof off[0];
        memcpy(genesis->entries, off, sizeof off);
    }
    begin(store);
    tell(store, 0);
    return store;
}

void day_store_close(struct day_store *store)
{
    commit(store);
    state_close(store->state);
    bench_remove(store->path);
    free(store);
}

static void intent_begin(struct day_store *store, enum verb verb, uint32_t client)
{
    struct intent *intent = &store->intent;

    (void)snprintf(store->name, sizeof store->name, "session-%" PRIu32, client);
    memset(intent, 0, sizeof *intent);
    intent->has_head = true;
    intent->verb = verb;
    intent->head.session = span_from_text(store->name);
    intent->head.id = (struct intent_id){.client = client, .seq = store->offset + 1};
}

void day_store_offer(struct day_store *store, uint32_t now_s, const struct day_item *item)
{
    struct offer_intent *offer = &store->intent.body.offer;

    intent_begin(store, VERB_OFFER, UINT32_MAX);
    offer->item_count = 1;
    offer->items[0].key = span_from_text(item->key);
    offer->items[0].category = span_from_text(item->category);
    offer->items[0].about = span_from_text(item->about);
    tell(store, now_s);
    CHECK(store->answer == ANSWER_ACCEPTED);
}

struct day_answer day_store_claim(struct day_store *store, uint32_t now_s, uint32_t session, const char *key)
{
    intent_begin(store, VERB_CLAIM, session + 1);
    store->intent.body.claim.key_count = 1;
    store->intent.body.claim.keys[0] = span_from_text(key);
    tell(store, now_s);
    CHECK(store->answer == ANSWER_GRANTED || store->reason == REASON_HELD || store->reason == REASON_ALREADY_DONE);
    return store->told;
}

struct day_answer day_store_next(struct day_store *store, uint32_t now_s, uint32_t session)
{
    intent_begin(store, VERB_NEXT, session + 1);
    tell(store, now_s);
    CHECK(store->answer == ANSWER_GRANTED || store->reason == REASON_DRAINED);
    return store->told;
}

void day_store_done(struct day_store *store, uint32_t now_s, uint32_t session, const char *key)
{
    struct close_intent *close = &store->intent.body.close;

    intent_begin(store, VERB_CLOSE, session + 1);
    close->outcome = CLOSE_DONE;
    close->target_count = 1;
    close->targets[0] = (struct target){.kind = TARGET_KEY, .key = span_from_text(key)};
    tell(store, now_s);
    CHECK(store->answer == ANSWER_ACCEPTED);
}
