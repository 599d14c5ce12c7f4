/* What is believed of a category: its newest rewards, each as success or failure. Beta posterior with prior Beta(1, 2);
 * a category that isn't picked keeps what it knows, until rewards somewhere show that the world has changed. */
#ifndef CORE_STEER_BELIEF_H
#define CORE_STEER_BELIEF_H

#include <stdbool.h>
#include <stdint.h>

enum {
    BELIEF_WINDOW_MAX = 60, /* observations: one draw of Beta(1 + 60, 2) takes 62 numbers */
    BELIEF_PRIOR_SUCCESSES = 1,
    BELIEF_PRIOR_FAILURES = 2,
    REWARD_MOST = 10000 /* a reward of 1 */
};

struct belief {
    uint64_t outcomes; /* bit 0 the newest; 1 a success; those beyond `count` are 0 */
    uint32_t count;    /* observations, at most the window */
};

/* A reward of 0-10,000 becomes a success with chance reward / 10,000. */
bool belief_is_success(uint32_t reward, uint64_t offset, uint64_t token, uint32_t arm);

/* Takes an observation in, the oldest falling out of a window of `window` (1-BELIEF_WINDOW_MAX). True: the newest
 * observations contradict the older ones; the older ones are forgotten, and the other categories are to be, too. */
bool belief_learn(struct belief *belief, bool success, uint32_t window);

uint32_t belief_a(const struct belief *belief); /* successes + prior */
uint32_t belief_b(const struct belief *belief); /* failures + prior */

#endif
