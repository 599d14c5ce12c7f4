/* S44 to S52, as far as they show in rows and decisions without knowing how like two texts are: what an idea's life hangs
 * on, that the tables of labels agree, limits, and that what is shown of rivals is true. */
#include "tests/sim/invariants.h"

#define NUMBER(value) ((unsigned long long)(value))

/* ---------------------------------------------------------------- ideas: S44, S47 */

static const struct snap_entry *claim_of(const struct snapshot *s, uint64_t token)
{
    for (uint32_t i = 0; i < s->claim_count; i++) {
        if (s->claims[i].id == token)
            return &s->claims[i];
    }
    return NULL;
}

static uint32_t named_by(const struct snap_idea_done *list, uint32_t count, uint64_t idea)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < count; i++)
        found += list[i].idea == idea;
    return found;
}

static void check_idea(struct invariants *invariants, const struct snapshot *s, const struct snap_idea *idea)
{
    const struct snap_ideas *ideas = &s->ideas;
    const struct snap_entry *claim = claim_of(s, idea->row.token);
    uint32_t done = named_by(ideas->done, ideas->done_count, idea->number);

    if (claim == NULL && done == 0)
        invariants_break(invariants, "S47: idea %llu is nobody's any more", NUMBER(idea->number));
    if ((claim == NULL) != (idea->row.token == 0) || (claim != NULL && claim->row.idea != idea->number))
        invariants_break(invariants, "S47: idea %llu is not of token %llu", NUMBER(idea->number),
                         NUMBER(idea->row.token));
    if (done != idea->row.done_count || done != named_by(ideas->named, ideas->named_count, idea->number))
        invariants_break(invariants, "S47: idea %llu is named by %u done keys and counts %u", NUMBER(idea->number),
                         done, idea->row.done_count);
    if (idea->row.feature_count == 0 || idea->row.feature_count > 256 || idea->row.mark_count > 64)
        invariants_break(invariants, "S44: idea %llu has %u features and %u marks", NUMBER(idea->number),
                         idea->row.feature_count, idea->row.mark_count);
    if (snap_ideas_scope(ideas, idea->row.scope) == NULL)
        invariants_break(invariants, "S44: idea %llu is of no scope", NUMBER(idea->number));
}

/* What an idea is, it is from its grant on. */
static void check_kept_ideas(struct invariants *invariants, const struct snap_ideas *before,
                             const struct snap_ideas *after, uint64_t last_token)
{
    for (uint32_t i = 0; i < after->idea_count; i++) {
        const struct snap_idea *idea = &after->ideas[i], *was = snap_ideas_find(before, idea->number);
        if (was == NULL && idea->number <= last_token)
            invariants_break(invariants, "S44: idea %llu was made of an old token", NUMBER(idea->number));
        if (was != NULL &&
            (was->row.norm != idea->row.norm || was->row.scope != idea->row.scope ||
             !span_equal(bytes_part(&before->bytes, was->features), bytes_part(&after->bytes, idea->features)) ||
             !span_equal(bytes_part(&before->bytes, was->marks), bytes_part(&after->bytes, idea->marks))))
            invariants_break(invariants, "S44: idea %llu became another", NUMBER(idea->number));
    }
}

static void check_scopes(struct invariants *invariants, const struct snap_ideas *before, const struct snap_ideas *after)
{
    if (after->scope_count > LIMIT_SCOPES || after->scope_count < before->scope_count)
        invariants_break(invariants, "INV-8: %u scopes after %u", after->scope_count, before->scope_count);
    for (uint32_t i = 0; i < after->scope_count; i++) {
        const struct scope_row *scope = &after->scopes[i].row;
        const struct snap_scope *was = snap_ideas_scope(before, scope->number);
        uint64_t living = 0, added = 0;
        for (uint32_t j = 0; j < after->idea_count; j++) {
            bool mine = after->ideas[j].row.scope == scope->number;
            living += mine;
            added += mine && snap_ideas_find(before, after->ideas[j].number) == NULL;
        }
        if (living != scope->live)
            invariants_break(invariants, "S45: a scope counts %llu living ideas and has %llu", NUMBER(scope->live),
                             NUMBER(living));
        bool halved = scope->epoch != (was == NULL ? 0 : was->row.epoch);
        if (!halved && scope->ideas < (was == NULL ? 0 : was->row.ideas) + added)
            invariants_break(invariants, "S44: a scope counted %llu ideas, and %llu more came",
                             NUMBER(was == NULL ? 0 : was->row.ideas), NUMBER(added));
    }
}

/* ---------------------------------------------------------------- labels: S51 */

