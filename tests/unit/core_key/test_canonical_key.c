/* What key_canonical promises beside the forms of docs/KEYS.md: who collides with whom, and what is refused. */
#include <criterion/criterion.h>

#include "tests/unit/core_key/one_prefix.h"

static struct canonical_key canonical(const char *given, const char *in)
{
    struct canonical_key key;
    enum flaw flaw = key_canonical(span_from_text(given), span_from_text(in), NULL, &key);
    cr_assert_eq(flaw, FLAW_NONE, "%s is refused (%d)", given, flaw);
    return key;
}

static bool same(const char *a, const char *b, const char *in)
{
    struct canonical_key one = canonical(a, in), other = canonical(b, in);
    return span_equal(span_of(one.bytes, one.size), span_of(other.bytes, other.size));
}

static bool overlap(const char *a, const char *b, const char *in)
{
    struct canonical_key one = canonical(a, in), other = canonical(b, in);
    return key_overlaps(span_of(one.bytes, one.size), span_of(other.bytes, other.size));
}

static enum flaw flaw_of(const char *given, const char *in)
{
    struct canonical_key key;
    return key_canonical(span_from_text(given), span_from_text(in), NULL, &key);
}

Test(canonical_key, agents_who_name_one_issue_differently_collide)
{
    /* clang-format off */
    static const char *const spellings[] = {
        "#5", "5", "GH-5", "issue 5", "PR 5", "fixes #5", "o/r#5", "gh:O/R#5", "o/r/pull/5",
        "https://github.com/o/r/issues/5",
        "http://www.github.com/o/r/pull/5/files?w=1#diff", "https://api.github.com/repos/o/r/pulls/5", "`o/r#005`.",
        "<https://github.com/o/r/pull/5>", "github:o/r!5", "o/r#5\n"};
    /* clang-format on */
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++)
        cr_assert(same(spellings[i], "github:o/r#5", "git@github.com:o/r.git"), "%s", spellings[i]);
}

Test(canonical_key, different_work_does_not_collide)
{
    cr_assert_not(same("o/r#5", "o/r#50", ""));
    cr_assert_not(same("o/r#5", "o/r2#5", ""));
    cr_assert_not(same("github:o/r#5", "gitlab:o/r#5", ""));
    cr_assert_not(same("gitlab:o/r#5", "gitlab:o/r!5", ""), "issues and merge requests are two series");
    cr_assert_not(same("o/r#5", "o/r#5~merged", ""), "a role is work of its own");
    cr_assert_not(same("src/A.c", "src/a.c", "o/r"), "file systems tell case apart");
    cr_assert_not(same("src/a.c", "src/a.c.orig", "o/r"));
    cr_assert_not(same("lock/item:1", "lock/item:2", ""), "no line numbers of something that is no file");
    cr_assert_not(same("https://bugs.example.org/show_bug.cgi?id=1", "https://bugs.example.org/show_bug.cgi?id=2", ""));
}

Test(canonical_key, subtree_meets_what_is_below_it_however_both_are_written)
{
    static const char *const repositories[] = {"", "github:o/r"};
    for (size_t i = 0; i < 2; i++) {
        const char *in = repositories[i];
        cr_assert(overlap("src/**", "src/a.c", in));
        cr_assert(overlap("./src//**", "src/core/a.c:12", in));
        cr_assert(overlap("src/**", "src/Makefile", in));
        cr_assert(overlap("src/**", "src/no-extension", in));
        cr_assert(overlap("lock/**", "lock/deploy", in));
        cr_assert(overlap("src/**", "src/../src/core/**", in));
        cr_assert_not(overlap("src/**", "srcs/a.c", in));
    }
    cr_assert(overlap("file:github:o/r:src/**", "https://github.com/o/r/blob/main/src/a.c#L3", ""));
    cr_assert_not(overlap("github:o/r/**", "github:o/r#5", ""), "R26");
}

Test(canonical_key, plain_name_needs_no_repository_and_is_the_same_in_each)
{
    cr_assert(same("deploy", "deploy", ""));
    struct canonical_key here = canonical("deploy-prod", "o/r"), there = canonical("deploy-prod", "");
    cr_assert(span_equal(span_of(here.bytes, here.size), span_of(there.bytes, there.size)));
    cr_assert(span_equal(span_of(here.bytes, here.size), span_from_text("deploy-prod")));
    /* What GitHub has no epics for would be an epic on GitLab. */
    struct canonical_key named = canonical("Issue: 4th/b&240", "github:o/r");
    cr_assert(span_equal(span_of(named.bytes, named.size), span_from_text("issue:4th/b&240")));
    named = canonical("issue:4th/b&240", "gitlab:g/s/p");
    cr_assert(span_equal(span_of(named.bytes, named.size), span_from_text("issue:4th/b&240")));
}

