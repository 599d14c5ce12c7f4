/* Printing for people and for language models: the key at column 0, one line a thing, plain sentences. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

/* Colour only on a terminal, and not when NO_COLOR is set. */
static bool is_coloured(FILE *stream)
{
    const char *refused = getenv("NO_COLOR");

    return (refused == NULL || refused[0] == '\0') && isatty(fileno(stream)) != 0;
}

static const char *paint(FILE *stream, const char *code)
{
    return is_coloured(stream) ? code : "";
}

static const char *const green = "\033[32m", *const red = "\033[31m", *const plain = "\033[0m";

static void print_until(int64_t ts_ms, int64_t in_ms)
{
    char when[DIBS_TIME_TEXT_SIZE], left[DIBS_DURATION_TEXT_SIZE];

    dibs_format_time(ts_ms, when, sizeof when);
    printf("  until %s (%s)", when[0] != '\0' ? when : "after the year 9999",
           dibs_format_duration(in_ms > 0 ? (uint64_t)in_ms : 0, left, sizeof left));
}

static void print_keys(const struct dibs_answer *answer, const char *word)
{
    char when[DIBS_TIME_TEXT_SIZE];

    for (size_t i = 0; i < answer->key_count; i++) {
        const struct dibs_key *key = &answer->keys[i];
        output_text(stdout, key->key);
        printf("  %s%s%s%s", paint(stdout, green), word, paint(stdout, plain), answer->dry_run ? " (dry run)" : "");
        if (key->token != 0)
            printf("  token %llu", (unsigned long long)key->token);
        if (key->since_ts_ms >= 0)
            printf("  since %s", dibs_format_time(key->since_ts_ms, when, sizeof when));
        if (key->expires_ts_ms >= 0)
            print_until(key->expires_ts_ms, key->expires_in_ms);
        putchar('\n');
    }
}

/* Of a renew: what the keys' lines do not tell, which is waits, and of a mixed answer each target. */
static void print_items(const struct dibs_answer *answer)
{
    bool mixed = answer->verdict == DIBS_VERDICT_DENIED && answer->item_count > 1;

    for (size_t i = 0; i < answer->item_count; i++) {
        const struct dibs_renewed *item = &answer->items[i];
        bool renewed = item->verdict == DIBS_VERDICT_ACCEPTED;
        FILE *out = renewed ? stdout : stderr;
        if (!mixed && (item->key[0] != '\0' || !renewed))
            continue;
        output_text(out, item->key);
        if (item->key[0] == '\0')
            fprintf(out, "token %llu", (unsigned long long)item->token);
        fprintf(out, "  %s", renewed ? "renewed" : dibs_reason_name(item->reason));
        if (renewed && item->key[0] != '\0')
            printf("  token %llu", (unsigned long long)item->token);
        if (renewed)
            print_until(item->expires_ts_ms, item->expires_in_ms);
        fputc('\n', out);
    }
}

/* A sentence on standard error, in red when it is a no. It names the store, so that two who use two find out. */
static void print_sentence(const struct dibs_answer *answer, bool denied)
{
    fputs(denied ? paint(stderr, red) : "", stderr);
    output_text(stderr, answer->message);
    fputs(denied ? paint(stderr, plain) : "", stderr);
    fputs(" (store ", stderr);
    output_text(stderr, answer->store);
    fputs(")\n", stderr);
}

static void print_unfinished(const struct dibs_answer *answer)
{
    print_sentence(answer, false);
    if (answer->ticket != NULL)
        output_note("to come back to it: dibs wait %s", answer->ticket);
}

static void print_denied(const struct dibs_answer *answer)
{
    print_items(answer);
    print_sentence(answer, true);
    output_text_obstacles(answer);
    if (answer->holder != NULL && answer->holder->own_ticket != NULL)
        output_note("this session waits for it already: dibs wait %s", answer->holder->own_ticket);
}

/* What a ticket got and has lost again. */
static void print_ended(const struct dibs_answer *answer)
{
    for (size_t i = 0; i < answer->key_count; i++) {
        output_text(stdout, answer->keys[i].key);
        printf("  ended (%s)", dibs_why_name(answer->standing_why));
        if (answer->keys[i].token != 0)
            printf("  token %llu", (unsigned long long)answer->keys[i].token);
        putchar('\n');
    }
    print_sentence(answer, true);
}

static void print_accepted(const struct dibs_answer *answer, const char *word)
{
    print_keys(answer, word);
    print_items(answer);
    output_text_offered(answer, word);
    if (answer->about[0] != '\0') {
        printf("about: ");
        output_text(stdout, answer->about);
        putchar('\n');
    }
    output_text_pick(answer);
    bool untold = answer->ended_count > answer->key_count; /* more ended than there are lines */
    if (untold || (answer->key_count == 0 && answer->item_count == 0 && answer->offered_count == 0)) {
        output_text(stdout, answer->message);
        putchar('\n');
    }
    /* Two agents that share a session must be able to tell who began. */
    if (answer->verdict == DIBS_VERDICT_YOURS)
        output_note("%s", answer->message);
}

static void print_warnings(const struct dibs_answer *answer)
{
    for (size_t i = 0; i < answer->warning_count; i++)
        output_note("%s", answer->warnings[i].message);
}

void output_text_waiting(const struct dibs_answer *answer)
{
    print_warnings(answer);
    print_sentence(answer, false);
    output_text_rivals(stderr, answer);
}

