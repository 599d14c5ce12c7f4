/* What a machine that stops leaves of a store's directory: simulated, by damage to what was never synced. */
#ifndef FAULTS_POWER_LOSS_H
#define FAULTS_POWER_LOSS_H

#include <stddef.h>

#include "base/random.h"

/* Nobody uses the store. Pages of the newest log segment above the synced mark and of the state are zeroed, replaced by
 * what was there before (`old_state`, a copy of the state's file; NULL: none), or cut off; files that need not be there
 * lose theirs too. store.json tells of another boot then. What was synced (store.json, older segments, snapshots with a
 * name) stays. */
void power_loss(struct random *random, const char *store, const char *old_state);

/* The boot id in store.json becomes another one. */
void power_loss_new_boot(struct random *random, const char *store);

/* Reads the whole file; free it. NULL: it isn't there. */
char *power_loss_read(const char *path, size_t *size);
void power_loss_write(const char *path, const char *bytes, size_t size);

#endif
