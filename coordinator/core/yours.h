/* `yours`: one's own session holds it already (R13, R18, R23, S12). */
#ifndef CORE_YOURS_H
#define CORE_YOURS_H

#include "coordinator/core/wish.h"

/* Makes the decision `yours` after a verdict of that kind, and renews the claims it names; without `write` (a dry run)
 * it only shows what that would be. */
void yours_answer(struct apply *apply, const struct claim *wish, const struct verdict *verdict, bool write,
                  struct decision *decision);

#endif