void output_text_answer(const struct dibs_answer *answer, const char *accepted, const struct hint *hint)
{
    print_warnings(answer);
    if (answer->verdict == DIBS_VERDICT_NONE || answer->verdict == DIBS_VERDICT_WAITING)
        print_unfinished(answer);
    else if (answer->verdict == DIBS_VERDICT_DENIED)
        print_denied(answer);
    else if (answer->standing == DIBS_STANDING_ENDED)
        print_ended(answer);
    else
        print_accepted(answer,
                       answer->verdict == DIBS_VERDICT_ACCEPTED ? accepted : dibs_verdict_name(answer->verdict));
    output_text_rivals(stderr, answer);
    if (hint != NULL)
        output_note("%s", hint->text);
}

static const char *row_word(enum dibs_row_kind kind)
{
    return kind == DIBS_ROW_CLAIM ? "held by" : kind == DIBS_ROW_DONE ? "done by" : "waited for by";
}

void output_text_rows(const struct dibs_answer *answer)
{
    for (size_t i = 0; i < answer->row_count; i++) {
        const struct dibs_row *row = &answer->rows[i];
        if (row->kind == DIBS_ROW_OFFER) {
            output_text_offer(row);
            continue;
        }
        output_text(stdout, row->key);
        printf("  %s ", row_word(row->kind));
        output_text(stdout, row->session);
        if (row->kind == DIBS_ROW_CLAIM)
            printf("  token %llu", (unsigned long long)row->token);
        if (row->shared)
            printf("  shared");
        print_until(row->expires_ts_ms, row->expires_in_ms);
        output_named(stdout, "about", row->about);
        output_named(stdout, "result", row->result);
        output_named(stdout, "category", row->category);
        output_named(stdout, "ref", row->ref);
        output_named(stdout, "origin", row->origin);
        putchar('\n');
    }
}

void output_text_free(const char *key)
{
    output_text(stdout, key);
    printf("  free: nobody holds it, waits for it, or has lately done it\n");
}

/* One column, after the two spaces that part it from the one before. */
static void print_policy_value(const char *unit, uint64_t value, int width)
{
    char text[DIBS_DURATION_TEXT_SIZE];

    if (strcmp(unit, "ms") == 0)
        printf("  %-*s", width, dibs_format_duration(value, text, sizeof text));
    else
        printf("  %-*llu", width, (unsigned long long)value);
}

void output_text_policy(const struct dibs_answer *answer)
{
    printf("%-22s  %-8s  %-10s  %-10s  %-10s  %s\n", "name", "unit", "value", "default", "least", "most");
    for (size_t i = 0; i < answer->policy_count; i++) {
        const struct dibs_policy *policy = &answer->policy[i];
        printf("%-22s  %-8s", policy->name, policy->unit);
        print_policy_value(policy->unit, policy->value, 10);
        print_policy_value(policy->unit, policy->initial, 10);
        print_policy_value(policy->unit, policy->least, 10);
        print_policy_value(policy->unit, policy->most, 0);
        output_named(stdout, "scope", policy->scope);
        output_named(stdout, "category", policy->category);
        putchar('\n');
    }
    for (size_t i = 0; i < answer->prefix_count; i++)
        printf("prefix.%-15s  %-8s  %s\n", answer->prefixes[i].prefix, "tracker", answer->prefixes[i].tracker);
}

static void print_decision(const struct dibs_answer *decision)
{
    printf("%s", dibs_verdict_name(decision->verdict));
    if (decision->reason != DIBS_REASON_NONE)
        printf(" (%s%s%s)", dibs_reason_name(decision->reason), decision->why != DIBS_WHY_NONE ? ", " : "",
               dibs_why_name(decision->why));
    else if (decision->why != DIBS_WHY_NONE)
        printf(" (%s)", dibs_why_name(decision->why));
    printf("  ");
    output_text(stdout, decision->session);
    for (size_t i = 0; i < decision->key_count; i++) {
        printf("  ");
        output_text(stdout, decision->keys[i].key);
        if (decision->keys[i].token != 0)
            printf(" token %llu", (unsigned long long)decision->keys[i].token);
    }
    if (decision->holder != NULL) {
        printf("  ");
        output_text(stdout, decision->holder->key);
        printf(": ");
        output_text(stdout, decision->holder->session);
    }
    output_named(stdout, "words", decision->words);
    putchar('\n');
}

void output_text_event(const struct dibs_answer *event)
{
    char time[DIBS_TIME_TEXT_SIZE];

    printf("%llu  %s  %s  ", (unsigned long long)event->offset, dibs_format_time(event->now_ts_ms, time, sizeof time),
           event->verb);
    print_decision(event);
}

void output_text_log(const struct dibs_log_entry *entry)
{
    char when[DIBS_TIME_TEXT_SIZE];

    printf("%llu  %s  %s", (unsigned long long)entry->offset, dibs_format_time(entry->ts_ms, when, sizeof when),
           entry->verb);
    if (entry->session[0] != '\0') {
        printf("  ");
        output_text(stdout, entry->session);
    }
    for (size_t i = 0; i < entry->key_count; i++) {
        printf("  ");
        output_text(stdout, entry->keys[i]);
    }
    output_named(stdout, "about", entry->about);
    output_named(stdout, "result", entry->result);
    output_named(stdout, "reason", entry->reason);
    putchar('\n');
    for (size_t i = 0; i < entry->decision_count; i++) {
        printf("    -> ");
        print_decision(entry->decisions[i]);
    }
}
