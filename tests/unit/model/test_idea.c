/* Every example of tests/golden/ideas.tsv (about, aka, kind, marks, features), by the model's own reading of texts. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/model/model_state.h"

enum { COLUMNS = 5, LINE_ROOM = 65536, LEAST = 35 };

static size_t print_hashes(char *out, const uint32_t *hashes, uint32_t count)
{
    size_t size = 0;
    for (uint32_t i = 0; i < count; i++)
        size += (size_t)sprintf(out + size, "%s%08" PRIx32, i == 0 ? "" : " ", hashes[i]);
    return size;
}

/* Kind, marks and features, as the file has them. */
static void describe(const char *about, const char *aka, char *out)
{
    struct texts texts = {.about = span_from_text(about), .aka = span_from_text(aka)};
    struct signature signature;
    signature_read(&texts, &signature);
    out += sprintf(out, "%.*s\t", (int)signature.kind_size, (const char *)signature.kind);
    out += print_hashes(out, signature.marks, signature.mark_count);
    *out++ = '\t';
    out += print_hashes(out, signature.features, signature.feature_count);
    *out = '\0';
}

Test(model_idea, every_example_has_its_features)
{
    static char line[LINE_ROOM], got[LINE_ROOM];
    int seen = 0;
    FILE *file = fopen("tests/golden/ideas.tsv", "r");
    cr_assert_not_null(file);
    for (; fgets(line, sizeof line, file) != NULL; seen++) {
        char *rest = line, *about = strsep(&rest, "\t"), *aka = strsep(&rest, "\t");
        cr_assert(rest != NULL, "%s", about);
        rest[strcspn(rest, "\n")] = '\0';
        describe(about, aka, got);
        cr_expect_str_eq(got, rest, "'%s', '%s'", about, aka);
    }
    (void)fclose(file);
    cr_expect_geq(seen, LEAST);
}

static void read_about(const char *about, const char *category, struct signature *out)
{
    struct texts texts = {.about = span_from_text(about), .category = span_from_text(category)};
    signature_read(&texts, out);
}

Test(model_idea, numbers_that_differ_conflict_and_one_alone_does_not)
{
    struct signature one, other, none;
    read_about("bump openssl to 3.0.14", "", &one);
    read_about("bump openssl to 3.0.15", "", &other);
    read_about("bump openssl", "", &none);
    cr_expect(signatures_conflict(&one, &other));
    cr_expect_not(signatures_conflict(&one, &none));
    cr_expect_not(signatures_conflict(&one, &one));
}

Test(model_idea, a_category_is_the_kind_and_no_kind_agrees_with_all)
{
    struct signature fix, docs, none;
    read_about("fix: the parser", "", &fix);
    read_about("fix: the parser", "docs", &docs);
    read_about("the parser", "", &none);
    cr_expect_not(kinds_agree(&fix, &docs));
    cr_expect(kinds_agree(&fix, &none));
    cr_expect(kinds_agree(&none, &docs));
}

Test(model_idea, the_logarithm_is_in_256ths)
{
    cr_expect_eq(log2_q8(0), 0);
    cr_expect_eq(log2_q8(1), 0);
    cr_expect_eq(log2_q8(512), 9 * 256);
    cr_expect_eq(log2_q8(3), 405); /* 256 * 1.58496 = 405.7 */
}

Test(model_idea, a_score_is_a_share_of_both)
{
    cr_expect_eq(likeness_score(50, 100, 100), 500);
    cr_expect_eq(likeness_score(50, 25, 100), 1000);
    cr_expect_eq(likeness_score(0, 0, 100), 0);
}
