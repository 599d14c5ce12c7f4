/* Agents that claim, hold and release a few keys for a while, whatever becomes of the store meanwhile: each in a thread
 * with a client of its own. They keep a ledger of what they were told; at the end it is compared with the log.
 *
 * usage: load STORE [--clients N] [--keys N] [--seconds S] [--hold MS] [--memory FILE] [--no-compare]
 * Ends after S seconds or on SIGTERM. Says "begun" on stderr once every agent has heard something; faults go there, too. One
 * line of sums on stdout. Without the comparison its memory does not grow; FILE gets a line each second with the kB that
 * malloc has given out and those that it keeps free. Exit status 0: nothing was granted twice, no
 * grant is missing in the log, and each agent heard something; 1 otherwise; 2: it could not begin. */
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <dibs/dibs.h>

#include "base/random.h"
#include "tests/kafka/ledger.h"

enum { STACK_BYTES = 2 * 1024 * 1024, PAUSE_MS = 20, TTL_MS = 24 * 3600 * 1000, PATIENCE_MS = 10000, TELL_MS = 1000 };

struct load {
    const char *store;
    uint32_t clients, keys, hold_ms;
    uint64_t seconds;
    bool compare;
    FILE *memory; /* NULL: not asked */
    struct ledger *ledger;
};

struct agent {
    struct load *load;
    uint32_t number; /* from 1 */
    pthread_t thread;
    dibs_client *client;
    struct random random;
    atomic_bool heard, ended;
    uint64_t granted, denied, no_answer, unavailable, refused, never_in_log;
};

static atomic_bool stopping;

static void stop(int signal)
{
    (void)signal;
    atomic_store(&stopping, true);
}

static uint64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void pause_ms(uint64_t ms)
{
    struct timespec left = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    (void)nanosleep(&left, NULL);
}

/* What no run may see: told once for each agent. */
static void refuse(struct agent *agent, const char *what, const char *words)
{
    if (agent->refused++ == 0)
        fprintf(stderr, "agent %u: %s: %s\n", agent->number, what, words);
}

/* An intent whose answer did not come is asked for by its ticket until it is known. NULL: it is not in the log, and is
 * barred from it. */
static struct dibs_answer *ask_again(struct agent *agent, struct dibs_answer *unknown)
{
    char ticket[DIBS_TICKET_SIZE];
    (void)snprintf(ticket, sizeof ticket, "%s", unknown->ticket);
    dibs_answer_free(unknown);
    for (;;) {
        struct dibs_answer *answer = NULL;
        uint64_t asked_ms = now_ms();
        enum dibs_error error = dibs_wait(agent->client, ticket, PATIENCE_MS, &answer);
        if (error == DIBS_OK && answer->verdict == DIBS_VERDICT_DENIED && answer->reason == DIBS_REASON_FORGOTTEN) {
            dibs_answer_free(answer);
            answer = NULL;
            error = dibs_cancel(agent->client, ticket, &answer);
            if (error == DIBS_OK) {
                agent->never_in_log++;
                dibs_answer_free(answer);
                return NULL;
            }
        } else if (error == DIBS_OK) {
            ledger_on_answer(agent->load->ledger, asked_ms, now_ms());
            return answer;
        }
        dibs_answer_free(answer);
        if (error != DIBS_NO_ANSWER && error != DIBS_UNAVAILABLE && error != DIBS_BUSY) {
            refuse(agent, "asking for a ticket", dibs_error_text());
            return NULL;
        }
        pause_ms(PAUSE_MS);
    }
}

/* The answer of a call that was made at asked_ms; NULL: nothing was changed. */
static struct dibs_answer *settle(struct agent *agent, uint64_t asked_ms, enum dibs_error error,
                                  struct dibs_answer *answer)
{
    if (error == DIBS_OK) {
        ledger_on_answer(agent->load->ledger, asked_ms, now_ms());
        return answer;
    }
    if (error == DIBS_NO_ANSWER && answer != NULL) {
        agent->no_answer++;
        return ask_again(agent, answer);
    }
    dibs_answer_free(answer);
    if (error == DIBS_UNAVAILABLE || error == DIBS_BUSY)
        agent->unavailable++;
    else
        refuse(agent, "a call", dibs_error_text());
    pause_ms(PAUSE_MS);
    return NULL;
}

