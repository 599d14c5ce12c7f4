/* The log of a store on this host: a directory of append-only segments (docs/FORMAT.md).
 *
 * Any number of processes may have it open. The caller holds the store's lock (log/store_lock.h) while it opens one
 * with `create`, recovers, appends, or reads what it has not seen before. What was seen once may be read without it.
 * Survives the death of any process at any instruction: an append is there whole or not at all. Survives a crash of the
 * machine only up to the last log_local_sync. */
#ifndef LOG_LOG_LOCAL_H
#define LOG_LOG_LOCAL_H

#include "log/boot_clock.h"
#include "log/log.h"

#include <stdbool.h>

struct file_calls; /* log/segment_file.h */

enum { LOG_STORE_ID_BYTES = 16, LOG_LOCAL_PAYLOAD_MAX = 131072 };

struct log_local_options {
    uint8_t store_id[LOG_STORE_ID_BYTES]; /* stands in every segment; another store's segments are refused */
    struct boot_clock clock;              /* of the running boot; kept in store.json */
    const struct clock_source *source;    /* NULL: the system's; borrowed until close */
    uint64_t segment_bytes;               /* of a log made now; 0: 64 MiB. Later segments follow the first */
    bool create;                          /* make the directory and its first segment if there are none */
    bool read_only;                       /* nothing is written or cut; append is a bug */
    const struct file_calls *calls;       /* NULL: the system's; borrowed until close */
};

/* On success *out is owned by the caller; log_close ends it. DIBS_NO_STORE: there is no such directory or no segment in
 * it. */
MUST_USE enum dibs_error log_local_open(const char *path, const struct log_local_options *options, struct log **out,
                                        struct error_text *why);

/* Finds the end of the log; due once before the first append, under the lock. `known` is the offset up to which the
 * caller knows that the log once reached (the next offset of its state; 0: it knows nothing). Whole records at and
 * above it are kept and can be read; a torn end after them is cut off (not when read-only). DIBS_DAMAGED: the log ends
 * below `known`, or a record at or above it is bad and others follow. One further down is found when it is read. */
MUST_USE enum dibs_error log_local_recover(struct log *log, uint64_t known, struct error_text *why);

/* The same after a crash of the machine, or for a copy of a log in use: the newest segment is checked from its first
 * record on, and cut before the first bad one. `synced`: up to there the log is known to have been on the disk, as is all
 * before the newest segment. `unsynced_most`: never were more records than that not on the disk; UINT64_MAX: any number.
 * DIBS_DAMAGED: the first bad record is below `synced`, or further than `unsynced_most` before a whole one; the words name
 * the byte, and nothing is cut. */
MUST_USE enum dibs_error log_local_recover_after_crash(struct log *log, uint64_t synced, uint64_t unsynced_most,
                                                       struct error_text *why);

/* From now until it is told otherwise the caller has the store's lock: nobody else appends, so the file is looked at once. */
void log_local_set_held(struct log *log, bool held);

/* Reads stop here (DIBS_ENDED), whatever more is in the files: for those who read without the lock, or look only at
 * what their state has taken in. UINT64_MAX, as after open, is no bound. Appends neither look at it nor move it. */
void log_local_set_committed(struct log *log, uint64_t offset);

/* All that was appended is on the disk when it returns DIBS_OK. */
MUST_USE enum dibs_error log_local_sync(struct log *log, struct error_text *why);

/* What the last recovery cut off, or would have in a log that is only read. */
struct log_local_cut {
    uint64_t offset; /* the first record that is not there any more */
    uint64_t bytes;  /* that were cut off; 0: nothing was */
};
struct log_local_cut log_local_last_cut(const struct log *log);

/* Will the next append begin a new segment? */
bool log_local_is_full(const struct log *log);

/* Begins it now; all before is on the disk then. The log is full. */
MUST_USE enum dibs_error log_local_roll(struct log *log, struct error_text *why);

/* The first record that is still there, and how large segments are. */
uint64_t log_local_first(const struct log *log);
uint64_t log_local_segment_bytes(const struct log *log);

/* How many segments begin after that record. */
uint64_t log_local_segments_after(const struct log *log, uint64_t offset);

/* Deletes the segments that end at or below `offset`, the first record of one of them. Others that read there are told. */
MUST_USE enum dibs_error log_local_delete_below(struct log *log, uint64_t offset, struct error_text *why);

/* The ts of the last record that was seen, for boot_clock_start; 0 when there is none. After log_local_recover. */
uint64_t log_local_last_ts_ms(const struct log *log);

/* For a boot that began after open: the clock of the records to come. */
void log_local_set_clock(struct log *log, const struct boot_clock *clock);

#endif
