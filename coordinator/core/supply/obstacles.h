/* Why nothing was picked: of each kind of obstacle how many items, and one of them (S62). */
#ifndef CORE_SUPPLY_OBSTACLES_H
#define CORE_SUPPLY_OBSTACLES_H

#include "coordinator/core/supply/pick.h"
#include "coordinator/core/supply/steering.h"

/* Tells them in pick->decision, whose spans point into `pick` from then on. The wish's storage is used. */
void obstacles_tell(struct apply *apply, struct pick *pick, const struct steering *steering);

#endif
