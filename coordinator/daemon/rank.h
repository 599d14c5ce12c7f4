/* Who publishes when: rank r what it has not seen after r × 300 ms, at once while every lower rank is silent. Pure. */
#ifndef DAEMON_RANK_H
#define DAEMON_RANK_H

#include <stdbool.h>
#include <stdint.h>

enum { RANK_STEP_MS = 300, RANK_SILENCE_MS = 1000 };

struct rank {
    uint32_t number;
    bool owed;        /* something was due from a lower rank since it was heard last */
    uint64_t owed_ms; /* since when */
};

static inline void rank_init(struct rank *rank, uint32_t number)
{
    *rank = (struct rank){.number = number};
}

/* A decision was made here that was not on the topic yet. */
static inline void rank_on_made(struct rank *rank, uint64_t now_ms)
{
    if (!rank->owed)
        rank->owed_ms = now_ms;
    rank->owed = true;
}

/* A decision was seen; one from a lower rank shows that it lives. */
static inline void rank_on_seen(struct rank *rank, uint32_t from)
{
    if (from < rank->number)
        rank->owed = false;
}

static inline bool rank_lower_are_silent(const struct rank *rank, uint64_t now_ms)
{
    return rank->number > 0 && rank->owed && now_ms - rank->owed_ms >= RANK_SILENCE_MS;
}

/* When what was made at made_ms may be published if it is not seen: after its turn, or as soon as the silence is long
 * enough, whichever is first. */
static inline uint64_t rank_publish_ms(const struct rank *rank, uint64_t made_ms)
{
    uint64_t turn_ms = made_ms + (uint64_t)rank->number * RANK_STEP_MS;

    if (rank->number > 0 && rank->owed && rank->owed_ms + RANK_SILENCE_MS < turn_ms)
        turn_ms = rank->owed_ms + RANK_SILENCE_MS;
    return turn_ms > made_ms ? turn_ms : made_ms;
}

#endif
