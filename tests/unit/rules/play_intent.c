/* A scenario's line as an intent. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "tests/unit/rules/play.h"

/* ---------------------------------------------------------------- words */

/* `name=value`: the value; NULL: it isn't that. */
static char *value_of(char *word, const char *name)
{
    size_t size = strlen(name);
    return strncmp(word, name, size) == 0 && word[size] == '=' ? word + size + 1 : NULL;
}

static bool number_of(char *word, const char *name, uint64_t *number)
{
    char *value = value_of(word, name);
    if (value != NULL)
        *number = strtoull(value, NULL, 10);
    return value != NULL;
}

static bool text_of(char *word, const char *name, struct span *text)
{
    char *value = value_of(word, name);
    if (value != NULL)
        *text = span_from_text(value);
    return value != NULL;
}

static bool flag_of(const char *word, const char *name, bool *flag)
{
    bool is = strcmp(word, name) == 0;
    *flag = *flag || is;
    return is;
}

static void identity_of(const char *text, uint8_t *identity)
{
    hash_blake2b_256(span_from_text(text), identity);
}

/* ---------------------------------------------------------------- who */

static uint64_t client_of(struct play *play, const char *name)
{
    for (uint64_t i = 0; i < PLAY_NAMES_MAX; i++) {
        if (play->clients[i][0] == '\0')
            snprintf(play->clients[i], sizeof play->clients[i], "%s", name);
        if (strcmp(play->clients[i], name) == 0)
            return i + 1;
    }
    abort();
}

/* NAME[/SECRET][@CLIENT][:SEQ] */
static void read_who(struct play *play, char *who, struct intent_head *head)
{
    char secret[128];
    char *seq = strchr(who, ':'), *client = strchr(who, '@'), *slash = strchr(who, '/');
    if (seq != NULL)
        *seq++ = '\0';
    if (client != NULL)
        *client++ = '\0';
    snprintf(secret, sizeof secret, "secret of %s", who);
    head->id.client = client != NULL ? strtoull(client, NULL, 10) : client_of(play, who);
    if (slash != NULL)
        *slash = '\0';
    head->session = span_from_text(who);
    identity_of(secret, head->identity);
    cr_assert_lt(head->id.client, PLAY_CLIENTS_MAX);
    uint64_t *last = &play->last_seq[head->id.client];
    head->id.seq = seq != NULL ? strtoull(seq, NULL, 10) : *last + 1;
    *last = head->id.seq > *last ? head->id.seq : *last;
}

/* KEY, #TOKEN, #TOKEN=KEY, ?SEQ, ?CLIENT/SEQ, session=NAME */
static struct target read_target(const struct intent_head *head, char *word)
{
    struct target target = {.kind = TARGET_KEY, .key = span_from_text(word)};
    char *key = strchr(word, '=');
    if (text_of(word, "session", &target.session)) {
        target.kind = TARGET_SESSION;
    } else if (word[0] == '#') {
        target = (struct target){.kind = key != NULL ? TARGET_FENCED_KEY : TARGET_TOKEN,
                                 .token = strtoull(word + 1, NULL, 10),
                                 .key = span_from_text(key != NULL ? key + 1 : NULL)};
    } else if (word[0] == '?') {
        char *slash = strchr(word, '/');
        target = (struct target){.kind = TARGET_TICKET, .id = head->id};
        if (slash != NULL)
            target.id.client = strtoull(word + 1, NULL, 10);
        target.id.seq = strtoull(slash != NULL ? slash + 1 : word + 1, NULL, 10);
    }
    return target;
}

/* ---------------------------------------------------------------- verbs */

static void read_claim(char **words, size_t count, struct claim_intent *claim)
{
    for (size_t i = 0; i < count; i++) {
        char *word = words[i];
        if (flag_of(word, "any", &claim->any) || flag_of(word, "shared", &claim->shared) ||
            flag_of(word, "fresh", &claim->fresh) || flag_of(word, "again", &claim->again) ||
            flag_of(word, "dry", &claim->dry_run) || flag_of(word, "wait", &claim->has_wait) ||
            text_of(word, "about", &claim->about) || text_of(word, "ref", &claim->ref) ||
            text_of(word, "origin", &claim->origin) || text_of(word, "category", &claim->category) ||
            text_of(word, "in", &claim->in) || text_of(word, "aka", &claim->aka) ||
            text_of(word, "scope", &claim->scope))
            continue;
        if (number_of(word, "ttl", &claim->ttl_ms))
            claim->has_ttl = true;
        else if (number_of(word, "wait", &claim->wait_ms))
            claim->has_wait = claim->has_wait_ms = true;
        else if (number_of(word, "lease", &claim->waiter_lease_ms))
            claim->has_waiter_lease = true;
        else if (number_of(word, "not", &claim->not_same_as[claim->not_same_count]))
            claim->not_same_count++;
        else
            claim->keys[claim->key_count++] = span_from_text(word);
    }
}

