/* Any bytes as a duration: what is taken is within bounds, and shown it is read as what it was cut to. */
#include "base/check.h"
#include "base/duration.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char array[DURATION_TEXT_SIZE];
    struct error_text why = {0};
    struct text text;
    uint64_t ms = 77, shown = 0;
    if (duration_parse(span_of(data, size), &ms, &why) != DIBS_OK) {
        CHECK(why.text[0] != '\0' && ms == 77);
        return 0;
    }
    CHECK(ms <= DURATION_MAX_MS);
    TEXT_BEGIN(&text, array);
    duration_format(&text, ms);
    CHECK(!text.truncated && duration_parse(text_as_span(&text), &shown, &why) == DIBS_OK);
    CHECK(shown <= ms && (ms - shown < 1000 || (ms - shown) * 24 <= ms));
    return 0;
}
