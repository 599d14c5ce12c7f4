/* What a renewal's answer means for what is kept. Under the keeper's mutex. */
#include "agent-shim/keeper_own.h"

#include <stdio.h>

#include "agent-shim/client.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/utf8.h"

void keeper_lose(struct dibs_kept *kept, uint64_t token, enum dibs_why why, const char *by)
{
    kept->state = DIBS_KEPT_LOST;
    kept->untold = true;
    kept->lost_token = token;
    kept->is_late = by == NULL;
    kept->why = why;
    (void)snprintf(kept->by, sizeof kept->by, "%s", by == NULL ? "" : by);
}

/* Is that lease over, as the store says, and not merely out of reach? */
static bool is_over(const struct dibs_renewed *item)
{
    return item->verdict == DIBS_VERDICT_DENIED &&
           (item->reason == DIBS_REASON_NOT_HOLDER || item->reason == DIBS_REASON_STALE_TOKEN ||
            item->reason == DIBS_REASON_FORGOTTEN);
}

void keeper_hear(struct dibs_kept *kept, struct lease *lease, const struct dibs_renewed *item, const char *words,
                 uint64_t sent_ms)
{
    if (item != NULL && item->verdict == DIBS_VERDICT_ACCEPTED) {
        lease_on_confirmed(lease, sent_ms, item->expires_in_ms > 0 ? (uint64_t)item->expires_in_ms : 0);
        return;
    }
    if (item == NULL || !is_over(item)) {
        lease_on_no_answer(lease, clock_boot_ms());
        return;
    }
    if (kept->state == DIBS_KEPT_LIVE && item->why == DIBS_WHY_NONE && kept->ticket[0] != '\0' &&
        clock_boot_ms() < lease_deadline_ms(lease)) {
        kept->doubt = lease;
        lease_on_no_answer(lease, clock_boot_ms()); /* and asked again, if the ticket tells nothing */
        return;
    }
    lease_on_ended(lease);
    if (kept->state != DIBS_KEPT_LIVE)
        return;
    if (item->why != DIBS_WHY_NONE) {
        keeper_lose(kept, lease->token, item->why, item->by);
        size_t size = utf8_cut(span_from_text(words), sizeof kept->words - 1).size;
        (void)snprintf(kept->words, sizeof kept->words, "%.*s", (int)size, words);
    } else if (clock_boot_ms() < lease_deadline_ms(lease))
        kept->state = DIBS_KEPT_CLOSED; /* only what the session did itself leaves no trace of why */
    else
        keeper_lose(kept, lease->token, DIBS_WHY_NONE, NULL);
}

/* Each of the client's intents since may have taken the place of that ticket's outcome. Half: some were before the keeping. */
static bool may_be_crowded_out(const struct dibs_kept *kept)
{
    return atomic_load(&kept->keeper->client->remembered) - kept->remembered >= LIMIT_OUTCOMES / 2;
}

void keeper_settle(struct dibs_kept *kept, enum dibs_error error, const struct dibs_answer *answer)
{
    struct lease *lease = kept->doubt;
    enum dibs_reason reason =
        error == DIBS_OK && answer->verdict == DIBS_VERDICT_DENIED ? answer->reason : DIBS_REASON_NONE;
    bool is_forgotten = reason == DIBS_REASON_FORGOTTEN;
    bool is_closed = (error == DIBS_OK && answer->standing == DIBS_STANDING_ENDED) || reason == DIBS_REASON_CANCELLED ||
                     (is_forgotten && may_be_crowded_out(kept));
    kept->doubt = NULL;
    if ((!is_closed && !is_forgotten) || kept->state != DIBS_KEPT_LIVE)
        return;
    lease_on_ended(lease);
    if (is_closed)
        kept->state = DIBS_KEPT_CLOSED;
    else
        keeper_lose(kept, lease->token, DIBS_WHY_NONE, "");
}