static void read_renew(const struct intent_head *head, char **words, size_t count, struct renew_intent *renew)
{
    for (size_t i = 0; i < count; i++) {
        if (number_of(words[i], "ttl", &renew->ttl_ms))
            renew->has_ttl = true;
        else if (!flag_of(words[i], "shorten", &renew->shorten))
            renew->targets[renew->target_count++] = read_target(head, words[i]);
    }
}

static void read_close(const struct intent_head *head, enum close_outcome outcome, char **words, size_t count,
                       struct close_intent *close)
{
    uint64_t reward = 0;
    close->outcome = outcome;
    for (size_t i = 0; i < count; i++) {
        if (number_of(words[i], "reward", &reward))
            close->has_reward = true;
        else if (!flag_of(words[i], "all", &close->all) && !text_of(words[i], "result", &close->result) &&
                 !text_of(words[i], "reason", &close->reason))
            close->targets[close->target_count++] = read_target(head, words[i]);
    }
    close->reward = (uint32_t)reward;
}

/* Items stand between commas: KEY after=KEY need=WORD … , KEY … */
static void read_offer(char **words, size_t count, struct offer_intent *offer)
{
    struct offer_item *item = NULL;
    for (size_t i = 0; i < count; i++) {
        char *word = words[i];
        uint64_t priority;
        if (text_of(word, "in", &offer->in))
            continue;
        if (strcmp(word, ",") == 0) {
            item = NULL;
        } else if (item == NULL) {
            item = &offer->items[offer->item_count++];
            item->key = span_from_text(word);
        } else if (number_of(word, "priority", &priority)) {
            item->has_priority = true;
            item->priority = (uint32_t)priority;
        } else if (number_of(word, "not_before", &item->not_before_ts_ms)) {
            item->has_not_before = true;
        } else if (number_of(word, "expires", &item->expires_ts_ms)) {
            item->has_expires = true;
        } else if (text_of(word, "after", &item->after[item->after_count])) {
            item->after_count++;
        } else if (text_of(word, "need", &item->needs[item->need_count])) {
            item->need_count++;
        } else if (!flag_of(word, "again", &item->again) && !text_of(word, "about", &item->about) &&
                   !text_of(word, "aka", &item->aka) && !text_of(word, "category", &item->category) &&
                   !text_of(word, "scope", &item->scope) && !text_of(word, "ref", &item->ref)) {
            cr_assert(false, "no such word of an offer: %s", word);
        }
    }
}

static void read_next(char **words, size_t count, struct next_intent *next)
{
    for (size_t i = 0; i < count; i++) {
        char *word = words[i];
        if (text_of(word, "category", &next->categories[next->category_count]))
            next->category_count++;
        else if (text_of(word, "can", &next->can[next->can_count]))
            next->can_count++;
        else if (number_of(word, "ttl", &next->ttl_ms))
            next->has_ttl = true;
        else if (number_of(word, "wait", &next->wait_ms))
            next->has_wait = next->has_wait_ms = true;
        else if (number_of(word, "lease", &next->waiter_lease_ms))
            next->has_waiter_lease = true;
        else if (!flag_of(word, "wait", &next->has_wait) && !flag_of(word, "explain", &next->explain) &&
                 !text_of(word, "origin", &next->origin) && !text_of(word, "scope", &next->scope))
            cr_assert(false, "no such word of a next: %s", word);
    }
}

static void read_withdraw(char **words, size_t count, struct withdraw_intent *withdraw)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], "operator") == 0 || strcmp(words[i], "forged") == 0)
            identity_of(words[i], withdraw->operator_identity);
        else if (!text_of(words[i], "in", &withdraw->in))
            withdraw->keys[withdraw->key_count++] = span_from_text(words[i]);
    }
}

static void read_handoff(const struct intent_head *head, char **words, size_t count, struct handoff_intent *handoff)
{
    for (size_t i = 0; i < count; i++) {
        if (value_of(words[i], "code") != NULL)
            identity_of(value_of(words[i], "code"), handoff->code_hash);
        else if (!flag_of(words[i], "withdraw", &handoff->withdraw))
            handoff->target = read_target(head, words[i]);
    }
}

