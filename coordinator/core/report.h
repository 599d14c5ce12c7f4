/* A page of a query's answer: rows with their texts, bounded in number and bytes. */
#ifndef CORE_REPORT_H
#define CORE_REPORT_H

#include "coordinator/core/context.h"
#include "coordinator/core/supply/offer_store.h"
#include "coordinator/state/claim_store.h"

enum { REPORT_BYTES = 16384, REPORT_ROW_COST = 64, REPORT_TEXT_BYTES = 200 };

/* What the rows' spans point into. */
struct report {
    struct decision *decision;
    size_t cost, used;
    uint8_t storage[REPORT_BYTES];
};

void report_begin(struct report *report, struct decision *decision);

/* Adds a (key, claim) or (key, waiter) line. False: the page is full; decision->more is set. */
bool report_claim(struct apply *apply, struct report *report, enum table table, uint64_t id, struct span key);

/* Adds the line of an offer. False: the page is full. */
bool report_offer(struct apply *apply, struct report *report, struct span key, const struct offer_told *told);

/* Adds the done line of a key that has one. */
bool report_done(struct apply *apply, struct report *report, struct span key);

/* All of a key: its claims, those on the subtrees over it, who waits for it, and the done line. */
void report_key(struct apply *apply, struct report *report, struct span key);

#endif
