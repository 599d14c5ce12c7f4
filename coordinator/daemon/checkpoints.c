/* Checkpoints: ours and the others'. */
#include "coordinator/daemon/checkpoints.h"

#include <stdlib.h>

#include "base/memory.h"

bool checkpoints_new(struct checkpoints *checkpoints)
{
    *checkpoints = (struct checkpoints){.past = malloc(CHECKPOINTS_HISTORY * sizeof *checkpoints->past)};
    if (checkpoints->past != NULL)
        memory_take(checkpoints->past, CHECKPOINTS_HISTORY * sizeof *checkpoints->past);
    return checkpoints->past != NULL;
}

void checkpoints_free(struct checkpoints *checkpoints)
{
    free(checkpoints->past);
    checkpoints->past = NULL;
}

void checkpoints_init(struct checkpoints *checkpoints, uint64_t offset, struct state_digest digest, uint64_t now_ms)
{
    checkpoints->past_first = checkpoints->past_end = 0;
    checkpoints->ahead_count = 0;
    checkpoints->lowest_ahead = UINT64_MAX;
    checkpoints->newest = 0;
    checkpoints->last_offset = offset;
    checkpoints->last_ms = now_ms;
    checkpoints->records = 0;
    if (offset > 0)
        checkpoints_on_applied(checkpoints, offset, digest);
    checkpoints->records = 0;
}

static struct checkpoint_past *past_at(const struct checkpoints *checkpoints, uint64_t number)
{
    return &checkpoints->past[number % CHECKPOINTS_HISTORY];
}

void checkpoints_on_applied(struct checkpoints *checkpoints, uint64_t offset, struct state_digest digest)
{
    if (checkpoints->past_end - checkpoints->past_first == CHECKPOINTS_HISTORY)
        checkpoints->past_first++;
    *past_at(checkpoints, checkpoints->past_end++) = (struct checkpoint_past){offset, digest};
    checkpoints->records++;
}

const struct checkpoint_past *checkpoints_past(const struct checkpoints *checkpoints, uint64_t offset)
{
    uint64_t low = checkpoints->past_first, high = checkpoints->past_end;

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        const struct checkpoint_past *past = past_at(checkpoints, middle);
        if (past->offset == offset)
            return past;
        if (past->offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static void find_lowest(struct checkpoints *checkpoints)
{
    checkpoints->lowest_ahead = UINT64_MAX;
    for (uint32_t i = 0; i < checkpoints->ahead_count; i++) {
        if (checkpoints->ahead[i].offset < checkpoints->lowest_ahead)
            checkpoints->lowest_ahead = checkpoints->ahead[i].offset;
    }
}

/* When there are too many, the furthest goes: those that are soon compared are worth more. */
void checkpoints_keep(struct checkpoints *checkpoints, const struct checkpoint_ahead *ahead)
{
    uint32_t at = checkpoints->ahead_count;

    if (at == CHECKPOINTS_AHEAD) {
        at = 0;
        for (uint32_t i = 1; i < CHECKPOINTS_AHEAD; i++) {
            if (checkpoints->ahead[i].offset > checkpoints->ahead[at].offset)
                at = i;
        }
        if (checkpoints->ahead[at].offset <= ahead->offset)
            return;
    } else {
        checkpoints->ahead_count++;
    }
    checkpoints->ahead[at] = *ahead;
    find_lowest(checkpoints);
}

bool checkpoints_take(struct checkpoints *checkpoints, uint64_t offset, struct checkpoint_ahead *out)
{
    if (checkpoints->lowest_ahead > offset)
        return false;
    for (uint32_t i = 0; i < checkpoints->ahead_count; i++) {
        if (checkpoints->ahead[i].offset != checkpoints->lowest_ahead)
            continue;
        *out = checkpoints->ahead[i];
        checkpoints->ahead[i] = checkpoints->ahead[--checkpoints->ahead_count];
        find_lowest(checkpoints);
        return true;
    }
    return false;
}

uint64_t checkpoints_due_ms(const struct checkpoints *checkpoints)
{
    if (checkpoints->records == 0)
        return UINT64_MAX;
    return checkpoints->records >= CHECKPOINTS_RECORDS ? 0 : checkpoints->last_ms + CHECKPOINTS_MS;
}

bool checkpoints_are_due(const struct checkpoints *checkpoints, uint64_t offset, uint64_t now_ms)
{
    return offset > checkpoints->last_offset && now_ms >= checkpoints_due_ms(checkpoints);
}

void checkpoints_on_written(struct checkpoints *checkpoints, uint64_t offset, uint64_t now_ms)
{
    checkpoints->last_offset = offset;
    checkpoints->last_ms = now_ms;
    checkpoints->records = 0;
    if (offset > checkpoints->newest)
        checkpoints->newest = offset;
}
