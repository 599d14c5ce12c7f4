/* The verbs offer and withdraw. */
#ifndef CORE_SUPPLY_OFFER_H
#define CORE_SUPPLY_OFFER_H

#include "coordinator/core/context.h"

void offer_apply(struct apply *apply);
void withdraw_apply(struct apply *apply);

/* What an outcome keeps of the items, and back: in its words, four bytes an item. */
enum { OFFERED_WORDS_BYTES = 4 * LIMIT_WITHDRAW_KEYS };
struct span offered_pack(const struct decision *decision, uint8_t out[OFFERED_WORDS_BYTES]);
void offered_unpack(struct span words, struct decision *decision);

#endif
