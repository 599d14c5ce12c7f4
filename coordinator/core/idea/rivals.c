/* Rivals: first by labels of keys, then by ideas. The scores only find them: what is done about one is policy's. */
#include "coordinator/core/idea/rivals.h"

#include "coordinator/core/denial.h"
#include "coordinator/core/idea/label.h"
#include "coordinator/core/idea/rival.h"

enum { CREATE_LEAST = 200 }; /* what is near enough to be told with the advice to make something new */

static void compare(struct apply *apply, const struct claim *wish, struct rivals *rivals)
{
    if (rivals->compared)
        return;
    rivals->compared = true;
    rivals->is_idea = idea_read(apply->state, wish->texts[CLAIM_ABOUT], wish->texts[CLAIM_AKA],
                                wish->texts[CLAIM_CATEGORY], wish->scope, &rivals->idea);
    if (!rivals->is_idea)
        return;
    struct report_thresholds thresholds = scope_thresholds(apply->state, &rivals->idea.scope);
    rivals->thresholds = thresholds;
    rivals->least = thresholds.warn < thresholds.ask ? thresholds.warn : thresholds.ask;
    rivals->least = rivals->least < thresholds.deny ? rivals->least : thresholds.deny;
    rival_asker(apply, wish, rivals);
    idea_search(apply->state, &rivals->idea, &rivals->list);
}

static bool is_covered(const struct claim *wish, uint64_t id, const struct rival *rival)
{
    for (uint32_t i = 0; i < wish->not_same_count; i++) {
        if (wish->not_same_as[i] == id || wish->not_same_as[i] == rival->token)
            return true;
    }
    return false;
}

/* Shows the nearest after those that are there already, `most` in all; the number of the first is kept. */
static void show(struct apply *apply, const struct claim *wish, struct rivals *rivals, uint32_t least, uint32_t most,
                 uint64_t *first, struct decision *decision)
{
    uint64_t linked = decision->rival_count != 0 ? decision->rivals[0].token : 0;

    least = least == 0 ? 1 : least;
    for (uint32_t i = 0; i < rivals->list.count && decision->rival_count < most; i++) {
        const struct idea_near *near = &rivals->list.near[i];
        struct rival *rival = &decision->rivals[decision->rival_count];
        size_t used = rivals->used;
        if (near->score < least)
            return;
        if (!rival_of_idea(apply, wish, rivals, near->id, rival))
            continue;
        if (is_covered(wish, near->id, rival) || rival->token == linked) {
            rivals->used = used;
            continue;
        }
        rival->score = near->score;
        if (decision->rival_count++ == 0)
            *first = near->id;
    }
}

/* A denial is about the first of them. */
static void deny(const struct rivals *rivals, enum likeness likeness, struct decision *decision)
{
    const struct rival *rival = &decision->rivals[0];

    denial_set(decision, REASON_SIMILAR, WHY_NONE);
    decision->likeness = likeness;
    decision->has_holder = true;
    decision->holder = (struct holder){.session = rival->session,
                                       .about = rival->about,
                                       .ref = rival->ref,
                                       .key = rival->key,
                                       .token = rival->token,
                                       .since_ms = rival->since_ms,
                                       .expires_ms = rival->expires_ms};
    decision->warnings &= ~(uint32_t)(WARNING_SAME_NAME | WARNING_WAITS_ON_SELF); /* S36: of whom it would wait for */
    if (span_equal(rival->session, session_name_span(&rivals->asker)))
        decision->warnings |= WARNING_SAME_NAME; /* R36 */
}

/* Very like, of one kind, and nothing sets them apart? */
static bool is_same(struct state *state, const struct rivals *rivals, uint64_t id)
{
    struct stored_idea stored;

    return idea_load(state, id, &stored) &&
           idea_kinds_agree(rivals->idea.kind, span_of(stored.kind, stored.row.kind_size)) &&
           !idea_marks_conflict(&rivals->idea.marks, &stored.marks);
}

