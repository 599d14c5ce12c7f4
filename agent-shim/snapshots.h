/* Copies of a store's state at the beginnings of log segments: snapshots/OFFSET-TS-DIGEST/data.mdb, where OFFSET is the
 * record that comes next, TS the log's time of the one before, DIGEST that of the state. They save reading the log from
 * its start, and let its oldest segments be deleted. What isn't whole isn't under such a name. All under the store's lock
 * but for snapshots_finish. */
#ifndef SHIM_SNAPSHOTS_H
#define SHIM_SNAPSHOTS_H

#include <limits.h>

#include "agent-shim/store_url.h"
#include "coordinator/state/state.h"

enum { SNAPSHOT_NAME_BYTES = 20 + 1 + 20 + 1 + STATE_DIGEST_TEXT, SNAPSHOTS_MAX = 256 };

struct store_snapshot {
    char name[SNAPSHOT_NAME_BYTES];
    uint64_t offset, ts_ms;
    char digest[STATE_DIGEST_TEXT];
};

/* By offset, the oldest first; at most SNAPSHOTS_MAX. */
struct store_snapshots {
    struct store_snapshot items[SNAPSHOTS_MAX];
    size_t count;
};

/* Of the snapshot `name`, or with "" of their folder; `file` with its slash, or "". Returns `out`, empty if it is too long. */
const char *snapshots_path(const struct store_place *place, const char *name, const char *file, char out[PATH_MAX]);

/* DIBS_UNAVAILABLE: they cannot be listed, though there may be some. */
MUST_USE enum dibs_error snapshots_list(const struct store_place *place, struct store_snapshots *out,
                                        struct error_text *why);

/* Copies the state as it is committed, in which `offset` comes next; a transaction may be open. Not on the disk, and under
 * a name that nobody takes for a snapshot until snapshots_finish. */
MUST_USE enum dibs_error snapshots_begin(const struct store_place *place, struct state *state,
                                         struct store_snapshot *draft, struct error_text *why);

/* Brings the draft to the disk, and gives it its name. */
MUST_USE enum dibs_error snapshots_finish(const struct store_place *place, const struct store_snapshot *draft,
                                          struct error_text *why);

/* Puts the newest sound one with an offset from `first` to `last` (the oldest, if `oldest`) into the file `to`, in one
 * step. *out_offset is its offset; 0: there is none, and nothing was done. */
MUST_USE enum dibs_error snapshots_restore(const struct store_place *place, uint64_t first, uint64_t last, bool oldest,
                                           const char *to, uint64_t *out_offset, struct error_text *why);

/* Is it what its name says? Reads it whole. DIBS_UNAVAILABLE: this process has no room to look at it, which says nothing of it.
 */
MUST_USE enum dibs_error snapshots_check(const struct store_place *place, const struct store_snapshot *snapshot,
                                         struct error_text *why);

/* Deletes those that are not needed: below `base`, and of the others all but the newest two and one in each
 * `spacing_ms`. */
void snapshots_thin(const struct store_place *place, uint64_t base, uint64_t spacing_ms);

#endif
