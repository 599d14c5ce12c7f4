/* Looks whether the state's file is what LMDB wrote, before LMDB trusts it: it follows page numbers, offsets and sizes
 * without a doubt, so one flipped bit may hide a row, invent one or end the process. Reads the bytes as they lie there
 * (data format 1 of LMDB 0.9), bounds all it follows, and calls nothing of LMDB. */
#ifndef STATE_PAGE_CHECK_H
#define STATE_PAGE_CHECK_H

#include <stdint.h>

#include "base/error.h"

/* The two meta pages, and if at most `most_bytes` of the file are in use, every page that the newer one leads to: its
 * form, its place in the order of keys, that no page is used twice or free as well, and that the rows are those that the
 * digest and the counts in the meta row were made of. DIBS_DAMAGED says where the first thing stands that cannot be. The
 * file is there and not empty; nobody writes it meanwhile. */
MUST_USE enum dibs_error page_check(const char *path, uint64_t most_bytes, struct error_text *why);

#endif
