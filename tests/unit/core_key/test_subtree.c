/* How keys and subtrees lie to one another. */
#include <criterion/criterion.h>

#include "coordinator/core/key/canonical_key.h"

static bool under(const char *tree, const char *key)
{
    return key_under(span_from_text(tree), span_from_text(key));
}

static bool overlap(const char *a, const char *b)
{
    bool one = key_overlaps(span_from_text(a), span_from_text(b));
    cr_assert_eq(one, key_overlaps(span_from_text(b), span_from_text(a)), "overlap of %s and %s has a side", a, b);
    return one;
}

Test(subtree, only_a_slash_and_two_stars_after_something_make_one)
{
    cr_assert(key_is_subtree(span_from_text("src/**")));
    cr_assert(key_is_subtree(span_from_text("a/**")));
    cr_assert_not(key_is_subtree(span_from_text("src")));
    cr_assert_not(key_is_subtree(span_from_text("src**")));
    cr_assert_not(key_is_subtree(span_from_text("src/*")));
    cr_assert_not(key_is_subtree(span_from_text("/**")), "there is nothing above the stars");
    cr_assert_not(key_is_subtree(span_from_text("**")));
    cr_assert_not(key_is_subtree((struct span){0}));
}

Test(subtree, path_is_the_root_without_stars_and_a_plain_key_is_its_own)
{
    cr_assert(span_equal(key_path(span_from_text("file:github:o/r:src/**")), span_from_text("file:github:o/r:src")));
    cr_assert(span_equal(key_path(span_from_text("src/a.c")), span_from_text("src/a.c")));
    cr_assert(span_equal(key_path(span_from_text("/**")), span_from_text("/**")));
}

Test(subtree, holds_its_root_what_is_below_and_deeper_subtrees)
{
    cr_assert(under("a/**", "a"));
    cr_assert(under("a/**", "a/b"));
    cr_assert(under("a/**", "a/b/c/**"));
    cr_assert(under("a/**", "a/**"));
    cr_assert(under("a/b/**", "a/b/c"));
}

Test(subtree, does_not_hold_neighbours_that_share_letters_nor_what_is_above)
{
    cr_assert_not(under("a/**", "ab"));
    cr_assert_not(under("a/**", "ab/c"));
    cr_assert_not(under("a/**", "a.b/c"));
    cr_assert_not(under("a/b/**", "a"));
    cr_assert_not(under("a/b/**", "a/**"));
    cr_assert_not(under("github:o/r/**", "github:o/r#5"), "R26: another series");
}

Test(subtree, plain_key_holds_nothing_below_it_not_even_itself)
{
    cr_assert_not(under("a", "a"));
    cr_assert_not(under("a", "a/b"));
    cr_assert_not(under("a", "a/**"));
}

Test(subtree, overlap_is_equality_or_containment_either_way)
{
    cr_assert(overlap("a", "a"));
    cr_assert(overlap("a/**", "a/b/**"));
    cr_assert(overlap("a/**", "a"), "R26");
    cr_assert(overlap("a/b", "a/**"));
    cr_assert_not(overlap("a", "a/b"));
    cr_assert_not(overlap("a/b/**", "a/c/**"));
    cr_assert_not(overlap("a/b/**", "a/bc"));
}
