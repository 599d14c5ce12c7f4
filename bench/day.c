/* A fleet's day on real work: sessions that read a list, decide and then claim, beside sessions that ask for what is next,
 * with the same arrivals of items and the same starts of sessions, in simulated time over the shipped core.
 *
 * usage: day [--data FILE] [--items N] [--hours N] [--sessions N] [--seed N] [--check]
 * The first N items of FILE (all of examples/data/agent-work.jsonl) are offered within so many hours (24) to so many sessions
 * (80). day_run.h says how they behave. --check: exit 1 if `next` let anything be done twice, or denied while something was
 * free that it may give. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "day_run.h"

static const struct day_side sides[] = {
    {.name = "claim nothing, take the first of the list", .way = DAY_UNCLAIMED},
    {.name = "claim nothing, take one of the first 20", .way = DAY_UNCLAIMED, .spread = true},
    {.name = "select, then claim the first of the list", .way = DAY_CLAIM},
    {.name = "select, then claim one of the first 20", .way = DAY_CLAIM, .spread = true},
    {.name = "ask for `next`", .way = DAY_NEXT},
    {.name = "ask for `next`, texts compared", .way = DAY_NEXT, .ideas = true},
};
enum { SIDES = sizeof sides / sizeof sides[0], HOURS_MAX = 24, SESSIONS_MAX = 10000 };

struct options {
    const char *data;
    uint64_t items, hours, sessions, seed;
    bool check;
};

static bool options_read(struct options *options, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;

        if (strcmp(argv[i], "--check") == 0)
            options->check = true;
        else if (more && strcmp(argv[i], "--data") == 0)
            options->data = argv[++i];
        else if (more && strcmp(argv[i], "--items") == 0)
            options->items = strtoull(argv[++i], NULL, 10);
        else if (more && strcmp(argv[i], "--hours") == 0)
            options->hours = strtoull(argv[++i], NULL, 10);
        else if (more && strcmp(argv[i], "--sessions") == 0)
            options->sessions = strtoull(argv[++i], NULL, 10);
        else if (more && strcmp(argv[i], "--seed") == 0)
            options->seed = strtoull(argv[++i], NULL, 10);
        else
            return false;
    }
    return options->items > 0 && options->hours > 0 && options->hours <= HOURS_MAX && options->sessions > 0 &&
           options->sessions <= SESSIONS_MAX;
}

static double share(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0 : (double)part / (double)whole;
}

static void print_row(const char *name, const struct day_figures *figures)
{
    printf("| %s | %" PRIu64 " | %" PRIu64 " | %" PRIu64 " | %" PRIu64 " | %.3f | %" PRIu64
           " | %.1f %% | %.1f %% | %.1f |\n",
           name, figures->done, figures->grants, figures->doubled, figures->started,
           share(figures->denied, figures->grants), figures->denied_free, 100 * share(figures->idle, figures->started),
           100 * share(figures->idle_free, figures->started), share(figures->waited_s, figures->begun) / 60);
    fflush(stdout);
}

static bool is_good(const struct day_side *side, const struct day_figures *figures)
{
    return side->way != DAY_NEXT || (figures->grants > 0 && figures->doubled == 0 && figures->denied_free == 0);
}

int main(int argc, char **argv)
{
    struct options options = {
        .data = "examples/data/agent-work.jsonl", .items = SIZE_MAX, .hours = HOURS_MAX, .sessions = 80, .seed = 1};
    struct day_items items = {0};
    bool good = true;

    if (!options_read(&options, argc, argv)) {
        fprintf(stderr,
                "usage: day [--data FILE] [--items N] [--hours 1-24] [--sessions 1-10000] [--seed N] [--check]\n");
        return 2;
    }
    uint32_t seconds = (uint32_t)options.hours * 3600;
    if (!day_items_read(&items, options.data, options.items, seconds)) {
        day_items_free(&items);
        return 2;
    }
    printf("%" PRIu64 " sessions, %zu items in %" PRIu64 " h\n\n", options.sessions, items.count, options.hours);
    printf("| sessions that | done | times worked | done double | started | denials a grant | denials with an item "
           "free | idle "
           "| idle with an item free | minutes until begun |\n");
    printf("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < SIDES; i++) {
        struct day_figures figures = day_run(&items, &sides[i], (uint32_t)options.sessions, seconds, options.seed);

        print_row(sides[i].name, &figures);
        good = is_good(&sides[i], &figures) && good;
    }
    day_items_free(&items);
    return options.check && !good ? 1 : 0;
}
