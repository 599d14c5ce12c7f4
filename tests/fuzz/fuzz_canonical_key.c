/* Any bytes given to the canonicaliser: no crash, and what must hold of every key holds. The first byte chooses the
 * repository and whether there are prefixes. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/core_key/key_properties.h"
#include "tests/unit/core_key/one_prefix.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const repositories[] = {"", "github:acme/app", "gitlab:g/s/p", "bitbucket:o/r",
                                               "git.corp.example:team/tool"};
    if (size == 0)
        return 0;
    struct one_prefix one = {.prefix = "ENG", .tracker = "linear"};
    struct key_prefixes eng = one_prefix(&one);
    struct span given = span_of(data + 1, size - 1);
    struct span in = span_from_text(repositories[data[0] % 5]);
    const char *broken = key_property_broken(given, in, data[0] & 0x80 ? &eng : NULL);
    if (broken != NULL) {
        fprintf(stderr, "%s\n", broken);
        abort();
    }
    struct canonical_key as_repository; /* any bytes as the repository, too */
    (void)key_canonical(span_from_text("#5"), given, NULL, &as_repository);
    return 0;
}
