/* The keeper's threads: the renewer sends what is due in one renewal, the watchman tells of what is lost. */
#include "agent-shim/keeper_own.h"

#include <stdio.h>

#include "agent-shim/client.h"
#include "agent-shim/note.h"
#include "base/clock.h"

/* A machine that was suspended is noticed by then: sleep is by a clock that stood still. */
enum { SLEEP_MOST_MS = 1000, LOOK_MS = 1000 };

/* What one renewal is about. */
struct batch {
    struct dibs_target targets[KEEPER_LEASES];
    struct dibs_kept *kept[KEEPER_LEASES];
    struct lease *leases[KEEPER_LEASES];
    size_t count;
    uint64_t sent_ms;
};

static void sleep_until(struct keeper *keeper, uint64_t wake_ms)
{
    uint64_t now_ms = clock_boot_ms();
    uint64_t rest_ms = wake_ms > now_ms ? wake_ms - now_ms : 0;
    uint64_t until_ms = clock_now_ms() + (rest_ms < SLEEP_MOST_MS ? rest_ms : SLEEP_MOST_MS);
    const struct timespec until = {.tv_sec = (time_t)(until_ms / 1000), .tv_nsec = (long)(until_ms % 1000) * 1000000};
    if (rest_ms > 0)
        (void)pthread_cond_timedwait(&keeper->changed, &keeper->mutex, &until);
}

static void drop_orphans(struct keeper *keeper)
{
    struct dibs_kept *next;
    for (struct dibs_kept *kept = keeper->first; kept != NULL; kept = next) {
        next = kept->next;
        if (kept->is_orphan && !kept->is_out && keeper->told != kept)
            keeper_drop(keeper, kept);
    }
}

/* ---------------------------------------------------------------- renewing */

/* Takes what is due; returns when the next will be. */
static uint64_t collect(struct keeper *keeper, struct batch *batch)
{
    uint64_t now_ms = clock_boot_ms(), wake_ms = UINT64_MAX;
    *batch = (struct batch){.sent_ms = now_ms};
    for (struct dibs_kept *kept = keeper->first; kept != NULL; kept = kept->next) {
        for (size_t i = 0; kept->state == DIBS_KEPT_LIVE && !kept->is_going && i < kept->count; i++) {
            struct lease *lease = &kept->leases[i];
            uint64_t due_ms = lease_renew_ms(lease);
            if (due_ms > now_ms || batch->count == KEEPER_LEASES) {
                wake_ms = due_ms < wake_ms ? due_ms : wake_ms;
                continue;
            }
            lease_on_sent(lease, now_ms);
            kept->is_out = true;
            batch->targets[batch->count] = (struct dibs_target){.token = lease->token};
            batch->kept[batch->count] = kept;
            batch->leases[batch->count++] = lease;
        }
    }
    return wake_ms;
}

static void ask_where_in_doubt(struct keeper *keeper, struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) { /* each stays while it is out */
        struct dibs_kept *kept = batch->kept[i];
        struct dibs_answer *answer = NULL;
        if (kept->doubt == NULL)
            continue;
        (void)pthread_mutex_unlock(&keeper->mutex);
        enum dibs_error error = dibs_wait(keeper->client, kept->ticket, 0, &answer);
        (void)pthread_mutex_lock(&keeper->mutex);
        keeper_settle(kept, error, answer);
        dibs_answer_free(answer);
    }
}

static void send_batch(struct keeper *keeper, struct batch *batch)
{
    const struct dibs_renew_options options = {.targets = batch->targets, .target_count = batch->count};
    struct dibs_answer *answer = NULL;
    (void)pthread_mutex_unlock(&keeper->mutex);
    enum dibs_error error = dibs_renew(keeper->client, &options, &answer);
    (void)pthread_mutex_lock(&keeper->mutex);
    bool is_told = error == DIBS_OK && answer->item_count == batch->count;
    keeper->trouble.text[0] = '\0';
    if (!is_told)
        (void)error_say(&keeper->trouble, error, "%s", error == DIBS_OK ? answer->message : note()->text);
    bool words_told = false; /* they are of the first that was denied */
    for (size_t i = 0; i < batch->count; i++) {
        const struct dibs_renewed *item = is_told ? &answer->items[i] : NULL;
        bool denied = item != NULL && item->verdict == DIBS_VERDICT_DENIED;
        keeper_hear(batch->kept[i], batch->leases[i], item, denied && !words_told ? answer->words : "", batch->sent_ms);
        words_told = words_told || denied;
    }
    dibs_answer_free(answer);
    ask_where_in_doubt(keeper, batch);
    for (size_t i = 0; i < batch->count; i++)
        batch->kept[i]->is_out = false;
    drop_orphans(keeper);
    (void)pthread_cond_broadcast(&keeper->changed);
}

/* ---------------------------------------------------------------- looking */

/* Marks what was not looked after for a while, and puts it into the batch. */
static void collect_unseen(struct keeper *keeper, struct batch *batch)
{
    uint64_t now_ms = clock_boot_ms();
    batch->count = 0;
    for (struct dibs_kept *kept = keeper->first; kept != NULL; kept = kept->next) {
        for (size_t i = 0; kept->state == DIBS_KEPT_LIVE && !kept->is_going && i < kept->count; i++) {
            struct lease *lease = &kept->leases[i];
            if (now_ms - lease->looked_ms < LOOK_MS || lease->ended || batch->count == KEEPER_LEASES)
                continue;
            lease->looked_ms = now_ms;
            kept->is_out = true;
            batch->kept[batch->count] = kept;
            batch->leases[batch->count++] = lease;
        }
    }
}

