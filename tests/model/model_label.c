/* same and different: for good, and never against what was said before (S51). */
#include "tests/model/model_state.h"

static struct label *label_of(const struct model *model, struct span key)
{
    for (size_t i = 0; i < model->labels.count; i++) {
        struct label *label = model->labels.items[i];
        if (span_equal(label->key, key))
            return label;
    }
    return NULL;
}

static bool are_parted(const struct model *model, uint64_t group, uint64_t other)
{
    for (size_t i = 0; i < model->partings.count; i++) {
        const struct parting *parting = model->partings.items[i];
        if ((parting->group == group && parting->other == other) ||
            (parting->group == other && parting->other == group))
            return true;
    }
    return false;
}

bool labelled_same(const struct model *model, struct span a, struct span b)
{
    const struct label *one = label_of(model, a), *other = label_of(model, b);
    return one != NULL && other != NULL && one != other && one->group == other->group;
}

bool labelled_different(const struct model *model, struct span a, struct span b)
{
    const struct label *one = label_of(model, a), *other = label_of(model, b);
    return one != NULL && other != NULL && are_parted(model, one->group, other->group);
}

static uint64_t members_of(const struct model *model, uint64_t group)
{
    uint64_t count = 0;
    for (size_t i = 0; i < model->labels.count; i++)
        count += ((struct label *)model->labels.items[i])->group == group;
    return count;
}

static uint64_t parted_from(const struct model *model, uint64_t group)
{
    uint64_t count = 0;
    for (size_t i = 0; i < model->partings.count; i++) {
        const struct parting *parting = model->partings.items[i];
        count += parting->group == group || parting->other == group;
    }
    return count;
}

/* Groups that one of the two is parted from, or both. */
static uint64_t parted_from_either(const struct model *model, uint64_t group, uint64_t other)
{
    uint64_t both = 0;
    for (size_t i = 0; i < model->partings.count; i++) {
        const struct parting *parting = model->partings.items[i];
        if (parting->group == group || parting->other == group)
            both += are_parted(model, parting->group == group ? parting->other : parting->group, other);
    }
    return parted_from(model, group) + parted_from(model, other) - both;
}

/* ---------------------------------------------------------------- form */

enum flaw form_label(struct model *model, const struct label_intent *label, uint32_t *flaw_key)
{
    struct span a, b;
    if (!form_line(label->in))
        return FLAW_TEXT;
    enum flaw flaw = canonical(model, label->a, label->in, &a);
    if (flaw != FLAW_NONE)
        return flaw;
    *flaw_key = 1;
    flaw = canonical(model, label->b, label->in, &b);
    if (flaw != FLAW_NONE)
        return flaw;
    *flaw_key = 0;
    return span_equal(a, b) ? FLAW_LABEL : FLAW_NONE;
}

/* ---------------------------------------------------------------- effect */

/* A label of each key; the group of one that has none yet stands for a new one. */
struct pair {
    struct span a, b;
    uint64_t group_a, group_b;
    uint32_t unlabelled;
};

static struct pair pair_of(const struct model *model, struct span a, struct span b)
{
    const struct label *one = label_of(model, a), *other = label_of(model, b);
    return (struct pair){.a = a,
                         .b = b,
                         .group_a = one != NULL ? one->group : model->offset * 2,
                         .group_b = other != NULL ? other->group : model->offset * 2 + 1,
                         .unlabelled = (one == NULL ? 1u : 0u) + (other == NULL ? 1u : 0u)};
}

static bool contradicts(const struct model *model, const struct pair *pair, bool same)
{
    return same ? are_parted(model, pair->group_a, pair->group_b) : pair->group_a == pair->group_b;
}

static bool is_so_already(const struct model *model, const struct pair *pair, bool same)
{
    return same ? pair->group_a == pair->group_b : are_parted(model, pair->group_a, pair->group_b);
}

static bool is_full(const struct model *model, const struct pair *pair, bool same)
{
    uint64_t members = members_of(model, pair->group_a) + members_of(model, pair->group_b) + pair->unlabelled;
    if (same)
        return members > LIMIT_LABEL_GROUP ||
               parted_from_either(model, pair->group_a, pair->group_b) > LIMIT_LABEL_PARTED;
    return parted_from(model, pair->group_a) >= LIMIT_LABEL_PARTED ||
           parted_from(model, pair->group_b) >= LIMIT_LABEL_PARTED;
}

