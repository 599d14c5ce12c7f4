/* When a lease must be renewed and until when its holder may rely on it. */
#include "agent-shim/lease_keeper.h"

uint64_t lease_margin_ms(uint64_t length_ms)
{
    uint64_t margin_ms = length_ms / 20;

    if (margin_ms < LEASE_MARGIN_LEAST_MS)
        margin_ms = LEASE_MARGIN_LEAST_MS;
    if (margin_ms > LEASE_MARGIN_MOST_MS)
        margin_ms = LEASE_MARGIN_MOST_MS;
    return margin_ms < length_ms ? margin_ms : length_ms;
}

void lease_begin(struct lease *lease, uint64_t token, uint64_t confirmed_ms, uint64_t length_ms)
{
    *lease = (struct lease){.token = token, .confirmed_ms = confirmed_ms, .length_ms = length_ms};
}

void lease_on_sent(struct lease *lease, uint64_t now_ms)
{
    lease->in_flight = true;
    lease->suspect = false;
    lease->sent_ms = now_ms;
}

void lease_on_confirmed(struct lease *lease, uint64_t sent_ms, uint64_t length_ms)
{
    if (sent_ms == lease->sent_ms)
        lease->in_flight = false;
    /* A late answer to an earlier renewal takes nothing away. */
    if (sent_ms + length_ms < lease->confirmed_ms + lease->length_ms)
        return;
    lease->confirmed_ms = sent_ms;
    lease->length_ms = length_ms;
    lease->lost = false;
}

void lease_on_no_answer(struct lease *lease, uint64_t now_ms)
{
    lease->in_flight = false;
    lease->again_ms = now_ms + LEASE_PAUSE_MS;
}

void lease_on_ended(struct lease *lease)
{
    lease->ended = true;
    lease->in_flight = false;
}

void lease_suspect(struct lease *lease)
{
    lease->suspect = true;
}

uint64_t lease_deadline_ms(const struct lease *lease)
{
    return lease->confirmed_ms + lease->length_ms - lease_margin_ms(lease->length_ms);
}

uint64_t lease_renew_ms(const struct lease *lease)
{
    uint64_t due_ms = lease->suspect ? 0 : lease->confirmed_ms + lease->length_ms / 3;

    if (lease->ended || lease->in_flight)
        return UINT64_MAX;
    return due_ms > lease->again_ms ? due_ms : lease->again_ms;
}

enum lease_effect lease_next(struct lease *lease, uint64_t now_ms)
{
    if (!lease->ended && !lease->lost && now_ms >= lease_deadline_ms(lease)) {
        lease->lost = true;
        return LEASE_LOST;
    }
    return now_ms >= lease_renew_ms(lease) ? LEASE_RENEW : LEASE_NOTHING;
}

uint64_t lease_wake_ms(const struct lease *lease)
{
    uint64_t wake_ms = lease_renew_ms(lease);

    if (!lease->ended && !lease->lost && lease_deadline_ms(lease) < wake_ms)
        wake_ms = lease_deadline_ms(lease);
    return wake_ms;
}
