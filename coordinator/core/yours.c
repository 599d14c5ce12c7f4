/* `yours`: the answer, and the renewal that goes with it. */
#include "coordinator/core/yours.h"

#include "coordinator/core/lease.h"

/* Renews one named claim; false only after a failure of the state. */
static bool yours_renew(struct apply *apply, const struct claim *wish, uint64_t token, bool write,
                        struct claim_row *own)
{
    bool given = (wish->row.flags & CLAIM_TTL_GIVEN) != 0;

    if (!claim_load_row(apply->state, TABLE_CLAIM, token, own))
        return false;
    uint64_t ttl_ms = given ? wish->row.ttl_ms : own->ttl_ms;
    uint64_t expires_ms = apply->meta->now_ms + ttl_ms;
    if (expires_ms < own->expires_ms)
        expires_ms = own->expires_ms;
    if (ttl_ms > own->ttl_ms)
        own->ttl_ms = ttl_ms;
    own->flags |= CLAIM_YOURS_TOLD; /* R13 */
    if (write)
        lease_extend(apply, token, own, expires_ms);
    own->expires_ms = expires_ms;
    return true;
}

void yours_answer(struct apply *apply, const struct claim *wish, const struct verdict *verdict, bool write,
                  struct decision *decision)
{
    struct claim_row own;

    decision->answer = ANSWER_YOURS;
    decision->final = true;
    for (uint32_t i = 0; i < wish->row.key_count; i++) {
        uint64_t token = verdict->yours[i];
        if (token == 0 || !yours_renew(apply, wish, token, write, &own))
            continue;
        if (decision->key_count == 0)
            decision->ttl_ms = own.ttl_ms;
        decision->keys[decision->key_count++] =
            (struct granted_key){.key = wish->keys[i], .token = token, .expires_ms = own.expires_ms};
    }
}