Test(canonical_key, bare_reference_without_a_repository_is_refused)
{
    cr_assert_eq(flaw_of("#5", ""), FLAW_KEY_NO_REPO);
    cr_assert_eq(flaw_of("5", ""), FLAW_KEY_NO_REPO);
    cr_assert_eq(flaw_of("GH-5", ""), FLAW_KEY_NO_REPO);
}

Test(canonical_key, what_is_no_repository_is_told_even_where_none_is_needed)
{
    cr_assert_eq(flaw_of("deploy", "somewhere"), FLAW_KEY_NO_REPO);
    cr_assert_eq(flaw_of("github:o/r#5", "github:o/r#5"), FLAW_KEY_NO_REPO);
    cr_assert_eq(flaw_of("deploy", "\x01"), FLAW_KEY_BYTES);
}

Test(canonical_key, size_is_judged_as_given_and_as_written)
{
    char text[LIMIT_KEY_BYTES + 2];
    memset(text, 'a', sizeof text);
    struct canonical_key key;
    struct span longest = span_of(text, LIMIT_KEY_BYTES), longer = span_of(text, LIMIT_KEY_BYTES + 1), none = {0};
    cr_assert_eq(key_canonical(longest, none, NULL, &key), FLAW_NONE);
    cr_assert_eq(key.size, LIMIT_KEY_BYTES);
    cr_assert_eq(key_canonical(longer, none, NULL, &key), FLAW_KEY_LONG);
    cr_assert_eq(key_canonical(span_from_text("#5"), longer, NULL, &key), FLAW_KEY_LONG);
    text[1] = '/';
    cr_assert_eq(key_canonical(longest, span_from_text("o/r"), NULL, &key), FLAW_KEY_LONG,
                 "with its repository before it, it is too long");
    cr_assert_eq(key_canonical(none, none, NULL, &key), FLAW_KEY_EMPTY);
}

Test(canonical_key, prefix_of_a_tracker_counts_only_when_policy_names_it)
{
    struct one_prefix one = {.prefix = "ENG", .tracker = "linear"};
    struct key_prefixes prefixes = one_prefix(&one);
    struct canonical_key key;
    cr_assert_eq(key_canonical(span_from_text("Eng-05"), (struct span){0}, &prefixes, &key), FLAW_NONE);
    cr_assert(span_equal(span_of(key.bytes, key.size), span_from_text("linear:ENG-5")));
    key = canonical("Eng-05", "");
    cr_assert(span_equal(span_of(key.bytes, key.size), span_from_text("Eng-05")));
}

/* Claims are measured: other keys must not pay for prefixes. */
Test(canonical_key, prefixes_are_looked_up_only_for_a_bare_issue_id)
{
    static const char *const others[] = {"github:o/r#5",
                                         "#5",
                                         "gh-5",
                                         "src/a-1.c",
                                         "lock:ENG-5",
                                         "linear:ENG-5",
                                         "deploy-prod",
                                         "UTF-x",
                                         "5-ENG",
                                         "-5",
                                         "ENG-5/**",
                                         "A B-5",
                                         "a23456789012345678901234567890123-5",
                                         "task:eng-5"};
    static const char *const bare[] = {"ENG-5", "utf-8", "fixes A_1-007", "ENG-5~merged",
                                       "a2345678901234567890123456789012-5"};
    struct one_prefix one = {0};
    struct key_prefixes prefixes = one_prefix(&one);
    struct canonical_key key;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        (void)key_canonical(span_from_text(others[i]), span_from_text("o/r"), &prefixes, &key);
        cr_assert_eq(one.asked, 0, "%s", others[i]);
    }
    for (size_t i = 0; i < sizeof bare / sizeof bare[0]; i++) {
        one.asked = 0;
        cr_assert_eq(key_canonical(span_from_text(bare[i]), span_from_text("o/r"), &prefixes, &key), FLAW_NONE);
        cr_assert_neq(one.asked, 0, "%s", bare[i]);
    }
}
