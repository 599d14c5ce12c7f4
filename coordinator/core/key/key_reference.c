/* References: #5, GH-5, o/r#5, g/p!7, "fixes PR 5", a commit's hash. */
#include "coordinator/core/key/key_parts.h"

bool numbered_parse(struct span text, struct numbered *out)
{
    size_t end = 0;
    while (end < text.size && byte_is_digit(text.bytes[end]))
        end++;
    struct span number = span_first(text, end), tail = span_skip(text, end);
    while (number.size > 0 && number.bytes[0] == '0')
        number = span_skip(number, 1);
    if (number.size == 0 || number.size > 18)
        return false;
    *out = (struct numbered){.number = number};
    if (tail.size == 0)
        return true;
    if (tail.size < 2 || tail.size > 33 || (tail.bytes[0] != '~' && tail.bytes[0] != ':') ||
        !byte_is_letter(tail.bytes[1]))
        return false;
    for (size_t i = 1; i < tail.size; i++) {
        if (!byte_is_alnum(tail.bytes[i]) && tail.bytes[i] != '-' && tail.bytes[i] != '_')
            return false;
    }
    out->role = span_skip(tail, 1);
    return true;
}

bool key_is_hash(struct span text)
{
    if (text.size < 7 || text.size > 64)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if (!byte_is_hex(text.bytes[i]))
            return false;
    }
    return true;
}

/* ---------------------------------------------------------------- words before a reference */

enum { WORD_ANY, WORD_ISSUE, WORD_REQUEST, WORD_MERGE_REQUEST };

struct word {
    const char *text;
    int kind;
};

/* clang-format off */
static const struct word words[] = {
    {"fix", WORD_ANY},         {"fixes", WORD_ANY},      {"fixed", WORD_ANY},
    {"close", WORD_ANY},       {"closes", WORD_ANY},     {"closed", WORD_ANY},
    {"resolve", WORD_ANY},     {"resolves", WORD_ANY},   {"resolved", WORD_ANY},
    {"ref", WORD_ANY},         {"refs", WORD_ANY},       {"references", WORD_ANY},
    {"see", WORD_ANY},         {"issue", WORD_ISSUE},    {"issues", WORD_ISSUE},
    {"pr", WORD_REQUEST},      {"prs", WORD_REQUEST},    {"pull", WORD_REQUEST},
    {"pull request", WORD_REQUEST},                      {"mr", WORD_MERGE_REQUEST},
    {"merge request", WORD_MERGE_REQUEST},
};
/* clang-format on */

/* What parts a word from its reference: a space, a colon and a space, the mark itself; where a repository is known also
 * a hyphen or a colon before a number (elsewhere `issue-5` may be anybody's name for anything, and `issue:4th/b&5` is one
 * everywhere: it would be another key in each repository). */
static bool is_parted(struct span tail, bool tight)
{
    uint8_t first = tail.bytes[0], second = tail.size > 1 ? tail.bytes[1] : 0;
    struct numbered number;
    if (first == ' ' || first == '#' || first == '!' || (first == ':' && second == ' '))
        return true;
    if (!tight || (first != '-' && first != ':'))
        return false;
    return numbered_parse(span_skip(tail, first == ':' && second == '#' ? 2 : 1), &number);
}

/* The longest of the words that `text` begins with, NULL for none; *rest is what follows it and its separator. */
static const struct word *leading_word(struct span text, bool tight, struct span *rest)
{
    const struct word *found = NULL;
    uint8_t first = text.size > 0 ? byte_lower(text.bytes[0]) : 0;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if ((uint8_t)words[i].text[0] != first)
            continue;
        size_t size = strlen(words[i].text);
        if (!span_begins_with_word(text, words[i].text) || text.size <= size)
            continue;
        struct span tail = span_skip(text, size);
        if (!is_parted(tail, tight))
            continue;
        if (tail.bytes[0] == ':' || tail.bytes[0] == '-')
            tail = span_skip(tail, 1);
        while (tail.size > 0 && tail.bytes[0] == ' ')
            tail = span_skip(tail, 1);
        found = &words[i];
        *rest = tail;
    }
    return found;
}

/* ---------------------------------------------------------------- marks and numbers */

/* The mark a number gets that is written without one, or with '#', after such a word. */
static char mark_after(int kind, char mark, const struct forge *forge)
{
    bool two_series = forge->series == FORGE_GITLAB || forge->series == FORGE_BITBUCKET;
    if (mark == '#' && (kind == WORD_MERGE_REQUEST || (kind == WORD_REQUEST && two_series)))
        return '!';
    return mark;
}

static bool has_epics(const struct forge *forge)
{
    return forge->series == FORGE_GITLAB || forge->series == FORGE_UNKNOWN;
}

/* A number in the claim's own repository. */
static bool put_own(const struct key_context *context, int kind, char mark, struct numbered number,
                    struct key_draft *out)
{
    if (context->repository.size == 0) {
        draft_fail(out, FLAW_KEY_NO_REPO);
        return true;
    }
    struct span path;
    struct forge forge = forge_of_repository(context->repository, &path);
    if (mark == '&' && !has_epics(&forge))
        draft_fail(out, FLAW_KEY_NO_REPO);
    if (mark == '&') /* epics belong to the group */
        path = span_first(path, span_has(path, '/') ? span_find_last(path, '/') : path.size);
    forge_put_reference(out, &forge, path, mark_after(kind, mark, &forge), number);
    return true;
}

