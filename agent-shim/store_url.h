/* Which store is meant: a URL or directory, from the first source that names one. */
#ifndef SHIM_STORE_URL_H
#define SHIM_STORE_URL_H

#include <limits.h>
#include <stdbool.h>

#include "base/error.h"

struct store_place {
    char url[PATH_MAX + 8]; /* file:/absolute/path, as shown in answers */
    char path[PATH_MAX];    /* absolute */
    bool is_default;        /* nobody named it: it may be made on first use */
};

/* `given`, else $DIBS_STORE, else the config file, else the default under the state directory. DIBS_BAD_INPUT: unknown
 * scheme, empty, control characters; DIBS_UNSUPPORTED: a scheme that this build has no back end for. */
MUST_USE enum dibs_error store_place_find(const char *given, const char *config_dir, struct store_place *out,
                                          struct error_text *why);

/* One URL or directory. */
MUST_USE enum dibs_error store_place_parse(const char *text, struct store_place *out, struct error_text *why);

#endif
