/* The agents' own book of who was granted what; see the header. */
#include "tests/kafka/ledger.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { GAP_TOLD_MS = 500, CALLS_MAX_MS = 120000 };

struct holding {
    uint32_t agent; /* 0: nobody */
    uint64_t token; /* the last one */
};

struct grant {
    uint64_t token;
    bool found;
    char ticket[DIBS_TICKET_SIZE];
};

struct ledger {
    pthread_mutex_t lock;
    struct holding *keys;
    struct grant *grants;
    size_t grant_count, grant_room;
    bool keep;
    uint64_t granted, violations, answers, last_answer_ms, longest_gap_ms, longest_call_ms;
    uint32_t calls[CALLS_MAX_MS + 1]; /* by milliseconds */
};

static void *must_have(void *memory)
{
    if (memory == NULL) {
        fputs("no memory\n", stderr);
        exit(2);
    }
    return memory;
}

struct ledger *ledger_new(uint32_t keys, bool keep)
{
    struct ledger *ledger = must_have(calloc(1, sizeof *ledger));
    ledger->keys = must_have(calloc(keys, sizeof *ledger->keys));
    ledger->keep = keep;
    (void)pthread_mutex_init(&ledger->lock, NULL);
    return ledger;
}

void ledger_free(struct ledger *ledger)
{
    (void)pthread_mutex_destroy(&ledger->lock);
    free(ledger->keys);
    free(ledger->grants);
    free(ledger);
}

static void keep_grant(struct ledger *ledger, uint64_t token, const char *ticket)
{
    if (ledger->grant_count == ledger->grant_room) {
        ledger->grant_room = ledger->grant_room == 0 ? 4096 : 2 * ledger->grant_room;
        ledger->grants = must_have(realloc(ledger->grants, ledger->grant_room * sizeof *ledger->grants));
    }
    struct grant *grant = &ledger->grants[ledger->grant_count++];
    *grant = (struct grant){.token = token};
    (void)snprintf(grant->ticket, sizeof grant->ticket, "%s", ticket);
}

void ledger_on_granted(struct ledger *ledger, uint32_t key, uint32_t agent, uint64_t token, const char *ticket)
{
    (void)pthread_mutex_lock(&ledger->lock);
    struct holding *holding = &ledger->keys[key];
    if (holding->agent != 0) {
        ledger->violations++;
        fprintf(stderr, "VIOLATION: key %u is held by agent %u (token %llu), and granted to agent %u (token %llu)\n",
                key, holding->agent, (unsigned long long)holding->token, agent, (unsigned long long)token);
    }
    if (token <= holding->token) {
        ledger->violations++;
        fprintf(stderr, "VIOLATION: key %u: token %llu after %llu\n", key, (unsigned long long)token,
                (unsigned long long)holding->token);
    }
    *holding = (struct holding){.agent = agent, .token = token};
    ledger->granted++;
    if (ledger->keep)
        keep_grant(ledger, token, ticket);
    (void)pthread_mutex_unlock(&ledger->lock);
}

void ledger_on_releasing(struct ledger *ledger, uint32_t key, uint32_t agent)
{
    (void)pthread_mutex_lock(&ledger->lock);
    if (ledger->keys[key].agent == agent)
        ledger->keys[key].agent = 0;
    (void)pthread_mutex_unlock(&ledger->lock);
}

static void tell_gap(uint64_t gap_ms)
{
    struct timespec now;
    struct tm utc;
    char text[16];
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &utc);
    (void)strftime(text, sizeof text, "%H:%M:%S", &utc);
    fprintf(stderr, "%s.%03ld: nobody heard anything for %llu ms\n", text, now.tv_nsec / 1000000,
            (unsigned long long)gap_ms);
}

