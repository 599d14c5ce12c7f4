/* Client rows: what a (client, session) has asked so far, and for how long that is remembered (INV-3, R6, R8, R9). */
#ifndef CORE_CLIENT_H
#define CORE_CLIENT_H

#include "coordinator/core/context.h"

/* Takes the row in hand; false: there is none. The row in apply->client is good until another owner is used. */
bool client_use(struct apply *apply, struct row_owner owner);

/* R12: is there such a row, or room for it? session 0: one that was never seen. */
bool client_fits(struct apply *apply, struct row_owner owner);

/* Takes the row in hand, made when missing. Whether it fits has been asked before. */
void client_make(struct apply *apply, struct row_owner owner);

void client_touch(struct apply *apply);

/* Something of this owner began (+1) or stopped (-1) waiting or living. */
void client_busy(struct apply *apply, struct row_owner owner, int change);

/* Writes the row in hand back; call at the end of each step. */
void client_flush(struct apply *apply);

/* Makes the row's fading be looked at again as early as it can fade. */
void client_rearm(struct apply *apply);

/* A due event of this kind and id: fades the row with all its outcomes, or arms it again (S26). */
void client_due(struct apply *apply, struct row_owner owner);

#endif
