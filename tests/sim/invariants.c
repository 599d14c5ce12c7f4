/* The INVs that show in the stream of decisions: order, tokens, one answer for each. */
#include "tests/sim/invariants.h"

#include <stdarg.h>

#define NUMBER(value) ((unsigned long long)(value))

void invariants_break(struct invariants *invariants, const char *format, ...)
{
    va_list arguments;

    if (invariants->broken[0] != '\0')
        return;
    va_start(arguments, format);
    (void)vsnprintf(invariants->broken, sizeof invariants->broken, format, arguments);
    va_end(arguments);
}

bool sender_equal(const struct sender *a, const struct sender *b)
{
    return a->name_size == b->name_size && memcmp(a->name, b->name, a->name_size) == 0 &&
           memcmp(a->identity, b->identity, sizeof a->identity) == 0;
}

void invariants_begin(struct invariants *invariants)
{
#define POLICY_INITIAL(id, NAME, name, unit, initial, least, most) [id] = initial,
    static const uint64_t initial_policy[POLICY_END] = {POLICY_TABLE(POLICY_INITIAL)};
#undef POLICY_INITIAL
    invariants->broken[0] = '\0';
    invariants->last_token = 0;
    invariants->rows_limited = invariants->has_genesis = invariants->blurred = false;
    invariants->told_count = invariants->waiting_count = invariants->token_count = 0;
    memcpy(invariants->policy, initial_policy, sizeof initial_policy);
    memcpy(invariants->policy_before, initial_policy, sizeof initial_policy);
}

static void take_policy(struct invariants *invariants, const struct policy_entry *entries, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (entries[i].id < POLICY_END && entries[i].scope.size == 0)
            invariants->policy[entries[i].id] = entries[i].value;
    }
    if (invariants->policy[POLICY_CLIENT_ROWS_MAX] < 1000 || invariants->policy[POLICY_SESSIONS_MAX] < 1000)
        invariants->rows_limited = true;
}

static bool blurs(const struct invariants *invariants)
{
    const struct intent *intent = invariants->intent;

    for (uint32_t i = 0; intent->has_head && i < invariants->waiting_count; i++) {
        const struct waiting *waiting = &invariants->waiting[i];
        if (intent_id_equal(waiting->id, intent->head.id) && !sender_equal(&waiting->sender, &invariants->own) &&
            span_equal(span_of(waiting->sender.name, waiting->sender.name_size), intent->head.session))
            return true;
    }
    return false;
}

void invariants_record_begin(struct invariants *invariants, const struct sim_record *record,
                             const struct intent *intent)
{
    struct sender *own = &invariants->own;

    invariants->record = record;
    invariants->intent = intent;
    invariants->next_index = invariants->own_answers = 0;
    invariants->last_now_ms = invariants->own_now_ms = invariants->taken_token = 0;
    invariants->own_accepted = false;
    memset(invariants->item_accepted, 0, sizeof invariants->item_accepted);
    memcpy(invariants->policy_before, invariants->policy, sizeof invariants->policy);
    own->known = intent->has_head && intent->head.session.size <= sizeof own->name;
    own->name_size = own->known ? (uint32_t)intent->head.session.size : 0;
    if (own->name_size != 0)
        memcpy(own->name, intent->head.session.bytes, own->name_size);
    memcpy(own->identity, intent->head.identity, sizeof own->identity);
    invariants->blurred = invariants->blurred || blurs(invariants);
}

/* ---------------------------------------------------------------- tokens: INV-2 */

const struct token_story *invariants_token(const struct invariants *invariants, uint64_t token)
{
    for (uint32_t i = invariants->token_count; i > 0; i--) {
        if (invariants->tokens[i - 1].token == token)
            return &invariants->tokens[i - 1];
    }
    return NULL;
}

static void hear_grant(struct invariants *invariants, const struct decision *decision, const struct sender *sender,
                       uint64_t origin)
{
    uint64_t token = decision->keys[0].token;

    if (token <= invariants->last_token) /* INV-2 */
        invariants_break(invariants, "INV-2: token %llu after %llu", NUMBER(token), NUMBER(invariants->last_token));
    invariants->last_token = token;
    for (uint32_t i = 1; i < decision->key_count; i++) {
        if (decision->keys[i].token != token)
            invariants_break(invariants, "INV-4: a set was granted with tokens %llu and %llu", NUMBER(token),
                             NUMBER(decision->keys[i].token));
    }
    if (decision->verb == VERB_TAKE)
        invariants->taken_token = token;
    if (invariants->token_count < TOKENS_MAX)
        invariants->tokens[invariants->token_count++] =
            (struct token_story){.token = token, .origin = origin, .sender = *sender};
}

