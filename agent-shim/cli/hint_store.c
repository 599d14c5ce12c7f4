/* What the store's settings and its categories tell of a denial. */
#include <stdio.h>
#include <string.h>

#include "hint.h"

enum { CATEGORIES_TOLD = 5, CATEGORIES_MOST = 256 };

struct categories {
    bool found[WORD_LIST_MOST];  /* of those that were asked for */
    char others[HINT_BYTES / 2]; /* the first few that have something to pick */
    size_t at, told, found_count, count;
};

static void look_at_category(struct categories *all, const struct word_list *asked, const struct dibs_draw *draw)
{
    all->count++;
    for (size_t i = 0; i < asked->count; i++) {
        if (!all->found[i] && strcmp(draw->category, asked->words[i]) == 0) {
            all->found[i] = true;
            all->found_count++;
        }
    }
    if (draw->dispatchable > 0 && draw->category[0] != '\0' && all->told < CATEGORIES_TOLD &&
        all->at < sizeof all->others)
        all->at += (size_t)snprintf(all->others + all->at, sizeof all->others - all->at, "%s%s",
                                    all->told++ == 0 ? "" : ", ", draw->category);
}

/* Page by page, until all that were asked for are found. False: it isn't known which there are. */
static bool look_at_categories(dibs_client *client, const struct word_list *asked, struct categories *all)
{
    struct dibs_answer *page = NULL, *before = NULL;
    const char *after = NULL;
    bool known;

    do {
        known = dibs_get_steering(client, after, &page) == DIBS_OK && page->verdict == DIBS_VERDICT_REPORT;
        for (size_t i = 0; known && i < page->draw_count; i++)
            look_at_category(all, asked, &page->draws[i]);
        dibs_answer_free(before);
        before = page; /* the next page's cursor points into it */
        after = known && all->found_count < asked->count ? page->next : NULL;
    } while (after != NULL);
    dibs_answer_free(before);
    return known && all->count < CATEGORIES_MOST; /* else further ones have no name */
}

/* A category that nothing was ever offered in is most likely mistyped. */
bool hint_no_category(dibs_client *client, const struct arguments *arguments, struct hint *hint)
{
    const struct word_list *asked = &arguments->categories;
    struct categories all = {0};

    if (asked->count == 0 || !look_at_categories(client, asked, &all))
        return false;
    for (size_t i = 0; i < asked->count; i++)
        if (!all.found[i])
            return hint_say(
                hint, "no_category", "nothing was ever offered of the category \"%s\"; %s%s", asked->words[i],
                all.others[0] != '\0' ? "there is work of: " : "no other category has anything to pick either",
                all.others);
    return false;
}

bool hint_longest_lease(dibs_client *client, const struct arguments *arguments, struct hint *hint)
{
    struct dibs_answer *answer = NULL;
    char most[DIBS_DURATION_TEXT_SIZE];
    bool said = false;

    if (dibs_get_policy(client, &answer) != DIBS_OK)
        return false;
    for (size_t i = 0; i < answer->policy_count && !said; i++) {
        const struct dibs_policy *policy = &answer->policy[i];
        if (strcmp(policy->name, "ttl_max") == 0 && arguments->ttl_ms > policy->value)
            said = hint_say(hint, "ttl_max", "the longest lease of this store is %s (ttl_max)",
                            dibs_format_duration(policy->value, most, sizeof most));
    }
    dibs_answer_free(answer);
    return said;
}
