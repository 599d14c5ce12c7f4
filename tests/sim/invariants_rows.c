/* INV-3: the same id never gets two different finals while its row must be kept. */
#include "tests/sim/invariants.h"

#define NUMBER(value) ((unsigned long long)(value))

/* R7: verbs whose outcomes are remembered; S24: not what was refused by form. */
static bool may_be_remembered(const struct decision *decision)
{
    switch ((int)decision->verb) {
    case VERB_CLAIM:
    case VERB_TAKE:
    case VERB_HANDOFF:
    case VERB_CLOSE:
    case VERB_CANCEL:
    case VERB_REVOKE:
    case VERB_CONFIGURE:
    case VERB_SEAL:
    case VERB_SAME:
    case VERB_DIFFERENT:
    case VERB_OFFER:
    case VERB_WITHDRAW:
    case VERB_NEXT:
        return !decision->dry_run && decision->final && decision->reason != REASON_BAD_REQUEST &&
               decision->reason != REASON_UNSUPPORTED;
    default:
        return false;
    }
}

/* Not when there was no row for it, or it was under the floor of its row. */
static bool is_remembered(const struct decision *decision)
{
    return decision->reason != REASON_FORGOTTEN && !(decision->reason == REASON_QUOTA && decision->why == WHY_FULL);
}

static struct told *find_told(struct invariants *invariants, struct intent_id id, const struct sender *sender)
{
    for (uint32_t i = invariants->told_count; i > 0; i--) {
        struct told *told = &invariants->told[i - 1];
        if (intent_id_equal(told->id, id) && sender_equal(&told->sender, sender))
            return told;
    }
    return NULL;
}

static void check_repeat(struct invariants *invariants, const struct decision *decision, const struct told *told)
{
    uint64_t token = decision->key_count > 0 ? decision->keys[0].token : 0;

    if (decision->answer == ANSWER_DENIED && decision->reason == REASON_CANCELLED)
        return; /* R14: a cancel took its place */
    /* Of a bad_request the stream does not tell whether it was one of form, which is not remembered (S40). */
    if (decision->reason == REASON_BAD_REQUEST)
        return;
    if (told == NULL) {
        if (invariants->told_count < TOLD_MAX)
            invariants_break(invariants, "INV-3: a repeat of what was never told");
        return;
    }
    uint64_t rival = decision->rival_count > 0 ? decision->rivals[0].token : 0;
    if (told->likeness != decision->likeness || told->rival != rival) /* S50 */
        invariants_break(invariants, "INV-3: first likeness %d to token %llu, repeated as %d to %llu",
                         (int)told->likeness, NUMBER(told->rival), (int)decision->likeness, NUMBER(rival));
    if (told->answer != decision->answer || told->reason != decision->reason || told->why != decision->why ||
        told->token != token)
        invariants_break(invariants, "INV-3: first answer %d reason %d token %llu, repeated as %d, %d, %llu",
                         (int)told->answer, (int)told->reason, NUMBER(told->token), (int)decision->answer,
                         (int)decision->reason, NUMBER(token));
}

void invariants_told(struct invariants *invariants, const struct decision *decision, const struct sender *sender)
{
    struct told *told = find_told(invariants, decision->id, sender);

    if (!sender->known || !decision->final || decision->verb == VERB_QUERY || decision->verb == VERB_RENEW)
        return;
    if (decision->repeat) {
        check_repeat(invariants, decision, told);
        return;
    }
    if (!may_be_remembered(decision))
        return;
    if (told != NULL && told->kept && is_remembered(decision) && !invariants->rows_limited &&
        decision->now_ms < told->now_ms + invariants->row_keep_ms) /* R9: too soon to have faded */
        invariants_break(invariants, "INV-3: decided at T %llu and anew at %llu, rows are kept for %llu",
                         NUMBER(told->now_ms), NUMBER(decision->now_ms), NUMBER(invariants->row_keep_ms));
    if (told == NULL && invariants->told_count < TOLD_MAX)
        told = &invariants->told[invariants->told_count++];
    if (told != NULL)
        *told = (struct told){.id = decision->id,
                              .sender = *sender,
                              .answer = decision->answer,
                              .reason = decision->reason,
                              .why = decision->why,
                              .token = decision->key_count > 0 ? decision->keys[0].token : 0,
                              .now_ms = decision->now_ms,
                              .likeness = decision->likeness,
                              .rival = decision->rival_count > 0 ? decision->rivals[0].token : 0,
                              .kept = is_remembered(decision)};
}
