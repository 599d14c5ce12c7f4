/* What is wrong with an intent whatever the store holds: the flaws that need no store to be seen. The coordinator judges
 * the same again; what it alone can judge (policy, what is held) is not looked at. */
#ifndef SHIM_INTENT_FLAW_H
#define SHIM_INTENT_FLAW_H

#include "proto/messages.h"

/* FLAW_NONE, or the first flaw; *index is that of the key or target that has it. */
enum flaw intent_flaw(const struct intent *intent, uint32_t *index);

#endif
