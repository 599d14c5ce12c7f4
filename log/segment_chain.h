/* The segments of one log in their order, as one thing: the newest of them grows and is followed by the next when it is
 * full; of the older ones some that were read stay open.
 *
 * Not thread-safe. Who rolls or recovers holds the store's lock, as who looks at what it has not seen before. */
#ifndef LOG_SEGMENT_CHAIN_H
#define LOG_SEGMENT_CHAIN_H

#include "log/segment_file.h"
#include "log/segment_list.h"

enum { SEGMENT_CHAIN_OLDER_OPEN = 4 };

struct segment_chain_options {
    uint8_t store_id[SEGMENT_ID_BYTES]; /* another store's segments are refused */
    uint64_t segment_bytes;             /* of a log made now */
    bool create;                        /* make the directory and its first segment if there are none */
    bool read_only;
    const struct file_calls *calls; /* borrowed until close */
};

/* `= {0}` is a closed one. */
struct segment_chain {
    struct segment_chain_options options;
    bool is_open;
    int dir_fd;
    char *path;               /* owned; the directory */
    struct segment_list list; /* the last is `newest` */
    struct segment_file newest;
    struct segment_file older[SEGMENT_CHAIN_OLDER_OPEN];
    size_t older_next; /* which of them makes room */
    bool has_end;      /* the end of `newest` is known */
    bool sync_failed;  /* sticky: after a failed sync the kernel may have dropped what it couldn't write */
};

/* On an error *chain stays closed. DIBS_NO_STORE: there is no such directory, or no segment in it. */
MUST_USE enum dibs_error segment_chain_open(struct segment_chain *chain, const char *path,
                                            const struct segment_chain_options *options, struct error_text *why);
void segment_chain_close(struct segment_chain *chain);

/* Sees what others added since it was opened and finds the end anew, given that the log once reached `known`. */
MUST_USE enum dibs_error segment_chain_recover(struct segment_chain *chain, uint64_t known, struct error_text *why);

/* The same after a crash of the machine, before which the log was on the disk up to `synced`, or all of it but
 * `unsynced_most` records. */
MUST_USE enum dibs_error segment_chain_recover_after_crash(struct segment_chain *chain, uint64_t synced,
                                                           uint64_t unsynced_most, struct error_text *why);

/* Sees what others added: records, and segments after a full one. */
MUST_USE enum dibs_error segment_chain_refresh(struct segment_chain *chain, struct error_text *why);

/* Has anything been added since the last look? Needs no lock. */
bool segment_chain_has_grown(const struct segment_chain *chain);

/* Makes the segment after a full newest one, which is on the disk before. */
MUST_USE enum dibs_error segment_chain_roll(struct segment_chain *chain, struct error_text *why);

/* Deletes the segments that end at or below `offset`, which is the first of one of them. */
MUST_USE enum dibs_error segment_chain_delete_below(struct segment_chain *chain, uint64_t offset,
                                                    struct error_text *why);

/* All that was appended is on the disk when it returns DIBS_OK. */
MUST_USE enum dibs_error segment_chain_sync(struct segment_chain *chain, struct error_text *why);

/* The first offset that is still there. */
static inline uint64_t segment_chain_first(const struct segment_chain *chain)
{
    return chain->list.firsts[0];
}

/* The open segment in which an offset lies that is not below the first and below the end; good until the next call. */
MUST_USE enum dibs_error segment_chain_find(struct segment_chain *chain, uint64_t offset, struct segment_file **out,
                                            struct error_text *why);

#endif
