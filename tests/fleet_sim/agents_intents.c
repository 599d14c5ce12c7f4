/* What the agents write: claims, and what follows from them; the genesis; nonsense and forgeries. */
#include "tests/fleet_sim/agents_own.h"

#include "base/hash.h"
#include "tests/sim/sim_codec.h"

static const char *const keys[KEYS_MAX] = {"job:a", "job:b", "job:c/d", "job:c/**", "eng-5"};
static const char *const names[AGENTS_MAX] = {"ann", "bob", "cyd", "dan"};
const uint8_t fleet_operator_proof[LIMIT_IDENTITY_BYTES] = "the operator's proof, 32 bytes.";

static void head(struct fleet *fleet, const struct agent *agent, struct intent_id id, enum verb verb)
{
    struct intent *intent = fleet->agents->intent;

    memset(intent, 0, sizeof *intent);
    intent->has_head = true;
    intent->verb = verb;
    intent->head.id = id;
    intent->head.session = span_from_text(names[agent->number]);
    memset(intent->head.identity, (int)(0x40 + agent->number), sizeof intent->head.identity);
    intent->head.reply_partition = agent->partition;
}

static uint64_t pick_ms(struct fleet *fleet, uint64_t least, uint64_t most)
{
    return random_between(&fleet->random, least, most);
}

/* Mostly about nothing in particular; else like others', and sometimes sure of not being the same. */
static void fill_idea(struct random *random, struct claim_intent *claim)
{
    static const char *const ideas[] = {"fix the login page", "the login page is broken: fix it",
                                        "bump openssl to 3.0.14", "bump openssl to 3.0.15", "document the config file"};

    claim->about = span_from_text("all of it");
    if (dice_percent(random, 70))
        return;
    claim->about = span_from_text(ideas[dice_below(random, sizeof ideas / sizeof ideas[0])]);
    if (dice_percent(random, 40))
        claim->not_same_as[claim->not_same_count++] = 1 + dice_below(random, 12);
}

static void fill_claim(struct fleet *fleet, struct request *request)
{
    struct claim_intent *claim = &fleet->agents->intent->body.claim;
    struct random *random = &fleet->random;
    uint32_t first = dice_below(random, KEYS_MAX);

    claim->key_count = dice_percent(random, 30) ? 2 : 1;
    for (uint32_t i = 0; i < claim->key_count; i++)
        claim->keys[i] = span_from_text(keys[(first + i) % KEYS_MAX]);
    claim->any = claim->key_count > 1 && dice_percent(random, 50);
    claim->shared = dice_percent(random, 20);
    claim->again = dice_percent(random, 60);
    claim->has_ttl = true;
    claim->ttl_ms = dice_percent(random, 30) ? pick_ms(fleet, 200000, 600000) : pick_ms(fleet, 30000, 120000);
    claim->has_wait = claim->has_wait_ms = dice_percent(random, 55);
    claim->wait_ms = claim->has_wait ? pick_ms(fleet, 5000, 240000) : 0;
    fill_idea(random, claim);
    request->wait_ms = claim->wait_ms;
}

static void fill_close(struct fleet *fleet, const struct hold *hold)
{
    struct close_intent *close = &fleet->agents->intent->body.close;
    uint64_t token = hold->lease.token;

    close->targets[0] = (struct target){.kind = TARGET_TOKEN, .token = token};
    close->target_count = 1;
    close->outcome = dice_percent(&fleet->random, 70) ? CLOSE_RELEASED : CLOSE_ABANDONED;
}

/* The bytes that a question of this request is sent as. */
void agents_question(struct fleet *fleet, const struct agent *agent, struct request *request, bool renews)
{
    struct intent *intent = fleet->agents->intent;

    head(fleet, agent, pending_question(&request->pending), renews ? VERB_RENEW : VERB_QUERY);
    if (renews) {
        intent->body.renew.targets[0] = (struct target){.kind = TARGET_TICKET, .id = request->pending.id};
        intent->body.renew.target_count = 1;
    } else {
        intent->body.query = (struct query_intent){.kind = QUERY_TICKET, .ticket = request->pending.id};
    }
}

