/* What the model does with work that is offered. Included by model_state.h, at its end. */
#ifndef MODEL_SUPPLY_H
#define MODEL_SUPPLY_H

#include "tests/model/model_state.h"

/* ---- model_offer.c */
enum flaw form_offer(const struct offer_intent *intent);
enum flaw form_withdraw(const struct withdraw_intent *intent);
bool form_need(struct span word);
struct span lower_cased(struct model *model, struct span word); /* scratch */
void offer_apply(struct model *model, struct asker *asker, const struct offer_intent *intent);
void withdraw_apply(struct model *model, struct asker *asker, const struct withdraw_intent *intent);
struct offer *offer_with_key(const struct model *model, struct span key);
void offers_free(struct model *model);

/* ---- model_offered.c */
const struct offer *offer_after(const struct model *model, struct span key); /* by key; NULL: none */
struct report_row offer_row(struct model *model, const struct offer *offer);

/* ---- model_ready.c */
struct claim *claim_having(const struct model *model, struct span key); /* of any mode, that very key; lowest token */
enum obstacle obstacle_of(const struct model *model, const struct offer *offer); /* NONE: it can be picked */
void offers_look(struct model *model); /* something changed: which can be picked now? */
void offers_look_at(struct model *model, const struct span keys[], uint32_t count); /* a claim's, in their order */
uint64_t offer_wakes_ms(const struct offer *offer);
void offer_ends(struct model *model, struct offer *offer);
void offer_cools(struct model *model, struct span key);
void offer_is_done(struct model *model, struct span key);
uint64_t offer_due_ms(const struct offer *offer); /* UINT64_MAX: never */
void offer_falls_due(struct model *model, struct offer *offer);

/* ---- model_next.c */
enum flaw form_next(const struct next_intent *intent);
uint64_t next_ttl_ms(const struct model *model, const struct next_intent *intent);
bool next_is_granted(struct model *model, const struct waiter *waiter, uint64_t lease_ms, struct decision *decision);

/* ---- model_next_wait.c */
uint64_t next_wait_ms(const struct model *model, const struct next_intent *intent);
void next_enters_queue(struct model *model, const struct asker *asker, const struct next_intent *intent,
                       struct decision *decision);
void nexts_are_due(struct model *model, uint64_t session);  /* of all sessions: 0 */
bool next_look(struct model *model, struct waiter *waiter); /* its turn? true: it left the queue */
void next_is_over(struct model *model, struct waiter *waiter, enum why why);
void next_apply(struct model *model, struct asker *asker, const struct next_intent *intent);

uint32_t missing_need(struct model *model, const struct offer *offer, const struct next_intent *intent);
bool offer_is_overlapped(const struct model *model, const struct offer *offer);

/* ---- model_category.c */
struct category *category_named(const struct model *model, struct span name);    /* NULL: no number is its own */
struct category *category_of(const struct model *model, struct span name);       /* NULL: it has no number */
struct category *category_of_claim(const struct model *model, struct span name); /* NULL: it has none */
void know_category(struct model *model, struct span name);
void category_target(struct model *model, struct span name, uint64_t target);
uint64_t dispatchable_in(const struct model *model, const struct category *category);
struct span family_of(struct span key);
uint32_t penalty_of(const struct model *model, struct span family);
bool is_saturated(const struct model *model, struct span family);

/* ---- model_steer.c */
void steer_learns(struct model *model, struct span name, uint64_t token, uint32_t reward);
void steer_selected(struct model *model, const struct category *category, struct span key);
struct report_steering steer_report(const struct model *model);
struct report_draw steer_belief(const struct model *model, const struct category *category);
void report_steer(const struct model *model, uint64_t after, struct decision *decision);
struct report_draw steer_draw(const struct model *model, const struct category *category, uint64_t offset);

/* ---- model_dump_supply.c */
void dump_all_supply(const struct model *model, FILE *out);

/* ---- model_supply.c */
uint64_t next_ready_ms(const struct model *model);
void supply_look(struct model *model);
struct report_supply supply_report(const struct model *model);
void supply_offered(struct model *model);
void supply_demanded(struct model *model);
void supply_granted(struct model *model, struct span category, struct span first_key, bool by_next,
                    struct decision *decision);
void supply_denied(struct model *model, struct span category, bool dry_run, struct decision *decision);
void supply_signals(const struct model *model, const struct category *own, struct decision *decision);

#endif
