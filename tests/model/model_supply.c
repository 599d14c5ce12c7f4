/* Is there enough to do? Counts of what can be picked and of the last hour, and the verdict on them. */
#include "tests/model/model_state.h"

enum { HOUR_MINUTES = 60 };

static const uint64_t minute_ms = 60000, hour_ms = 3600000;

/* ---------------------------------------------------------------- what happened */

static void note(struct model *model, enum happening what)
{
    struct happened *happened = list_add(&model->supply.happened, sizeof *happened);
    happened->what = what;
    happened->minute = model->now_ms / minute_ms;
}

static uint64_t in_last_hour(const struct model *model, enum happening what)
{
    uint64_t count = 0;
    for (size_t i = 0; i < model->supply.happened.count; i++) {
        const struct happened *happened = model->supply.happened.items[i];
        count += happened->what == what && happened->minute + HOUR_MINUTES > model->now_ms / minute_ms;
    }
    return count;
}

/* ---------------------------------------------------------------- what is there */

static uint64_t count_of(const struct model *model, enum obstacle kind)
{
    uint64_t count = 0;
    for (size_t i = 0; i < model->supply.offers.count; i++)
        count += obstacle_of(model, model->supply.offers.items[i]) == kind;
    return count;
}

/* As they stood when they were last looked at: one changes after the other. */
static uint64_t ready_count(const struct model *model)
{
    uint64_t count = 0;
    for (size_t i = 0; i < model->supply.offers.count; i++) {
        const struct offer *offer = model->supply.offers.items[i];
        count += offer->placed && offer->stands == OBSTACLE_NONE;
    }
    return count;
}

/* When the next item can be picked, by time alone; 0: none ever. */
uint64_t next_ready_ms(const struct model *model)
{
    uint64_t next_ms = 0;
    for (size_t i = 0; i < model->supply.offers.count; i++) {
        const struct offer *offer = model->supply.offers.items[i];
        enum obstacle kind = obstacle_of(model, offer);
        bool by_time = kind == OBSTACLE_COOLING || kind == OBSTACLE_NOT_YET;
        if (by_time && offer_wakes_ms(offer) < offer->expires_ms && (next_ms == 0 || offer_wakes_ms(offer) < next_ms))
            next_ms = offer_wakes_ms(offer);
    }
    return next_ms;
}

/* Between thin and healthy it stays what it was. */
static void judge_supply(struct model *model)
{
    uint64_t dispatchable = ready_count(model);
    if (dispatchable == 0)
        model->supply.verdict =
            model->supply.dry_probes >= model->policy[POLICY_SUPPLY_DROUGHT] ? SUPPLY_DROUGHT : SUPPLY_DRY;
    else if (dispatchable >= model->policy[POLICY_SUPPLY_HEALTHY])
        model->supply.verdict = SUPPLY_HEALTHY;
    else if (dispatchable < model->policy[POLICY_SUPPLY_THIN] || model->supply.verdict != SUPPLY_HEALTHY)
        model->supply.verdict = SUPPLY_THIN;
}

/* An offer came to stand elsewhere, or is gone. */
void supply_look(struct model *model)
{
    judge_supply(model);
}

struct report_supply supply_report(const struct model *model)
{
    struct report_supply report = {.verdict = model->supply.verdict,
                                   .offers = model->supply.offers.count,
                                   .dispatchable = count_of(model, OBSTACLE_NONE),
                                   .blocked = count_of(model, OBSTACLE_BLOCKED),
                                   .cooling = count_of(model, OBSTACLE_COOLING),
                                   .not_yet = count_of(model, OBSTACLE_NOT_YET),
                                   .next_ready_ms = next_ready_ms(model),
                                   .offers_hour = in_last_hour(model, HAPPENED_OFFER),
                                   .demands_hour = in_last_hour(model, HAPPENED_DEMAND),
                                   .grants_hour = in_last_hour(model, HAPPENED_GRANT),
                                   .denials_hour = in_last_hour(model, HAPPENED_DENIAL),
                                   .dry_probes = model->supply.dry_probes};
    if (report.grants_hour > 0)
        report.runway_ms = report.dispatchable * hour_ms / report.grants_hour;
    return report;
}

/* ---------------------------------------------------------------- what is told */

/* Nothing is counted before the first item that was kept. */
static bool has_begun(const struct model *model)
{
    return model->supply.last_offer > 0;
}

void supply_offered(struct model *model)
{
    note(model, HAPPENED_OFFER);
}

void supply_demanded(struct model *model)
{
    if (has_begun(model))
        note(model, HAPPENED_DEMAND);
}

/* A claim with a category is a selection, too. */
void supply_granted(struct model *model, struct span name, struct span first_key, bool by_next,
                    struct decision *decision)
{
    if (!has_begun(model))
        return;
    if (name.size > 0)
        know_category(model, name);
    const struct category *category = by_next ? category_of(model, name) : category_of_claim(model, name);
    if (category != NULL)
        steer_selected(model, category, first_key);
    note(model, HAPPENED_GRANT);
    model->supply.dry_probes = 0;
    judge_supply(model);
    supply_signals(model, category, decision);
}

/* held, queued, similar, already_done, drained. A next that was denied probed in vain; a claim, if nothing was there. */
void supply_denied(struct model *model, struct span category, bool dry_run, struct decision *decision)
{
    if (!has_begun(model))
        return;
    if (!dry_run) {
        note(model, HAPPENED_DENIAL);
        if (decision->reason == REASON_DRAINED || ready_count(model) == 0)
            model->supply.dry_probes++;
        judge_supply(model);
    }
    decision->has_supply = true;
    decision->supply = supply_report(model);
    supply_signals(model, category_of_claim(model, category), decision);
}

/* Of those that have something to pick, or else of all, the one that is farthest below its target. */
static const struct category *most_neglected(const struct model *model)
{
    const struct category *found = NULL;
    bool any_ready = false;
    int64_t most = 0;
    for (size_t i = 0; i < model->supply.categories.count; i++) {
        const struct category *category = model->supply.categories.items[i];
        bool ready = dispatchable_in(model, category) > 0;
        struct report_draw belief = steer_belief(model, category);
        int64_t missing = (int64_t)belief.target - belief.share;
        if (found != NULL && (ready < any_ready || (ready == any_ready && missing <= most)))
            continue;
        found = category;
        any_ready = ready;
        most = missing;
    }
    return found;
}

static void add_signal(const struct model *model, const struct category *category, struct decision *decision)
{
    struct report_draw *draw = &decision->draws[decision->draw_count++];
    *draw = steer_belief(model, category);
}

/* For those who only claim: how steering stands, what is neglected, and their own category. */
void supply_signals(const struct model *model, const struct category *own, struct decision *decision)
{
    if (!has_begun(model))
        return;
    decision->has_steering = true;
    decision->steering = steer_report(model);
    if (decision->draw_count > 0)
        return; /* those of the pick stand there */
    const struct category *neglected = most_neglected(model);
    add_signal(model, neglected, decision);
    if (own != NULL && own != neglected)
        add_signal(model, own, decision);
}