/* A claim may be revoked or taken long before its renewal is due. True: there was something to look after. */
static bool look_for_ended(struct keeper *keeper, struct batch *batch)
{
    struct backend *backend = keeper->client->backend;
    uint64_t tokens[KEEPER_LEASES];
    bool ended[KEEPER_LEASES];
    collect_unseen(keeper, batch);
    if (batch->count == 0)
        return false;
    for (size_t i = 0; i < batch->count; i++)
        tokens[i] = batch->leases[i]->token;
    (void)pthread_mutex_unlock(&keeper->mutex);
    backend->methods->find_ended(backend, tokens, batch->count, ended);
    (void)pthread_mutex_lock(&keeper->mutex);
    for (size_t i = 0; i < batch->count; i++) {
        if (ended[i])
            lease_suspect(batch->leases[i]);
        batch->kept[i]->is_out = false;
    }
    drop_orphans(keeper);
    (void)pthread_cond_broadcast(&keeper->changed);
    return true;
}

void *keeper_renew(void *context)
{
    struct keeper *keeper = context;
    struct batch batch;
    (void)pthread_mutex_lock(&keeper->mutex);
    while (!keeper->stops) {
        uint64_t wake_ms = collect(keeper, &batch);
        if (batch.count > 0)
            send_batch(keeper, &batch);
        else if (!look_for_ended(keeper, &batch))
            sleep_until(keeper, wake_ms);
    }
    (void)pthread_mutex_unlock(&keeper->mutex);
    return NULL;
}

/* ---------------------------------------------------------------- telling */

/* Marks what has passed its local deadline; returns when the next will. */
static uint64_t look(struct keeper *keeper)
{
    uint64_t now_ms = clock_boot_ms(), wake_ms = UINT64_MAX;
    for (struct dibs_kept *kept = keeper->first; kept != NULL; kept = kept->next) {
        for (size_t i = 0; kept->state == DIBS_KEPT_LIVE && i < kept->count; i++) {
            uint64_t deadline_ms = lease_deadline_ms(&kept->leases[i]);
            if (lease_next(&kept->leases[i], now_ms) == LEASE_LOST)
                keeper_lose(kept, kept->leases[i].token, DIBS_WHY_NONE, NULL);
            else
                wake_ms = deadline_ms < wake_ms ? deadline_ms : wake_ms;
        }
    }
    return wake_ms;
}

static void say_loss(const struct keeper *keeper, const struct dibs_kept *kept, struct error_text *words)
{
    char trouble[ERROR_TEXT_MAX];
    bool has_by = kept->by[0] != '\0';
    keeper_say_trouble(keeper, kept, trouble, sizeof trouble);
    if (kept->is_late)
        (void)error_say(words, DIBS_OK, "The claim with token %llu was not renewed in time and may be over%s%s%s",
                        (unsigned long long)kept->lost_token, trouble[0] == '\0' ? "" : " (", trouble,
                        trouble[0] == '\0' ? "." : ").");
    else
        (void)error_say(words, DIBS_OK, "The claim with token %llu is over: %s%s%s%s%s%s.",
                        (unsigned long long)kept->lost_token,
                        kept->why == DIBS_WHY_NONE ? "its session does not hold it any more" : dibs_why_name(kept->why),
                        has_by ? " by " : "", kept->by, kept->words[0] != '\0' ? " (" : "", kept->words,
                        kept->words[0] != '\0' ? ")" : "");
}

static void tell(struct keeper *keeper, struct dibs_kept *kept)
{
    struct error_text words = {0};
    kept->untold = false;
    say_loss(keeper, kept, &words);
    const struct dibs_loss loss = {
        .token = kept->lost_token, .is_late = kept->is_late, .why = kept->why, .by = kept->by, .message = words.text};
    if (kept->options.on_lost == NULL)
        return;
    keeper->told = kept;
    (void)pthread_mutex_unlock(&keeper->mutex);
    kept->options.on_lost(kept->options.context, &loss);
    (void)pthread_mutex_lock(&keeper->mutex);
    keeper->told = NULL;
}

static struct dibs_kept *find_untold(const struct keeper *keeper)
{
    struct dibs_kept *kept = keeper->first;
    while (kept != NULL && !kept->untold)
        kept = kept->next;
    return kept;
}

void *keeper_watch(void *context)
{
    struct keeper *keeper = context;
    (void)pthread_mutex_lock(&keeper->mutex);
    while (!keeper->stops) {
        uint64_t wake_ms = look(keeper);
        struct dibs_kept *kept = find_untold(keeper);
        if (kept == NULL) {
            sleep_until(keeper, wake_ms);
            continue;
        }
        tell(keeper, kept);
        drop_orphans(keeper);
        (void)pthread_cond_broadcast(&keeper->changed);
    }
    (void)pthread_mutex_unlock(&keeper->mutex);
    return NULL;
}
