/* Where this user's settings are, and what they say. Reads the environment; nothing else does but identity.c and
 * store_url.c. */
#ifndef SHIM_CONFIG_H
#define SHIM_CONFIG_H

#include <limits.h>
#include <stddef.h>

#include "base/error.h"

/* $NAME, NULL when unset or empty. */
const char *environment(const char *name);

/* `given`, else $XDG_CONFIG_HOME/dibs, else ~/.config/dibs. */
MUST_USE enum dibs_error config_directory(const char *given, char out[PATH_MAX], struct error_text *why);

/* $XDG_STATE_HOME/dibs, else ~/.local/state/dibs. */
MUST_USE enum dibs_error config_state_directory(char out[PATH_MAX], struct error_text *why);

/* The value of `store` in the file `config` of that directory; "" when there is none. DIBS_BAD_INPUT names the line
 * that is no setting. */
MUST_USE enum dibs_error config_store(const char *directory, char *out, size_t size, struct error_text *why);

#endif
