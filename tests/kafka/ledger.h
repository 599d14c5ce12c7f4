/* What agents were told, kept by themselves: who holds which key by their own lights, and every grant with its ticket.
 * Two holders of one key, or a token that does not grow, are counted as soon as they happen; afterwards the log must hold
 * each grant as it was told. Any thread may call; leases must be longer than the run. */
#ifndef KAFKA_LEDGER_H
#define KAFKA_LEDGER_H

#include <dibs/dibs.h>

struct ledger; /* opaque */

/* Ends the program when there is no memory. `keep`: each grant is kept, for ledger_compare. */
struct ledger *ledger_new(uint32_t keys, bool keep);
void ledger_free(struct ledger *ledger);

/* `agent` (from 1) was granted the key just now, and not twice by the same answer. */
void ledger_on_granted(struct ledger *ledger, uint32_t key, uint32_t agent, uint64_t token, const char *ticket);

/* `agent` is about to let it go: from now on somebody else may be granted it. */
void ledger_on_releasing(struct ledger *ledger, uint32_t key, uint32_t agent);

/* Any answer came at now_ms (CLOCK_MONOTONIC) to a call that was made at asked_ms: for the longest time in which nobody
 * heard anything, and the longest call. A silence of more than half a second is told on stderr when it is over. */
void ledger_on_answer(struct ledger *ledger, uint64_t asked_ms, uint64_t now_ms);

struct ledger_sums {
    uint64_t grants, violations;
    uint64_t answers, longest_gap_ms, longest_call_ms, p50_ms, p99_ms;
};
struct ledger_sums ledger_sums(struct ledger *ledger);

/* Compares with the log, whose decisions are computed anew: how many grants are missing there or differ. Each is told on
 * stderr (the first ten). DIBS_…: the log can't be read. */
enum dibs_error ledger_compare(struct ledger *ledger, dibs_client *client, uint64_t *missing);

#endif
