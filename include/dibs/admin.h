/* The C API for those who run stores: make one, prove one, read log files that belong to none.
 * Errors, texts and threads as in dibs.h. */
#ifndef DIBS_ADMIN_H
#define DIBS_ADMIN_H

#include <dibs/dibs.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dibs_init_options {
    const char *store;        /* URL or directory; NULL: as dibs_open finds it */
    const char *config_dir;   /* where to look for that; NULL: as dibs_open */
    const char *operator_key; /* a file with 32 bytes, mode 0600, made when missing; NULL: operator.key in the store */
    uint64_t map_bytes;       /* how far the state can grow, fixed for ever; 0: 64 GiB, sparse; 16 MiB to 64 TiB */
    bool sync;                /* every answer is on the disk before it is given (default: survives process crashes) */
    bool has_retain;
    uint64_t retain_ms;     /* how old a log segment becomes that a snapshot covers; 0: for ever. Else 90 days. What is
                               deleted can't be shown or replayed any more, and the store not migrated */
    uint64_t segment_bytes; /* of the log; 0: 64 MiB; 64 KiB to 1 GiB. A full one is synced, with a snapshot */
    const struct dibs_setting *settings; /* policy from the start */
    size_t setting_count;
};

/* Makes a store. *already is set when there was one, which is left as it is (DIBS_OK), or DIBS_NEWER or DIBS_DAMAGED when its store.json is so. url_size bytes of `url`
 * receive its name; both may be NULL. DIBS_BAD_INPUT: a directory with other things in it. DIBS_UNAVAILABLE: a file. */
enum dibs_error dibs_store_init(const struct dibs_init_options *options, bool *already, char *url, size_t url_size);

struct dibs_verify_report {
    uint64_t records; /* applied, from the first */
    uint64_t bad_records;
    char live_digest[33];  /* of the store's state, hexadecimal */
    char built_digest[33]; /* of the state rebuilt from the log */
    bool equal;            /* digests, digests recomputed from all rows, and every table row by row */
    char difference[256];  /* the first one, in words; "" none */
    /* Of a fleet, whose live state is its coordinators': what was published, from the first that is kept. live_digest is
     * that of the newest checkpoint, "" when there is none. */
    uint64_t decisions;   /* that were published, and are what the log makes */
    uint64_t checkpoints; /* the same */
    uint64_t unproved;    /* of these checkpoints: without the operator's key nobody can tell who wrote them */
};

/* Rebuilds the state from the log in a temporary directory and compares it with the live one table by table; a fleet's
 * with every decision and checkpoint that was published. Holds a directory's lock while it compares. A difference is
 * DIBS_OK with equal = false; DIBS_DAMAGED: the log cannot be read. DIBS_UNAVAILABLE also of a client opened to read only,
 * while the state lacks what the log has. */
enum dibs_error dibs_store_verify(dibs_client *client, struct dibs_verify_report *report);

/* How far a long call has come: records of the log so far, of all; called about ten times a second, from the call. */
typedef void (*dibs_progress)(void *context, uint64_t so_far, uint64_t all);

struct dibs_replay_options {
    bool has_until_offset, has_until_ts;
    uint64_t until_offset;  /* stops before this record … */
    int64_t until_ts_ms;    /* … or before the first one at or after this time */
    const char *into;       /* a new or empty directory that keeps the state; NULL: a temporary one */
    bool verify;            /* as dibs_store_verify; with an until only of a fleet: what was published before it */
    dibs_progress progress; /* NULL: none */
    void *context;
};

struct dibs_replay_report {
    uint64_t records; /* applied */
    uint64_t offset;  /* that would come next */
    uint64_t elapsed_ms;
    char digest[33];                    /* of all that the records made, hexadecimal */
    struct dibs_verify_report verified; /* with `verify` */
};

/* Rebuilds the state from the log. A difference is DIBS_OK with verified.equal = false; DIBS_DAMAGED: the log cannot be
 * read. DIBS_BAD_INPUT: `into` is not empty, or verify with an until of a directory. */
enum dibs_error dibs_store_replay(dibs_client *client, const struct dibs_replay_options *options,
                                  struct dibs_replay_report *report);

struct dibs_migrate_options {
    const char *to;     /* URL or directory; empty, not there yet, or what an interrupted migration has left */
    bool copy;          /* the source stays open: two stores with one history from here on */
    uint64_t map_bytes; /* of the new store; 0: 64 GiB */
    bool sync;
    dibs_progress progress; /* NULL: none */
    void *context;
};