static void fill(struct fleet *fleet, const struct agent *agent, struct request *request)
{
    struct intent *intent = fleet->agents->intent;

    switch (request->kind) {
    case REQUEST_CLAIM:
        fill_claim(fleet, request);
        break;
    case REQUEST_CLOSE:
        fill_close(fleet, &agent->holds[request->target]);
        break;
    case REQUEST_RENEW:
        intent->body.renew.targets[0] =
            (struct target){.kind = TARGET_TOKEN, .token = agent->holds[request->target].lease.token};
        intent->body.renew.target_count = 1;
        break;
    case REQUEST_CANCEL:
        intent->body.cancel.target = fleet->agents->requests[request->target].pending.id;
        break;
    case REQUEST_TICKET:
        break;
    }
}

static enum verb verb_of(enum request_kind kind)
{
    static const enum verb verbs[] = {VERB_CLAIM, VERB_CLOSE, VERB_CANCEL, VERB_RENEW, VERB_QUERY};
    return verbs[kind];
}

/* R6: a client has one unanswered request at a time, and is used again. */
static struct intent_id new_id(struct fleet *fleet, struct agent *agent)
{
    struct intent_id id = agent->free_id;

    agent->free_id = (struct intent_id){0};
    if (id.client == 0 || dice_percent(&fleet->random, 15))
        return (struct intent_id){agent->client + ++agent->seq, 1 + dice_below(&fleet->random, 3)};
    id.seq++;
    return id;
}

/* A request asks its questions with its own client id; those of a ticket and a cancel need another. */
struct request *agents_ask(struct fleet *fleet, struct agent *agent, enum request_kind kind, uint32_t target)
{
    struct agents *agents = fleet->agents;

    if (agents->request_count == REQUESTS_MAX)
        return NULL;
    struct request *request = &agents->requests[agents->request_count++];
    *request = (struct request){.kind = kind,
                                .agent = agent->number,
                                .epoch = agent->producer.epoch,
                                .target = target,
                                .kept = NO_ENTRY,
                                .cancel_at_ms = UINT64_MAX,
                                .bytes_at = agents->bytes.size,
                                .open = true};
    const struct request *other = &agents->requests[target];
    struct pending_start start = {
        .id = new_id(fleet, agent), .is_ticket = kind == REQUEST_TICKET, .is_remembered = kind != REQUEST_RENEW};
    start.questions = start.id;
    if (kind == REQUEST_TICKET)
        start.id = other->pending.id;
    /* A cancel comes from its claim's client. */
    if (kind == REQUEST_CANCEL)
        start.id = (struct intent_id){other->pending.id.client, other->pending.questions.seq + 100};
    head(fleet, agent, start.id, verb_of(kind));
    fill(fleet, agent, request);
    if (kind != REQUEST_TICKET)
        CHECK(sim_codec_encode(agents->intent, &agents->bytes));
    request->size = agents->bytes.size - request->bytes_at;
    if (kind == REQUEST_TICKET)
        request->wait_ms = other->wait_ms;
    uint64_t patience_ms = kind == REQUEST_RENEW ? 20000 : pick_ms(fleet, 20000, 400000) + request->wait_ms;
    start.give_up_ms = agent_now(fleet, agent) + patience_ms;
    pending_init(&request->pending, &start, agent_now(fleet, agent));
    return request;
}

struct span agents_genesis(struct fleet *fleet)
{
    struct intent *intent = fleet->agents->intent;
    struct bytes *bytes = &fleet->agents->bytes;

    memset(intent, 0, sizeof *intent);
    intent->verb = VERB_GENESIS;
    intent->body.genesis =
        (struct genesis_intent){.format = 1, .jump_max_ms = JUMP_MAX_MS, .row_keep_ms = ROW_KEEP_MS, .rules = 1};
    memset(intent->body.genesis.store_id, 7, sizeof intent->body.genesis.store_id);
    hash_blake2b_256(span_of(fleet_operator_proof, LIMIT_IDENTITY_BYTES), intent->body.genesis.operator_identity);
    memcpy(fleet->oracle.operator_verifier, intent->body.genesis.operator_identity, LIMIT_IDENTITY_BYTES);
    bytes->size = 0;
    CHECK(sim_codec_encode(intent, bytes));
    return bytes_span(bytes);
}