static void read_query(const struct intent_head *head, char **words, size_t count, struct query_intent *query)
{
    static const char *const kinds[] = {"",       "ticket", "key",     "check",  "list",
                                        "policy", "status", "similar", "supply", "steer"};
    for (uint32_t i = 1; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(words[0], kinds[i]) == 0)
            query->kind = (enum query_kind)i;
    for (size_t i = 1; i < count; i++) {
        char *word = words[i];
        struct target target = read_target(head, word);
        if (flag_of(word, "held", &query->want_held) || flag_of(word, "done", &query->want_done) ||
            flag_of(word, "waits", &query->want_waits) || flag_of(word, "after_waits", &query->after.waits) ||
            flag_of(word, "offers", &query->want_offers) || flag_of(word, "after_offers", &query->after.offers) ||
            text_of(word, "prefix", &query->prefix) || text_of(word, "about", &query->about) ||
            text_of(word, "aka", &query->aka) || text_of(word, "scope", &query->scope) ||
            text_of(word, "category", &query->category) || text_of(word, "after", &query->after.key) ||
            number_of(word, "after_token", &query->after.token) || flag_of(word, "after_done", &query->after.done))
            continue;
        if (target.kind == TARGET_SESSION)
            query->session = target.session;
        else if (target.kind == TARGET_TICKET)
            query->ticket = target.id;
        else if (target.kind == TARGET_TOKEN)
            query->token = target.token;
        else
            query->key = target.key;
    }
}

#define POLICY_NAME(id, NAME, name, unit, initial, least, most) {id, name},
static const struct {
    uint32_t id;
    const char *name;
} policy_names[] = {POLICY_TABLE(POLICY_NAME)};
#undef POLICY_NAME

static uint32_t read_policy(char **words, size_t count, struct policy_entry *entries)
{
    uint32_t used = 0;
    struct span scope = {0}, category = {0}; /* scope=NAME, category=NAME: of the settings after it */
    for (size_t i = 0; i < count; i++) {
        if (text_of(words[i], "scope", &scope) || text_of(words[i], "category", &category))
            continue;
        for (size_t j = 0; j < sizeof policy_names / sizeof policy_names[0]; j++) {
            uint64_t value;
            if (number_of(words[i], policy_names[j].name, &value))
                entries[used++] = (struct policy_entry){
                    .id = policy_names[j].id, .value = value, .scope = scope, .category = category};
        }
        if (value_of(words[i], "unknown") != NULL)
            entries[used++] = (struct policy_entry){.id = 31};
    }
    return used;
}

/* prefix.ENG=linear; nothing after the sign takes it out */
static void read_prefixes(char **words, size_t count, struct configure_intent *configure)
{
    for (size_t i = 0; i < count; i++) {
        char *equals = strchr(words[i], '=');
        if (strncmp(words[i], "prefix.", 7) != 0 || equals == NULL)
            continue;
        *equals = '\0';
        configure->prefixes[configure->prefix_count++] =
            (struct prefix_entry){span_from_text(words[i] + 7), span_from_text(equals + 1)};
    }
}

static void read_revoke(const struct intent_head *head, char **words, size_t count, struct revoke_intent *revoke)
{
    for (size_t i = 0; i < count; i++)
        if (!text_of(words[i], "reason", &revoke->reason) && strcmp(words[i], "forged") != 0)
            revoke->target = read_target(head, words[i]);
}

static void read_genesis(char **words, size_t count, struct genesis_intent *genesis)
{
    *genesis = (struct genesis_intent){.format = 1, .jump_max_ms = UINT64_MAX, .row_keep_ms = 600000, .rules = 1};
    identity_of("operator", genesis->operator_identity);
    for (size_t i = 0; i < count; i++) {
        number_of(words[i], "J", &genesis->jump_max_ms);
        number_of(words[i], "row_keep", &genesis->row_keep_ms);
    }
    genesis->entry_count = read_policy(words, count, genesis->entries);
}

static void operator_of(char **words, size_t count, uint8_t *identity)
{
    bool forged = false;
    for (size_t i = 0; i < count; i++)
        flag_of(words[i], "forged", &forged);
    identity_of(forged ? "forged" : "operator", identity);
}

static void read_import(char **words, size_t count, struct import_intent *import)
{
    uint64_t records = 0;
    operator_of(words, count, import->operator_identity);
    for (size_t i = 0; i < count; i++) {
        flag_of(words[i], "end", &import->end);
        number_of(words[i], "J", &import->jump_max_ms);
        number_of(words[i], "row_keep", &import->row_keep_ms);
        number_of(words[i], "records", &records);
    }
    import->record_count = (uint32_t)records;
}

