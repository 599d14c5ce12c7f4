/* The verbs `same` and `different`, and what labels mean to a wish. */
#include "coordinator/core/idea/label.h"

#include "coordinator/core/denial.h"
#include "coordinator/core/done.h"
#include "coordinator/core/form.h"
#include "coordinator/core/gate.h"
#include "coordinator/core/idea/label_group.h"
#include "coordinator/core/policy.h"
#include "coordinator/core/subtree.h"

/* Two keys and the groups they are in, 0 for none. */
struct labelling {
    struct canonical_key keys[2];
    struct span spans[2];
    uint64_t groups[2];
};

static struct form label_form(const struct apply *apply, struct labelling *labelling)
{
    const struct label_intent *label = &apply->record->intent->body.label;
    const struct span given[2] = {label->a, label->b};
    enum flaw flaw = form_head(apply_head(apply));

    if (flaw != FLAW_NONE)
        return (struct form){.flaw = flaw};
    if (!form_in(label->in))
        return (struct form){.flaw = FLAW_TEXT};
    for (uint32_t i = 0; i < 2; i++) {
        flaw = form_key(apply->state, given[i], label->in, &labelling->keys[i]);
        if (flaw != FLAW_NONE)
            return (struct form){.flaw = flaw, .index = i};
        labelling->spans[i] = span_of(labelling->keys[i].bytes, labelling->keys[i].size);
    }
    return (struct form){.flaw = span_equal(labelling->spans[0], labelling->spans[1]) ? FLAW_LABEL : FLAW_NONE};
}

static uint32_t size_of(struct state *state, uint64_t group)
{
    return group == 0 ? 1 : group_size(state, group);
}

static uint32_t parted_of(struct state *state, uint64_t group)
{
    return group == 0 ? 0 : group_parted_count(state, group);
}

/* May they be the same (or, if not `same`, different)? Nothing is to be done where they are already. */
static enum flaw label_flaw(struct state *state, const struct labelling *labelling, bool same)
{
    uint64_t a = labelling->groups[0], b = labelling->groups[1];
    bool both = a != 0 && b != 0;

    if (both && (same ? group_is_parted(state, a, b) : a == b))
        return FLAW_LABEL_CONTRADICTS;
    if (both && (same ? a == b : group_is_parted(state, a, b)))
        return FLAW_NONE;
    if (same && size_of(state, a) + size_of(state, b) > LIMIT_LABEL_GROUP)
        return FLAW_LABEL_FULL;
    if (same && both && group_parted_union(state, a, b) > LIMIT_LABEL_PARTED)
        return FLAW_LABEL_FULL;
    if (!same && (parted_of(state, a) >= LIMIT_LABEL_PARTED || parted_of(state, b) >= LIMIT_LABEL_PARTED))
        return FLAW_LABEL_FULL;
    return FLAW_NONE;
}

/* The smaller one becomes part of the larger; of two as large, the later of the earlier. */
static void join(struct state *state, uint64_t a, uint64_t b)
{
    uint32_t a_size = group_size(state, a), b_size = group_size(state, b);
    bool b_stays = a_size != b_size ? b_size > a_size : b < a;

    if (a != b)
        group_merge(state, b_stays ? a : b, b_stays ? b : a);
}

static void label_set(struct apply *apply, struct labelling *labelling, bool same)
{
    for (uint32_t i = 0; i < 2; i++) {
        if (labelling->groups[i] != 0)
            continue;
        labelling->groups[i] = 2 * apply->record->offset + i;
        group_add(apply->state, labelling->groups[i], labelling->spans[i]);
    }
    if (same)
        join(apply->state, labelling->groups[0], labelling->groups[1]);
    else
        group_part(apply->state, labelling->groups[0], labelling->groups[1]);
}

void label_apply(struct apply *apply)
{
    bool same = apply->record->intent->verb == VERB_SAME;
    struct state *state = apply->state;
    struct labelling labelling;
    struct form form = label_form(apply, &labelling);
    struct decision decision;
    struct gate gate = gate_begin(apply, form, &decision);
    if (gate.answered)
        return;
    gate_open_session(apply, &gate);
    uint64_t made = 0;
    for (uint32_t i = 0; i < 2; i++) {
        labelling.groups[i] = group_of(state, labelling.spans[i]);
        made += labelling.groups[i] == 0;
    }
    enum flaw flaw = label_flaw(state, &labelling, same);
    if (!session_pay_claim(apply, gate.owner.session))
        denial_rate(apply, gate.owner.session, &decision);
    else if (flaw != FLAW_NONE)
        denial_bad(&decision, flaw, 0);
    else if (table_count(state, TABLE_LABEL) + made > policy_value(state, POLICY_LABELS_MAX) && made != 0)
        denial_set(&decision, REASON_QUOTA, WHY_FULL);
    else
        decision.answer = ANSWER_ACCEPTED;
    if (decision.answer == ANSWER_ACCEPTED)
        label_set(apply, &labelling, same);
    else
        denial_advise(apply, gate.owner.session, false, &decision);
    gate_answer(apply, &gate, &decision, 0);
}

bool label_parts(struct state *state, struct span a, struct span b)
{
    if (table_count(state, TABLE_PARTED) == 0)
        return false;
    uint64_t group = group_of(state, a), other = group_of(state, b);
    return group != 0 && other != 0 && group_is_parted(state, group, other);
}

/* The lowest token of another session's live claim that overlaps the key; UINT64_MAX: none. */
static uint64_t held_by_another(struct state *state, struct span key, uint64_t session)
{
    struct claim_row row;
    uint64_t token = 0;

    /* One's own, and they are at most as many as a session may hold. */
    while ((token = subtree_conflict(state, TABLE_HOLD, key, false, token)) != UINT64_MAX) {
        if (claim_load_row(state, TABLE_CLAIM, token, &row) && (row.session != session || session == 0))
            return token;
        token++;
    }
    return UINT64_MAX;
}

static bool member_stands(struct state *state, const struct claim *wish, struct span member, struct label_link *out)
{
    bool again = (wish->row.flags & CLAIM_AGAIN) != 0;

    out->token = held_by_another(state, member, wish->row.session);
    out->done = false;
    if (out->token != UINT64_MAX)
        return true;
    out->done = done_refuses(state, member, again, wish->row.offset);
    return out->done;
}

bool label_find_link(struct state *state, const struct claim *wish, struct label_link *out)
{
    if (table_count(state, TABLE_LABEL) == 0)
        return false;
    for (uint32_t i = 0; i < wish->row.key_count; i++) {
        uint64_t group = group_of(state, wish->keys[i]);
        struct span member = {0};
        while (group != 0 && group_next(state, group, member, &member)) { /* LIMIT_LABEL_GROUP at most */
            out->key.size = member.size;
            memcpy(out->key.bytes, member.bytes, member.size);
            if (claim_key_index(wish, member) < 0 && member_stands(state, wish, member, out))
                return true;
        }
    }
    return false;
}
