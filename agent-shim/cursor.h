/* Cursors of lists as text, for the next page. */
#ifndef SHIM_CURSOR_H
#define SHIM_CURSOR_H

#include "agent-shim/pool.h"
#include "base/error.h"
#include "proto/messages.h"

const char *cursor_print(struct pool *pool, const struct list_cursor *cursor);

/* The key is borrowed from `text`; NULL is the start. DIBS_BAD_INPUT: not one of cursor_print's. */
MUST_USE enum dibs_error cursor_parse(const char *text, struct list_cursor *out, struct error_text *why);

#endif
