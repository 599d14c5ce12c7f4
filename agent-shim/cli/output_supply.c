/* Printing offers, picks, supply and steering for people and models. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

#define LLU(number) ((unsigned long long)(number))

enum { BAR_CELLS = 20, FAMILY_CLAIMS_MOST = 16 };

/* ---------------------------------------------------------------- offers */

void output_text_offered(const struct dibs_answer *answer, const char *word)
{
    for (size_t i = 0; i < answer->offered_count; i++) {
        const struct dibs_offered *item = &answer->offered[i];
        bool taken = item->verdict == DIBS_VERDICT_ACCEPTED;
        FILE *out = taken ? stdout : stderr;
        output_text(out, item->key);
        fprintf(out, "  %s", taken ? item->updated ? "updated" : word : dibs_reason_name(item->reason));
        if (!taken) {
            fputs("  ", out);
            output_text(out, item->message);
        }
        fputc('\n', out);
    }
}

void output_text_offer(const struct dibs_row *row)
{
    char left[DIBS_DURATION_TEXT_SIZE];

    output_text(stdout, row->key);
    printf("  %s", row->obstacle == DIBS_OBSTACLE_NONE ? "ready" : dibs_obstacle_name(row->obstacle));
    if (row->until_ts_ms >= 0)
        printf(" for %s", dibs_format_duration((uint64_t)row->until_in_ms, left, sizeof left));
    if (row->by[0] != '\0') {
        fputs(" by ", stdout);
        output_text(stdout, row->by);
    }
    printf("  priority %u", (unsigned)row->priority);
    if (row->expires_ts_ms >= 0)
        printf("  ends in %s", dibs_format_duration((uint64_t)row->expires_in_ms, left, sizeof left));
    output_named(stdout, "about", row->about);
    output_named(stdout, "category", row->category);
    output_named(stdout, "needs", row->needs);
    output_named(stdout, "ref", row->ref);
    output_named(stdout, "offered by", row->session);
    putchar('\n');
}

void output_text_offers(const struct output_offers *offers)
{
    printf("offered %llu new, %llu updated", LLU(offers->offered), LLU(offers->updated));
    if (offers->done > 0)
        printf(", %llu are done already", LLU(offers->done));
    if (offers->no_room > 0)
        printf("; no room for %llu", LLU(offers->no_room));
    if (offers->bad > 0)
        printf("; %llu bad ones were left out", LLU(offers->bad));
    putchar('\n');
}

/* ---------------------------------------------------------------- picks */

static double fraction(uint64_t of_2_32)
{
    return (double)of_2_32 / 4294967296.0;
}

static void print_category(FILE *out, const char *category)
{
    if (category[0] == '\0')
        fputs("(none)", out);
    else
        output_text(out, category);
}

/* Of the newest selections, in hundredths; and is the target its own? */
static void print_share(FILE *out, const struct dibs_draw *draw, const char *between)
{
    fprintf(out, "share %.1f%%%starget %.1f%%%s", draw->share / 100.0, between, draw->target / 100.0,
            draw->own_target ? " (its own)" : "");
}

/* Whoever claims what it chose itself is told what nobody chooses. */
static void print_neglected(const struct dibs_draw *draw)
{
    if (draw->dispatchable == 0 || draw->boost == 0)
        return;
    fputs("most neglected: ", stdout);
    print_category(stdout, draw->category);
    fputs("  ", stdout);
    print_share(stdout, draw, " of ");
    printf("  %llu to pick\n", LLU(draw->dispatchable));
}

/* In the order in which they were tried: those before the chosen one had no item that fits. */
static void print_draws(FILE *out, const struct dibs_answer *answer)
{
    bool granted = answer->verdict != DIBS_VERDICT_DENIED, chosen = false;

    for (size_t i = 0; i < answer->draw_count; i++) {
        const struct dibs_draw *draw = &answer->draws[i];
        bool is_chosen = granted && !chosen && strcmp(draw->category, answer->category) == 0;
        fputs(is_chosen ? "chosen: " : chosen ? "not tried: " : "nothing fits: ", out);
        chosen = chosen || is_chosen;
        print_category(out, draw->category);
        fprintf(out, "  score %.3f = (3 x draw %.3f + mean %.3f) / 4 + boost %.3f", fraction(draw->score),
                fraction(draw->draw), fraction(draw->mean), fraction(draw->boost));
        fprintf(out, "  %llu to pick  ", LLU(draw->dispatchable));
        print_share(out, draw, " of ");
        fputc('\n', out);
    }
}

/* What the family cost it: its live claims, and having had most of the last picks. */
static void print_family(const struct dibs_pick *pick)
{
    unsigned steps = pick->family_claims > 1 ? pick->family_claims - 1 : 0;

    if (pick->penalty == 0)
        return;
    fputs("; its family ", stdout);
    output_text(stdout, pick->family);
    printf(" cost it %u step%s of priority:", (unsigned)pick->penalty, pick->penalty == 1 ? "" : "s");
    if (steps > 0)
        printf(" it has %u%s live claims (%u)", (unsigned)pick->family_claims,
               steps + 1 == FAMILY_CLAIMS_MOST ? " or more" : "", steps);
    if (pick->family_saturated)
        printf("%s 3 or more of the last 5 picks were of it (1)", steps > 0 ? " and" : "");
}

