/* Where a store moves to: the seam between a migration and a kind of store that it fills. */
#ifndef SHIM_MIGRATE_TARGET_H
#define SHIM_MIGRATE_TARGET_H

#include "agent-shim/store_url.h"
#include "coordinator/state/state.h"
#include "proto/messages.h"

enum target_found {
    TARGET_EMPTY, /* or not there */
    TARGET_PART,  /* it waits for (more) records of that very store */
    TARGET_WHOLE, /* it is that very store, and complete */
    TARGET_OTHER  /* another store */
};

struct migrate_target;

struct migrate_target_methods {
    /* What is there, seen from the store with this genesis. DIBS_BAD_INPUT: things that are no store. */
    enum dibs_error (*look)(struct migrate_target *, const struct genesis_intent *source, enum target_found *found,
                            struct error_text *why);
    /* Makes the log, with a genesis that says that an import follows. */
    enum dibs_error (*make)(struct migrate_target *, const struct genesis_intent *source, struct error_text *why);
    /* Opens what waits for records, and keeps others away until close; *next is the source's offset that it needs next,
     * 0: all. */
    enum dibs_error (*open)(struct migrate_target *, uint64_t *next, struct error_text *why);
    /* Adds an import; its operator_identity is filled in here. */
    enum dibs_error (*append)(struct migrate_target *, struct intent *import, struct error_text *why);
    /* Applies all that was appended; the digest of what it has made. */
    enum dibs_error (*digest)(struct migrate_target *, struct state_digest *digest, struct error_text *why);
    /* Adds the end with the J and row_keep of this kind of store; from then on it is open to all. */
    enum dibs_error (*finish)(struct migrate_target *, struct error_text *why);
    void (*close)(struct migrate_target *); /* frees it */
};

struct migrate_target {
    const struct migrate_target_methods *methods;
    struct store_place place;
};

struct migrate_target_options {
    uint64_t map_bytes;
    bool sync;
    const uint8_t *operator_key;   /* 32 bytes, to be left in the new store as in the old one; NULL: it is elsewhere */
    const char *operator_key_file; /* of the source, borrowed until close; "": none is known */
    uint32_t patience_ms;          /* for the lock, or for a broker's answer */
};

/* On success *out is the caller's. */
MUST_USE enum dibs_error migrate_target_file(const struct store_place *place,
                                             const struct migrate_target_options *options, struct migrate_target **out,
                                             struct error_text *why);
MUST_USE enum dibs_error migrate_target_topic(const struct store_place *place,
                                              const struct migrate_target_options *options, struct migrate_target **out,
                                              struct error_text *why);

#endif
