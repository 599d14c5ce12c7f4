/* A checkpoint's MAC: whose it is. */
#include "base/hash.h"
#include "proto/codec.h"

static bool make_mac(const struct checkpoint *checkpoint, const uint8_t secret[LIMIT_IDENTITY_BYTES],
                     uint8_t mac[LIMIT_IDENTITY_BYTES])
{
    struct checkpoint bare = *checkpoint;
    uint8_t bytes[CHECKPOINT_BYTES];
    size_t size;
    memset(bare.mac, 0, sizeof bare.mac);
    if (checkpoint_encode(&bare, bytes, sizeof bytes, &size, NULL) != DIBS_OK)
        return false;
    hash_blake2b_256_keyed(span_of(bytes, size), secret, mac);
    return true;
}

bool checkpoint_seal(struct checkpoint *checkpoint, const uint8_t secret[LIMIT_IDENTITY_BYTES])
{
    return make_mac(checkpoint, secret, checkpoint->mac);
}

bool checkpoint_is_sealed(const struct checkpoint *checkpoint, const uint8_t secret[LIMIT_IDENTITY_BYTES])
{
    uint8_t mac[LIMIT_IDENTITY_BYTES];
    uint8_t differs = 0;
    if (!make_mac(checkpoint, secret, mac))
        return false;
    for (size_t i = 0; i < sizeof mac; i++)
        differs |= (uint8_t)(mac[i] ^ checkpoint->mac[i]);
    return differs == 0;
}