void ledger_on_answer(struct ledger *ledger, uint64_t asked_ms, uint64_t now_ms)
{
    uint64_t took_ms = now_ms - asked_ms;
    (void)pthread_mutex_lock(&ledger->lock);
    uint64_t gap_ms = ledger->answers == 0 || now_ms < ledger->last_answer_ms ? 0 : now_ms - ledger->last_answer_ms;
    if (gap_ms > ledger->longest_gap_ms)
        ledger->longest_gap_ms = gap_ms;
    if (gap_ms > GAP_TOLD_MS)
        tell_gap(gap_ms);
    if (took_ms > ledger->longest_call_ms)
        ledger->longest_call_ms = took_ms;
    if (now_ms > ledger->last_answer_ms)
        ledger->last_answer_ms = now_ms;
    ledger->answers++;
    ledger->calls[took_ms < CALLS_MAX_MS ? took_ms : CALLS_MAX_MS]++;
    (void)pthread_mutex_unlock(&ledger->lock);
}

/* The least number of milliseconds that so many calls of a thousand did not exceed. */
static uint64_t quantile_ms(const struct ledger *ledger, uint64_t per_mille)
{
    uint64_t seen = 0;
    for (uint64_t ms = 0; ms <= CALLS_MAX_MS; ms++) {
        seen += ledger->calls[ms];
        if (seen * 1000 >= ledger->answers * per_mille)
            return ms;
    }
    return CALLS_MAX_MS;
}

struct ledger_sums ledger_sums(struct ledger *ledger)
{
    (void)pthread_mutex_lock(&ledger->lock);
    struct ledger_sums sums = {.grants = ledger->granted,
                               .violations = ledger->violations,
                               .answers = ledger->answers,
                               .longest_gap_ms = ledger->longest_gap_ms,
                               .longest_call_ms = ledger->longest_call_ms,
                               .p50_ms = quantile_ms(ledger, 500),
                               .p99_ms = quantile_ms(ledger, 990)};
    (void)pthread_mutex_unlock(&ledger->lock);
    return sums;
}

static int by_ticket(const void *a, const void *b)
{
    return strcmp(((const struct grant *)a)->ticket, ((const struct grant *)b)->ticket);
}

/* A grant of the log, compared with what its agent was told. */
static void compare_one(struct ledger *ledger, const struct dibs_answer *decision, uint64_t *differing)
{
    struct grant wanted, *grant;
    if (decision->ticket == NULL || decision->verdict != DIBS_VERDICT_GRANTED || decision->key_count == 0)
        return;
    (void)snprintf(wanted.ticket, sizeof wanted.ticket, "%s", decision->ticket);
    grant = bsearch(&wanted, ledger->grants, ledger->grant_count, sizeof wanted, by_ticket);
    if (grant == NULL)
        return; /* whoever asked was not told any more, or somebody else asked */
    grant->found = grant->token == decision->keys[0].token;
    if (!grant->found && (*differing)++ < 10)
        fprintf(stderr, "DIFFERS: %s was told token %llu, the log says %llu\n", grant->ticket,
                (unsigned long long)grant->token, (unsigned long long)decision->keys[0].token);
}

enum dibs_error ledger_compare(struct ledger *ledger, dibs_client *client, uint64_t *missing)
{
    dibs_log *log = NULL;
    const struct dibs_log_entry *entry;
    uint64_t differing = 0;
    *missing = 0;
    enum dibs_error error = dibs_log_open(client, NULL, &log);
    if (error != DIBS_OK)
        return error;
    if (ledger->grant_count > 0)
        qsort(ledger->grants, ledger->grant_count, sizeof *ledger->grants, by_ticket);
    while ((error = dibs_log_next(log, &entry)) == DIBS_OK)
        for (size_t i = 0; i < entry->decision_count; i++)
            compare_one(ledger, entry->decisions[i], &differing);
    dibs_log_close(log);
    for (size_t i = 0; i < ledger->grant_count; i++)
        if (!ledger->grants[i].found && (*missing)++ < 10)
            fprintf(stderr, "LOST: the log has no such grant: %s, token %llu\n", ledger->grants[i].ticket,
                    (unsigned long long)ledger->grants[i].token);
    return error == DIBS_ENDED ? DIBS_OK : error;
}
