/* A whole store as one file: its genesis, the records of its log as imports, how many they are, the digest of all that
 * they make, and a checksum that every byte before it counts for. docs/FORMAT.md has the bytes.
 *
 * Written beside its name and put there in one step, on the disk; read twice, so that nothing is made of a damaged one. */
#ifndef SHIM_EXPORT_FILE_H
#define SHIM_EXPORT_FILE_H

#include <limits.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/span.h"

enum { EXPORT_DIGEST_CHARS = 32 };

struct export_end {
    uint64_t records;
    char digest[EXPORT_DIGEST_CHARS + 1]; /* hexadecimal */
};

/* = {0} is a valid closed one, of either. */
struct export_writer {
    FILE *file;
    uint64_t bytes;
    uint8_t chain[HASH_BLAKE2B_BYTES];
    char path[PATH_MAX], beside[PATH_MAX];
};

/* DIBS_BAD_INPUT: there is such a file already, or no such folder. */
MUST_USE enum dibs_error export_create(struct export_writer *writer, const char *path, struct error_text *why);
MUST_USE enum dibs_error export_write(struct export_writer *writer, struct span block, struct error_text *why);
MUST_USE enum dibs_error export_finish(struct export_writer *writer, const struct export_end *end,
                                       struct error_text *why);
void export_abandon(struct export_writer *writer); /* closes, and deletes what is not finished */

struct export_reader {
    FILE *file;
    uint64_t at;
    uint8_t chain[HASH_BLAKE2B_BYTES];
    const char *path; /* borrowed */
    uint8_t block[LIMIT_IMPORT_BYTES];
};

/* DIBS_BAD_INPUT: no such file, or not one of these; DIBS_NEWER. */
MUST_USE enum dibs_error export_open(struct export_reader *reader, const char *path, struct error_text *why);
/* The next block, good until the next call. DIBS_ENDED: there is none any more, *end is filled in and the checksum is
 * right; DIBS_DAMAGED: cut short or altered. */
MUST_USE enum dibs_error export_read(struct export_reader *reader, struct span *block, struct export_end *end,
                                     struct error_text *why);
void export_close(struct export_reader *reader);

#endif
