/* Any bytes given as an idea's texts: no crash, sets that are sorted and bounded, the same whichever way it is asked, and
 * an idea is most like itself. The first byte says where `about` ends and `aka` begins. */
#include <stdio.h>
#include <stdlib.h>

#include "coordinator/core/idea/idea_marks.h"
#include "coordinator/core/idea/idea_signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds, const char *words)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", words);
    abort();
}

static bool rises(const uint32_t *values, uint32_t count, uint32_t most)
{
    for (uint32_t i = 1; i < count; i++)
        if (values[i - 1] >= values[i])
            return false;
    return count <= most;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct idea_signature signature, of_about;
    struct idea_marks marks;

    if (size == 0)
        return 0;
    size_t cut = (size - 1) * data[0] / 255;
    struct span about = span_of(data + 1, cut), aka = span_of(data + 1 + cut, size - 1 - cut);
    idea_signature(about, aka, &signature);
    idea_signature(about, (struct span){0}, &of_about);
    idea_marks(about, aka, &marks);
    need(rises(signature.features, signature.count, IDEA_FEATURES), "features are not sorted, each once, and few");
    need(rises(marks.marks, marks.count, IDEA_MARKS), "marks are not sorted, each once, and few");
    need(of_about.count <= signature.count, "a second wording took something away");
    need(!idea_marks_conflict(&marks, &marks), "marks conflict with themselves");
    uint64_t norm = 0;
    for (uint32_t i = 0; i < signature.count; i++)
        norm += idea_weight(signature.features[i], size, data[0]);
    need(norm < 1u << 31, "a norm leaves its range");
    need(norm == 0 || idea_score(norm, norm, norm) == 1000, "an idea is not most like itself");
    (void)idea_kind((struct span){0}, about);
    return 0;
}
