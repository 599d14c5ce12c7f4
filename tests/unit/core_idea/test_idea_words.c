/* Texts to words, words to stems, by table. */
#include <criterion/criterion.h>
#include <string.h>

#include "coordinator/core/idea/idea_word.h"

/* The words of a text, or their stems, with blanks between them. */
static const char *words_of(const char *text, bool stems)
{
    static char out[1024];
    struct idea_words words;
    struct idea_word word;
    size_t used = 0;

    idea_words_begin(&words, span_from_text(text));
    while (idea_words_next(&words, &word)) {
        if (stems)
            idea_word_stem(&word);
        if (used != 0)
            out[used++] = ' ';
        memcpy(out + used, word.bytes, word.size);
        used += word.size;
    }
    out[used] = 0;
    return out;
}

struct example {
    const char *text, *words;
};

Test(idea_words, are_cut_at_punctuation_and_humps_and_stop_words_drop)
{
    static const struct example examples[] = {
        {"", ""},
        {" ,;- ", ""},
        {"the of and", ""},
        {"Add OAuth login", "add oauth login"},
        {"IPv6 on macOS", "ipv6 mac os macos"},
        {"HTTPServer parseJSON aB", "http server httpserver parse json parsejson ab"},
        {"don't users' rock\xe2\x80\x99n\xe2\x80\x99roll", "dont users rocknroll"},
        {"a\xe2\x80\x94long\xe2\x80\xa6", "long"},
        {"na\xc3\xafve \xff", "na\xc3\xafve \xff"},
        {"sign in, pull requests", "sign login pull requests pullrequest"},
        {"sign up, time zones, log out", "sign signup time zones timezone log logout"},
        {"pull the request", "pull request"},
    };

    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
        cr_expect_str_eq(words_of(examples[i].text, false), examples[i].words, "of \"%s\": %s", examples[i].text,
                         words_of(examples[i].text, false));
}

Test(idea_words, a_word_is_cut_at_48_bytes)
{
    char text[101];

    memset(text, 'x', 100);
    text[100] = 0;
    cr_expect_eq(strlen(words_of(text, false)), IDEA_WORD_BYTES);
}

Test(idea_words, of_one_stem_are_the_forms_of_a_word)
{
    static const struct example examples[] = {
        {"stop stops stopped stopping", "stop stop stop stop"},
        {"use uses used using", "use use use use"},
        {"dependency dependencies", "depend depend"},
        {"class classes box boxes status", "class class box box status"},
        {"normalise normalizes normalization normalised", "normaliz normaliz normaliz normaliz"},
        {"analyse analysis analyzed", "analyz analyz analyz"},
        {"behaviour behavior colour colors", "behavi behavi color color"},
        {"configure configuration config cfg", "config config config config"},
        {"complete completion completing autocomplete", "complet complet complet complet"},
        {"need speed string thing", "need perform string thing"},
        {"delete removed dropping erases", "remov remov remov remov"},
        {"sign-in login authentication", "sign auth auth auth"},
        {"\xc3\xa9t\xc3\xa9s", "\xc3\xa9t\xc3\xa9s"},
    };

    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
        cr_expect_str_eq(words_of(examples[i].text, true), examples[i].words, "of \"%s\": %s", examples[i].text,
                         words_of(examples[i].text, true));
}

Test(idea_words, the_type_of_a_conventional_commit_goes_and_its_scope_stays)
{
    static const struct {
        const char *text, *type, *scope, *rest;
    } examples[] = {
        {"fix: a", "fix", "", " a"},
        {"fix(git)!: a", "fix", "git", " a"},
        {" \n\tFeature(x y): a", "feat", "x y", " a"},
        {"docs():", "docs", "", ""},
        {"io: a", "", "", "io: a"},
        {"fix a", "", "", "fix a"},
        {"fix (git): a", "", "", "fix (git): a"},
        {"fix(git: a", "", "", "fix(git: a"},
        {"", "", "", ""},
    };

    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        struct span scope, rest;
        struct span type = idea_commit_type(span_from_text(examples[i].text), &scope, &rest);
        cr_expect(span_equal(type, span_from_text(examples[i].type)), "type of \"%s\"", examples[i].text);
        cr_expect(span_equal(scope, span_from_text(examples[i].scope)), "scope of \"%s\"", examples[i].text);
        cr_expect(span_equal(rest, span_from_text(examples[i].rest)), "rest of \"%s\"", examples[i].text);
    }
}
