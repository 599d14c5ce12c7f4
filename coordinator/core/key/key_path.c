/* Files and folders: separators and dots resolved by their letters alone, a place within the file dropped. */
#include "coordinator/core/key/key_parts.h"

static bool is_separator(uint8_t byte)
{
    return byte == '/' || byte == '\\';
}

/* Cuts the draft back to before its last segment, not below `root`. */
static void drop_segment(struct key_draft *out, size_t root)
{
    if (out->size <= root) {
        draft_fail(out, FLAW_KEY_ESCAPES);
        return;
    }
    while (out->size > root && out->bytes[out->size - 1] != '/')
        out->size--;
    if (out->size > root)
        out->size--;
}

void path_put(struct key_draft *out, struct span path)
{
    size_t root = out->size;
    while (path.size > 0) {
        size_t end = 0;
        while (end < path.size && !is_separator(path.bytes[end]))
            end++;
        struct span segment = span_first(path, end);
        path = span_skip(path, end < path.size ? end + 1 : end);
        if (segment.size == 0 || span_is_word(segment, "."))
            continue;
        if (span_is_word(segment, "..")) {
            drop_segment(out, root);
            continue;
        }
        draft_put_text(out, out->size > root ? "/" : "");
        draft_put(out, segment);
    }
    if (out->size == root)
        draft_fail(out, FLAW_KEY_FORM);
}

/* The last segment has an extension (a dot, a letter, at most 9 letters or digits more), or a name that all
 * repositories know. */
static bool looks_like_file(struct span path)
{
    static const char *const names[] = {"Makefile", "Dockerfile", "Jenkinsfile", "Justfile", "Procfile",
                                        "Gemfile",  "Rakefile",   "LICENSE",     "README",   "CHANGELOG"};
    size_t begin = path.size;
    while (begin > 0 && !is_separator(path.bytes[begin - 1]))
        begin--;
    struct span name = span_skip(path, begin);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (span_equal(name, span_from_text(names[i])))
            return true;
    }
    size_t dot = span_find_last(name, '.');
    if (name.size - dot < 2 || name.size - dot > 11 || !byte_is_letter(name.bytes[dot + 1]))
        return false;
    for (size_t i = dot + 1; i < name.size; i++) {
        if (!byte_is_alnum(name.bytes[i]))
            return false;
    }
    return true;
}

/* Cuts one :12, :12-20 from the end. */
static struct span without_line(struct span path)
{
    size_t colon = span_find_last(path, ':');
    if (colon == 0 || path.size - colon < 2)
        return path;
    for (size_t i = colon + 1; i < path.size; i++) {
        if (!byte_is_digit(path.bytes[i]) && (path.bytes[i] != '-' || i == colon + 1))
            return path;
    }
    return span_first(path, colon);
}

/* #L10, #L10-L20, #L10C5-L20C6 */
static struct span without_fragment(struct span path)
{
    size_t hash = span_find_last(path, '#');
    if (hash == 0 || path.size - hash < 3 || path.bytes[hash + 1] != 'L' || !byte_is_digit(path.bytes[hash + 2]))
        return path;
    for (size_t i = hash + 1; i < path.size; i++) {
        uint8_t byte = path.bytes[i];
        if (!byte_is_digit(byte) && byte != 'L' && byte != 'C' && byte != '-')
            return path;
    }
    return span_first(path, hash);
}

struct span path_without_place(struct span path)
{
    path = without_fragment(path);
    struct span file = path;
    for (struct span cut = without_line(file); cut.size < file.size; cut = without_line(file))
        file = cut;
    return looks_like_file(file) ? file : path;
}

/* /home/…, ~/…, C:\…: a place on one machine, not in a repository. */
static bool is_absolute(struct span path)
{
    if (path.size == 0)
        return false;
    if (is_separator(path.bytes[0]) || span_is_word(path, "~") || span_begins_with_word(path, "~/"))
        return true;
    return path.size > 2 && byte_is_letter(path.bytes[0]) && path.bytes[1] == ':' && is_separator(path.bytes[2]);
}

static void put_own_file(struct span path, const struct key_context *context, const char *scheme, struct key_draft *out)
{
    path = path_without_place(path);
    if (context->repository.size == 0) {
        draft_put_text(out, scheme);
        draft_put_text(out, path.size > 0 && is_separator(path.bytes[0]) ? "/" : "");
        path_put(out, path);
        return;
    }
    if (is_absolute(path)) {
        draft_fail(out, FLAW_KEY_ESCAPES);
        return;
    }
    struct span project;
    struct forge forge = forge_of_repository(context->repository, &project);
    forge_put_file(out, &forge, project, path);
}

/* With a repository, a bare name is a file if it has a folder or looks like one, or is a subtree's root. */
bool key_from_path(struct span text, const struct key_context *context, struct key_draft *out)
{
    bool folders = span_has(text, '/') || span_has(text, '\\');
    bool file = !span_has(text, ' ') && looks_like_file(path_without_place(text));
    if (!folders && !file && !context->subtree && !span_is_word(text, ".") && !span_is_word(text, ".."))
        return false;
    put_own_file(text, context, "", out);
    return true;
}

/* github:o/r:path or git.corp.example:g/p:path; also o/r:path, which is GitHub's. */
void key_from_file(struct span rest, const struct key_context *context, struct key_draft *out)
{
    size_t scheme = key_scheme_size(rest);
    struct span tail = span_skip(rest, scheme > 0 ? scheme + 1 : 0);
    size_t colon = span_find(tail, ':');
    struct span project = span_first(tail, colon);
    struct segments segments = segments_of(project);
    struct forge forge;
    bool known = forge_find(scheme > 0 ? span_first(rest, scheme) : span_from_text("github"), &forge);
    bool is_place = scheme == 0 && path_without_place(rest).size < rest.size; /* src/a.c:12 */
    if (scheme > 0 && known && colon == tail.size)
        draft_fail(out, FLAW_KEY_FORM);
    else if (colon == tail.size || !span_has(project, '/') || (scheme == 0 && segments.count != 2) || is_place)
        put_own_file(rest, context, "file:", out);
    else
        forge_put_file(out, &forge, project, span_skip(tail, colon + 1));
}
