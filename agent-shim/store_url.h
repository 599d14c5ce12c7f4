/* Which store is meant: a URL or directory, from the first source that names one. */
#ifndef SHIM_STORE_URL_H
#define SHIM_STORE_URL_H

#include <limits.h>
#include <stdbool.h>

#include "base/error.h"
#include "log/kafka_url.h"

struct store_place {
    char url[PATH_MAX + 8]; /* file:/absolute/path or kafka://brokers/FLEET, as shown in answers */
    char path[PATH_MAX];    /* absolute; "" for a fleet */
    const char *named_by;   /* where it was looked up, such as "$DIBS_STORE"; NULL: the caller named it */
    bool is_default;        /* nobody named it: it may be made on first use */
    bool is_fleet;          /* on Kafka; else a directory */
    struct kafka_url fleet; /* of a fleet */
};

/* `given`, else $DIBS_STORE, else the config file, else the default under the state directory. DIBS_BAD_INPUT: unknown
 * scheme, empty, control characters, or what kafka_url_parse refuses. */
MUST_USE enum dibs_error store_place_find(const char *given, const char *config_dir, struct store_place *out,
                                          struct error_text *why);

/* One URL or directory. */
MUST_USE enum dibs_error store_place_parse(const char *text, struct store_place *out, struct error_text *why);

#endif
