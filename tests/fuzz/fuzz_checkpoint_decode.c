/* Any bytes as a checkpoint: what is taken is written and read again as the same. */
#include "base/check.h"
#include "proto/codec.h"

static uint8_t first[1 << 20], second[1 << 20];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct checkpoint checkpoint, again;
    struct error_text why = {0};
    size_t used, used_again;
    enum dibs_error error = checkpoint_decode(span_of(data, size), &checkpoint, &why);
    CHECK((error == DIBS_OK) == (why.text[0] == '\0'));
    if (error != DIBS_OK)
        return 0;
    CHECK(checkpoint_encode(&checkpoint, first, sizeof first, &used, NULL) == DIBS_OK && used <= size);
    CHECK(checkpoint_decode(span_of(first, used), &again, &why) == DIBS_OK);
    CHECK(checkpoint_encode(&again, second, sizeof second, &used_again, NULL) == DIBS_OK);
    CHECK(span_equal(span_of(first, used), span_of(second, used_again)));
    return 0;
}
