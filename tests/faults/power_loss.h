/* What a machine that stops leaves of a store's directory: simulated, by damage to what was never synced. */
#ifndef FAULTS_POWER_LOSS_H
#define FAULTS_POWER_LOSS_H

#include <stddef.h>

#include "base/random.h"

/* How much of a file is on the disk, whatever happens (synced.h). */
typedef size_t on_the_disk(const char *path);

/* Nobody uses the store. Pages of the log's segments above what is on the disk and of the state are zeroed, replaced by
 * what was there before (`old_state`, a copy of the state's file; NULL: none), or cut off; files that need not be there
 * lose theirs too. store.json tells of another boot then. It and snapshots with a name stay. */
void power_loss(struct random *random, const char *store, const char *old_state, on_the_disk *is_on_the_disk);

/* The boot id in store.json becomes another one. */
void power_loss_new_boot(struct random *random, const char *store);

/* Reads the whole file; free it. NULL: it isn't there. */
char *power_loss_read(const char *path, size_t *size);
void power_loss_write(const char *path, const char *bytes, size_t size);

#endif
