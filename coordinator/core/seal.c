/* The seal: after it every claim is told where the store has moved. */
#include "coordinator/core/seal.h"

#include "base/check.h"
#include "coordinator/core/denial.h"
#include "coordinator/core/form.h"
#include "coordinator/core/gate.h"

/* Its place in TABLE_TEXT, apart from claims' and done keys' texts. */
static const uint8_t seal_text_key[] = {'s', 'e', 'a', 'l'};

bool seal_moved_to(struct state *state, struct span *value)
{
    return table_get(state, TABLE_TEXT, span_of(seal_text_key, sizeof seal_text_key), value);
}

void seal_deny(struct apply *apply, struct decision *decision)
{
    struct span value = {0};

    denial_set(decision, REASON_SEALED, WHY_NONE);
    if (!seal_moved_to(apply->state, &value))
        return;
    if (!state_expect(apply->state, value.size <= sizeof apply->moved_to))
        return;
    memcpy(apply->moved_to, value.bytes, value.size);
    decision->words = span_of(apply->moved_to, value.size);
}

void seal_apply(struct apply *apply)
{
    const struct seal_intent *seal = &apply->record->intent->body.seal;
    enum flaw flaw = form_head(apply_head(apply));
    struct decision decision;

    if (flaw == FLAW_NONE && !form_text(seal->moved_to, LIMIT_REF_BYTES))
        flaw = FLAW_TEXT;
    struct gate gate = gate_begin_operator(apply, (struct form){.flaw = flaw}, seal->operator_identity, &decision);
    if (gate.answered)
        return;
    decision.answer = ANSWER_ACCEPTED;
    apply->meta->sealed = 1;
    if (seal->moved_to.size != 0)
        table_put(apply->state, TABLE_TEXT, span_of(seal_text_key, sizeof seal_text_key), seal->moved_to);
    gate_answer(apply, &gate, &decision, 0);
}
