/* Steering beside plain Thompson sampling with global decay, on known chances that shift at midday, at 10, 162 and 1,000
 * sessions a day: regret, days until a shifted best category leads, share of the most neglected one.
 *
 * usage: steer [--seeds N] [--per-day N] [--world NAME] [--svg FILE] [--check]
 * --check: exit 1 unless dibs is better on all three, or at 10 a day no worse, each within its 95 % interval (daily). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/steer_chart.h"
#include "bench/steer_world.h"

static const struct world worlds[] = {
    {.name = "daily", .days = 10, .every = 1},
    {.name = "swap", .days = 10, .every = 1, .swap = true},
    {.name = "rare", .days = 20, .every = 10},
};
static const uint32_t rates[] = {10, 162, 1000};
enum { WORLDS = 3, RATES = 3 };

static void add(struct mean *mean, double value)
{
    mean->count++;
    mean->sum += value;
    mean->squares += value * value;
}

double mean_value(const struct mean *mean)
{
    return mean->sum / mean->count;
}

double mean_half_interval(const struct mean *mean)
{
    double value = mean_value(mean), variance = mean->squares / mean->count - value * value;

    return 1.96 * sqrt(variance > 0 ? variance / (mean->count - 1) : 0);
}

static void figures(const struct outcome *outcome, double out[STEER_FIGURES])
{
    out[0] = outcome->regret;
    out[1] = outcome->lead_days;
    out[2] = outcome->neglected;
}

static struct steer_result measure(const struct world *world, uint32_t per_day, uint64_t seeds)
{
    struct steer_result result = {.per_day = per_day};
    double values[PLAYER_KINDS][STEER_FIGURES];

    for (uint64_t seed = 1; seed <= seeds; seed++) {
        for (int kind = 0; kind < PLAYER_KINDS; kind++) {
            struct outcome outcome = world_run(world, per_day, (enum player_kind)kind, seed);

            figures(&outcome, values[kind]);
            for (int i = 0; i < STEER_FIGURES; i++)
                add(&result.figures[kind][i], values[kind][i]);
        }
        for (int i = 0; i < STEER_FIGURES; i++)
            add(&result.apart[i], values[PLAYER_OURS][i] - values[PLAYER_SEED][i]);
    }
    return result;
}

/* Better is less regret, fewer days, more for the neglected. 1 better, 0 within the interval, -1 worse. */
static int verdict(const struct steer_result *result, int figure)
{
    double apart = mean_value(&result->apart[figure]) * (figure == 2 ? 1 : -1);
    double half = mean_half_interval(&result->apart[figure]);

    return apart > half ? 1 : apart < -half ? -1 : 0;
}

static bool report(const struct world *world, const struct steer_result *result)
{
    static const char *const words[] = {"worse", "the same", "better"};
    bool good = true;

    for (int kind = 0; kind < PLAYER_KINDS; kind++) {
        printf("| %s | %u | %s |", world->name, result->per_day, player_name((enum player_kind)kind));
        for (int i = 0; i < STEER_FIGURES; i++)
            printf(" %.4f ± %.4f |", mean_value(&result->figures[kind][i]),
                   mean_half_interval(&result->figures[kind][i]));
        printf("\n");
    }
    printf("| | | dibs − global decay |");
    for (int i = 0; i < STEER_FIGURES; i++) {
        int better = verdict(result, i);

        printf(" %+.4f ± %.4f: %s |", mean_value(&result->apart[i]), mean_half_interval(&result->apart[i]),
               words[better + 1]);
        if (better < (result->per_day == 10 ? 0 : 1))
            good = false;
    }
    printf("\n");
    fflush(stdout);
    return good;
}

struct options {
    uint64_t seeds;
    uint32_t per_day;
    const char *world, *svg;
    bool check;
};

static bool options_read(struct options *options, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;

        if (strcmp(argv[i], "--check") == 0)
            options->check = true;
        else if (more && strcmp(argv[i], "--seeds") == 0)
            options->seeds = strtoull(argv[++i], NULL, 10);
        else if (more && strcmp(argv[i], "--per-day") == 0)
            options->per_day = (uint32_t)strtoul(argv[++i], NULL, 10);
        else if (more && strcmp(argv[i], "--world") == 0)
            options->world = argv[++i];
        else if (more && strcmp(argv[i], "--svg") == 0)
            options->svg = argv[++i];
        else
            return false;
    }
    return options->seeds >= 2;
}

int main(int argc, char **argv)
{
    struct options options = {.seeds = 1000};
    struct steer_result results[RATES];
    bool good = true;
    int status = 0;

    if (!options_read(&options, argc, argv)) {
        fprintf(stderr, "usage: steer [--seeds N] [--per-day N] [--world daily|swap|rare] [--svg FILE] [--check]\n");
        return 2;
    }
    printf(
        "| shifts | a day | who | regret a session | days until the new best leads | share of the most neglected |\n");
    printf("| --- | --- | --- | --- | --- | --- |\n");
    for (int w = 0; w < WORLDS; w++) {
        int count = 0;

        if (options.world != NULL && strcmp(options.world, worlds[w].name) != 0)
            continue;
        for (int r = 0; r < RATES; r++) {
            if (options.per_day != 0 && options.per_day != rates[r])
                continue;
            results[count] = measure(&worlds[w], rates[r], options.seeds);
            if (!report(&worlds[w], &results[count++]) && w == 0)
                good = false;
        }
        if (w == 0 && options.svg != NULL && !steer_chart(options.svg, results, count))
            status = 4;
    }
    return options.check && !good ? 1 : status;
}