static void label_add(struct model *model, struct span key, uint64_t group)
{
    if (label_of(model, key) != NULL)
        return;
    struct label *label = list_add(&model->labels, sizeof *label);
    label->key = text_keep(model, key);
    label->group = group;
}

static void rename_group(struct model *model, uint64_t from, uint64_t to)
{
    for (size_t i = 0; i < model->labels.count; i++) {
        struct label *label = model->labels.items[i];
        label->group = label->group == from ? to : label->group;
    }
    for (size_t i = model->partings.count; i > 0; i--) {
        struct parting *parting = model->partings.items[i - 1];
        struct parting renamed = {parting->group == from ? to : parting->group,
                                  parting->other == from ? to : parting->other};
        if (parting->group != from && parting->other != from)
            continue;
        bool twice = are_parted(model, renamed.group, renamed.other);
        *parting = renamed;
        if (twice)
            list_remove(&model->partings, parting);
    }
}

/* The smaller into the larger; of equal ones the higher number into the lower. */
static void join_groups(struct model *model, uint64_t a, uint64_t b)
{
    uint64_t of_a = members_of(model, a), of_b = members_of(model, b);
    bool keeps_a = of_a != of_b ? of_a > of_b : a < b;
    rename_group(model, keeps_a ? b : a, keeps_a ? a : b);
}

static void take_effect(struct model *model, const struct pair *pair, bool same)
{
    label_add(model, pair->a, pair->group_a);
    label_add(model, pair->b, pair->group_b);
    if (same) {
        join_groups(model, pair->group_a, pair->group_b);
        return;
    }
    struct parting *parting = list_add(&model->partings, sizeof *parting);
    *parting = (struct parting){pair->group_a, pair->group_b};
}

static void decide(struct model *model, const struct pair *pair, bool same, struct decision *decision)
{
    if (contradicts(model, pair, same)) {
        deny(decision, REASON_BAD_REQUEST, WHY_NONE);
        decision->flaw = FLAW_LABEL_CONTRADICTS;
        return;
    }
    if (!is_so_already(model, pair, same)) {
        if (is_full(model, pair, same)) {
            deny(decision, REASON_BAD_REQUEST, WHY_NONE);
            decision->flaw = FLAW_LABEL_FULL;
            return;
        }
        if (pair->unlabelled > 0 && model->labels.count + pair->unlabelled > model->policy[POLICY_LABELS_MAX]) {
            deny(decision, REASON_QUOTA, WHY_FULL);
            return;
        }
        take_effect(model, pair, same);
    }
    decision->answer = ANSWER_ACCEPTED;
    decision->final = true;
}

/* True: there is no room for the asker's row, or it asks too often. */
static bool over_quota(struct model *model, struct asker *asker, struct decision *decision)
{
    if (rows_full_for(model, asker)) {
        deny(decision, REASON_QUOTA, WHY_FULL);
        return true;
    }
    struct session *session = session_find_or_add(model, asker);
    uint64_t rate = model->policy[POLICY_CLAIMS_PER_MINUTE];
    asker->session = session->number;
    asker->session_name = session->name;
    asker->identity = session->identity;
    if (bucket_pay(model, rate, &session->claim_level, &session->claim_last_ms))
        return false;
    deny_rate(decision, rate, session->claim_level);
    return true;
}

void label_apply(struct model *model, struct asker *asker, const struct label_intent *label, bool same)
{
    struct decision decision = {0};
    struct span a, b;
    if (refused_before_deciding(model, asker, &decision))
        return;
    if (!over_quota(model, asker, &decision)) {
        (void)canonical(model, label->a, label->in, &a);
        (void)canonical(model, label->b, label->in, &b);
        struct pair pair = pair_of(model, a, b);
        decide(model, &pair, same, &decision);
    }
    remember(model, asker, &decision);
    decision_emit(model, asker, &decision);
}
