/* What pending.c and pending_hear.c share. */
#ifndef SHIM_PENDING_OWN_H
#define SHIM_PENDING_OWN_H

#include "agent-shim/pending.h"

static const uint64_t never = UINT64_MAX;

static inline uint64_t later(uint64_t now_ms, uint64_t by_ms)
{
    return by_ms > never - now_ms ? never : now_ms + by_ms;
}

#endif
