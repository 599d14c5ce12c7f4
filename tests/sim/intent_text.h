/* Parts of the one readable line that an intent is. */
#ifndef SIM_INTENT_TEXT_H
#define SIM_INTENT_TEXT_H

#include "proto/messages.h"
#include "tests/sim/bytes.h"

void intent_text_offer(struct bytes *text, const struct offer_intent *offer);
void intent_text_withdraw(struct bytes *text, const struct withdraw_intent *withdraw);
void intent_text_next(struct bytes *text, const struct next_intent *next);

#endif
