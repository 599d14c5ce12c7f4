/* What sets two ideas apart that read alike. */
#include <criterion/criterion.h>

#include "coordinator/core/idea/idea_marks.h"

static uint32_t marks_in(const char *text)
{
    struct idea_marks marks;

    idea_marks(span_from_text(text), (struct span){0}, &marks);
    return marks.count;
}

Test(idea_marks, are_numbers_and_identifiers)
{
    cr_expect_eq(marks_in("read/write and/or e.g. i.e. end."), 0);
    cr_expect_eq(marks_in("Two-factor - really -x"), 0);
    cr_expect_eq(marks_in("bump to 1.2"), 1);
    cr_expect_eq(marks_in("foo_bar parseJson tokio::io config.toml --color 5"), 6);
    cr_expect_eq(marks_in("v1 V1 (v1), v1."), 1, "one, however it is written");
    cr_expect_eq(marks_in("__ :: .. -- //"), 0);
    cr_expect_eq(marks_in("fix: a_b fix(c_d): e_f"), 3, "only the type that begins the text goes");
    cr_expect_eq(marks_in("fix(c_d): e_f"), 2);
}

static bool conflict(const char *a, const char *b)
{
    struct idea_marks first, second;

    idea_marks(span_from_text(a), (struct span){0}, &first);
    idea_marks(span_from_text(b), (struct span){0}, &second);
    cr_assert_eq(idea_marks_conflict(&first, &second), idea_marks_conflict(&second, &first));
    return idea_marks_conflict(&first, &second);
}

Test(idea_marks, conflict_when_each_has_one_more)
{
    cr_expect(conflict("bump x to 1.2", "bump x to 1.3"));
    cr_expect(conflict("lint a_b c_d", "lint a_b e_f"));
    cr_expect_not(conflict("bump x to 1.2", "bump x"));
    cr_expect_not(conflict("bump x to 1.2", "bump x to 1.2"));
    cr_expect_not(conflict("lint a_b", "lint a_b c_d"));
    cr_expect_not(conflict("", ""));
}

Test(idea_marks, of_a_kind_are_those_of_one_category_or_type)
{
    struct span none = {0}, docs = span_from_text("docs"), fix = span_from_text("fix");

    cr_expect(span_equal(idea_kind(none, span_from_text("doc(a): b")), docs));
    cr_expect(span_equal(idea_kind(fix, span_from_text("doc(a): b")), fix), "the category first");
    cr_expect_eq(idea_kind(none, span_from_text("a: b")).size, 0);
    cr_expect(idea_kinds_agree(docs, docs));
    cr_expect(idea_kinds_agree(docs, none));
    cr_expect(idea_kinds_agree(none, fix));
    cr_expect_not(idea_kinds_agree(docs, fix));
}