static bool is_project_path(struct span path)
{
    for (size_t i = 0; i < path.size; i++) {
        uint8_t byte = path.bytes[i];
        bool slash = byte == '/' && i > 0 && i + 1 < path.size && path.bytes[i - 1] != '/';
        if (!byte_is_alnum(byte) && byte != '-' && byte != '_' && byte != '.' && byte != '~' && !slash)
            return false;
    }
    return path.size > 0 && !span_begins_with_word(path, ".");
}

/* o/r#5, or r#5 next to the claim's own repository. On the forge of that repository, else on GitHub (`!`, `&`:
 * GitLab). Without a repository r#5 is anybody's name for anything. */
static bool put_named(struct span path, const struct key_context *context, int kind, char mark, struct numbered number,
                      struct key_draft *out)
{
    if (!is_project_path(path))
        return false;
    struct span own_path;
    struct forge forge;
    if (context->repository.size > 0)
        forge = forge_of_repository(context->repository, &own_path);
    else
        forge_find(span_from_text(mark == '#' ? "github" : "gitlab"), &forge);
    mark = mark_after(kind, mark, &forge);
    bool own = context->repository.size > 0;
    if (mark == '&' ? !has_epics(&forge) || !span_has(path, '/') : !own && !span_has(path, '/'))
        return false;
    if (span_has(path, '/')) {
        forge_put_reference(out, &forge, path, mark, number);
        return true;
    }
    struct key_draft neighbour = {0};
    draft_put(&neighbour, span_first(own_path, span_find_last(own_path, '/')));
    draft_put_text(&neighbour, "/");
    draft_put(&neighbour, path);
    forge_put_reference(out, &forge, draft_span(&neighbour), mark, number);
    return true;
}

/* 5, #5, !5, &5, GH-5, o/r#5 */
static bool key_from_number(struct span text, const struct key_context *context, int kind, struct key_draft *out)
{
    struct numbered number;
    size_t digits = 0;
    while (digits < text.size && byte_is_digit(text.bytes[digits]))
        digits++;
    if (digits <= 10 && numbered_parse(text, &number))
        return put_own(context, kind, '#', number, out);
    if (span_begins_with_word(text, "gh-") && numbered_parse(span_skip(text, 3), &number))
        return put_own(context, WORD_ANY, '#', number, out);
    size_t at = 0;
    while (at < text.size && !byte_is_one_of(text.bytes[at], "#!&"))
        at++;
    if (at == text.size || !numbered_parse(span_skip(text, at + 1), &number))
        return false;
    char mark = (char)text.bytes[at];
    return at == 0 ? put_own(context, kind, mark, number, out)
                   : put_named(span_first(text, at), context, kind, mark, number, out);
}

/* ---------------------------------------------------------------- o/r/pull/5, o/r@hash, a hash */

static struct forge own_or_github(const struct key_context *context, struct span *path)
{
    struct forge forge;
    *path = (struct span){0};
    if (context->repository.size > 0)
        return forge_of_repository(context->repository, path);
    forge_find(span_from_text("github"), &forge);
    return forge;
}

static bool key_from_short_page(struct span text, const struct key_context *context, struct key_draft *out)
{
    static const char *const pages[] = {"issues", "pull", "pulls", "discussions", "merge_requests", "pull-requests"};
    struct segments segments = segments_of(text);
    struct numbered number;
    if (segments.count < 4 || !is_project_path(text) || !numbered_parse(segments.at[3], &number))
        return false;
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        struct span path;
        struct forge forge = own_or_github(context, &path);
        if (span_is_word(segments.at[2], pages[i]))
            return key_from_forge_page(&forge, text, out);
    }
    return false;
}

static bool key_from_commit(struct span text, const struct key_context *context, struct key_draft *out)
{
    size_t at = span_find_last(text, '@');
    struct span own;
    struct forge forge = own_or_github(context, &own);
    if (at < text.size) {
        struct span path = span_first(text, at), hash = span_skip(text, at + 1);
        if (!span_has(path, '/') || !is_project_path(path) || !key_is_hash(hash))
            return false;
        forge_put_commit(out, &forge, path, hash);
        return true;
    }
    bool digit = false, letter = false;
    for (size_t i = 0; i < text.size; i++) {
        digit = digit || byte_is_digit(text.bytes[i]);
        letter = letter || byte_is_letter(text.bytes[i]);
    }
    if (!key_is_hash(text) || !digit || !letter || own.size == 0)
        return false;
    forge_put_commit(out, &forge, own, text);
    return true;
}

bool key_from_reference(struct span text, const struct key_context *context, struct key_draft *out)
{
    int kind = WORD_ANY;
    struct span rest = text;
    bool tight = context->repository.size > 0;
    for (int depth = 0; depth < 4; depth++) {
        const struct word *word = leading_word(rest, tight, &rest);
        if (word == NULL)
            break;
        kind = word->kind == WORD_ANY ? kind : word->kind;
    }
    if (key_from_number(rest, context, kind, out) || key_from_issue_id(rest, context, out) ||
        key_from_short_page(rest, context, out) || key_from_commit(rest, context, out))
        return true;
    if (rest.size == text.size)
        return false;
    return key_from_url(rest, out) || (key_names_work(rest) && key_from_scheme(rest, context, out));
}