struct dibs_migrate_report {
    uint64_t records;  /* of the source's log, without the seal */
    uint64_t imported; /* of these by this call */
    bool continued;    /* an earlier migration was interrupted */
    bool already;      /* an earlier one was complete: nothing was done */
    char digest[33];   /* of all that they made, here and there */
    char to[4200];     /* the new store's name */
};

/* Moves the client's store: seals it, naming where claims go now, and carries its log into another one, which comes to the
 * same decisions and the same digest. Interrupted at any moment, it can be called again. Needs the operator's key of the
 * source, unless `copy`. DIBS_BAD_INPUT: the target is not empty, the key is not the operator's, or the store has moved
 * elsewhere; the source is as it was. */
enum dibs_error dibs_store_migrate(dibs_client *from, const struct dibs_migrate_options *options,
                                   struct dibs_migrate_report *report);

struct dibs_export_options {
    const char *path;       /* of the file to be made; there is none yet */
    dibs_progress progress; /* NULL: none */
    void *context;
};

struct dibs_export_report {
    uint64_t records, bytes;
    char digest[33]; /* of all that the records made, hexadecimal */
};

/* Writes the whole log into one file (docs/FORMAT.md), mode 0600, with a checksum of all of it; it appears under its name
 * when it is whole and on the disk. It holds no secret: the operator's key is not in it. DIBS_BAD_INPUT: there is such a
 * file already, or no such folder. DIBS_UNSUPPORTED: the log's beginning is not kept any more. */
enum dibs_error dibs_store_export(dibs_client *client, const struct dibs_export_options *options,
                                  struct dibs_export_report *report);

struct dibs_import_options {
    const char *from;   /* the file */
    const char *to;     /* URL or directory; empty or not there yet */
    uint64_t map_bytes; /* of the new store; 0: 64 GiB */
    bool sync;
    const char *operator_key; /* of the exported store; a fleet needs it */
    dibs_progress progress;   /* NULL: none */
    void *context;
};

struct dibs_import_report {
    uint64_t records;
    char digest[33];
    char to[4200]; /* the new store's name */
};

/* Makes the store that was exported: same history, same digest, same store id. The file is read whole before anything is
 * made of it; a directory appears when it is whole. DIBS_BAD_INPUT: the place is not empty, or the file is no export;
 * DIBS_DAMAGED: the file is cut short or altered; DIBS_NEWER. Needs no client; texts in dibs_error_text. */
enum dibs_error dibs_store_import(const struct dibs_import_options *options, struct dibs_import_report *report);

/* As dibs_log_open, for a store that cannot be opened because it is damaged: reads the log from its first record, without
 * the store's lock, as far as it can be relied on. dibs_log_next then says DIBS_DAMAGED, with the file and the byte, or
 * DIBS_ENDED when the damage isn't in what is there. `store` and `config_dir` as in dibs_open. */
enum dibs_error dibs_log_open_damaged(const char *store, const char *config_dir, const struct dibs_log_options *options,
                                      dibs_log **out);

enum { DIBS_FINDINGS_MAX = 32 };

struct dibs_finding {
    bool is_damage; /* else it is mended by itself, or harmless */
    char words[1024];
};

struct dibs_store_report {
    bool damaged;       /* something was found that is not mended by itself */
    bool can_recover;   /* dibs_store_recover mends it … */
    bool loses_records; /* … and what was answered is lost by that */
    uint64_t records;   /* of the log that are whole */
    char advice[5000];  /* what to do, in words */
    char aside[4200];   /* after dibs_store_recover: where the damaged originals are; "" nothing was changed */
    size_t finding_count;
    struct dibs_finding findings[DIBS_FINDINGS_MAX];
};

/* Looks at all files of a directory's store and changes none: what is damaged, what can be saved and how. `store` and
 * `config_dir` as in dibs_open. Others may use the store meanwhile. A damaged store is DIBS_OK with report->damaged;
 * DIBS_NO_STORE, DIBS_NEWER. Pass a report from the heap: it is large. */
enum dibs_error dibs_store_examine(const char *store, const char *config_dir, struct dibs_store_report *report);

/* Does what dibs_store_examine advises: the report says what was found, and where the damaged originals are kept. Nobody
 * else may use the store. DIBS_DAMAGED: nothing can be built from what is there; nothing was changed. Called on a sound
 * store it changes nothing. */
enum dibs_error dibs_store_recover(const char *store, const char *config_dir, struct dibs_store_report *report);

/* Drops the derived state and builds it again from the log, under the store's lock; not by a client that only reads. */
enum dibs_error dibs_store_rebuild(dibs_client *client);

#ifdef __cplusplus
}
#endif
#endif
