/* What the loop says is done here. */
#include <inttypes.h>
#include <stdio.h>

#include "coordinator/daemon/coordinator_own.h"
#include "coordinator/state/rows.h"
#include "proto/codec.h"

enum { EFFECTS_A_LOOK = 10000 };

/* ---------------------------------------------------------------- sending */

static bool send(struct coordinator *coordinator, enum kafka_topic topic, uint32_t partition, struct span payload,
                 int rank, uint64_t cookie)
{
    struct error_text why;
    enum dibs_error error = kafka_send(coordinator->kafka, topic, partition, payload, rank, cookie, &why);
    coordinator->sent_ms = clock_now_ms();
    if (error == DIBS_OK)
        return true;
    if (error != DIBS_BUSY) {
        coordinator->numbers.broker_errors++;
        trace_event(TRACE_WARN, "unsent", TRACE_WORDS("why", why.text));
    }
    return false;
}

static void publish(struct coordinator *coordinator, const struct loop_effect *effect)
{
    if (kafka_unacked(coordinator->kafka) == 0)
        coordinator->sent_next = 0; /* so that no more slots are ever used than are needed at once */
    uint64_t slot = coordinator->sent_next++ % SENT_SLOTS, at = effect->id.offset % TIMES_SLOTS;
    bool known = coordinator->times[at].offset == effect->id.offset;
    coordinator->sent[slot] = (struct sent){.id = effect->id, .ts_ms = known ? coordinator->times[at].ts_ms : 0};
    if (!send(coordinator, KAFKA_DECISIONS, effect->partition, effect->bytes, (int)coordinator->config.rank, slot))
        loop_on_ack(coordinator->loop, effect->id, false, clock_now_ms());
}

static void tick(struct coordinator *coordinator)
{
    uint8_t bytes[64];
    size_t size = 0;
    const struct intent *intent = coordinator->tick;
    if (intent_encode(intent, bytes, sizeof bytes, &size, NULL) == DIBS_OK)
        (void)send(coordinator, KAFKA_INTENTS, 0, span_of(bytes, size), -1, COOKIE_TICK);
}

static void write_checkpoint(struct coordinator *coordinator, const struct loop_effect *effect)
{
    struct checkpoint checkpoint = {.offset = effect->offset,
                                    .rules = state_meta(coordinator->state)->rules,
                                    .build = span_from_text(DAEMON_BUILD),
                                    .rank = coordinator->config.rank};
    uint8_t bytes[CHECKPOINT_BYTES];
    size_t size = 0;
    state_digest_write(effect->digest, checkpoint.digest);
    if (!coordinator->key.is_there || !checkpoint_seal(&checkpoint, coordinator->key.secret) ||
        checkpoint_encode(&checkpoint, bytes, sizeof bytes, &size, NULL) != DIBS_OK)
        return;
    if (send(coordinator, KAFKA_CHECKPOINTS, 0, span_of(bytes, size), -1, COOKIE_CHECKPOINT))
        coordinator->numbers.checkpoints++;
}

/* ---------------------------------------------------------------- committing */

void coordinator_commit(struct coordinator *coordinator)
{
    struct error_text *why = &coordinator->reason->why;
    bool whole = state_meta(coordinator->state)->phase == PHASE_IDLE;
    log_identity_keep(coordinator->state, &coordinator->identity);
    enum dibs_error error = state_commit(coordinator->state, why);
    if (error == DIBS_OK && whole && coordinator_snapshot_is_due(coordinator))
        coordinator_snapshot(coordinator);
    if (error == DIBS_OK)
        error = state_begin(coordinator->state, false, why);
    if (error != DIBS_OK) {
        coordinator_fail(coordinator, error == DIBS_NEWER ? EXIT_NEWER : EXIT_LOCAL);
        return;
    }
    loop_on_committed(coordinator->loop, clock_now_ms());
}

/* ---------------------------------------------------------------- what differs */

static void describe(const struct loop_divergence *divergence, struct error_text *out)
{
    char mine[STATE_DIGEST_TEXT], other[STATE_DIGEST_TEXT];
    state_digest_print(divergence->mine, mine);
    state_digest_print(divergence->other, other);
    if (divergence->is_checkpoint)
        (void)error_say(out, DIBS_DAMAGED,
                        "divergence at offset %" PRIu64
                        ": the checkpoint of rank %u (%.*s, rules %u) has digest %s, and "
                        "here it is %s",
                        divergence->offset, divergence->rank, (int)divergence->build.size,
                        (const char *)divergence->build.bytes, divergence->rules, other, mine);
    else if (divergence->is_missing)
        (void)error_say(out, DIBS_DAMAGED,
                        "divergence at offset %" PRIu64
                        ": rank %u has published decision %u of that record, which is not "
                        "made here",
                        divergence->offset, divergence->rank, divergence->index);
    else
        (void)error_say(out, DIBS_DAMAGED,
                        "divergence at offset %" PRIu64
                        ": rank %u has published another decision %u of that record than "
                        "is made here",
                        divergence->offset, divergence->rank, divergence->index);
}

static void halt(struct coordinator *coordinator, const struct loop_divergence *divergence)
{
    struct error_text what;
    describe(divergence, &what);
    (void)error_say(
        &coordinator->reason->why, DIBS_DAMAGED,
        "%s. This dibsd (%s, rules %u, rank %u) stops. Keep its state "
        "directory; `dibs replay %s --verify` with each build tells which one differs from what was published",
        what.text, DAEMON_BUILD, (unsigned)state_meta(coordinator->state)->rules, coordinator->config.rank,
        coordinator->options->store);
    coordinator_fail(coordinator, EXIT_DIVERGED);
}

static void alarm(const struct loop_divergence *divergence)
{
    struct error_text what;
    describe(divergence, &what);
    trace_event(TRACE_ERROR, "alarm", TRACE_WORDS("why", what.text));
}

/* ---------------------------------------------------------------- all of them */

static void act(struct coordinator *coordinator, const struct loop_effect *effect)
{
    switch (effect->kind) {
    case LOOP_PUBLISH:
        publish(coordinator, effect);
        break;
    case LOOP_COMMIT:
        coordinator_commit(coordinator);
        break;
    case LOOP_TICK:
        tick(coordinator);
        break;
    case LOOP_CHECKPOINT:
        write_checkpoint(coordinator, effect);
        break;
    case LOOP_HALT:
        halt(coordinator, &effect->divergence);
        break;
    case LOOP_ALARM:
        alarm(&effect->divergence);
        break;
    case LOOP_STOP_READING_DECISIONS:
        kafka_reader_stop(coordinator->answers, KAFKA_DECISIONS, effect->partition);
        break;
    case LOOP_PAUSE:
        kafka_reader_pause(coordinator->answers, KAFKA_DECISIONS, effect->partition);
        break;
    case LOOP_RESUME:
        kafka_reader_resume(coordinator->answers, KAFKA_DECISIONS, effect->partition);
        break;
    }
}

void coordinator_act(struct coordinator *coordinator)
{
    struct loop_effect effect;
    for (int i = 0; i < EFFECTS_A_LOOK && !coordinator->ends && !coordinator->again &&
                    loop_next(coordinator->loop, clock_now_ms(), &effect);
         i++)
        act(coordinator, &effect);
}
