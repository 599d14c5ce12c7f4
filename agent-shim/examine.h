/* What is the matter with a store's files, found without changing any, and what can be made of them. */
#ifndef SHIM_EXAMINE_H
#define SHIM_EXAMINE_H

#include <dibs/admin.h>

#include "agent-shim/manifest.h"
#include "agent-shim/snapshots.h"

/* A segment as it was found: records first … end-1 are whole and in a row. */
struct segment_found {
    uint64_t first, end;
    uint64_t end_at, bytes; /* where they end in the file, and the file */
    bool is_bad;            /* something stands between the two that no append leaves, or its beginning is no good */
    struct error_text why;
};

enum examine_plan {
    PLAN_NONE,     /* nothing is damaged that is not mended by itself */
    PLAN_HISTORY,  /* the records from keep_from on are whole, and the state or a snapshot knows what was before: all
                     older ones go, nothing that was answered is lost */
    PLAN_CUT,      /* the log is cut before keep_until: what was answered there and after is lost */
    PLAN_MANIFEST, /* store.json alone is lost, and made anew */
    PLAN_BACKUP    /* nothing can be built from what is here */
};

struct examination {
    struct store_place place;
    bool has_manifest, has_store_id;
    bool after_crash;               /* of another boot: the newest segment may have holes above what was synced */
    struct manifest manifest;       /* made up where it is lost */
    struct segment_found *segments; /* owned */
    size_t segment_count;
    struct store_snapshots snapshots; /* the sound ones */
    bool state_is_sound;
    uint64_t state_offset; /* what it has taken in */
    enum examine_plan plan;
    uint64_t keep_from, keep_until;
    bool needs_state; /* PLAN_HISTORY: no snapshot does, so the state has to become one */
};

/* Fills both in; the report's words are for people. An error: it could not even be looked at (no such directory, no
 * memory). examination_free is due in any case. Without the lock it reads log and snapshots, then takes it for the state, and
 * there reads the log's end again where it looks damaged. */
MUST_USE enum dibs_error examine(const struct store_place *place, bool has_lock, struct examination *out,
                                 struct dibs_store_report *report, struct error_text *why);
/* What is in the log, from the first segment to the last; what an earlier call found whole is not looked at again. examine asks
 * it, once without the lock and, where that came to something odd, once with it. */
MUST_USE enum dibs_error examine_log(struct examination *examination, struct error_text *why);
/* Says so, and returns `error`: what this process has no memory, no descriptors or no address space for, as `cause` says, is
 * no damage. */
MUST_USE enum dibs_error examine_cannot_tell(enum dibs_error error, const struct error_text *cause,
                                             struct error_text *why);
/* May this user read all that examine looks at? DIBS_UNAVAILABLE names the file that it may not. examine asks it. */
MUST_USE enum dibs_error examine_access(const struct store_place *place, struct error_text *why);
/* What to do about what was found: sets the plan, and the report's advice. examine does it. */
void examine_plan(struct examination *examination, struct dibs_store_report *report);

void examination_free(struct examination *examination);

#endif
