/* The model's scopes, ideas and labels in the order that dump.h asks for. The lists are in no order that counts, so the
 * lowest of those left is looked for again and again. */
#include "tests/model/dump.h"
#include "tests/model/model_state.h"

static const struct scope *next_scope(const struct model *model, const struct scope *after)
{
    const struct scope *next = NULL;
    for (size_t i = 0; i < model->scopes.count; i++) {
        const struct scope *scope = model->scopes.items[i];
        if ((after == NULL || span_compare(scope->name, after->name) > 0) &&
            (next == NULL || span_compare(scope->name, next->name) < 0))
            next = scope;
    }
    return next;
}

static const struct frequency *next_frequency(const struct scope *scope, const struct frequency *after)
{
    const struct frequency *next = NULL;
    for (size_t i = 0; i < scope->frequencies.count; i++) {
        const struct frequency *frequency = scope->frequencies.items[i];
        if ((after == NULL || frequency->bucket > after->bucket) && (next == NULL || frequency->bucket < next->bucket))
            next = frequency;
    }
    return next;
}

static void dump_one_scope(const struct model *model, const struct scope *scope, FILE *out)
{
    dump_scope(out, &(struct dump_scope){scope->name, scope->counted, ideas_in(model, scope)});
    for (uint32_t id = 0; id < POLICY_END; id++) {
        const struct policy_entry *own = scope_own_policy(scope, id);
        if (own != NULL)
            dump_scope_policy(out, &(struct dump_scope_policy){own->id, own->value});
    }
    const struct frequency *frequency = NULL;
    while ((frequency = next_frequency(scope, frequency)) != NULL)
        if (frequency->count > 0)
            dump_frequency(out, &(struct dump_frequency){frequency->bucket, frequency->count});
}

static void dump_one_idea(const struct model *model, const struct idea *idea, FILE *out)
{
    struct dump_idea line = {.number = idea->number,
                             .norm = idea->norm,
                             .scope = idea->scope->name,
                             .kind = span_of(idea->signature.kind, idea->signature.kind_size),
                             .verifier = idea->verifier,
                             .features = idea->signature.features,
                             .marks = idea->signature.marks,
                             .feature_count = idea->signature.feature_count,
                             .mark_count = idea->signature.mark_count};
    for (size_t i = 0; i < model->claims.count; i++)
        if (((struct claim *)model->claims.items[i])->idea == idea->number)
            line.token = ((struct claim *)model->claims.items[i])->token;
    for (size_t i = 0; i < model->done.count; i++)
        line.done_count += ((struct done *)model->done.items[i])->idea == idea->number;
    dump_idea(out, &line);
}

static void dump_all_labels(const struct model *model, FILE *out)
{
    const struct label *label = NULL;
    for (;;) {
        const struct label *next = NULL;
        for (size_t i = 0; i < model->labels.count; i++) {
            const struct label *other = model->labels.items[i];
            if ((label == NULL || span_compare(other->key, label->key) > 0) &&
                (next == NULL || span_compare(other->key, next->key) < 0))
                next = other;
        }
        if (next == NULL)
            break;
        label = next;
        dump_label(out, &(struct dump_label){label->key, label->group});
    }
}

static bool is_before(struct dump_parted a, struct dump_parted b)
{
    return a.group != b.group ? a.group < b.group : a.other < b.other;
}

static void dump_all_parted(const struct model *model, FILE *out)
{
    struct dump_parted line = {0, 0};
    for (bool more = true; more;) {
        struct dump_parted next = {UINT64_MAX, UINT64_MAX};
        more = false;
        for (size_t i = 0; i < 2 * model->partings.count; i++) { /* each from both sides */
            const struct parting *parting = model->partings.items[i / 2];
            struct dump_parted side = i % 2 == 0 ? (struct dump_parted){parting->group, parting->other}
                                                 : (struct dump_parted){parting->other, parting->group};
            if (!is_before(line, side) || !is_before(side, next))
                continue;
            next = side;
            more = true;
        }
        line = next;
        if (more)
            dump_parted(out, &line);
    }
}

void dump_all_ideas(const struct model *model, FILE *out)
{
    const struct scope *scope = NULL;
    while ((scope = next_scope(model, scope)) != NULL)
        dump_one_scope(model, scope, out);
    for (size_t i = 0; i < model->ideas.count; i++)
        dump_one_idea(model, model->ideas.items[i], out);
    dump_all_labels(model, out);
    dump_all_parted(model, out);
}