static void print_pick(const struct dibs_pick *pick)
{
    printf("picked: offer %llu, the best of %u looked at", LLU(pick->offer), (unsigned)pick->looked);
    if (pick->similar > 0)
        printf("; %u passed over as like others' work", (unsigned)pick->similar);
    print_family(pick);
    putchar('\n');
}

static void print_line(const char *name, const char *text)
{
    if (text[0] == '\0')
        return;
    printf("%s: ", name);
    output_text(stdout, text);
    putchar('\n');
}

void output_text_pick(const struct dibs_answer *answer)
{
    print_line("category", answer->category);
    print_line("ref", answer->ref);
    if (answer->draw_count == 0)
        return;
    if (answer->draws[0].score == 0) {
        print_neglected(&answer->draws[0]);
        return;
    }
    print_draws(stdout, answer);
    if (answer->pick != NULL)
        print_pick(answer->pick);
}

void output_text_obstacles(const struct dibs_answer *answer)
{
    char when[DIBS_TIME_TEXT_SIZE], left[DIBS_DURATION_TEXT_SIZE];

    for (size_t i = 0; i < answer->obstacle_count; i++) {
        const struct dibs_obstacle *obstacle = &answer->obstacles[i];
        fprintf(stderr, "%s: %llu", dibs_obstacle_name(obstacle->kind), LLU(obstacle->count));
        if (obstacle->key[0] != '\0') {
            fputs("  first ", stderr);
            output_text(stderr, obstacle->key);
        }
        if (obstacle->by[0] != '\0') {
            fputs("  by ", stderr);
            output_text(stderr, obstacle->by);
        }
        if (obstacle->until_ts_ms >= 0)
            fprintf(stderr, "  until %s (%s)", dibs_format_time(obstacle->until_ts_ms, when, sizeof when),
                    dibs_format_duration((uint64_t)obstacle->until_in_ms, left, sizeof left));
        fputc('\n', stderr);
    }
    if (answer->draw_count > 0 && answer->draws[0].score != 0)
        print_draws(stderr, answer);
}

/* ---------------------------------------------------------------- supply */

static void print_number(const char *name, uint64_t number)
{
    printf("%s: %llu\n", name, LLU(number));
}

void output_text_supply(const struct dibs_answer *answer)
{
    const struct dibs_supply *supply = answer->supply;
    char when[DIBS_TIME_TEXT_SIZE], left[DIBS_DURATION_TEXT_SIZE];

    printf("%s\n", dibs_supply_verdict_name(supply != NULL ? supply->verdict : DIBS_SUPPLY_NONE));
    output_note("%s", answer->message);
    if (supply == NULL || supply->verdict == DIBS_SUPPLY_NONE)
        return;
    uint64_t probes = supply->denials_hour + supply->grants_hour;
    print_number("dispatchable", supply->dispatchable);
    printf("offers: %llu (%llu blocked, %llu cooling, %llu for later)\n", LLU(supply->offers), LLU(supply->blocked),
           LLU(supply->cooling), LLU(supply->not_yet));
    print_number("offered in the last hour", supply->offers_hour);
    print_number("asked for in the last hour", supply->demands_hour);
    if (probes > 0)
        printf("denied: %llu of %llu (%.0f%%)\n", LLU(supply->denials_hour), LLU(probes),
               100.0 * (double)supply->denials_hour / (double)probes);
    print_number("dry probes in a row", supply->dry_probes);
    if (supply->runway_ms >= 0)
        printf("runway: %s\n", dibs_format_duration((uint64_t)supply->runway_ms, left, sizeof left));
    if (supply->next_ready_ts_ms >= 0)
        printf("next ready: %s (%s)\n", dibs_format_time(supply->next_ready_ts_ms, when, sizeof when),
               dibs_format_duration((uint64_t)supply->next_ready_in_ms, left, sizeof left));
}

/* ---------------------------------------------------------------- steering */

/* A share as a bar, with its target marked. */
static void print_bar(const struct dibs_draw *draw)
{
    unsigned filled = (draw->share * BAR_CELLS + 5000) / 10000, target = draw->target * BAR_CELLS / 10000;

    fputs("  [", stdout);
    for (unsigned i = 0; i < BAR_CELLS; i++)
        fputs(i < filled ? "\u2588" : i == target ? "|" : " ", stdout);
    putchar(']');
}

void output_text_steering(const struct dibs_answer *answer, bool is_first)
{
    const struct dibs_steering *steering = answer->steering;
    bool bars = isatty(STDOUT_FILENO) != 0;

    if (is_first && steering != NULL)
        printf("selections: %llu\nplateau: %s (%u of the last 60 stood in one)\nboosts: %s\n",
               LLU(steering->selections), steering->plateau ? "yes" : "no", (unsigned)steering->plateaus,
               steering->soft ? "halved" : "full");
    for (size_t i = 0; i < answer->draw_count; i++) {
        const struct dibs_draw *draw = &answer->draws[i];
        print_category(stdout, draw->category);
        if (bars)
            print_bar(draw);
        fputs("  ", stdout);
        print_share(stdout, draw, "  ");
        printf("  mean %.3f (%u good, %u not)  boost %.3f  %llu to pick  %llu picked\n", fraction(draw->mean),
               (unsigned)draw->successes, (unsigned)draw->failures, fraction(draw->boost), LLU(draw->dispatchable),
               LLU(draw->selections));
    }
    if (is_first && answer->draw_count == 0)
        output_note("there is no category yet: `dibs offer KEY --category NAME` gives one");
}
