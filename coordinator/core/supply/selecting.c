/* The steps of a selection; who asks, and what is remembered, is the callers'. */
#include "coordinator/core/supply/selecting.h"

#include "coordinator/core/denial.h"
#include "coordinator/core/lease.h"
#include "coordinator/core/supply/obstacles.h"
#include "coordinator/core/supply/signal.h"

bool selecting_find(struct apply *apply, const struct seeking *seeking, struct selecting *selecting,
                    struct decision *decision)
{
    struct steering *steering = &selecting->steering;
    struct pick *pick = &selecting->pick;

    pick->can = &seeking->can;
    pick->scope = seeking->scope;
    pick->wish = &selecting->wish;
    pick->decision = decision;
    pick->rivals = &selecting->rivals;
    pick_begin(pick);
    selecting->wish.not_same_count = 0;
    selecting->wish.texts[CLAIM_ORIGIN] = seeking->origin;
    steering_gather(apply, seeking->categories, seeking->category_count, steering);
    steering_order(apply, selecting->wish.row.offset, steering);
    for (uint32_t i = 0; i < steering->count; i++) /* each once */
        if (pick_item(apply, steering->candidates[i].arm, pick))
            return true;
    return false;
}

bool selecting_fits(struct apply *apply, struct selecting *selecting, struct decision *decision)
{
    enum why limit = lease_limit(apply, selecting->wish.row.session);

    if (limit == WHY_NONE && !rivals_have_scope(apply->state, &selecting->rivals))
        limit = WHY_SCOPES;
    if (limit == WHY_NONE)
        return true;
    rivals_unwarn(decision);
    denial_set(decision, REASON_QUOTA, limit);
    return false;
}

static void tell_pick(struct apply *apply, const struct seeking *seeking, struct selecting *selecting,
                      struct decision *decision)
{
    decision->pick = selecting->pick.told;
    if (seeking->explain)
        steering_tell(apply, &selecting->steering, &selecting->names, decision);
}

void selecting_grant(struct apply *apply, const struct seeking *seeking, uint64_t lease_ms, struct selecting *selecting,
                     struct decision *decision)
{
    struct claim *wish = &selecting->wish;

    decision->answer = ANSWER_GRANTED;
    decision->has_pick = true;
    decision->about = wish->texts[CLAIM_ABOUT];
    decision->category = wish->texts[CLAIM_CATEGORY];
    decision->ref = wish->texts[CLAIM_REF];
    uint64_t token = lease_grant(apply, wish, lease_ms, rivals_idea(&selecting->rivals));
    lease_answer_keys(wish, token, decision);
    tell_pick(apply, seeking, selecting, decision);
    signal_granted(apply, wish, selecting->names.bytes, decision);
}

void selecting_tell_none(struct apply *apply, const struct seeking *seeking, struct selecting *selecting,
                         struct decision *decision)
{
    obstacles_tell(apply, &selecting->pick, &selecting->steering);
    decision->has_pick = selecting->pick.told.looked > 0;
    tell_pick(apply, seeking, selecting, decision);
}
