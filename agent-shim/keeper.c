/* What is kept, and the callers' side of a keeper. */
#include "agent-shim/keeper_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent-shim/client.h"
#include "agent-shim/note.h"
#include "base/clock.h"
#include "base/thread.h"

enum { STACK_BYTES = 2 << 20 }; /* 256 KiB are used; ThreadSanitizer takes 800 of its own */

struct dibs_kept *kept_new(const struct dibs_keep_options *options)
{
    struct dibs_kept *kept = calloc(1, sizeof *kept);
    if (kept != NULL)
        kept->state = DIBS_KEPT_LIVE;
    if (kept != NULL && options != NULL)
        kept->options = *options;
    return kept;
}

/* A claim has one token, however many keys it is on. */
static void add_lease(struct dibs_kept *kept, const struct dibs_answer *held, uint64_t token, int64_t left_ms)
{
    for (size_t i = 0; i < kept->count; i++)
        if (kept->leases[i].token == token)
            return;
    if (token == 0 || left_ms < 0 || held->as_of_boot_ms < 0 || kept->count == KEEPER_LEASES)
        return;
    lease_begin(&kept->leases[kept->count++], token, (uint64_t)held->as_of_boot_ms, (uint64_t)left_ms);
}

bool kept_add(struct dibs_kept *kept, const struct dibs_answer *held)
{
    bool grants = held->verdict == DIBS_VERDICT_GRANTED || held->verdict == DIBS_VERDICT_YOURS;
    if (held->dry_run || held->standing == DIBS_STANDING_ENDED)
        return false;
    if (grants && held->ticket != NULL && strlen(held->ticket) < sizeof kept->ticket)
        memcpy(kept->ticket, held->ticket, strlen(held->ticket) + 1);
    for (size_t i = 0; grants && i < held->key_count; i++)
        add_lease(kept, held, held->keys[i].token, held->keys[i].expires_in_ms);
    for (size_t i = 0; i < held->item_count; i++) {
        const struct dibs_renewed *item = &held->items[i];
        if (item->verdict == DIBS_VERDICT_ACCEPTED && !item->waiter)
            add_lease(kept, held, item->token, item->expires_in_ms);
    }
    return kept->count > 0;
}

static uint64_t safe_ms(const struct dibs_kept *kept, uint64_t now_ms)
{
    uint64_t least_ms = UINT64_MAX;
    for (size_t i = 0; i < kept->count; i++) {
        uint64_t deadline_ms = lease_deadline_ms(&kept->leases[i]);
        uint64_t left_ms = deadline_ms > now_ms ? deadline_ms - now_ms : 0;
        least_ms = left_ms < least_ms ? left_ms : least_ms;
    }
    return kept->count > 0 ? least_ms : 0;
}

uint64_t dibs_answer_safe_ms(const struct dibs_answer *answer)
{
    struct dibs_kept kept = {0};
    if (answer == NULL || !kept_add(&kept, answer))
        return 0;
    return safe_ms(&kept, clock_boot_ms());
}

static bool is_watchman(const struct keeper *keeper)
{
    return pthread_equal(pthread_self(), keeper->watchman) != 0;
}

void keeper_drop(struct keeper *keeper, struct dibs_kept *kept)
{
    struct dibs_kept **at = &keeper->first;
    while (*at != kept)
        at = &(*at)->next;
    *at = kept->next;
    free(kept);
}

void keeper_add(struct keeper *keeper, struct dibs_kept *kept)
{
    (void)pthread_mutex_lock(&keeper->mutex);
    kept->keeper = keeper;
    kept->remembered = atomic_load(&keeper->client->remembered);
    kept->next = keeper->first;
    keeper->first = kept;
    (void)pthread_cond_broadcast(&keeper->changed);
    (void)pthread_mutex_unlock(&keeper->mutex);
}

void keeper_take_out(struct dibs_kept *kept)
{
    struct keeper *keeper = kept->keeper;
    if (keeper->pid != getpid())
        return;
    (void)pthread_mutex_lock(&keeper->mutex);
    kept->untold = false;
    kept->is_going = true;
    kept->is_orphan = keeper->told == kept && is_watchman(keeper);
    while (!kept->is_orphan && (kept->is_out || keeper->told == kept))
        (void)pthread_cond_wait(&keeper->changed, &keeper->mutex);
    if (!kept->is_orphan)
        keeper_drop(keeper, kept);
    (void)pthread_mutex_unlock(&keeper->mutex);
}

