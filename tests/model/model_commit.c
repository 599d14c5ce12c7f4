/* The type of a conventional commit, as in `fix(parser)!: …`: it says what kind of work this is, not which. */
#include "tests/model/model_idea.h"

/* The first of a line is what the others are called, too. */
static const char *const types[][3] = {
    {"build"}, {"chore"},    {"ci"},     {"docs", "doc"}, {"feat", "feature"}, {"fix", "bugfix", "hotfix"},
    {"perf"},  {"refactor"}, {"revert"}, {"style"},       {"test", "tests"}};

static bool is_ascii_letter(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool equal_but_case(struct span text, const char *lower)
{
    if (text.size != strlen(lower))
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (text.bytes[i] != lower[i] &&
            !(text.bytes[i] >= 'A' && text.bytes[i] <= 'Z' && text.bytes[i] + 32 == lower[i]))
            return false;
    return true;
}

static const char *type_named(struct span letters)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        for (size_t j = 0; j < 3 && types[i][j] != NULL; j++)
            if (equal_but_case(letters, types[i][j]))
                return types[i][0];
    return NULL;
}

struct commit commit_read(struct span text)
{
    struct commit none = {.rest = text}, commit = {0};
    size_t at = 0;
    while (at < text.size && (text.bytes[at] == ' ' || text.bytes[at] == '\t' || text.bytes[at] == '\n'))
        at++;
    size_t begin = at;
    while (at < text.size && is_ascii_letter(text.bytes[at]))
        at++;
    commit.type = type_named(span_of(text.bytes + begin, at - begin));
    if (at < text.size && text.bytes[at] == '(') {
        size_t inside = ++at;
        while (at < text.size && text.bytes[at] != ')')
            at++;
        if (at == text.size)
            return none; /* it isn't closed */
        commit.in_parentheses = span_of(text.bytes + inside, at - inside);
        at++;
    }
    if (at < text.size && text.bytes[at] == '!')
        at++;
    if (commit.type == NULL || at == text.size || text.bytes[at] != ':')
        return none;
    commit.rest = span_skip(text, at + 1);
    return commit;
}