static bool read_headless(char **words, size_t count, struct intent *intent)
{
    if (strcmp(words[0], "tick") == 0) {
        intent->verb = VERB_TICK;
    } else if (strcmp(words[0], "garbage") == 0) {
        intent->flaw = FLAW_UNDECODABLE;
    } else if (strcmp(words[0], "recovered") == 0) {
        intent->verb = VERB_RECOVERED;
        intent->body.recovered.lost_records = true;
    } else if (strcmp(words[0], "import") == 0) {
        intent->verb = VERB_IMPORT;
        read_import(words + 1, count - 1, &intent->body.import);
    } else if (strcmp(words[0], "genesis") == 0) {
        intent->verb = VERB_GENESIS;
        read_genesis(words + 1, count - 1, &intent->body.genesis);
    } else {
        return false;
    }
    return true;
}

static void read_verb(char *verb, char **words, size_t count, struct intent *intent)
{
    const struct intent_head *head = &intent->head;
    if (strcmp(verb, "claim") == 0) {
        intent->verb = VERB_CLAIM;
        read_claim(words, count, &intent->body.claim);
    } else if (strcmp(verb, "renew") == 0) {
        intent->verb = VERB_RENEW;
        read_renew(head, words, count, &intent->body.renew);
    } else if (strcmp(verb, "done") == 0 || strcmp(verb, "abandon") == 0 || strcmp(verb, "release") == 0) {
        enum close_outcome outcome = *verb == 'd' ? CLOSE_DONE : *verb == 'a' ? CLOSE_ABANDONED : CLOSE_RELEASED;
        intent->verb = VERB_CLOSE;
        read_close(head, outcome, words, count, &intent->body.close);
    } else if (strcmp(verb, "cancel") == 0) {
        intent->verb = VERB_CANCEL;
        intent->body.cancel.target = read_target(head, words[0]).id;
    } else if (strcmp(verb, "handoff") == 0) {
        intent->verb = VERB_HANDOFF;
        read_handoff(head, words, count, &intent->body.handoff);
    } else if (strcmp(verb, "take") == 0) {
        intent->verb = VERB_TAKE;
        intent->body.take.code = span_from_text(words[0]);
        if (count > 1)
            text_of(words[1], "origin", &intent->body.take.origin);
    } else if (strcmp(verb, "offer") == 0) {
        intent->verb = VERB_OFFER;
        read_offer(words, count, &intent->body.offer);
    } else if (strcmp(verb, "next") == 0) {
        intent->verb = VERB_NEXT;
        read_next(words, count, &intent->body.next);
    } else if (strcmp(verb, "withdraw") == 0) {
        intent->verb = VERB_WITHDRAW;
        read_withdraw(words, count, &intent->body.withdraw);
    } else if (strcmp(verb, "query") == 0) {
        intent->verb = VERB_QUERY;
        read_query(head, words, count, &intent->body.query);
    } else if (strcmp(verb, "revoke") == 0) {
        intent->verb = VERB_REVOKE;
        operator_of(words, count, intent->body.revoke.operator_identity);
        read_revoke(head, words, count, &intent->body.revoke);
    } else if (strcmp(verb, "configure") == 0) {
        intent->verb = VERB_CONFIGURE;
        operator_of(words, count, intent->body.configure.operator_identity);
        intent->body.configure.entry_count = read_policy(words, count, intent->body.configure.entries);
        read_prefixes(words, count, &intent->body.configure);
    } else if (strcmp(verb, "same") == 0 || strcmp(verb, "different") == 0) {
        intent->verb = *verb == 's' ? VERB_SAME : VERB_DIFFERENT;
        intent->body.label = (struct label_intent){.a = span_from_text(words[0]), .b = span_from_text(words[1])};
    } else if (strcmp(verb, "seal") == 0) {
        intent->verb = VERB_SEAL;
        operator_of(words, count, intent->body.seal.operator_identity);
        text_of(words[0], "to", &intent->body.seal.moved_to);
    } else if (strcmp(verb, "flawed") == 0) {
        intent->flaw = (enum flaw)strtoul(words[0], NULL, 10);
    } else if (strcmp(verb, "verb") == 0) {
        intent->verb = (enum verb)strtoul(words[0], NULL, 10);
    } else {
        cr_assert(false, "no such verb: %s", verb);
    }
}

void play_read(struct play *play, char **words, size_t count, struct intent *intent)
{
    memset(intent, 0, sizeof *intent);
    play->text_count = 0;
    char *copies[PLAY_WORDS_MAX];
    for (size_t i = 0; i < count; i++) { /* the line may be read twice, and reading cuts it up */
        copies[i] = play->texts + play->text_count;
        strcpy(copies[i], words[i]);
        play->text_count += strlen(words[i]) + 1;
    }
    if (read_headless(copies, count, intent))
        return;
    cr_assert_geq(count, 2);
    intent->has_head = true;
    read_who(play, copies[0], &intent->head);
    read_verb(copies[1], copies + 2, count - 2, intent);
}
