/* The coordinator's loop: what comes in. What goes out: loop_effects.c. */
#include "coordinator/daemon/loop_own.h"

#include <stdlib.h>

#include "base/check.h"

struct loop *loop_new(const struct loop_config *config)
{
    struct loop *loop = calloc(1, sizeof *loop);

    if (loop == NULL)
        return NULL;
    if (outbox_new(&loop->outbox, &config->limits) && checkpoints_new(&loop->checkpoints))
        return loop;
    loop_free(loop);
    return NULL;
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    outbox_free(&loop->outbox);
    checkpoints_free(&loop->checkpoints);
    free(loop);
}

void loop_init(struct loop *loop, const struct loop_config *config, const struct loop_applied *standing,
               uint64_t now_ms)
{
    struct outbox outbox = loop->outbox;
    struct checkpoints checkpoints = loop->checkpoints;

    CHECK(config->partitions > 0 && config->partitions <= LOOP_PARTITIONS_MAX);
    memset(loop, 0, sizeof *loop);
    loop->outbox = outbox;
    loop->checkpoints = checkpoints;
    loop->partition_count = config->partitions;
    loop->commit_every_ms = config->commit_ms != 0 ? config->commit_ms : LOOP_COMMIT_MS;
    loop->commit_every_records = config->commit_records != 0 ? config->commit_records : LOOP_COMMIT_RECORDS;
    loop->next = loop->committed = standing->next;
    loop->digest = standing->digest;
    loop->commit_ms = now_ms;
    outbox_clear(&loop->outbox);
    checkpoints_init(&loop->checkpoints, standing->next, standing->digest, now_ms);
    rank_init(&loop->rank, config->rank);
    tick_init(&loop->tick, config->rank);
    tick_on_applied(&loop->tick, standing->next_due_ms, standing->log_time_ms, standing->jump_max_ms, now_ms);
}

/* ---------------------------------------------------------------- what differs */

/* A lower or an equal rank is believed, and whatever was there before us; a higher one is not. */
static void diverge(struct loop *loop, bool is_tail, const struct loop_divergence *divergence)
{
    bool halts = is_tail || divergence->rank <= loop->rank.number;

    if (loop->halts)
        return;
    if (halts) {
        loop->halts = true;
        loop->halt = *divergence;
        return;
    }
    loop->alarms++;
    loop->has_alarm = true;
    loop->alarm = *divergence;
}

static void decision_differs(struct loop *loop, const struct outbox_seen *seen, bool is_missing)
{
    const struct loop_divergence divergence = {
        .is_missing = is_missing, .offset = seen->id.offset, .index = seen->id.index, .rank = seen->rank};

    diverge(loop, seen->is_tail, &divergence);
}

/* Is it what we had there? */
static bool compare_checkpoint(struct loop *loop, const struct loop_checkpoint *checkpoint, struct state_digest mine)
{
    if (state_digest_equal(mine, checkpoint->digest))
        return true;
    const struct loop_divergence divergence = {.is_checkpoint = true,
                                               .offset = checkpoint->offset,
                                               .rank = checkpoint->rank,
                                               .mine = mine,
                                               .other = checkpoint->digest,
                                               .rules = checkpoint->rules,
                                               .build = checkpoint->build};
    diverge(loop, false, &divergence);
    return false;
}

/* ---------------------------------------------------------------- decisions */

static struct loop_partition *partition_of(struct loop *loop, uint32_t partition)
{
    CHECK(partition < loop->partition_count);
    return &loop->partitions[partition];
}

static void drop_seen(struct loop *loop)
{
    const struct outbox_seen *seen = outbox_first_seen(&loop->outbox);

    partition_of(loop, seen->partition)->seen--;
    outbox_drop_seen(&loop->outbox);
}

/* Those seen with a lower id are decisions that are not made here. */
static void drop_seen_below(struct loop *loop, struct decision_id id)
{
    const struct outbox_seen *seen;

    while ((seen = outbox_first_seen(&loop->outbox)) != NULL && decision_id_compare(seen->id, id) < 0) {
        decision_differs(loop, seen, true);
        drop_seen(loop);
    }
}

void loop_on_decision(struct loop *loop, struct decision_id id, uint32_t partition, struct span bytes, uint64_t now_ms)
{
    const struct outbox_seen *seen;

    CHECK(partition < loop->partition_count);
    struct outbox_entry *entry = outbox_add(&loop->outbox, id, partition, bytes, now_ms);
    drop_seen_below(loop, id);
    while ((seen = outbox_first_seen(&loop->outbox)) != NULL && decision_id_compare(seen->id, id) == 0) {
        if (seen->hash != entry->hash)
            decision_differs(loop, seen, false);
        else
            outbox_settle(&loop->outbox, entry);
        drop_seen(loop);
    }
    /* Nobody waits for what is below a checkpoint: all of it was answered long ago. */
    if (id.offset < loop->checkpoints.newest || id.offset < loop->history)
        outbox_settle(&loop->outbox, entry);
    if (entry->place != OUTBOX_SETTLED)
        rank_on_made(&loop->rank, now_ms);
}