/* ---------------------------------------------------------------- nonsense */

/* What only an operator may write, by one or by somebody who is none: then it is refused or counted, and nobody stops. */
static void fill_operators(struct fleet *fleet, enum verb verb, bool is_operator)
{
    struct intent *intent = fleet->agents->intent;
    uint8_t *proof = NULL;

    if (verb == VERB_CONFIGURE) {
        proof = intent->body.configure.operator_identity;
        intent->body.configure.entry_count = 1;
        intent->body.configure.entries[0] =
            (struct policy_entry){.id = POLICY_TTL_MAX_MS, .value = is_operator ? 550000 : 1000};
        intent->body.configure.prefix_count = dice_percent(&fleet->random, 70) ? 1 : 0;
        intent->body.configure.prefixes[0] = (struct prefix_entry){
            span_from_text("Eng"), span_from_text(is_operator && dice_percent(&fleet->random, 60) ? "linear" : "")};
    } else if (verb == VERB_REVOKE) {
        proof = intent->body.revoke.operator_identity;
        intent->body.revoke.target =
            (struct target){.kind = TARGET_KEY, .key = span_from_text(keys[dice_below(&fleet->random, KEYS_MAX)])};
        intent->body.revoke.reason = span_from_text("enough");
    } else if (verb == VERB_SEAL) {
        intent->body.seal.moved_to = span_from_text("elsewhere");
    } else if (verb == VERB_RECOVERED) {
        proof = intent->body.recovered.operator_identity;
        intent->body.recovered.lost_records = true;
    } else if (verb == VERB_GENESIS) {
        intent->body.genesis = (struct genesis_intent){.format = 1, .jump_max_ms = 1, .row_keep_ms = 1, .rules = 1};
    }
    if (is_operator && proof != NULL)
        memcpy(proof, fleet_operator_proof, LIMIT_IDENTITY_BYTES);
}

static bool forge(struct fleet *fleet)
{
    struct intent *intent = fleet->agents->intent;
    static const enum verb verbs[] = {VERB_CONFIGURE, VERB_REVOKE, VERB_SEAL, VERB_RECOVERED, VERB_GENESIS, VERB_TICK};
    enum verb verb = verbs[dice_below(&fleet->random, 6)];

    head(fleet, &fleet->agents->list[0], (struct intent_id){0xf000 + fleet->intents.count, 1}, verb);
    fill_operators(fleet, verb, dice_percent(&fleet->random, 40));
    intent->has_head = verb == VERB_CONFIGURE || verb == VERB_REVOKE || verb == VERB_SEAL;
    struct bytes *bytes = &fleet->agents->bytes;
    size_t before = bytes->size;
    if (!sim_codec_encode(intent, bytes))
        return false;
    const struct record like = {.entry = NO_ENTRY};
    broker_append(fleet, TOPIC_INTENTS, 0, span_of(bytes->data + before, bytes->size - before), &like);
    return true;
}

void agents_write_nonsense(struct fleet *fleet)
{
    uint8_t bytes[40];
    uint32_t size = dice_below(&fleet->random, sizeof bytes);
    const struct record like = {.entry = NO_ENTRY, .rank = dice_below(&fleet->random, 3)};

    if (dice_percent(&fleet->random, 50) && forge(fleet))
        return;
    random_bytes(&fleet->random, bytes, size);
    if (fleet->trouble.foreign_decisions && dice_percent(&fleet->random, 50))
        broker_append(fleet, TOPIC_DECISIONS, dice_below(&fleet->random, PARTITIONS), span_of(bytes, size), &like);
    else
        broker_append(fleet, TOPIC_INTENTS, 0, span_of(bytes, size), &like);
}
