/* A loop with two partitions, and short words for its events. */
#ifndef UNIT_LOOP_PLAY_H
#define UNIT_LOOP_PLAY_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/daemon/loop.h"

struct play {
    struct loop *loop;
    uint64_t next;
    char said[400]; /* the effects of the last look, a word each */
};

static inline struct play play_begin(uint32_t rank, bool read_tails)
{
    const struct loop_config config = {.rank = rank,
                                       .partitions = 2,
                                       .limits = {.entries = 64,
                                                  .bytes = 4096,
                                                  .step_entries = 16,
                                                  .step_bytes = 1024,
                                                  .seen_ahead = 32,
                                                  .seen_ahead_of_partition = 8}};
    const struct loop_applied standing = {.next = 10, .digest = {1, 10}, .next_due_ms = UINT64_MAX};
    struct play play = {.loop = loop_new(&config), .next = 10};

    cr_assert_not_null(play.loop);
    loop_init(play.loop, &config, &standing, 1000);
    for (uint32_t i = 0; read_tails && i < 2; i++)
        loop_on_seen_end(play.loop, i, 1000);
    return play;
}

static inline void play_decide(struct play *play, uint64_t offset, const char *bytes, uint64_t now_ms)
{
    loop_on_decision(play->loop, (struct decision_id){offset, 0}, 0, span_from_text(bytes), now_ms);
}

static inline void play_applied(struct play *play, uint64_t now_ms)
{
    const struct loop_applied applied = {
        .next = ++play->next, .digest = {1, play->next}, .next_due_ms = UINT64_MAX, .jump_max_ms = 60000};
    loop_on_applied(play->loop, &applied, now_ms);
}

/* The record at play->next decides one thing. */
static inline void play_record(struct play *play, const char *bytes, uint64_t now_ms)
{
    play_decide(play, play->next, bytes, now_ms);
    play_applied(play, now_ms);
}

static inline void play_seen(struct play *play, uint64_t offset, const char *bytes, uint32_t rank, uint64_t now_ms)
{
    loop_on_seen(play->loop, 0, (struct decision_id){offset, 0}, span_from_text(bytes), rank, now_ms);
}

static inline void play_ack(struct play *play, uint64_t offset, bool delivered, uint64_t now_ms)
{
    loop_on_ack(play->loop, (struct decision_id){offset, 0}, delivered, now_ms);
}

/* Commits are done at once. What was said is as "publish:11 commit checkpoint:12". */
static inline const char *play_look(struct play *play, uint64_t now_ms)
{
    static const char *const names[] = {"publish", "commit", "tick",  "checkpoint", "halt",
                                        "alarm",   "stop",   "pause", "resume"};
    struct loop_effect effect;
    size_t used = 0;

    play->said[0] = '\0';
    while (loop_next(play->loop, now_ms, &effect) && used < sizeof play->said - 32) {
        uint64_t offset = effect.kind == LOOP_PUBLISH                             ? effect.id.offset
                          : effect.kind == LOOP_CHECKPOINT                        ? effect.offset
                          : effect.kind == LOOP_HALT || effect.kind == LOOP_ALARM ? effect.divergence.offset
                                                                                  : 0;
        if (effect.kind == LOOP_STOP_READING_DECISIONS)
            continue;
        used += (size_t)snprintf(play->said + used, sizeof play->said - used, "%s%s", used != 0 ? " " : "",
                                 names[effect.kind]);
        if (offset != 0)
            used += (size_t)snprintf(play->said + used, sizeof play->said - used, ":%llu", (unsigned long long)offset);
        if (effect.kind == LOOP_COMMIT)
            loop_on_committed(play->loop, now_ms);
    }
    return play->said;
}

#define EXPECT(play, now_ms, words) cr_assert_str_eq(play_look((play), (now_ms)), (words), "said: %s", (play)->said)

#endif
