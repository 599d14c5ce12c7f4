/* When a lease must be renewed and until when its holder may rely on it. Pure: time is data (CLOCK_BOOTTIME, ms).
 *
 * The local deadline is the first send of the last confirmed claim or renewal + its length − a margin. After it the
 * lease counts as lost even if nobody can be heard; it is tried on, and a confirmed renewal proves that it was there all
 * the time. */
#ifndef SHIM_LEASE_KEEPER_H
#define SHIM_LEASE_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

enum { LEASE_MARGIN_LEAST_MS = 200, LEASE_MARGIN_MOST_MS = 60000, LEASE_PAUSE_MS = 1000 };

enum lease_effect {
    LEASE_NOTHING,
    LEASE_RENEW, /* send a renewal, then lease_on_sent */
    LEASE_LOST   /* the local deadline has passed; said once for each loss */
};

struct lease {
    uint64_t token;
    uint64_t length_ms;    /* ttl */
    uint64_t confirmed_ms; /* first send of the last confirmed claim or renewal */
    uint64_t sent_ms;      /* of the renewal in flight */
    uint64_t again_ms;     /* not before */
    uint64_t looked_ms;    /* when anybody asked last whether it is over */
    bool in_flight, lost, ended;
    bool suspect; /* it seems to be over: the next renewal will tell why */
};

/* How much sooner than the log one's own clock ends a lease: clocks differ in speed. 200 ms to 1 min. */
uint64_t lease_margin_ms(uint64_t length_ms);

/* confirmed_ms and length_ms as pending.h has them after a grant. */
void lease_begin(struct lease *lease, uint64_t token, uint64_t confirmed_ms, uint64_t length_ms);

/* The renewal's first send; then what came of it: confirmed with a length from then on, no answer, or told that the
 * lease is over. An answer may come after the next was sent: sent_ms is that of the renewal it answers. */
void lease_on_sent(struct lease *lease, uint64_t now_ms);
void lease_on_confirmed(struct lease *lease, uint64_t sent_ms, uint64_t length_ms);
void lease_on_no_answer(struct lease *lease, uint64_t now_ms);
void lease_on_ended(struct lease *lease);

/* It seems to be over: a renewal, which is told how, is due at once. */
void lease_suspect(struct lease *lease);

uint64_t lease_deadline_ms(const struct lease *lease);
uint64_t lease_renew_ms(const struct lease *lease); /* when a renewal is due; UINT64_MAX: not now */

enum lease_effect lease_next(struct lease *lease, uint64_t now_ms);
uint64_t lease_wake_ms(const struct lease *lease); /* UINT64_MAX: never */

#endif