/* A taken claim goes on under another token: who waited behind the old one waits behind the new (R11, S32). */
static void hear_taken(struct invariants *invariants, const struct decision *decision)
{
    const struct token_story *old =
        decision->key_count > 0 ? invariants_token(invariants, decision->keys[0].token) : NULL;

    if (invariants->taken_token == 0 || old == NULL) {
        invariants_break(invariants, "R11: ended as taken, but nobody took token %llu",
                         NUMBER(decision->key_count > 0 ? decision->keys[0].token : 0));
        return;
    }
    for (uint32_t i = 0; i < invariants->token_count; i++) {
        if (invariants->tokens[i].token == invariants->taken_token)
            invariants->tokens[i].origin = old->origin;
    }
}

/* ---------------------------------------------------------------- one answer for each: INV-6 */

/* The waiting intent that this final is for; NULL: none. Sets *sure to whether only one can be meant. */
static struct waiting *find_waiting(struct invariants *invariants, const struct decision *decision, bool *sure)
{
    struct waiting *found = NULL;

    *sure = true;
    for (uint32_t i = 0; i < invariants->waiting_count; i++) {
        struct waiting *waiting = &invariants->waiting[i];
        if (!intent_id_equal(waiting->id, decision->id) ||
            !span_equal(span_of(waiting->sender.name, waiting->sender.name_size), decision->session))
            continue;
        *sure = found == NULL;
        if (found == NULL || waiting->offset < found->offset)
            found = waiting;
    }
    return found;
}

static bool is_own(const struct invariants *invariants, const struct decision *decision)
{
    return invariants->intent->has_head && intent_id_equal(decision->id, invariants->intent->head.id) &&
           span_equal(decision->session, invariants->intent->head.session) &&
           (decision->final || decision->answer == ANSWER_WAITING);
}

static void hear_waiters_final(struct invariants *invariants, const struct decision *decision, struct waiting *waiting,
                               bool sure)
{
    struct sender sender = waiting->sender;
    uint64_t origin = waiting->offset;

    sender.known = sender.known && sure;
    invariants_rivals(invariants, decision, &sender, false);
    *waiting = invariants->waiting[--invariants->waiting_count];
    if (decision->answer == ANSWER_GRANTED)
        hear_grant(invariants, decision, &sender, origin);
    invariants_told(invariants, decision, &sender);
}

static void hear_own(struct invariants *invariants, const struct decision *decision)
{
    invariants_rivals(invariants, decision, &invariants->own, true);
    invariants->own_answers++;
    invariants->own_now_ms = decision->now_ms;
    invariants->own_accepted = decision->answer == ANSWER_ACCEPTED;
    invariants->own_repeated = decision->repeat;
    for (uint32_t i = 0; i < decision->item_count; i++)
        invariants->item_accepted[i] = decision->items[i].answer == ANSWER_ACCEPTED && !decision->items[i].waiter;
    if (decision->answer == ANSWER_WAITING && !decision->repeat && invariants->waiting_count < WAITING_MAX)
        invariants->waiting[invariants->waiting_count++] =
            (struct waiting){.id = decision->id, .sender = invariants->own, .offset = decision->offset};
    if (decision->answer == ANSWER_GRANTED && !decision->repeat && !decision->dry_run)
        hear_grant(invariants, decision, &invariants->own, decision->offset);
    if (decision->verb == VERB_CONFIGURE && decision->answer == ANSWER_ACCEPTED && !decision->repeat)
        take_policy(invariants, invariants->intent->body.configure.entries,
                    invariants->intent->body.configure.entry_count);
    invariants_told(invariants, decision, &invariants->own);
}

/* Once two sessions of one name have used one id while it waited, the stream alone cannot tell their answers apart:
 * only what needs no sender is checked from there on. */
static void hear_blurred(struct invariants *invariants, const struct decision *decision)
{
    static const struct sender unknown;

    if (decision->answer == ANSWER_GRANTED && !decision->repeat && !decision->dry_run)
        hear_grant(invariants, decision, &unknown, 0);
    if (decision->verb == VERB_CONFIGURE && decision->answer == ANSWER_ACCEPTED && !decision->repeat) {
        invariants->own_accepted = true;
        invariants->own_repeated = false;
        take_policy(invariants, invariants->intent->body.configure.entries,
                    invariants->intent->body.configure.entry_count);
    }
}

