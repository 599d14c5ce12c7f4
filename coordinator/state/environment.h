/* What the files of this room share: the open environment and its transaction. Nobody else includes this. */
#ifndef STATE_ENVIRONMENT_H
#define STATE_ENVIRONMENT_H

#include <lmdb.h>

#include "coordinator/state/digest.h"
#include "coordinator/state/rows.h"
#include "coordinator/state/state.h"

enum { TABLE_NUMBERS = 128, TABLE_LOCAL = 255, STORED_FORMAT = 2 };

/* The row under key META_KEY, which sorts before all tables. `counts` may be shorter in an older file: a missing
 * count is 0. `check` keeps its place in every later format, so that a flipped bit is never taken for a newer one. */
struct stored_meta {
    uint64_t check; /* XXH3 of all that is stored after it */
    uint32_t format;
    uint32_t meta_size;
    struct state_meta meta;
    uint64_t counts[TABLE_NUMBERS]; /* [0]: of local rows; stored as far as the last one that is not 0 */
};

struct state {
    MDB_env *env;
    MDB_dbi rows;
    char *path; /* for words */
    bool read_only;

    uint64_t covered_pages; /* the file is known to be so long */

    MDB_txn *txn; /* NULL: none */
    bool txn_read_only;
    MDB_cursor *cursors[TABLE_NUMBERS]; /* one per table: a seek near the last one is cheap */
    struct stored_meta stored;          /* as it will be committed */
    struct stored_meta loaded;          /* as it is committed */
    struct row_image image, old_image;
    uint8_t room[STATE_ROW_BYTES];

    enum dibs_error failure;
    struct error_text failure_why;
};

/* stored_meta.c: how much of it is stored, and what its `check` must be. */
size_t stored_meta_size(const struct stored_meta *stored);
uint64_t stored_meta_check(struct span stored);

/* Is a stored meta row what was written? Its counts that are not stored are left as they are; false: of another format. */
bool stored_meta_is_sound(struct span stored);
bool stored_meta_read(struct span stored, struct stored_meta *out);

/* Translates an LMDB code into a dibs_error with words: what could not be done to which state, and what to do. */
enum dibs_error lmdb_error_say(int code, const char *path, const char *doing, struct error_text *why);

/* Makes the first failure of the transaction stick. */
void state_fail(struct state *state, int code, const char *doing);

/* space.c. When the file is missing, errno says why. */
enum file_found { FILE_MISSING, FILE_EMPTY, FILE_PRESENT };
enum file_found state_find_file(const char *path, uint64_t *size_bytes);

/* Is the file as long as its meta page says? LMDB maps it unasked, and a missing page would end us with SIGBUS. */
enum dibs_error state_check_length(struct state *state, struct error_text *why);

/* Keeps the file longer than a transaction that begins now will reach. */
void state_lengthen_file(struct state *state);

#endif