/* Once it is let go it is no longer this agent's, whether or not the answer comes: asked until it does. */
static void release(struct agent *agent, uint32_t key, uint64_t token)
{
    struct dibs_target target = {.token = token};
    struct dibs_close_options options = {.outcome = DIBS_OUTCOME_RELEASED, .targets = &target, .target_count = 1};
    ledger_on_releasing(agent->load->ledger, key, agent->number);
    for (;;) {
        struct dibs_answer *answer = NULL;
        uint64_t asked_ms = now_ms();
        enum dibs_error error = dibs_close_claims(agent->client, &options, &answer);
        answer = settle(agent, asked_ms, error, answer);
        if (answer == NULL && agent->refused == 0)
            continue;
        /* not the holder any more: an earlier attempt did it */
        if (answer != NULL && answer->verdict == DIBS_VERDICT_DENIED && answer->reason != DIBS_REASON_NOT_HOLDER &&
            answer->reason != DIBS_REASON_STALE_TOKEN)
            refuse(agent, "a release", answer->message);
        dibs_answer_free(answer);
        return;
    }
}

static void claim_one(struct agent *agent)
{
    char name[64];
    const char *keys[] = {name};
    uint32_t key = (uint32_t)random_below(&agent->random, agent->load->keys);
    (void)snprintf(name, sizeof name, "task:load/%u", key);
    struct dibs_claim_options options = {
        .keys = keys, .key_count = 1, .fresh = true, .has_ttl = true, .ttl_ms = TTL_MS};
    struct dibs_answer *answer = NULL;
    uint64_t asked_ms = now_ms();
    enum dibs_error error = dibs_claim(agent->client, &options, &answer);
    answer = settle(agent, asked_ms, error, answer);
    if (answer == NULL)
        return;
    atomic_store(&agent->heard, true);
    if (answer->verdict == DIBS_VERDICT_GRANTED) {
        agent->granted++;
        uint64_t token = answer->keys[0].token;
        ledger_on_granted(agent->load->ledger, key, agent->number, token, answer->ticket);
        pause_ms(random_below(&agent->random, agent->load->hold_ms + 1));
        release(agent, key, token);
    } else if (answer->verdict == DIBS_VERDICT_DENIED && answer->reason == DIBS_REASON_HELD) {
        agent->denied++;
        pause_ms(random_below(&agent->random, agent->load->hold_ms + 1));
    } else {
        refuse(agent, "a claim", answer->message);
    }
    dibs_answer_free(answer);
}

static void *live(void *context)
{
    struct agent *agent = context;
    while (!atomic_load(&stopping) && agent->refused == 0)
        claim_one(agent);
    atomic_store(&agent->ended, true);
    return NULL;
}

static dibs_client *open_client(const struct load *load, uint32_t number)
{
    char session[64];
    dibs_client *client = NULL;
    (void)snprintf(session, sizeof session, "load-%u", number);
    if (dibs_open(&(struct dibs_client_options){.store = load->store, .session = session}, &client) != DIBS_OK) {
        fprintf(stderr, "load: %s\n", dibs_error_text());
        exit(2);
    }
    return client;
}

