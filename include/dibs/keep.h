/* Claims that keep themselves: the library renews them in the background, and tells when one is lost.
 *
 * A lease is counted twice: by the store, and here from the moment at which the last claim or renewal that was confirmed
 * was sent, less a margin for clocks that differ in speed (a twentieth of the lease, 200 ms to 1 min). This local deadline
 * comes first: after it the claim counts as lost even if nobody can be heard. Clocks are CLOCK_BOOTTIME, which goes on
 * while a machine is suspended. A claim that is revoked or taken is noticed within a second or two.
 *
 * Threads: the first dibs_keep of a client starts two, for all its keeps; they take no signals, and end with dibs_close.
 * Fork: in the child of fork the threads are not there; dibs_keep gives DIBS_FORKED and the rest does nothing.
 * A process that is stopped renews nothing. Errors and texts as in dibs.h. */
#ifndef DIBS_KEEP_H
#define DIBS_KEEP_H

#include <dibs/dibs.h>

#ifdef __cplusplus
extern "C" {
#endif

/* For how many milliseconds from now the holder may rely on what that answer granted or renewed: until the first of its
 * leases' local deadlines. 0: it is past, or the answer grants nothing. Safe in any thread. */
uint64_t dibs_answer_safe_ms(const struct dibs_answer *answer);

typedef struct dibs_kept dibs_kept; /* opaque: one claim (or the claims of one renewal) that is kept */

enum dibs_kept_state {
    DIBS_KEPT_LIVE = 1,
    DIBS_KEPT_LOST = 2,  /* see dibs_loss */
    DIBS_KEPT_CLOSED = 3 /* the session itself has ended it: closed or cancelled, here or in another process */
};

struct dibs_loss {
    uint64_t token;
    bool is_late;        /* the local deadline passed, and nobody said that the claim is over; else the store said so */
    enum dibs_why why;   /* EXPIRED, REVOKED, TAKEN; NONE: late, or not known any more */
    const char *by;      /* who took or revoked it; "" unknown */
    const char *message; /* one sentence, with what went wrong last when it is late */
};

/* Called once, when the first lease of the kept is lost; then none of it is renewed any more. On a thread of the library,
 * one call at a time for each client: another loss is told when this call is over, so it should be short. It may call
 * whatever a client offers (also claim and keep anew, or dibs_keep_end of this very kept), but not dibs_close. `loss` and
 * its texts are good during the call. Never called for a claim that the session has ended itself, nor after dibs_keep_end
 * or dibs_close have returned. */
typedef void (*dibs_on_lost)(void *context, const struct dibs_loss *loss);

struct dibs_keep_options {
    dibs_on_lost on_lost; /* NULL: dibs_kept_state and dibs_kept_safe_ms tell */
    void *context;
};

/* Renews the leases of that answer at a third of their length, each by its claim's own ttl, until dibs_keep_end. `held`
 * is an answer of this client: GRANTED or YOURS of a claim, wait or take, or what a renewal renewed; not kept beyond the
 * call. `options` may be NULL. On DIBS_OK *out is owned by the caller until dibs_keep_end, or until dibs_close.
 * DIBS_BAD_INPUT: the answer grants nothing. */
enum dibs_error dibs_keep(dibs_client *client, const struct dibs_answer *held, const struct dibs_keep_options *options,
                          dibs_kept **out);

/* Never blocks for longer than a callback's bookkeeping. */
enum dibs_kept_state dibs_kept_state(const dibs_kept *kept);

/* As dibs_answer_safe_ms, counted from the last renewal that was confirmed; 0: lost or closed. */
uint64_t dibs_kept_safe_ms(const dibs_kept *kept);

/* Why the last renewal was not confirmed, or for how long the store has not answered it, as a part of a sentence; "" where
 * nothing is wrong, or in the child of fork. Written to `out` with its NUL, cut at `size` bytes (at least 1; 1024 hold all);
 * returns `out`. */
const char *dibs_kept_trouble(const dibs_kept *kept, char *out, size_t size);

/* Ends the keeping, not the claim, and frees it; NULL is allowed. Waits for a renewal in flight, and the question about a claim
 * that it found to be over (each at most the client's lock_timeout_ms), and for its callback, but inside that callback. */
void dibs_keep_end(dibs_kept *kept);

#ifdef __cplusplus
}
#endif
#endif
