/* Keys with a scheme (github:o/r#5, task:…, branch:…), and branches written as origin/name. */
#include "coordinator/core/key/key_parts.h"

/* Lower case, one hyphen for each run of what is no letter or digit; slashes stay, and bytes beyond ASCII. */
static void put_slug(struct key_draft *out, struct span text)
{
    size_t begin = out->size;
    bool gap = false, slash = false;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = text.bytes[i];
        if (byte == '*')
            draft_fail(out, FLAW_KEY_GLOB);
        slash = slash || byte == '/';
        if (!byte_is_alnum(byte) && byte < 0x80) {
            gap = true;
            continue;
        }
        if (gap && out->size > begin)
            draft_put_text(out, slash ? "/" : "-");
        gap = slash = false;
        draft_put_lower(out, span_of(&byte, 1));
    }
    if (out->size == begin)
        draft_fail(out, FLAW_KEY_EMPTY);
}

/* The size of `text` before a role at its end (name~merged), or all of it. */
static size_t size_before_role(struct span text)
{
    size_t mark = span_find_last(text, '~');
    if (mark == 0 || text.size - mark < 2 || text.size - mark > 33 || !byte_is_letter(text.bytes[mark + 1]))
        return text.size;
    for (size_t i = mark + 1; i < text.size; i++) {
        if (!byte_is_alnum(text.bytes[i]) && text.bytes[i] != '-' && text.bytes[i] != '_')
            return text.size;
    }
    return mark;
}

static void put_slug_key(struct key_draft *out, const char *scheme, struct span text)
{
    size_t size = size_before_role(text);
    draft_put_text(out, scheme);
    put_slug(out, span_first(text, size));
    draft_put_lower(out, span_skip(text, size));
}

/* ---------------------------------------------------------------- branches and commits */

static struct span without_remote(struct span name)
{
    static const char *const starts[] = {"refs/heads/", "refs/remotes/origin/", "remotes/origin/", "origin/"};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        if (span_starts_with(name, span_from_text(starts[i])))
            return span_skip(name, strlen(starts[i]));
    }
    return name;
}

static void put_own_branch(struct span name, const struct key_context *context, struct key_draft *out)
{
    struct span path;
    struct forge forge = forge_of_repository(context->repository, &path);
    name = without_remote(name);
    if (name.size == 0)
        draft_fail(out, FLAW_KEY_FORM);
    if (context->repository.size > 0) {
        forge_put_branch(out, &forge, path, name);
        return;
    }
    draft_put_text(out, "branch:");
    draft_put(out, name);
}

bool key_from_branch(struct span text, const struct key_context *context, struct key_draft *out)
{
    if (without_remote(text).size == text.size)
        return false;
    put_own_branch(text, context, out);
    return true;
}

/* github:o/r or git.corp.example:g/p before an @: a repository named in full. */
static bool is_full_repository(struct span text)
{
    size_t scheme = key_scheme_size(text);
    return scheme > 0 && span_has(span_skip(text, scheme + 1), '/');
}

/* owner/name before an @: a repository of the forge that bare references are of. */
static bool is_short_repository(struct span text)
{
    size_t slash = span_find(text, '/');
    return slash > 0 && slash + 1 < text.size && !span_has(text, ':') && !span_has(span_skip(text, slash + 1), '/') &&
           byte_is_alnum(text.bytes[0]) && byte_is_alnum(text.bytes[slash + 1]);
}

static void key_from_branch_rest(struct span rest, const struct key_context *context, struct key_draft *out)
{
    size_t at = span_find(rest, '@');
    struct span head = span_first(rest, at), path;
    struct forge forge;
    if (at < rest.size && is_full_repository(head)) {
        forge = forge_of_repository(head, &path);
    } else if (at < rest.size && is_short_repository(head)) {
        bool has_own = context->repository.size > 0;
        forge = forge_of_repository(has_own ? context->repository : span_from_text("github:"), &path);
        path = head;
    } else {
        put_own_branch(rest, context, out);
        return;
    }
    struct span name = without_remote(span_skip(rest, at + 1));
    if (name.size == 0)
        draft_fail(out, FLAW_KEY_FORM);
    forge_put_branch(out, &forge, path, name);
}

static void key_from_commit_rest(struct span rest, const struct key_context *context, struct key_draft *out)
{
    struct span path;
    struct forge forge = forge_of_repository(context->repository, &path);
    if (key_is_hash(rest) && path.size > 0) {
        forge_put_commit(out, &forge, path, rest);
        return;
    }
    draft_put_text(out, "commit:");
    if (key_is_hash(rest))
        draft_put_lower(out, span_first(rest, rest.size < 12 ? rest.size : 12));
    else
        draft_put(out, rest);
}

/* ---------------------------------------------------------------- any scheme */

static bool is_tracker(struct span scheme)
{
    return span_is_word(scheme, "jira") || span_is_word(scheme, "linear");
}

/* ENG-5 in full, whatever the policy's prefixes are. */
static bool key_from_tracker_rest(struct span scheme, struct span rest, struct key_draft *out)
{
    if (!key_is_issue_id(rest))
        return false;
    key_put_issue_id(out, scheme, rest);
    return true;
}

/* README.md:10 has no scheme: what follows the colons is a place in a file. */
static bool is_place(struct span scheme, struct span rest)
{
    for (size_t i = 0; i < rest.size; i++) {
        if (!byte_is_digit(rest.bytes[i]) && rest.bytes[i] != ':' && rest.bytes[i] != '-')
            return false;
    }
    return span_has(scheme, '.');
}

bool key_names_work(struct span text)
{
    size_t size = key_scheme_size(text);
    struct span scheme = span_first(text, size), rest = span_skip(text, size + (size > 0));
    struct forge forge;
    bool known = forge_find(scheme, &forge) || is_tracker(scheme) || span_is_word(scheme, "task") ||
                 span_is_word(scheme, "idea") || span_is_word(scheme, "commit");
    return size > 0 && rest.size > 0 && (known || (span_has(scheme, '.') && span_has(rest, '/')));
}

bool key_from_scheme(struct span text, const struct key_context *context, struct key_draft *out)
{
    size_t size = key_scheme_size(text);
    struct span scheme = span_first(text, size);
    struct span rest = span_skip(text, size + (size > 0));
    while (rest.size > 0 && rest.bytes[0] == ' ')
        rest = span_skip(rest, 1);
    if (size == 0 || is_place(scheme, rest) || (rest.size == 0 && !context->subtree))
        return false;
    if (rest.size == 0) { /* all that has this scheme */
        draft_put_lower(out, scheme);
        draft_put_text(out, ":");
        return true;
    }

    struct forge forge;
    bool dotted = span_has(scheme, '.') && rest.bytes[0] != ':' && span_has(rest, '/');
    if (forge_find(scheme, &forge) || dotted)
        key_from_forge_rest(&forge, rest, context, out);
    else if (span_is_word(scheme, "task"))
        put_slug_key(out, "task:", rest);
    else if (span_is_word(scheme, "idea"))
        put_slug_key(out, "idea:", rest);
    else if (span_is_word(scheme, "branch"))
        key_from_branch_rest(rest, context, out);
    else if (span_is_word(scheme, "commit"))
        key_from_commit_rest(rest, context, out);
    else if (span_is_word(scheme, "file"))
        key_from_file(rest, context, out);
    else if (span_is_word(scheme, "url"))
        key_from_page_url(rest, out);
    else if (!is_tracker(scheme) || !key_from_tracker_rest(scheme, rest, out)) {
        draft_put_lower(out, scheme);
        draft_put_text(out, ":");
        draft_put(out, rest);
    }
    return true;
}
