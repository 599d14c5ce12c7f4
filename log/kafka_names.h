/* Which of librdkafka's options may be set, and where. */
#ifndef LOG_KAFKA_NAMES_H
#define LOG_KAFKA_NAMES_H

#include <stdbool.h>

#include "base/error.h"
#include "base/span.h"

/* May somebody set this option, in a URL (`in_url`) or in the config file? DIBS_BAD_INPUT with words: one that claims
 * depend on and dibs sets itself; in a URL also a secret, one that makes the library run or load a program, or one that
 * weakens or redirects the login. */
MUST_USE enum dibs_error kafka_name_check(struct span name, bool in_url, struct error_text *why);

/* A password, key or token: a file that sets it must be its owner's alone. */
bool kafka_name_is_secret(struct span name);

#endif
