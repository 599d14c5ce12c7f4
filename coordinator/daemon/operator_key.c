/* The operator's secret. */
#include "coordinator/daemon/operator_key.h"

#include <string.h>

#include "base/hash.h"
#include "base/private_file.h"

enum step operator_key_read(struct operator_key *key, const char *path, bool make, struct step_reason *reason)
{
    *key = (struct operator_key){.is_there = path[0] != '\0'};
    if (!key->is_there)
        return STEP_DONE;
    enum dibs_error error = key_file_read(path, make, key->secret, &reason->why);
    if (error == DIBS_NO_STORE)
        (void)error_say(&reason->why, error, "there is no operator's key %s; with --create-topics it is made", path);
    if (error != DIBS_OK) {
        reason->code = error == DIBS_UNAVAILABLE ? EXIT_LOCAL : EXIT_CONFIG;
        return STEP_END;
    }
    hash_blake2b_256(span_of(key->secret, sizeof key->secret), key->proof);
    hash_blake2b_256(span_of(key->proof, sizeof key->proof), key->verifier);
    return STEP_DONE;
}

void operator_key_wipe(struct operator_key *key)
{
    explicit_bzero(key, sizeof *key);
}
