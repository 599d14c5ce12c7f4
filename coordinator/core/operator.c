/* The operators' verbs: configure changes policy, in the log. (revoke.c has the other.) */
#include "coordinator/core/operator.h"

#include "coordinator/core/denial.h"
#include "coordinator/core/form.h"
#include "coordinator/core/gate.h"
#include "coordinator/core/policy.h"

static struct form configure_form(const struct configure_intent *configure)
{
    if (configure->entry_count > POLICY_END)
        return (struct form){.flaw = FLAW_POLICY_NAME};
    for (uint32_t i = 0; i < configure->entry_count; i++) {
        enum flaw flaw = policy_check(&configure->entries[i]);
        if (flaw != FLAW_NONE)
            return (struct form){.flaw = flaw, .index = i};
    }
    return (struct form){0};
}

void configure_apply(struct apply *apply)
{
    const struct configure_intent *configure = &apply->record->intent->body.configure;
    struct form form = {.flaw = form_head(apply_head(apply))};
    struct decision decision;
    struct gate gate = gate_begin_operator(apply, form, configure->operator_identity, &decision);
    if (gate.answered)
        return;
    form = configure_form(configure);
    if (form.flaw != FLAW_NONE) {
        denial_bad(&decision, form.flaw, form.index);
        gate_answer(apply, &gate, &decision, 0);
        return;
    }
    decision.answer = ANSWER_ACCEPTED;
    gate_answer(apply, &gate, &decision, 0);
    for (uint32_t i = 0; i < configure->entry_count; i++) /* S35: for what comes after its own outcome */
        policy_set(apply->state, &configure->entries[i]);
}
