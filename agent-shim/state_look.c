/* What is known of a store's state before anybody opens it to write. See store_state.h. */
#include <fcntl.h>
#include <string.h>

#include "agent-shim/store_state.h"
#include "coordinator/intake/intake.h"
#include "coordinator/state/rows.h"

bool state_stat(const struct store_place *place, struct stat *status)
{
    char path[PATH_MAX];
    return stat(store_path(place, "state/data.mdb", path), status) == 0;
}

uint64_t state_born_ns(const struct store_place *place)
{
#ifdef STATX_BTIME
    char path[PATH_MAX];
    struct statx status;
    if (statx(AT_FDCWD, store_path(place, "state/data.mdb", path), 0, STATX_BTIME, &status) == 0 &&
        (status.stx_mask & STATX_BTIME) != 0 && status.stx_btime.tv_sec > 0)
        return (uint64_t)status.stx_btime.tv_sec * 1000000000 + status.stx_btime.tv_nsec;
#else
    (void)place;
#endif
    return 0;
}

enum state_found state_find(const struct store_place *place, const struct manifest *manifest)
{
    struct stat status;
    if (!state_stat(place, &status) || status.st_size == 0) /* LMDB would take an empty file for a new state */
        return STATE_MISSING;
    bool own = (uint64_t)status.st_dev == manifest->state_device && (uint64_t)status.st_ino == manifest->state_inode;
    own = own && (manifest->state_born_ns == 0 || manifest->state_born_ns == state_born_ns(place));
    return own ? STATE_OWN : STATE_OTHER;
}

bool state_is_of_another_store(struct state *state, const uint8_t store_id[16])
{
    const struct state_meta *meta = state_meta(state);
    return meta->has_genesis && memcmp(meta->store_id, store_id, sizeof meta->store_id) != 0;
}

enum dibs_error state_look(const struct store_place *place, const uint8_t store_id[16], uint64_t *reached,
                           struct error_text *why)
{
    const struct state_options options = {.read_only = true, .check_bytes = UINT64_MAX};
    char path[PATH_MAX];
    struct state *state = NULL;
    *reached = 0;
    enum dibs_error error = state_open(store_path(place, "state", path), &options, &state, why);
    if (error == DIBS_OK)
        error = state_begin(state, true, why);
    uint64_t next = error == DIBS_OK ? intake_next(state) : 0;
    if (error == DIBS_OK)
        error = state_failure(state, why);
    if (error == DIBS_OK && state_is_of_another_store(state, store_id))
        error = error_say(why, DIBS_DAMAGED, "it is another store's");
    if (error == DIBS_OK)
        *reached = next;
    state_close(state);
    return error;
}

enum dibs_error state_synced(const struct store_place *place, const struct manifest *manifest, uint64_t *synced,
                             struct error_text *why)
{
    uint64_t reached = 0;
    *synced = manifest->synced_offset;
    if (manifest->sync && state_find(place, manifest) == STATE_OWN &&
        state_look(place, manifest->store_id, &reached, why) == DIBS_UNAVAILABLE)
        return DIBS_UNAVAILABLE;
    if (reached > *synced) /* else: one whose pages did not all reach the disk tells nothing */
        *synced = reached;
    return DIBS_OK;
}