static void begin(struct load *load, struct agent *agents)
{
    pthread_attr_t attributes;
    (void)pthread_attr_init(&attributes);
    (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
    for (uint32_t i = 0; i < load->clients; i++) {
        agents[i] = (struct agent){.load = load, .number = i + 1, .client = open_client(load, i + 1)};
        random_init(&agents[i].random, i);
    }
    for (uint32_t i = 0; i < load->clients; i++)
        if (pthread_create(&agents[i].thread, &attributes, live, &agents[i]) != 0) {
            fputs("load: no more threads\n", stderr);
            exit(2);
        }
    (void)pthread_attr_destroy(&attributes);
}

static void wait_begun(const struct load *load, const struct agent *agents)
{
    for (uint32_t i = 0; i < load->clients;)
        if (atomic_load(&agents[i].heard))
            i++;
        else if (atomic_load(&stopping) || atomic_load(&agents[i].ended))
            return;
        else
            pause_ms(PAUSE_MS);
    fputs("begun\n", stderr);
}

static bool all_ended(const struct load *load, const struct agent *agents)
{
    for (uint32_t i = 0; i < load->clients; i++)
        if (!atomic_load(&agents[i].ended))
            return false;
    return true;
}

static void tell_memory(const struct load *load)
{
    struct mallinfo2 heap = mallinfo2();
    if (load->memory != NULL &&
        (fprintf(load->memory, "%zu %zu\n", (heap.uordblks + heap.hblkhd) / 1024, heap.fordblks / 1024) < 0 ||
         fflush(load->memory) != 0))
        fputs("load: the memory's file can't be written\n", stderr);
}

static void wait_end(const struct load *load, const struct agent *agents)
{
    uint64_t end_ms = now_ms() + load->seconds * 1000, told_ms = 0;
    for (uint64_t now; !atomic_load(&stopping) && (now = now_ms()) < end_ms && !all_ended(load, agents);) {
        if (now - told_ms >= TELL_MS) {
            tell_memory(load);
            told_ms = now;
        }
        pause_ms(PAUSE_MS);
    }
    atomic_store(&stopping, true);
}

/* Sums up; true when all is well. */
static bool tell(struct load *load, const struct agent *agents)
{
    struct agent sum = {0};
    uint64_t missing = 0, silent = 0;
    for (uint32_t i = 0; i < load->clients; i++) {
        sum.granted += agents[i].granted;
        sum.denied += agents[i].denied;
        sum.no_answer += agents[i].no_answer;
        sum.unavailable += agents[i].unavailable;
        sum.refused += agents[i].refused;
        sum.never_in_log += agents[i].never_in_log;
        silent += agents[i].granted + agents[i].denied == 0;
    }
    if (load->compare) {
        dibs_client *client = open_client(load, 0);
        enum dibs_error error = ledger_compare(load->ledger, client, &missing);
        if (error != DIBS_OK) {
            fprintf(stderr, "load: the log: %s\n", dibs_error_text());
            missing = UINT64_MAX;
        }
        dibs_close(client);
    }
    struct ledger_sums sums = ledger_sums(load->ledger);
    printf(
        "answers=%llu granted=%llu denied=%llu no_answer=%llu unavailable=%llu never_in_log=%llu longest_gap_ms=%llu "
        "longest_call_ms=%llu p50_ms=%llu p99_ms=%llu twice=%llu lost=%lld refused=%llu silent_agents=%llu\n",
        (unsigned long long)sums.answers, (unsigned long long)sum.granted, (unsigned long long)sum.denied,
        (unsigned long long)sum.no_answer, (unsigned long long)sum.unavailable, (unsigned long long)sum.never_in_log,
        (unsigned long long)sums.longest_gap_ms, (unsigned long long)sums.longest_call_ms,
        (unsigned long long)sums.p50_ms, (unsigned long long)sums.p99_ms, (unsigned long long)sums.violations,
        load->compare ? (long long)missing : -1, (unsigned long long)sum.refused, (unsigned long long)silent);
    return sums.violations == 0 && missing == 0 && sum.refused == 0 && silent == 0 && sums.grants > 0;
}

static uint64_t number_of(const char *text)
{
    char *end;
    unsigned long long number = text == NULL ? 0 : strtoull(text, &end, 10);
    if (text == NULL || *end != '\0' || end == text || number > UINT32_MAX) {
        fputs("usage: load STORE [--clients N] [--keys N] [--seconds S] [--hold MS] [--memory FILE] [--no-compare]\n",
              stderr);
        exit(2);
    }
    return number;
}

int main(int argc, char **argv)
{
    struct load load = {
        .store = argc > 1 ? argv[1] : "", .clients = 50, .keys = 20, .hold_ms = 20, .seconds = 10, .compare = true};
    for (int i = 2; i < argc; i++)
        if (strcmp(argv[i], "--clients") == 0)
            load.clients = (uint32_t)number_of(argv[++i]);
        else if (strcmp(argv[i], "--keys") == 0)
            load.keys = (uint32_t)number_of(argv[++i]);
        else if (strcmp(argv[i], "--seconds") == 0)
            load.seconds = number_of(argv[++i]);
        else if (strcmp(argv[i], "--hold") == 0)
            load.hold_ms = (uint32_t)number_of(argv[++i]);
        else if (strcmp(argv[i], "--memory") == 0 && (load.memory = fopen(argv[++i], "we")) != NULL)
            continue;
        else if (strcmp(argv[i], "--no-compare") == 0)
            load.compare = false;
        else
            (void)number_of("");
    struct agent *agents = calloc(load.clients, sizeof *agents);
    if (load.clients == 0 || load.keys == 0 || agents == NULL)
        (void)number_of("");
    load.ledger = ledger_new(load.keys, load.compare);
    (void)signal(SIGTERM, stop);
    (void)signal(SIGINT, stop);
    begin(&load, agents);
    wait_begun(&load, agents);
    wait_end(&load, agents);
    for (uint32_t i = 0; i < load.clients; i++)
        (void)pthread_join(agents[i].thread, NULL);
    bool fine = tell(&load, agents);
    for (uint32_t i = 0; i < load.clients; i++)
        dibs_close(agents[i].client);
    ledger_free(load.ledger);
    free(agents);
    return fine ? 0 : 1;
}
