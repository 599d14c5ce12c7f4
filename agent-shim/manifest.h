/* store.json: what a file: store says about itself. Pure: text in, struct out. */
#ifndef SHIM_MANIFEST_H
#define SHIM_MANIFEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "log/boot_clock.h"

enum { MANIFEST_FORMAT = 1, MANIFEST_TEXT_MAX = 2048 };

#define MANIFEST_RETAIN_MS (UINT64_C(90) * 24 * 3600 * 1000)

struct manifest {
    uint8_t store_id[16];
    uint64_t map_bytes;
    bool sync; /* every answer is on the disk before it is given */
    struct boot_clock clock;
    uint64_t state_device, state_inode; /* of the state's file: another one is a copy, or damage */
    uint64_t state_born_ns;             /* when that file was made: numbers are used again; 0 where nobody knows */
    uint64_t synced_offset;             /* the log was on the disk up to here, at least; 0 where it isn't said */
    uint64_t retain_ms;                 /* how old segments become; 0: for ever; 90 days where it isn't said */
};

void manifest_print(const struct manifest *manifest, char out[MANIFEST_TEXT_MAX]);

/* `path` is for the words. DIBS_NEWER: a format above MANIFEST_FORMAT; DIBS_DAMAGED: anything else that manifest_print
 * does not make; unknown names are passed over. */
MUST_USE enum dibs_error manifest_parse(const char *text, const char *path, struct manifest *out,
                                        struct error_text *why);

#endif