static const struct snap_label *label_of(const struct snap_ideas *ideas, struct span key)
{
    for (uint32_t i = 0; i < ideas->label_count; i++) {
        if (span_equal(bytes_part(&ideas->bytes, ideas->labels[i].key), key))
            return &ideas->labels[i];
    }
    return NULL;
}

static uint32_t members_of(const struct snap_ideas *ideas, uint64_t group)
{
    uint32_t members = 0;

    for (uint32_t i = 0; i < ideas->member_count; i++)
        members += ideas->members[i].group == group;
    return members;
}

static bool are_parted(const struct snap_ideas *ideas, uint64_t group, uint64_t other)
{
    for (uint32_t i = 0; i < ideas->parted_count; i++) {
        if (ideas->parted[i].group == group && ideas->parted[i].other == other)
            return true;
    }
    return false;
}

static void check_groups(struct invariants *invariants, const struct snap_ideas *ideas)
{
    if (ideas->label_count != ideas->member_count)
        invariants_break(invariants, "S51: %u keys are labelled, %u are of a group", ideas->label_count,
                         ideas->member_count);
    for (uint32_t i = 0; i < ideas->member_count; i++) {
        const struct snap_label *label = label_of(ideas, bytes_part(&ideas->bytes, ideas->members[i].key));
        if (label == NULL || label->group != ideas->members[i].group)
            invariants_break(invariants, "S51: a member of group %llu is labelled otherwise",
                             NUMBER(ideas->members[i].group));
        if (members_of(ideas, ideas->members[i].group) > LIMIT_LABEL_GROUP)
            invariants_break(invariants, "INV-8: group %llu has more than %d keys", NUMBER(ideas->members[i].group),
                             (int)LIMIT_LABEL_GROUP);
    }
    for (uint32_t i = 0; i < ideas->parted_count; i++) {
        const struct snap_parted *parted = &ideas->parted[i];
        uint32_t others = 0;
        for (uint32_t j = 0; j < ideas->parted_count; j++)
            others += ideas->parted[j].group == parted->group;
        if (parted->group == parted->other || !are_parted(ideas, parted->other, parted->group) ||
            members_of(ideas, parted->group) == 0)
            invariants_break(invariants, "S51: groups %llu and %llu are parted, and not", NUMBER(parted->group),
                             NUMBER(parted->other));
        if (others > LIMIT_LABEL_PARTED)
            invariants_break(invariants, "INV-8: group %llu is parted from more than %d", NUMBER(parted->group),
                             (int)LIMIT_LABEL_PARTED);
    }
}

/* The group, now, of what a member of that group was then; 0: it has lost its label. */
static uint64_t group_now(const struct snap_ideas *before, const struct snap_ideas *after, uint64_t group)
{
    for (uint32_t i = 0; i < before->member_count; i++) {
        if (before->members[i].group != group)
            continue;
        const struct snap_label *label = label_of(after, bytes_part(&before->bytes, before->members[i].key));
        return label == NULL ? 0 : label->group;
    }
    return 0;
}

/* Labels last for good: what was the same or different stays so. */
static void check_kept_labels(struct invariants *invariants, const struct snap_ideas *before,
                              const struct snap_ideas *after)
{
    for (uint32_t i = 0; i < before->member_count; i++) {
        const struct snap_label *member = &before->members[i];
        const struct snap_label *now = label_of(after, bytes_part(&before->bytes, member->key));
        if (now == NULL)
            invariants_break(invariants, "S51: a key lost its label");
        else if (now->group != group_now(before, after, member->group))
            invariants_break(invariants, "S51: two keys were the same and are no more");
    }
    for (uint32_t i = 0; i < before->parted_count; i++) {
        uint64_t group = group_now(before, after, before->parted[i].group);
        if (!are_parted(after, group, group_now(before, after, before->parted[i].other)))
            invariants_break(invariants, "S51: two keys were different and are no more");
    }
}

static bool is_label_verb(enum verb verb)
{
    return verb == VERB_SAME || verb == VERB_DIFFERENT;
}

