/* Sessions: who claims. A row per (name, verifier), known inside by a number given in the order of first sight. */
#ifndef CORE_SESSION_H
#define CORE_SESSION_H

#include "coordinator/core/context.h"

/* The number of the head's session; 0: there is no row. */
uint64_t session_find(struct state *state, const struct intent_head *head);

/* The same, made when missing; 0: sessions are full (quota). */
uint64_t session_ensure(struct apply *apply, const struct intent_head *head);

/* The sessions of this name, one for each secret, in the order of their verifiers: the one after `after` (0: the first),
 * or 0. */
uint64_t session_next_of_name(struct apply *apply, struct span name, uint64_t after);

/* The row in hand: valid until another session is used. Mark it dirty with session_touch after a change. The session
 * must exist. */
struct session_cache *session_use(struct apply *apply, uint64_t number);
void session_touch(struct apply *apply);

/* Writes the row in hand back; call at the end of each step. */
void session_flush(struct apply *apply);

/* Copies the name and verifier of a session; the name is kept in `name`. False: no such session. */
struct session_name {
    uint8_t bytes[LIMIT_SESSION_BYTES];
    uint8_t verifier[LIMIT_IDENTITY_BYTES];
    size_t size;
};
bool session_name_of(struct apply *apply, uint64_t number, struct session_name *out);
static inline struct span session_name_span(const struct session_name *name)
{
    return span_of(name->bytes, name->size);
}

/* R31: pays for one intent; false: the bucket is empty. */
bool session_pay_claim(struct apply *apply, uint64_t number);
bool session_pay_query(struct apply *apply, uint64_t number);

/* Of who could not pay just now: until the bucket has enough again. */
uint64_t session_claim_retry_ms(struct apply *apply, uint64_t number);
uint64_t session_query_retry_ms(struct apply *apply, uint64_t number);

/* R34: counts a denial; true: it was the second within the window. */
bool session_count_denial(struct apply *apply, uint64_t number);
void session_reset_denials(struct apply *apply, uint64_t number);

/* R33: a due event of this kind and id. */
void session_due(struct apply *apply, uint64_t number);

#endif
