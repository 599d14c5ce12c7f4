/* Logarithms, roots, weights and scores. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "coordinator/core/idea/idea_signature.h"

Test(idea_weight, the_logarithm_is_rounded_down_to_a_256th)
{
    static const struct {
        uint64_t of;
        uint32_t is;
    } examples[] = {{0, 0},
                    {1, 0},
                    {2, 256},
                    {3, 405},
                    {5, 594},
                    {1000, 2551},
                    {512, 2304},
                    {1 << 20, 5120},
                    {UINT64_MAX, 16383},
                    {(1ull << 40) + 1, 10240}};

    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
        cr_expect_eq(idea_log2(examples[i].of), examples[i].is, "%llu: %u", (unsigned long long)examples[i].of,
                     idea_log2(examples[i].of));
}

Test(idea_weight, the_logarithm_never_falls)
{
    for (uint64_t i = 1; i < 100000; i++)
        cr_assert_leq(idea_log2(i), idea_log2(i + 1));
}

Test(idea_weight, the_root_is_rounded_down)
{
    for (uint64_t i = 0; i < 3000; i++) {
        cr_assert_eq(idea_root(i * i), i);
        cr_assert_eq(idea_root(i * i + 2 * i), i);
    }
    cr_expect_eq(idea_root(UINT64_MAX), UINT32_MAX);
}

Test(idea_weight, a_common_word_weighs_less_and_four_letters_less_than_a_word)
{
    cr_expect_eq(idea_weight(2, 0, 0), ((2304u * 77 >> 6) * (2304u * 77 >> 6)) >> 8);
    cr_expect_eq(idea_weight(3, 0, 0), 1369);
    cr_expect_eq(idea_weight(3, 1000, 900), 1369);
    cr_expect_lt(idea_weight(2, 1000, 100), idea_weight(2, 1000, 10));
    cr_expect_eq(idea_weight(2, 10, 100000), 0, "more often than there are ideas");
}

Test(idea_weight, a_score_is_a_cosine_in_thousandths)
{
    cr_expect_eq(idea_score(50, 50, 50), 1000);
    cr_expect_eq(idea_score(50, 100, 100), 500);
    cr_expect_eq(idea_score(10, 100, 25), 200);
    cr_expect_eq(idea_score(500, 100, 100), 1000, "never over");
    cr_expect_eq(idea_score(5, 0, 100), 0);
}

Test(idea_weight, features_are_sorted_once_each_and_256_at_most)
{
    char text[20000];
    size_t used = 0;
    struct idea_signature signature;

    for (int i = 0; i < 3000; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "w%d ", i % 1500);
    idea_signature(span_of(text, used), (struct span){0}, &signature);
    cr_expect_eq(signature.count, IDEA_FEATURES);
    for (uint32_t i = 1; i < signature.count; i++)
        cr_assert_lt(signature.features[i - 1], signature.features[i]);
}

Test(idea_weight, a_second_wording_adds_its_features)
{
    struct idea_signature both, first, second;
    struct span about = span_from_text("feat: trim the context"), aka = span_from_text("fix: summarise messages");

    idea_signature(about, aka, &both);
    idea_signature(about, (struct span){0}, &first);
    idea_signature(aka, (struct span){0}, &second);
    cr_expect_eq(both.count, first.count + second.count);
}