enum dibs_kept_state keeper_state(const struct dibs_kept *kept, uint64_t *left_ms)
{
    struct keeper *keeper = kept->keeper;
    *left_ms = 0;
    if (keeper->pid != getpid())
        return DIBS_KEPT_LOST;
    (void)pthread_mutex_lock(&keeper->mutex);
    enum dibs_kept_state state = kept->state;
    if (state == DIBS_KEPT_LIVE)
        *left_ms = safe_ms(kept, clock_boot_ms());
    (void)pthread_mutex_unlock(&keeper->mutex);
    return state;
}

void keeper_say_trouble(const struct keeper *keeper, const struct dibs_kept *kept, char *out, size_t size)
{
    uint64_t now_ms = clock_boot_ms(), longest_ms = 0;
    for (size_t i = 0; i < kept->count; i++) {
        const struct lease *lease = &kept->leases[i];
        if (lease->in_flight && now_ms - lease->sent_ms > longest_ms)
            longest_ms = now_ms - lease->sent_ms;
    }
    (void)snprintf(out, size, "%s", keeper->trouble.text);
    if (out[0] == '\0' && longest_ms >= 1000)
        (void)snprintf(out, size, "the store has not answered for %llus", (unsigned long long)longest_ms / 1000);
}

void keeper_trouble(const struct dibs_kept *kept, char *out, size_t size)
{
    struct keeper *keeper = kept->keeper;
    out[0] = '\0';
    if (keeper->pid != getpid())
        return;
    (void)pthread_mutex_lock(&keeper->mutex);
    keeper_say_trouble(keeper, kept, out, size);
    (void)pthread_mutex_unlock(&keeper->mutex);
}

static enum dibs_error start_threads(struct keeper *keeper)
{
    bool renews = thread_start(&keeper->renewer, STACK_BYTES, keeper_renew, keeper);
    bool watches = renews && thread_start(&keeper->watchman, STACK_BYTES, keeper_watch, keeper);
    if (watches)
        return DIBS_OK;
    (void)pthread_mutex_lock(&keeper->mutex);
    keeper->stops = true;
    (void)pthread_cond_broadcast(&keeper->changed);
    (void)pthread_mutex_unlock(&keeper->mutex);
    if (renews)
        (void)pthread_join(keeper->renewer, NULL);
    return error_say(note(), DIBS_UNAVAILABLE, "there are no resources for the threads that keep claims");
}

static void deinit(struct keeper *keeper)
{
    while (keeper->first != NULL)
        keeper_drop(keeper, keeper->first);
    (void)pthread_cond_destroy(&keeper->changed);
    (void)pthread_mutex_destroy(&keeper->mutex);
    free(keeper);
}

static enum dibs_error keeper_new(dibs_client *client, struct keeper **out)
{
    struct keeper *keeper = calloc(1, sizeof *keeper);
    if (keeper == NULL)
        return error_say(note(), DIBS_UNAVAILABLE, "there is no memory to keep a claim");
    keeper->client = client;
    keeper->pid = getpid();
    (void)pthread_mutex_init(&keeper->mutex, NULL);
    thread_condition_init(&keeper->changed);
    enum dibs_error error = start_threads(keeper);
    if (error != DIBS_OK)
        deinit(keeper);
    else
        *out = keeper;
    return error;
}

enum dibs_error keeper_of(dibs_client *client, struct keeper **out)
{
    enum dibs_error error = DIBS_OK;
    (void)pthread_mutex_lock(&client->mutex);
    if (client->keeper == NULL)
        error = keeper_new(client, &client->keeper);
    *out = client->keeper;
    (void)pthread_mutex_unlock(&client->mutex);
    return error;
}

void keeper_close(struct keeper *keeper, bool forked)
{
    if (keeper == NULL || forked)
        return;
    (void)pthread_mutex_lock(&keeper->mutex);
    keeper->stops = true;
    (void)pthread_cond_broadcast(&keeper->changed);
    (void)pthread_mutex_unlock(&keeper->mutex);
    (void)pthread_join(keeper->renewer, NULL);
    (void)pthread_join(keeper->watchman, NULL);
    deinit(keeper);
}
