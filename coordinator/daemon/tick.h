/* When a coordinator writes that time has passed. Pure.
 *
 * Something is due by T + min(own time since the last record, J): then rank r ticks r × 500 ms later; and at least every
 * J/4 while anything will be due at all, so that a lease of days ends in its time although one record moves log time by
 * J at most. */
#ifndef DAEMON_TICK_H
#define DAEMON_TICK_H

#include <stdbool.h>
#include <stdint.h>

enum { TICK_RANK_MS = 500, TICK_PAUSE_MS = 50, TICK_UNHEARD_MS = 1000 };

struct tick {
    uint32_t rank;
    bool unheard;        /* no record was applied since our last tick */
    uint64_t applied_ms; /* when the last record was applied */
    uint64_t next_due_ms, log_time_ms, jump_max_ms;
    uint64_t ticked_ms;
};

static inline void tick_init(struct tick *tick, uint32_t rank)
{
    *tick = (struct tick){.rank = rank, .next_due_ms = UINT64_MAX};
}

static inline void tick_on_applied(struct tick *tick, uint64_t next_due_ms, uint64_t log_time_ms, uint64_t jump_max_ms,
                                   uint64_t now_ms)
{
    tick->unheard = false;
    tick->applied_ms = now_ms;
    tick->next_due_ms = next_due_ms;
    tick->log_time_ms = log_time_ms;
    tick->jump_max_ms = jump_max_ms;
}

/* UINT64_MAX: not until something happens. */
static inline uint64_t tick_at_ms(const struct tick *tick)
{
    if (tick->next_due_ms == UINT64_MAX || tick->jump_max_ms == 0)
        return UINT64_MAX;
    uint64_t left_ms = tick->next_due_ms > tick->log_time_ms ? tick->next_due_ms - tick->log_time_ms : 0;
    uint64_t most_ms = tick->jump_max_ms / 4;
    uint64_t at_ms = tick->applied_ms + (left_ms < most_ms ? left_ms : most_ms) + (uint64_t)tick->rank * TICK_RANK_MS;
    uint64_t again_ms = tick->ticked_ms + (tick->unheard ? TICK_UNHEARD_MS : TICK_PAUSE_MS);
    return tick->ticked_ms != 0 && again_ms > at_ms ? again_ms : at_ms;
}

static inline void tick_on_ticked(struct tick *tick, uint64_t now_ms)
{
    tick->ticked_ms = now_ms;
    tick->unheard = true;
}

#endif
