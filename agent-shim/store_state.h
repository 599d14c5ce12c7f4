/* The state of a store as something derived: opened if it is this log's own, else dropped and built again. All under
 * the store's lock. */
#ifndef SHIM_STORE_STATE_H
#define SHIM_STORE_STATE_H

#include <sys/stat.h>

#include "agent-shim/store.h"

enum state_found {
    STATE_OWN,     /* it is the one that store.json means */
    STATE_MISSING, /* there is none */
    STATE_OTHER    /* another file: a copy, or of an earlier boot */
};

enum state_found state_find(const struct store_place *place, const struct manifest *manifest);

/* Looks at the state's file. False: there is none. */
bool state_stat(const struct store_place *place, struct stat *status);

/* When the state's file was made: since 1970, in ns; 0 where the file system doesn't tell. A file that takes the place and
 * the number of one that was deleted is told from it by this. */
uint64_t state_born_ns(const struct store_place *place);

/* Put there by somebody. Within a transaction. */
bool state_is_of_another_store(struct state *state, const uint8_t store_id[16]);

/* Opens the state, checks it whole and closes it again, and changes nothing: the offset that it has taken in. DIBS_DAMAGED
 * (also of another store's) and such: *why says what is the matter; *reached is 0. */
MUST_USE enum dibs_error state_look(const struct store_place *place, const uint8_t store_id[16], uint64_t *reached,
                                    struct error_text *why);

/* Before whoever opens it builds the state anew: up to here the log was on the disk, at least, as store.json says, or as
 * the state tells that was there before. In a store that syncs what it has taken in was on the disk first. DIBS_UNAVAILABLE: this
 * process has no room to look at it. */
MUST_USE enum dibs_error state_synced(const struct store_place *place, const struct manifest *manifest,
                                      uint64_t *synced, struct error_text *why);

/* Opens the state, or makes an empty one when there is none; remembers its identity in store.json when that is new. */
MUST_USE enum dibs_error state_attach(struct store *store, struct error_text *why);
void state_detach(struct store *store);

/* Closes the state and deletes its files. */
MUST_USE enum dibs_error state_drop(struct store *store, struct error_text *why);

/* Is the open state still the one that is in the directory (another process may have dropped it)? */
bool state_is_current(const struct store *store);

/* The offset that the state has taken in so far. */
MUST_USE enum dibs_error state_reached(struct store *store, uint64_t *offset, struct error_text *why);

/* Applies all records of the log that the state has not taken in, in transactions of bounded size; leaves one open. */
MUST_USE enum dibs_error state_catch_up(struct store *store, struct error_text *why);

/* The log is full: begins its next segment, deletes what is old, begins a snapshot. Leaves a transaction open. On an error
 * nothing has changed for those who claim. */
MUST_USE enum dibs_error store_roll(struct store *store, struct error_text *why);

/* After the turn, without the lock: keeps the snapshot that was begun. */
void store_finish_roll(struct store *store);

/* Applies one record within the open transaction. */
MUST_USE enum dibs_error state_apply(struct store *store, const struct log_record *record, struct decision_sink sink,
                                     struct error_text *why);

/* DIBS_UNAVAILABLE: on a network file system, and $DIBS_NETWORK_FS isn't `allow`. */
MUST_USE enum dibs_error store_check_file_system(const struct store_place *place, struct error_text *why);

MUST_USE enum dibs_error store_read_manifest(struct store *store, struct error_text *why);

/* Writes store.json. */
MUST_USE enum dibs_error store_write_manifest(const struct store *store, struct error_text *why);

#endif
