/* The coordinator's loop: what goes out. */
#include "coordinator/daemon/loop_own.h"

bool loop_may_apply(const struct loop *loop)
{
    return !loop->halts && !loop->barrier && outbox_has_room(&loop->outbox);
}

bool loop_is_settled(const struct loop *loop)
{
    return loop->outbox.unsettled == 0 && loop->committed == loop->next;
}

bool loop_is_halted(const struct loop *loop)
{
    return loop->halted;
}

bool loop_stands_in(const struct loop *loop, uint64_t now_ms)
{
    return rank_lower_are_silent(&loop->rank, now_ms);
}

struct loop_numbers loop_numbers(const struct loop *loop)
{
    return (struct loop_numbers){.unsettled = loop->outbox.unsettled,
                                 .unsettled_bytes = loop->outbox.bytes_end - loop->outbox.bytes_first,
                                 .seen_ahead = loop->outbox.seen_count,
                                 .seen_dropped = loop->seen_dropped,
                                 .alarms = loop->alarms,
                                 .published = loop->published,
                                 .ticks = loop->ticks,
                                 .committed = loop->committed,
                                 .checkpoint = loop->checkpoints.newest};
}

/* ---------------------------------------------------------------- publishing */

/* The first that waits to be published and may be; NULL: none now, *wake_ms says when there may be one. */
static struct outbox_entry *next_to_publish(struct loop *loop, uint64_t now_ms, uint64_t *wake_ms)
{
    struct outbox *outbox = &loop->outbox;
    bool in_row = true; /* so far none was passed over that waits */

    for (uint64_t i = outbox->next_publish; i < outbox->end; i++) {
        struct outbox_entry *entry = outbox_at(outbox, i);
        if (entry->place != OUTBOX_WAITING) {
            if (in_row)
                outbox->next_publish = i + 1;
            continue;
        }
        in_row = false;
        if (!loop->partitions[entry->partition].ended)
            continue;
        uint64_t at_ms = rank_publish_ms(&loop->rank, entry->made_ms);
        if (entry->not_before_ms > at_ms)
            at_ms = entry->not_before_ms;
        if (at_ms <= now_ms)
            return entry;
        if (at_ms < *wake_ms)
            *wake_ms = at_ms;
        if (entry->not_before_ms == 0)
            break; /* those after it were made later */
    }
    return NULL;
}

static bool publish(struct loop *loop, uint64_t now_ms, struct loop_effect *effect)
{
    uint64_t wake_ms = UINT64_MAX;
    struct outbox_entry *entry = next_to_publish(loop, now_ms, &wake_ms);

    if (entry == NULL)
        return false;
    entry->place = OUTBOX_SENT;
    loop->published++;
    *effect = (struct loop_effect){.kind = LOOP_PUBLISH,
                                   .partition = entry->partition,
                                   .id = entry->id,
                                   .bytes = outbox_bytes(&loop->outbox, entry)};
    return true;
}

/* ---------------------------------------------------------------- the rest */

/* Something was applied, the time is over, and nothing is open. */
static bool commit(struct loop *loop, uint64_t now_ms, struct loop_effect *effect)
{
    if (loop->committed == loop->next || loop->committing)
        return false;
    if (now_ms - loop->commit_ms >= loop->commit_every_ms)
        loop->barrier = true;
    if (!loop->barrier || loop->outbox.unsettled != 0)
        return false;
    loop->committing = true;
    *effect = (struct loop_effect){.kind = LOOP_COMMIT};
    return true;
}

static bool checkpoint(struct loop *loop, uint64_t now_ms, struct loop_effect *effect)
{
    /* Right after a commit: everything below is settled, and the digest is that of the commit. */
    if (loop->committed != loop->next || !checkpoints_are_due(&loop->checkpoints, loop->committed, now_ms))
        return false;
    checkpoints_on_written(&loop->checkpoints, loop->committed, now_ms);
    *effect = (struct loop_effect){.kind = LOOP_CHECKPOINT, .offset = loop->committed, .digest = loop->digest};
    return true;
}

static bool tick(struct loop *loop, uint64_t now_ms, struct loop_effect *effect)
{
    if (now_ms < tick_at_ms(&loop->tick))
        return false;
    tick_on_ticked(&loop->tick, now_ms);
    loop->ticks++;
    *effect = (struct loop_effect){.kind = LOOP_TICK};
    return true;
}

static bool tell_partition(struct loop *loop, uint32_t number, struct loop_effect *effect)
{
    struct loop_partition *partition = &loop->partitions[number];
    uint32_t most = loop->outbox.limits.seen_ahead_of_partition;

    effect->partition = number;
    if (partition->stop_reading) {
        partition->stop_reading = false;
        effect->kind = LOOP_STOP_READING_DECISIONS;
        return true;
    }
    /* Some room is left for what is on its way when the pause is said. */
    if (partition->paused ? partition->seen <= most / 4 : partition->seen >= most - most / 4) {
        partition->paused = !partition->paused;
        effect->kind = partition->paused ? LOOP_PAUSE : LOOP_RESUME;
        return true;
    }
    return false;
}

static bool tell(struct loop *loop, struct loop_effect *effect)
{
    *effect = (struct loop_effect){.kind = LOOP_ALARM};
    if (loop->has_alarm) {
        loop->has_alarm = false;
        effect->divergence = loop->alarm;
        return true;
    }
    for (uint32_t i = 0; i < loop->partition_count; i++) {
        if (tell_partition(loop, i, effect))
            return true;
    }
    return false;
}

bool loop_next(struct loop *loop, uint64_t now_ms, struct loop_effect *effect)
{
    if (loop->halted)
        return false;
    if (loop->halts) {
        loop->halted = true;
        *effect = (struct loop_effect){.kind = LOOP_HALT, .divergence = loop->halt};
        return true;
    }
    return publish(loop, now_ms, effect) || commit(loop, now_ms, effect) || checkpoint(loop, now_ms, effect) ||
           tick(loop, now_ms, effect) || tell(loop, effect);
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t loop_wake_ms(struct loop *loop, uint64_t now_ms)
{
    uint64_t wake_ms = UINT64_MAX;

    if (loop->halted)
        return UINT64_MAX;
    if (next_to_publish(loop, now_ms, &wake_ms) != NULL || loop->halts || loop->has_alarm)
        return now_ms;
    if (loop->committed != loop->next && !loop->committing) {
        uint64_t due_ms = loop->commit_ms + loop->commit_every_ms;
        if (!loop->barrier || loop->outbox.unsettled == 0)
            wake_ms = sooner(wake_ms, due_ms > now_ms ? due_ms : now_ms);
    } else if (loop->committed == loop->next) {
        wake_ms = sooner(wake_ms, checkpoints_due_ms(&loop->checkpoints));
    }
    return sooner(wake_ms, tick_at_ms(&loop->tick));
}
