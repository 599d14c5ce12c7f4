/* Which category is picked next, and how it is learned which pays: docs/STEERING.md, line by line. */
#include "tests/model/model_state.h"

/* ---------------------------------------------------------------- chance */

enum purpose { PURPOSE_DRAW = 1, PURPOSE_REWARD = 2 };

static const uint64_t golden = 0x9e3779b97f4a7c15;

static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

/* Number `i`, from 1, of the stream for these four. */
static uint64_t chance(enum purpose purpose, uint64_t offset, uint64_t selection, uint64_t arm, uint64_t i)
{
    uint64_t key = mix((0 ^ (uint64_t)purpose) + golden);
    key = mix((key ^ offset) + golden);
    key = mix((key ^ selection) + golden);
    key = mix((key ^ arm) + golden);
    return mix(key + i * golden);
}

/* ---------------------------------------------------------------- what is believed */

static uint32_t successes(const bool *seen, uint32_t count)
{
    uint32_t all = 0;
    for (uint32_t i = 0; i < count; i++)
        all += seen[i];
    return all;
}

static void keep_newest(struct category *category, uint32_t count)
{
    uint32_t lost = category->seen_count - count;
    for (uint32_t i = 0; i < count; i++)
        category->seen[i] = category->seen[lost + i];
    category->seen_count = count;
}

/* Are the newest m unlike those before them? z squared > 6 */
static bool has_changed(const struct category *category, uint32_t m)
{
    int64_t n = category->seen_count, all = successes(category->seen, category->seen_count), older = n - m;
    int64_t now = successes(category->seen + older, m);
    int64_t apart = now * older - (all - now) * m;
    return older >= 4 && apart * apart * n > 6 * all * (n - all) * m * older;
}

static void forget_others(struct model *model, const struct category *kept)
{
    for (size_t i = 0; i < model->supply.categories.count; i++) {
        struct category *category = model->supply.categories.items[i];
        if (category != kept)
            category->seen_count = 0;
    }
}

/* A claim of the category was closed done. */
void steer_learns(struct model *model, struct span name, uint64_t token, uint32_t reward)
{
    struct category *category = category_of(model, name); /* OPEN: also of a claim that was given none */
    if (category == NULL)
        return;
    uint64_t first = chance(PURPOSE_REWARD, model->offset, token, category->number, 1);
    category->seen[category->seen_count++] = ((first >> 32) * 10000 >> 32) < reward;
    if (category->seen_count > model->policy[POLICY_STEER_WINDOW])
        keep_newest(category, (uint32_t)model->policy[POLICY_STEER_WINDOW]);
    for (uint32_t m = 8; m <= 32 && m < category->seen_count; m *= 2) {
        if (!has_changed(category, m))
            continue;
        keep_newest(category, m);
        forget_others(model, category);
        return;
    }
}

/* ---------------------------------------------------------------- shares */

/* The last so many selections, or those there were. */
static uint64_t last_count(const struct model *model, uint64_t most)
{
    return model->supply.selections.count < most ? model->supply.selections.count : most;
}

static uint64_t selections_of(const struct model *model, uint64_t category, uint64_t most)
{
    uint64_t count = 0;
    for (uint64_t back = 1; back <= last_count(model, most); back++) {
        const struct selection *selection =
            model->supply.selections.items[model->supply.selections.count - (size_t)back];
        count += selection->category == category;
    }
    return count;
}

static uint64_t share_of(const struct model *model, uint64_t category)
{
    uint64_t s = last_count(model, 128);
    return selections_of(model, category, 128) * 10000 / (s < 64 ? 64 : s);
}

static bool plateau_stands(const struct model *model)
{
    uint64_t window = model->policy[POLICY_PLATEAU_WINDOW];
    bool has_most = false, has_least = false;
    if (model->supply.selections.count < window)
        return false;
    for (size_t i = 0; i < model->supply.categories.count; i++) {
        const struct category *category = model->supply.categories.items[i];
        uint64_t count = selections_of(model, category->number, window) * 10000;
        has_most = has_most || count >= model->policy[POLICY_PLATEAU_MOST] * window;
        has_least = has_least ||
                    (count <= model->policy[POLICY_PLATEAU_LEAST] * window && dispatchable_in(model, category) > 0);
    }
    return has_most && has_least;
}

void steer_selected(struct model *model, const struct category *category, struct span key)
{
    struct selection *selection = list_add(&model->supply.selections, sizeof *selection);
    selection->category = category->number;
    selection->family = text_keep(model, family_of(key));
    selection->plateau = plateau_stands(model);
}

struct report_steering steer_report(const struct model *model)
{
    struct report_steering report = {.selections = model->supply.selections.count};
    uint64_t last = last_count(model, 60);
    for (uint64_t back = 1; back <= last; back++) {
        const struct selection *selection =
            model->supply.selections.items[model->supply.selections.count - (size_t)back];
        report.plateaus += selection->plateau;
        report.plateau = report.plateau || (back == 1 && selection->plateau);
    }
    report.soft = last >= 20 && 3 * (uint64_t)report.plateaus > last;
    return report;
}

/* ---------------------------------------------------------------- the choice */

/* As it stands: all but the draw and the score. */
struct report_draw steer_belief(const struct model *model, const struct category *category)
{
    struct report_draw belief = {.category = category->name,
                                 .successes = successes(category->seen, category->seen_count),
                                 .share = (uint32_t)share_of(model, category->number),
                                 .own_target = category->has_target,
                                 .target = category->has_target ? category->target
                                                                : (uint32_t)model->policy[POLICY_STEER_TARGET],
                                 .dispatchable = dispatchable_in(model, category),
                                 .selections = selections_of(model, category->number, UINT64_MAX)};
    belief.failures = category->seen_count - belief.successes;
    uint64_t a = belief.successes + 1, b = belief.failures + 2;
    belief.mean = (a << 32) / (a + b);
    if (belief.share < belief.target)
        belief.boost = ((model->policy[POLICY_STEER_GAIN] * (belief.target - belief.share)) << 32) / 10000;
    if (steer_report(model).soft)
        belief.boost >>= 1;
    return belief;
}

/* A page of the categories after that number. */
void report_steer(const struct model *model, uint64_t after, struct decision *decision)
{
    decision->has_steering = true;
    decision->steering = steer_report(model);
    for (size_t i = 0; i < model->supply.categories.count; i++) {
        const struct category *category = model->supply.categories.items[i];
        if (category->number <= after)
            continue;
        if (decision->draw_count == LIMIT_DRAWS) {
            decision->more = true;
            break;
        }
        decision->draws[decision->draw_count++] = steer_belief(model, category);
        decision->next.token = category->number;
    }
    if (!decision->more)
        decision->next.token = 0;
}

/* The a-th smallest of a + b - 1 numbers. */
struct report_draw steer_draw(const struct model *model, const struct category *category, uint64_t offset)
{
    struct report_draw draw = steer_belief(model, category);
    uint64_t numbers[2 * 64], a = draw.successes + 1, b = draw.failures + 2;
    for (uint64_t i = 0; i < a + b - 1; i++) {
        uint64_t number = chance(PURPOSE_DRAW, offset, model->supply.selections.count, category->number, i + 1);
        uint64_t at = i;
        for (; at > 0 && numbers[at - 1] > number; at--)
            numbers[at] = numbers[at - 1];
        numbers[at] = number;
    }
    draw.draw = numbers[a - 1] >> 32;
    draw.score = (3 * draw.draw + draw.mean) / 4 + draw.boost;
    return draw;
}