void invariants_hear(struct invariants *invariants, const struct decision *decision)
{
    bool sure;

    if (decision->offset != invariants->record->offset || decision->index != invariants->next_index) /* INV-9 */
        invariants_break(invariants, "S5: decision %llu.%u where %llu.%u was due", NUMBER(decision->offset),
                         decision->index, NUMBER(invariants->record->offset), invariants->next_index);
    invariants->next_index = decision->index + 1;
    if (decision->now_ms < invariants->last_now_ms) /* R2 */
        invariants_break(invariants, "R2: T goes back from %llu to %llu", NUMBER(invariants->last_now_ms),
                         NUMBER(decision->now_ms));
    invariants->last_now_ms = decision->now_ms;
    bool waits = decision->answer == ANSWER_WAITING && decision->verb != VERB_QUERY; /* S37: a query has its answer */
    if (decision->final == (waits || decision->answer == ANSWER_ENDED))
        invariants_break(invariants, "INV-6: answer %d with final %d", (int)decision->answer, decision->final);
    if (decision->answer == ANSWER_ENDED) {
        if (decision->why == WHY_TAKEN)
            hear_taken(invariants, decision);
        return;
    }
    if (invariants->blurred) {
        hear_blurred(invariants, decision);
        return;
    }
    struct waiting *waiting =
        decision->final && !decision->repeat && (decision->verb == VERB_CLAIM || decision->verb == VERB_NEXT)
            ? find_waiting(invariants, decision, &sure)
            : NULL;
    bool refused = decision->reason == REASON_BAD_REQUEST || decision->reason == REASON_UNSUPPORTED;
    /* A flawed copy of what waits bears its id. */
    if (waiting != NULL && !(refused && is_own(invariants, decision)))
        hear_waiters_final(invariants, decision, waiting, sure);
    else if (is_own(invariants, decision))
        hear_own(invariants, decision);
    else
        invariants_break(invariants, "INV-6: decision %llu.%u answers nobody", NUMBER(decision->offset),
                         decision->index);
}

static void check_waiting(struct invariants *invariants, const struct snapshot *after)
{
    if (invariants->waiting_count != after->waiter_count)
        invariants_break(invariants, "INV-6: %u intents were told to wait, %u are in the queue",
                         invariants->waiting_count, after->waiter_count);
    for (uint32_t i = 0; i < after->waiter_count; i++) {
        bool found = false;
        for (uint32_t j = 0; j < invariants->waiting_count; j++)
            found = found || (invariants->waiting[j].id.client == after->waiters[i].row.client &&
                              invariants->waiting[j].id.seq == after->waiters[i].row.seq);
        if (!found)
            invariants_break(invariants, "INV-6: the waiter of offset %llu was told something final",
                             NUMBER(after->waiters[i].id));
    }
}

void invariants_record_end(struct invariants *invariants, const struct snapshot *before, const struct snapshot *after)
{
    const struct intent *intent = invariants->intent;

    if (!invariants->has_genesis && after->meta.has_genesis != 0) {
        invariants->has_genesis = true;
        invariants->row_keep_ms = intent->body.genesis.row_keep_ms;
        take_policy(invariants, intent->body.genesis.entries, intent->body.genesis.entry_count);
        memcpy(invariants->policy_before, invariants->policy, sizeof invariants->policy);
    }
    bool mute = intent->flaw != FLAW_NONE && invariants->own_answers == 0; /* a head that is no good, either */
    if (invariants->own_answers != (intent->has_head ? 1u : 0u) && !mute && !invariants->blurred) /* INV-6 */
        invariants_break(invariants, "INV-6: %u answers to one intent", invariants->own_answers);
    if (invariants->own_answers == 1 && invariants->own_now_ms != after->meta.now_ms)
        invariants_break(invariants, "R1: the intent was applied at T %llu, the record ends at %llu",
                         NUMBER(invariants->own_now_ms), NUMBER(after->meta.now_ms));
    if (intent->flaw != FLAW_NONE && after->meta.bad_records != before->meta.bad_records + 1) /* INV-10 */
        invariants_break(invariants, "INV-10: a bad record was not counted once");
    if (after->meta.last_token < before->meta.last_token || after->meta.last_token < invariants->last_token)
        invariants_break(invariants, "INV-2: the token counter went back");
    if (!invariants->blurred)
        check_waiting(invariants, after);
    invariants_tables(invariants, before, after);
    invariants_keys(invariants, before, after);
    invariants_ideas(invariants, before, after);
    invariants_supply(invariants, before, after);
}