void invariants_ideas(struct invariants *invariants, const struct snapshot *before, const struct snapshot *after)
{
    for (uint32_t i = 0; i < after->ideas.idea_count; i++)
        check_idea(invariants, after, &after->ideas.ideas[i]);
    for (uint32_t i = 0; i < after->claim_count; i++) {
        if (after->claims[i].row.idea != 0 && snap_ideas_find(&after->ideas, after->claims[i].row.idea) == NULL)
            invariants_break(invariants, "S47: the idea of claim %llu is gone", NUMBER(after->claims[i].id));
    }
    for (uint32_t i = 0; i < after->ideas.done_count; i++) {
        if (snap_ideas_find(&after->ideas, after->ideas.done[i].idea) == NULL)
            invariants_break(invariants, "S47: idea %llu is done and gone", NUMBER(after->ideas.done[i].idea));
    }
    check_kept_ideas(invariants, &before->ideas, &after->ideas, before->meta.last_token);
    check_scopes(invariants, &before->ideas, &after->ideas);
    if (!is_label_verb(invariants->intent->verb)) {
        if (after->ideas.label_count != before->ideas.label_count ||
            after->ideas.parted_count != before->ideas.parted_count)
            invariants_break(invariants, "S51: labels without a word");
        return;
    }
    check_groups(invariants, &after->ideas);
    check_kept_labels(invariants, &before->ideas, &after->ideas);
    invariants_count(invariants, "labelled keys", before->ideas.label_count, after->ideas.label_count,
                     POLICY_LABELS_MAX);
}

/* ---------------------------------------------------------------- what is shown: S45, S46, S49 */

static bool may_show_rivals(const struct decision *decision)
{
    bool warned = (decision->warnings & WARNING_SIMILAR) != 0;

    if (decision->answer == ANSWER_DENIED)
        return decision->reason == REASON_SIMILAR || decision->advice == ADVICE_CREATE;
    return warned || (decision->verb == VERB_QUERY && decision->answer == ANSWER_REPORT);
}

static void check_order(struct invariants *invariants, const struct decision *decision)
{
    for (uint32_t i = 0; i < decision->rival_count; i++) {
        const struct rival *rival = &decision->rivals[i];
        if (rival->score == 0 || rival->score > 1000 || (rival->linked && i > 0))
            invariants_break(invariants, "S45: rival %u has a score of %u", i, rival->score);
        if (i > 0 && rival->score > decision->rivals[i - 1].score)
            invariants_break(invariants, "S44: rivals are out of order");
        for (uint32_t j = 0; j < i; j++) {
            if (decision->rivals[j].token == rival->token)
                invariants_break(invariants, "S49: token %llu is shown twice", NUMBER(rival->token));
        }
    }
}

static void check_similar(struct invariants *invariants, const struct decision *decision)
{
    const struct rival *first = &decision->rivals[0];

    if (decision->rival_count == 0 || decision->likeness == LIKENESS_NONE ||
        first->linked != (decision->likeness == LIKENESS_LINKED))
        invariants_break(invariants, "S45: denied as similar to nobody");
    else if (!decision->has_holder || decision->holder.token != first->token ||
             !span_equal(decision->holder.session, first->session) || !span_equal(decision->holder.key, first->key))
        invariants_break(invariants, "S45: the first rival is not the holder");
}

/* Nobody is one's own rival, nor is one that one has named. `mine`: it is this record's intent that is answered. */
static void check_foreign(struct invariants *invariants, const struct decision *decision, const struct sender *sender,
                          bool mine)
{
    const struct claim_intent *claim = &invariants->intent->body.claim;

    for (uint32_t i = 0; i < decision->rival_count; i++) {
        const struct rival *rival = &decision->rivals[i];
        const struct token_story *story = invariants_token(invariants, rival->token);
        if (!rival->linked && story != NULL && story->sender.known && sender->known && !rival->done &&
            sender_equal(&story->sender, sender) != rival->own)
            invariants_break(invariants, "S44: token %llu is one's own, or not", NUMBER(rival->token));
        for (uint32_t j = 0; mine && invariants->intent->verb == VERB_CLAIM && j < claim->not_same_count; j++) {
            if (!rival->linked && claim->not_same_as[j] == rival->token)
                invariants_break(invariants, "S46: token %llu is shown, which the claim names", NUMBER(rival->token));
        }
    }
}

void invariants_rivals(struct invariants *invariants, const struct decision *decision, const struct sender *sender,
                       bool mine)
{
    if (decision->rival_count > (decision->verb == VERB_QUERY && !decision->repeat ? LIMIT_RIVALS : 3u))
        invariants_break(invariants, "INV-8: %u rivals are shown", decision->rival_count);
    if (decision->rival_count > 0 && !may_show_rivals(decision))
        invariants_break(invariants, "S45: rivals are shown for nothing");
    if ((decision->warnings & WARNING_SIMILAR) != 0 && decision->rival_count == 0)
        invariants_break(invariants, "S45: warned of nobody");
    check_order(invariants, decision);
    if (decision->reason == REASON_SIMILAR)
        check_similar(invariants, decision);
    else if (decision->likeness != LIKENESS_NONE)
        invariants_break(invariants, "S45: a likeness, and not denied for it");
    if (!decision->repeat)
        check_foreign(invariants, decision, sender, mine);
}
