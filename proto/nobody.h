/* The sink of decisions that nobody wants to hear. */
#ifndef PROTO_NOBODY_H
#define PROTO_NOBODY_H

#include "proto/messages.h"

static inline void nobody_hears(void *context, const struct decision *decision)
{
    (void)context;
    (void)decision;
}

static const struct decision_sink nobody = {.emit = nobody_hears};

#endif
