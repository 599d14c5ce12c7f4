/* Any bytes as a time: what is taken is within bounds and shown it is read as the same. */
#include "base/check.h"
#include "base/timestamp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char array[TIMESTAMP_TEXT_SIZE];
    struct error_text why = {0};
    struct text text;
    int64_t ts_ms = 77, again = 0;
    if (timestamp_parse(span_of(data, size), &ts_ms, &why) != DIBS_OK) {
        CHECK(why.text[0] != '\0' && ts_ms == 77);
        return 0;
    }
    CHECK(ts_ms >= 0 && ts_ms <= TIMESTAMP_MAX_MS);
    TEXT_BEGIN(&text, array);
    timestamp_format(&text, ts_ms);
    CHECK(!text.truncated && timestamp_parse(text_as_span(&text), &again, &why) == DIBS_OK && again == ts_ms);
    return 0;
}
