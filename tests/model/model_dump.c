/* The model's tables in the order that dump.h asks for. */
#include <stdlib.h>
#include <string.h>

#include "tests/model/dump.h"
#include "tests/model/model_state.h"

static int by_key(const void *a, const void *b)
{
    return span_compare((*(struct done *const *)a)->key, (*(struct done *const *)b)->key);
}

static void dump_all_done(const struct model *model, FILE *out)
{
    if (model->done.count > 0) /* the order of the list means nothing */
        qsort(model->done.items, model->done.count, sizeof *model->done.items, by_key);
    for (size_t i = 0; i < model->done.count; i++) {
        const struct done *done = model->done.items[i];
        dump_done(out, &(struct dump_done){.key = done->key,
                                           .session = done->session_name,
                                           .result = done->result,
                                           .token = done->token,
                                           .since_ms = done->since_ms,
                                           .expires_ms = done->expires_ms});
    }
}

static void dump_all_prefixes(const struct model *model, FILE *out)
{
    const struct prefix *prefix = NULL;
    while ((prefix = next_prefix(&model->prefixes, prefix == NULL ? "" : prefix->name)) != NULL)
        dump_prefix(out, &(struct dump_prefix){span_from_text(prefix->name), span_from_text(prefix->tracker)});
}

static int outcome_order(const void *a, const void *b)
{
    const struct dump_outcome *one = a, *other = b;
    if (one->client != other->client)
        return one->client < other->client ? -1 : 1;
    int order = span_compare(one->session, other->session);
    if (order == 0)
        order = memcmp(one->verifier, other->verifier, LIMIT_IDENTITY_BYTES);
    return order != 0 ? order : (one->seq > other->seq) - (one->seq < other->seq);
}

static void dump_all_outcomes(const struct model *model, FILE *out)
{
    struct list lines = {0};
    for (size_t i = 0; i < model->rows.count; i++) {
        const struct row *row = model->rows.items[i];
        const struct session *session = session_numbered(model, row->session);
        for (size_t j = 0; j < row->outcomes.count; j++) {
            const struct outcome *outcome = row->outcomes.items[j];
            struct dump_outcome *line = list_add(&lines, sizeof *line);
            *line = (struct dump_outcome){.client = row->client,
                                          .seq = outcome->seq,
                                          .floor = row->floor,
                                          .session = session->name,
                                          .verifier = session->identity,
                                          .answer = outcome->answer->answer,
                                          .reason = outcome->answer->reason};
            line->standing = standing_of(model, row, outcome, &line->standing_why);
        }
    }
    for (size_t shown = 0; shown < lines.count; shown++) { /* the lowest of those left, again and again */
        for (size_t i = shown + 1; i < lines.count; i++) {
            if (outcome_order(lines.items[i], lines.items[shown]) >= 0)
                continue;
            void *lower = lines.items[i];
            lines.items[i] = lines.items[shown];
            lines.items[shown] = lower;
        }
        dump_outcome(out, lines.items[shown]);
    }
    list_clear(&lines);
}

void model_dump(const struct model *model, FILE *out)
{
    dump_totals(out, &(struct dump_totals){.now_ms = model->now_ms,
                                           .last_ts_ms = model->last_ts_ms,
                                           .last_token = model->last_token,
                                           .bad_records = model->bad_records,
                                           .sealed = model->sealed});
    for (size_t i = 0; i < model->claims.count; i++) {
        const struct claim *claim = model->claims.items[i];
        const struct session *session = session_numbered(model, claim->session);
        dump_claim(out, &(struct dump_claim){.token = claim->token,
                                             .since_ms = claim->since_ms,
                                             .expires_ms = claim->expires_ms,
                                             .ttl_ms = claim->ttl_ms,
                                             .session = session->name,
                                             .verifier = session->identity,
                                             .shared = claim->shared,
                                             .yours_told = claim->yours_told,
                                             .has_code = claim->has_code,
                                             .keys = claim->keys,
                                             .key_count = claim->key_count});
    }
    for (size_t i = 0; i < model->waiters.count; i++) {
        const struct waiter *waiter = model->waiters.items[i];
        dump_waiter(out, &(struct dump_waiter){.offset = waiter->wanted.offset,
                                               .deadline_ms = waiter->deadline_ms,
                                               .lease_ends_ms = waiter->lease_ends_ms,
                                               .ttl_ms = waiter->wanted.ttl_ms,
                                               .session = waiter->asker.session_name,
                                               .verifier = waiter->asker.identity,
                                               .shared = waiter->wanted.shared,
                                               .any = waiter->wanted.any,
                                               .fresh = waiter->wanted.fresh,
                                               .again = waiter->wanted.again,
                                               .keys = waiter->wanted.keys,
                                               .key_count = waiter->wanted.count});
    }
    dump_all_done(model, out);
    dump_all_prefixes(model, out);
    dump_all_ideas(model, out);
    dump_all_supply(model, out);
    dump_all_outcomes(model, out);
}
