/* Categories of work, by their numbers; and families of keys, which are to be spread. */
#include "tests/model/model_state.h"

/* ---------------------------------------------------------------- categories */

struct category *category_named(const struct model *model, struct span name)
{
    const struct list *categories = &model->supply.categories;
    for (size_t i = 0; i < categories->count; i++) {
        struct category *category = categories->items[i];
        if (span_equal(category->name, name))
            return category;
    }
    return NULL;
}

/* When all numbers are given away, a category that has none goes by the last. */
struct category *category_of(const struct model *model, struct span name)
{
    const struct list *categories = &model->supply.categories;
    if (category_named(model, name) != NULL)
        return category_named(model, name);
    return categories->count == LIMIT_CATEGORIES ? categories->items[LIMIT_CATEGORIES - 1] : NULL;
}

/* The empty text is a category for items alone. */
struct category *category_of_claim(const struct model *model, struct span name)
{
    return name.size == 0 ? NULL : category_of(model, name);
}

void know_category(struct model *model, struct span name)
{
    if (category_of(model, name) != NULL)
        return;
    struct category *category = list_add(&model->supply.categories, sizeof *category);
    category->number = model->supply.categories.count;
    category->name = text_keep(model, name);
}

/* S66: whoever is given one gets a number, too; that there is room for it was looked at before. */
void category_target(struct model *model, struct span name, uint64_t target)
{
    if (target == POLICY_TARGET_COMMON && category_named(model, name) == NULL)
        return;
    know_category(model, name);
    struct category *category = category_named(model, name);
    category->has_target = target != POLICY_TARGET_COMMON;
    category->target = category->has_target ? (uint32_t)target : 0;
}

uint64_t dispatchable_in(const struct model *model, const struct category *category)
{
    uint64_t count = 0;
    for (size_t i = 0; i < model->supply.offers.count; i++) {
        const struct offer *offer = model->supply.offers.items[i];
        count += category_of(model, offer->category) == category && obstacle_of(model, offer) == OBSTACLE_NONE;
    }
    return count;
}

/* ---------------------------------------------------------------- families */

static bool is_one_of(uint8_t byte, const char *letters)
{
    for (; *letters != '\0'; letters++)
        if (byte == (uint8_t)*letters)
            return true;
    return false;
}

/* Before the first of these bytes; the whole text: there is none. */
static struct span before_first(struct span text, const char *letters)
{
    for (size_t i = 0; i < text.size; i++)
        if (is_one_of(text.bytes[i], letters))
            return span_first(text, i);
    return text;
}

static struct span before_last(struct span text, char letter)
{
    for (size_t i = text.size; i > 0; i--)
        if (text.bytes[i - 1] == (uint8_t)letter)
            return span_first(text, i - 1);
    return text;
}

/* ENG of ENG-5, and of ENG-5~merged; empty: it is no such key. */
static struct span before_number(struct span key)
{
    struct span bare = before_last(key, '~');
    size_t at = bare.size;
    while (at > 0 && bare.bytes[at - 1] >= '0' && bare.bytes[at - 1] <= '9')
        at--;
    bool has_number = at < bare.size && at >= 2 && bare.bytes[at - 1] == '-';
    return has_number ? span_first(bare, at - 1) : (struct span){0};
}

struct span family_of(struct span key)
{
    if (span_starts_with(key, span_from_text("file:")))
        return before_last(key, ':');
    struct span series = before_first(key, "#!@");
    if (series.size > 0 && series.size < key.size)
        return series;
    if (before_number(key).size > 0)
        return before_number(key);
    struct span first = before_first(key, "/");
    return first.size > 0 ? first : key;
}

/* ---------------------------------------------------------------- what a family costs */

/* A key that a live claim has. */
struct line {
    struct span key;
    uint64_t token;
};

static int line_order(const struct line *a, const struct line *b)
{
    int order = span_compare(subtree_root(a->key), subtree_root(b->key));
    if (order == 0)
        order = is_subtree(a->key) - is_subtree(b->key);
    return order != 0 ? order : (a->token > b->token) - (a->token < b->token);
}

/* The first line after that one whose key begins with the text. */
static bool next_line(const struct model *model, struct span begin, struct line *line)
{
    struct line best = {.token = 0};
    for (size_t i = 0; i < model->claims.count; i++) {
        const struct claim *claim = model->claims.items[i];
        for (uint32_t j = 0; j < claim->key_count; j++) {
            struct line one = {claim->keys[j], claim->token};
            if (!span_starts_with(one.key, begin) || (line->token != 0 && line_order(&one, line) <= 0))
                continue;
            if (best.token == 0 || line_order(&one, &best) < 0)
                best = one;
        }
    }
    *line = best;
    return best.token != 0;
}

enum { FAMILY_LINES = 64, FAMILY_MOST = 16, SATURATED = 3, SATURATED_OF = 5 };

bool is_saturated(const struct model *model, struct span family)
{
    const struct list *selections = &model->supply.selections;
    uint32_t count = 0;
    for (size_t back = 1; back <= SATURATED_OF && back <= selections->count; back++) {
        const struct selection *selection = selections->items[selections->count - back];
        count += span_equal(selection->family, family);
    }
    return count >= SATURATED;
}

/* In steps of priority: one for each held key of the family beyond the first, one if it was picked all the time. */
uint32_t penalty_of(const struct model *model, struct span family)
{
    struct line line = {.token = 0};
    uint32_t held = 0;
    for (uint32_t i = 0; i < FAMILY_LINES && next_line(model, family, &line); i++)
        held += held < FAMILY_MOST && span_equal(family_of(line.key), family);
    return (held > 1 ? held - 1 : 0) + (is_saturated(model, family) ? 1 : 0);
}
