/* The operator's secret. */
#include "coordinator/daemon/operator_key.h"

#include <string.h>

#include "base/hash.h"
#include "base/private_file.h"
#include "proto/codec.h"

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

static bool make_mac(const struct operator_key *key, const struct checkpoint *checkpoint,
                     uint8_t mac[LIMIT_IDENTITY_BYTES])
{
    struct checkpoint bare = *checkpoint;
    uint8_t bytes[CHECKPOINT_BYTES];
    size_t size;
    memset(bare.mac, 0, sizeof bare.mac);
    if (checkpoint_encode(&bare, bytes, sizeof bytes, &size, NULL) != DIBS_OK)
        return false;
    hash_blake2b_256_keyed(span_of(bytes, size), key->secret, mac);
    return true;
}

bool operator_key_seal(const struct operator_key *key, struct checkpoint *checkpoint)
{
    return key->is_there && make_mac(key, checkpoint, checkpoint->mac);
}

bool operator_key_has_sealed(const struct operator_key *key, const struct checkpoint *checkpoint)
{
    uint8_t mac[LIMIT_IDENTITY_BYTES];
    uint8_t differs = 0;
    if (!key->is_there || !make_mac(key, checkpoint, mac))
        return false;
    for (size_t i = 0; i < sizeof mac; i++)
        differs |= (uint8_t)(mac[i] ^ checkpoint->mac[i]);
    return differs == 0;
}
