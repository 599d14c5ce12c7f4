/* The part of dump.h that is about work offered, in this order: the totals, offers by key, what they wait for by (key,
 * offer), categories by number, the last selections. */
#ifndef MODEL_DUMP_SUPPLY_H
#define MODEL_DUMP_SUPPLY_H

#include <stdio.h>

#include "proto/messages.h"

struct dump_supply {
    uint64_t last_offer, dry_probes, verdict;
    uint64_t ready, claimed, blocked, cooling, not_yet;
    uint64_t hour[4]; /* of the last 60 minutes: offers, demands, grants, denials */
};
struct dump_offer {
    struct span key;
    const uint8_t *verifier; /* of who offered it last */
    uint64_t number, category, priority;
    uint64_t ready_ms;      /* first; 0: never yet */
    uint64_t rank;          /* where it can be picked, else 0 */
    uint64_t not_before_ms; /* 0: none was given */
    uint64_t expires_ms;    /* 0: none */
    uint64_t cools_to_ms, cooled, open;
};
struct dump_after {
    struct span key, offer; /* the offer waits until the key is done */
};
struct dump_category {
    struct span name;
    uint64_t number, ready, selections;
    uint64_t target;         /* its own, and 1; 0: it has none */
    uint64_t seen, outcomes; /* bit 0 the newest; 1: a success */
};

void dump_supply(FILE *out, const struct dump_supply *row);
void dump_offer(FILE *out, const struct dump_offer *row);
void dump_after(FILE *out, const struct dump_after *row);
void dump_category(FILE *out, const struct dump_category *row);

#endif