static bool refuse_idea(struct apply *apply, const struct claim *wish, struct rivals *rivals, struct decision *decision)
{
    const struct report_thresholds *thresholds = &rivals->thresholds;
    uint64_t first = 0;

    compare(apply, wish, rivals);
    if (!rivals->is_idea || rivals->list.count == 0)
        return false;
    show(apply, wish, rivals, rivals->least, RIVALS_SHOWN, &first, decision);
    if (decision->rival_count == 0)
        return false;
    uint32_t score = decision->rivals[0].score;
    if (score >= thresholds->deny && is_same(apply->state, rivals, first))
        deny(rivals, LIKENESS_SAME, decision);
    else if (score >= thresholds->ask)
        deny(rivals, LIKENESS_MAYBE, decision);
    else if (score >= thresholds->warn)
        decision->warnings |= WARNING_SIMILAR;
    else
        decision->rival_count = 0;
    return decision->reason == REASON_SIMILAR;
}

static bool refuse_linked(struct apply *apply, const struct claim *wish, struct rivals *rivals,
                          struct decision *decision)
{
    struct rival *rival = &decision->rivals[0];
    struct label_link link;

    if (!label_find_link(apply->state, wish, &link))
        return false;
    rival_asker(apply, wish, rivals);
    bool there = link.done ? rival_of_done(apply, rivals, span_of(link.key.bytes, link.key.size), rival)
                           : rival_of_claim(apply, rivals, link.token, rival);
    if (!there)
        return false; /* only after a failure of the state */
    rival->score = 1000;
    rival->linked = true;
    decision->rival_count = 1;
    deny(rivals, LIKENESS_LINKED, decision);
    return true;
}

bool rivals_refuse(struct apply *apply, const struct claim *wish, bool waits, struct rivals *rivals,
                   struct decision *decision)
{
    bool chosen = !waits || !(wish->row.flags & CLAIM_ANY);

    return (chosen && refuse_linked(apply, wish, rivals, decision)) || refuse_idea(apply, wish, rivals, decision);
}

void rivals_unwarn(struct decision *decision)
{
    decision->warnings &= ~(uint32_t)WARNING_SIMILAR;
    decision->rival_count = 0;
}

const struct idea *rivals_idea(const struct rivals *rivals)
{
    return rivals->compared && rivals->is_idea ? &rivals->idea : NULL;
}

bool rivals_have_scope(struct state *state, const struct rivals *rivals)
{
    const struct idea *idea = rivals_idea(rivals);

    return idea == NULL || idea->scope.known || scope_has_room(state, idea->scope_name);
}

void rivals_advise(struct apply *apply, const struct claim *wish, struct rivals *rivals, struct decision *decision)
{
    uint64_t first;

    if (decision->advice != ADVICE_CREATE)
        return;
    compare(apply, wish, rivals);
    if (!rivals->is_idea)
        return;
    if (decision->likeness != LIKENESS_LINKED) {
        decision->rival_count = 0;
        rivals->used = decision->reason == REASON_SIMILAR ? rivals->used : 0; /* the holder points into it */
    }
    uint32_t least = rivals->least < CREATE_LEAST ? rivals->least : CREATE_LEAST;
    show(apply, wish, rivals, least, RIVALS_SHOWN, &first, decision);
}

void rivals_report(struct apply *apply, const struct claim *wish, struct rivals *rivals, struct decision *decision)
{
    uint64_t first;

    rivals->all_own = true;
    compare(apply, wish, rivals);
    if (!rivals->is_idea) {
        struct scope scope = scope_find(apply->state, wish->scope);
        decision->thresholds = scope_thresholds(apply->state, &scope);
        return;
    }
    decision->thresholds = rivals->thresholds;
    show(apply, wish, rivals, 1, LIMIT_RIVALS, &first, decision);
}
