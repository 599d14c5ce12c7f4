/* Any bytes as a decision: what is taken is written and read again as the same. */
#include "base/check.h"
#include "proto/codec.h"

static uint8_t first[LIMIT_RECORD_BYTES], second[LIMIT_RECORD_BYTES];
static struct decision decision, again;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error_text why = {0};
    size_t used, used_again;
    enum dibs_error error = decision_decode(span_of(data, size), &decision, &why);
    CHECK((error == DIBS_OK) == (why.text[0] == '\0'));
    if (error != DIBS_OK)
        return 0;
    CHECK(decision_encode(&decision, first, sizeof first, &used, NULL) == DIBS_OK && used <= size);
    CHECK(decision_decode(span_of(first, used), &again, &why) == DIBS_OK);
    CHECK(decision_encode(&again, second, sizeof second, &used_again, NULL) == DIBS_OK);
    CHECK(span_equal(span_of(first, used), span_of(second, used_again)));
    return 0;
}
