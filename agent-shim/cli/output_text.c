/* Printing for people and for language models: the key at column 0, one line a thing, plain sentences. */
#include <stdio.h>
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

/* A text that somebody else wrote: what could move the cursor or break the line is shown, not sent. */
static void print_text(FILE *out, const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if (*at == '\n' || *at == '\t')
            fputc(' ', out);
        else if (*at < 0x20 || *at == 0x7f)
            fprintf(out, "\\x%02x", *at);
        else
            fputc(*at, out);
    }
}

static void print_until(FILE *out, int64_t ts_ms, int64_t in_ms)
{
    char when[DIBS_TIME_TEXT_SIZE], left[DIBS_DURATION_TEXT_SIZE];

    fprintf(out, "until %s (%s)", dibs_format_time(ts_ms, when, sizeof when),
            dibs_format_duration(in_ms > 0 ? (uint64_t)in_ms : 0, left, sizeof left));
}

static void print_keys(const struct dibs_answer *answer, const char *word)
{
    for (size_t i = 0; i < answer->key_count; i++) {
        const struct dibs_key *key = &answer->keys[i];
        printf("%s  %s%s%s", key->key, paint(stdout, green), word, paint(stdout, plain));
        if (answer->dry_run)
            printf(" (dry run)");
        if (key->token != 0)
            printf("  token %llu", (unsigned long long)key->token);
        if (key->expires_ts_ms >= 0) {
            printf("  ");
            print_until(stdout, key->expires_ts_ms, key->expires_in_ms);
        }
        putchar('\n');
    }
}

static void print_items(const struct dibs_answer *answer)
{
    for (size_t i = 0; i < answer->item_count; i++) {
        const struct dibs_renewed *item = &answer->items[i];
        if (item->verdict != DIBS_VERDICT_ACCEPTED)
            continue;
        if (item->token != 0)
            printf("token %llu  ", (unsigned long long)item->token);
        printf("renewed%s  ", item->waiter ? " (its wait)" : "");
        print_until(stdout, item->expires_ts_ms, item->expires_in_ms);
        putchar('\n');
    }
}

void output_text_answer(const struct dibs_answer *answer, const char *accepted)
{
    bool denied = answer->verdict == DIBS_VERDICT_DENIED || answer->verdict == DIBS_VERDICT_NONE;

    for (size_t i = 0; i < answer->warning_count; i++)
        fprintf(stderr, "dibs: note: %s\n", answer->warnings[i].message);
    print_items(answer);
    if (denied) {
        fprintf(stderr, "%s", paint(stderr, red));
        print_text(stderr, answer->message);
        fprintf(stderr, "%s\n", paint(stderr, plain));
        return;
    }
    if (answer->verdict == DIBS_VERDICT_WAITING) {
        print_text(stderr, answer->message);
        fprintf(stderr, "\n");
        return;
    }
    bool is_accepted = answer->verdict == DIBS_VERDICT_ACCEPTED;
    print_keys(answer, is_accepted ? accepted : dibs_verdict_name(answer->verdict));
    if (answer->about[0] != '\0') {
        printf("about: ");
        print_text(stdout, answer->about);
        putchar('\n');
    }
    if (is_accepted && answer->key_count == 0 && answer->item_count == 0)
        printf("%s\n", accepted);
}

static void print_named(const char *name, const char *text)
{
    if (text[0] == '\0')
        return;
    printf("  %s: ", name);
    print_text(stdout, text);
}

void output_text_rows(const struct dibs_answer *answer)
{
    for (size_t i = 0; i < answer->row_count; i++) {
        const struct dibs_row *row = &answer->rows[i];
        const char *word = row->kind == DIBS_ROW_CLAIM  ? "held by"
                           : row->kind == DIBS_ROW_DONE ? "done by"
                                                        : "waited for by";
        printf("%s  %s %s", row->key, word, row->session);
        if (row->kind == DIBS_ROW_CLAIM)
            printf("  token %llu%s", (unsigned long long)row->token, row->shared ? "  shared" : "");
        printf("  ");
        print_until(stdout, row->expires_ts_ms, row->expires_in_ms);
        print_named("about", row->about);
        print_named("result", row->result);
        print_named("category", row->category);
        print_named("ref", row->ref);
        print_named("origin", row->origin);
        putchar('\n');
    }
}

static void print_policy_value(const char *unit, uint64_t value)
{
    char text[DIBS_DURATION_TEXT_SIZE];

    if (strcmp(unit, "ms") == 0)
        printf("%-12s", dibs_format_duration(value, text, sizeof text));
    else
        printf("%-12llu", (unsigned long long)value);
}

void output_text_policy(const struct dibs_answer *answer)
{
    printf("%-22s %-8s %-12s%-12s%-12s%-12s\n", "name", "unit", "value", "default", "least", "most");
    for (size_t i = 0; i < answer->policy_count; i++) {
        const struct dibs_policy *policy = &answer->policy[i];
        printf("%-22s %-8s ", policy->name, policy->unit);
        print_policy_value(policy->unit, policy->value);
        print_policy_value(policy->unit, policy->initial);
        print_policy_value(policy->unit, policy->least);
        print_policy_value(policy->unit, policy->most);
        putchar('\n');
    }
}

void output_text_status(const struct dibs_answer *answer)
{
    const struct dibs_status *status = answer->status;

    printf("store      %s%s\n", answer->store, status->sealed ? " (sealed)" : "");
    printf("id         %s\n", status->store_id);
    printf("records    %llu (%llu bad)\n", (unsigned long long)status->log_records,
           (unsigned long long)status->bad_records);
    printf("claims     %llu live, %llu waiting\n", (unsigned long long)status->claims,
           (unsigned long long)status->waiters);
    printf("done       %llu remembered, %llu given up for want of room\n", (unsigned long long)status->done,
           (unsigned long long)status->done_evicted);
    printf("sessions   %llu\n", (unsigned long long)status->sessions);
    printf("last token %llu\n", (unsigned long long)status->last_token);
    printf("state      %llu of %llu bytes, digest %s\n", (unsigned long long)status->map_used_bytes,
           (unsigned long long)status->map_bytes, status->digest);
}

static void print_decision(const struct dibs_answer *decision)
{
    printf("    -> %s", dibs_verdict_name(decision->verdict));
    if (decision->reason != DIBS_REASON_NONE)
        printf(" (%s%s%s)", dibs_reason_name(decision->reason), decision->why != DIBS_WHY_NONE ? ", " : "",
               dibs_why_name(decision->why));
    else if (decision->why != DIBS_WHY_NONE)
        printf(" (%s)", dibs_why_name(decision->why));
    printf("  %s", decision->session);
    for (size_t i = 0; i < decision->key_count; i++)
        printf("  %s token %llu", decision->keys[i].key, (unsigned long long)decision->keys[i].token);
    if (decision->holder != NULL)
        printf("  %s: %s", decision->holder->key, decision->holder->session);
    putchar('\n');
}

void output_text_log(const struct dibs_log_entry *entry)
{
    char when[DIBS_TIME_TEXT_SIZE];

    printf("%llu  %s  %s", (unsigned long long)entry->offset, dibs_format_time(entry->ts_ms, when, sizeof when),
           entry->verb);
    if (entry->session[0] != '\0')
        printf("  %s", entry->session);
    for (size_t i = 0; i < entry->key_count; i++) {
        printf("  ");
        print_text(stdout, entry->keys[i]);
    }
    putchar('\n');
    for (size_t i = 0; i < entry->decision_count; i++)
        print_decision(entry->decisions[i]);
}
