/* One client's keeping: two threads, one that renews and may block on the store, one that watches the local deadlines and
 * calls back, so that a store which hangs takes no deadline with it. */
#ifndef SHIM_KEEPER_H
#define SHIM_KEEPER_H

#include <dibs/keep.h>

#include "base/error.h"

struct keeper;

/* A claim to be kept, without leases yet; NULL: no memory. Freed by keeper_take_out, keeper_close, or with free() before
 * it was added. */
struct dibs_kept *kept_new(const struct dibs_keep_options *options);
/* Adds the leases of that answer; false: it has none that is live. */
bool kept_add(struct dibs_kept *kept, const struct dibs_answer *held);

/* The client's, made and started when there is none. */
MUST_USE enum dibs_error keeper_of(dibs_client *client, struct keeper **out);

/* Begins to keep it; the keeper's until keeper_take_out or keeper_close. */
void keeper_add(struct keeper *keeper, struct dibs_kept *kept);
void keeper_take_out(
    struct dibs_kept *kept); /* frees it, now or when its callback is over; nothing in a child of fork */

/* How it stands, and for how long from now one may rely on it. */
enum dibs_kept_state keeper_state(const struct dibs_kept *kept, uint64_t *left_ms);

/* What is wrong with its renewals, as a part of a sentence; "" nothing. At most `size` bytes, at least 1, with the NUL. */
void keeper_trouble(const struct dibs_kept *kept, char *out, size_t size);

/* Ends its threads and frees all that is kept; `forked`: leaves it alone. NULL is allowed. */
void keeper_close(struct keeper *keeper, bool forked);

#endif
