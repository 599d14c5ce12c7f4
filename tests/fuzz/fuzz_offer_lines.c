/* Any bytes as a file of offers, a line each: every line is handed over once or named as bad, and what is handed over,
 * written as lines, is read as the same. */
#include <string.h>

#include "tests/fuzz/offers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Lines that say something. */
static size_t lines_in(const uint8_t *data, size_t size)
{
    bool says = false;
    size_t count = 0, mark = size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    for (size_t i = mark; i < size; i++) {
        says = data[i] != '\n' && (says || memchr(" \t\r", data[i], 3) == NULL);
        count += says && (i + 1 == size || data[i + 1] == '\n');
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct offers offers = offers_read(offer_lines, offers_file(0, data, size));
    size_t told = offers.offered + offers.updated + offers.done + offers.bad;
    CHECK(!offers.refused && told + offers.unanswered <= lines_in(data, size));
    if (offers.code == EXIT_YES || (offers.code == EXIT_USAGE && offers.bad < OFFER_BAD_MOST && offers.unanswered == 0))
        CHECK(told == lines_in(data, size));
    offers_check_again(&offers);
    offers_free(&offers);
    return 0;
}