static void see_ahead(struct loop *loop, const struct outbox_seen *seen)
{
    struct loop_partition *partition = partition_of(loop, seen->partition);

    /* One too many is lost to comparing, and published once more, which does no harm. */
    if (partition->seen >= loop->outbox.limits.seen_ahead_of_partition || !outbox_see(&loop->outbox, seen)) {
        loop->seen_dropped++;
        return;
    }
    partition->seen++;
}

void loop_on_seen(struct loop *loop, uint32_t partition, struct decision_id id, struct span bytes, uint32_t rank,
                  uint64_t now_ms)
{
    const struct outbox_seen seen = {.id = id,
                                     .hash = outbox_hash(bytes),
                                     .partition = partition,
                                     .rank = rank,
                                     .is_tail = !partition_of(loop, partition)->ended};

    (void)now_ms;
    rank_on_seen(&loop->rank, rank);
    struct outbox_entry *entry = outbox_find(&loop->outbox, id);
    if (entry == NULL) {
        if (id.offset >= loop->next)
            see_ahead(loop, &seen);
        else if (!outbox_is_forgotten(&loop->outbox, id))
            decision_differs(loop, &seen, true);
        return;
    }
    if (entry->hash != seen.hash)
        decision_differs(loop, &seen, false);
    else
        outbox_settle(&loop->outbox, entry);
}

void loop_on_seen_end(struct loop *loop, uint32_t partition, uint64_t now_ms)
{
    struct loop_partition *at = partition_of(loop, partition);

    (void)now_ms;
    if (at->ended)
        return;
    at->ended = true;
    at->stop_reading = loop->rank.number == 0;
    loop->outbox.next_publish = loop->outbox.open;
}

void loop_on_ack(struct loop *loop, struct decision_id id, bool delivered, uint64_t now_ms)
{
    struct outbox_entry *entry = outbox_find(&loop->outbox, id);

    if (entry == NULL || entry->place != OUTBOX_SENT)
        return;
    if (delivered)
        outbox_settle(&loop->outbox, entry);
    else
        outbox_retry(&loop->outbox, entry, now_ms + LOOP_RETRY_MS);
}

/* ---------------------------------------------------------------- records */

void loop_on_applied(struct loop *loop, const struct loop_applied *applied, uint64_t now_ms)
{
    struct checkpoint_ahead ahead;

    CHECK(applied->next > loop->next);
    drop_seen_below(loop, (struct decision_id){.offset = applied->next});
    loop->next = applied->next;
    loop->digest = applied->digest;
    loop->records++;
    if (loop->records >= loop->commit_every_records || now_ms - loop->commit_ms >= loop->commit_every_ms)
        loop->barrier = true;
    tick_on_applied(&loop->tick, applied->next_due_ms, applied->log_time_ms, applied->jump_max_ms, now_ms);
    checkpoints_on_applied(&loop->checkpoints, applied->next, applied->digest);
    while (checkpoints_take(&loop->checkpoints, applied->next, &ahead)) {
        const struct loop_checkpoint checkpoint = {.offset = ahead.offset,
                                                   .digest = ahead.digest,
                                                   .rules = ahead.rules,
                                                   .rank = ahead.rank,
                                                   .build = span_of(ahead.build, ahead.build_size)};
        if (ahead.offset == applied->next)
            (void)compare_checkpoint(loop, &checkpoint, applied->digest);
    }
}

void loop_on_committed(struct loop *loop, uint64_t now_ms)
{
    loop->committing = loop->barrier = false;
    loop->committed = loop->next;
    loop->records = 0;
    loop->commit_ms = now_ms;
}

void loop_finish(struct loop *loop)
{
    if (loop->committed != loop->next)
        loop->barrier = true;
}

static void settle_below(struct loop *loop, uint64_t offset)
{
    struct outbox *outbox = &loop->outbox;

    for (uint64_t i = outbox->open; i < outbox->end && outbox_at(outbox, i)->id.offset < offset; i++)
        outbox_settle(outbox, outbox_at(outbox, i));
}

void loop_on_checkpoint(struct loop *loop, const struct loop_checkpoint *checkpoint, uint64_t now_ms)
{
    struct checkpoints *checkpoints = &loop->checkpoints;
    const struct checkpoint_past *past = checkpoints_past(checkpoints, checkpoint->offset);

    (void)now_ms;
    if (past != NULL && !compare_checkpoint(loop, checkpoint, past->digest))
        return;
    if (checkpoint->offset > loop->next) {
        struct checkpoint_ahead ahead = {.offset = checkpoint->offset,
                                         .digest = checkpoint->digest,
                                         .rules = checkpoint->rules,
                                         .rank = checkpoint->rank};
        size_t size = checkpoint->build.size < sizeof ahead.build ? checkpoint->build.size : sizeof ahead.build;
        ahead.build_size = (uint8_t)size;
        if (size != 0)
            memcpy(ahead.build, checkpoint->build.bytes, size);
        checkpoints_keep(checkpoints, &ahead);
    }
    if (checkpoint->offset > checkpoints->newest) {
        checkpoints->newest = checkpoint->offset;
        settle_below(loop, checkpoint->offset);
    }
}

void loop_on_unproved(struct loop *loop, uint64_t offset)
{
    if (offset > loop->history)
        loop->history = offset;
}

void loop_on_caught_up(struct loop *loop)
{
    loop->history = 0;
}
