/* Any bytes as a record: reading never fails, and what it takes is written and read again as the same. */
#include "base/check.h"
#include "proto/codec.h"

static uint8_t copy[LIMIT_IMPORT_BYTES], first[LIMIT_IMPORT_BYTES], second[LIMIT_IMPORT_BYTES];
static struct intent intent, again;

static bool points_into(struct span part, struct span whole)
{
    return part.size == 0 || (part.bytes >= whole.bytes && part.bytes + part.size <= whole.bytes + whole.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes = span_of(data, size);
    size_t used, used_again;
    memset(&intent, 0xff, sizeof intent);
    intent_decode(bytes, &intent);
    CHECK(!intent.has_head || points_into(intent.head.session, bytes));
    CHECK(intent.head.session.size <= LIMIT_SESSION_BYTES);
    if (intent.flaw != FLAW_NONE)
        return 0;
    CHECK(intent.has_head == verb_has_head(intent.verb));
    if (intent_encode(&intent, first, sizeof first, &used, NULL) != DIBS_OK) {
        /* `wait` is written beside a wait_ms that came alone: two bytes, too many only at the very limit. */
        CHECK(intent.verb == VERB_CLAIM && size + 2 > LIMIT_RECORD_BYTES);
        return 0;
    }
    memcpy(copy, first, used);
    intent_decode(span_of(copy, used), &again);
    CHECK(again.flaw == FLAW_NONE && again.verb == intent.verb);
    CHECK(intent_encode(&again, second, sizeof second, &used_again, NULL) == DIBS_OK);
    CHECK(span_equal(span_of(first, used), span_of(second, used_again)));
    return 0;
}
