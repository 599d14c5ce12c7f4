/* key_canonical: clean, unwrap, ask each form in turn whether the text is its own, and again until nothing changes.
 * Promises: any bytes are taken; the result is a fixed point by construction, since a key is given out only after a
 * pass left it as it was. Also the relations between subtrees. */
#include "coordinator/core/key/key_parts.h"

enum { PASSES_MAX = 8 }; /* real keys take two; what takes more is refused */

/* ---------------------------------------------------------------- subtrees */

static const uint8_t subtree_end[] = {'/', '*', '*'};

bool key_is_subtree(struct span key)
{
    return key.size > sizeof subtree_end &&
           memcmp(key.bytes + key.size - sizeof subtree_end, subtree_end, sizeof subtree_end) == 0;
}

struct span key_path(struct span key)
{
    return key_is_subtree(key) ? span_first(key, key.size - sizeof subtree_end) : key;
}

bool key_under(struct span tree, struct span key)
{
    struct span root = key_path(tree), path = key_path(key);
    if (!key_is_subtree(tree) || !span_starts_with(path, root))
        return false;
    return path.size == root.size || path.bytes[root.size] == '/';
}

bool key_overlaps(struct span a, struct span b)
{
    return span_equal(a, b) || key_under(a, b) || key_under(b, a);
}

/* ---------------------------------------------------------------- one pass */

/* A subtree's bare root is a path and nothing else, so that it covers what is below it. */
static void resolve(struct span text, const struct key_context *context, struct key_draft *out)
{
    if (key_from_url(text, out))
        return;
    if (!context->subtree && key_from_reference(text, context, out))
        return;
    if (key_from_scheme(text, context, out) || key_from_branch(text, context, out) || key_from_path(text, context, out))
        return;
    draft_put(out, text);
}

static void check_form(struct key_draft *out, bool subtree)
{
    struct span path = draft_span(out);
    size_t segments = subtree ? 2 : 1;
    if (path.size == 0)
        draft_fail(out, FLAW_KEY_EMPTY);
    if (span_has(path, '*') || span_has(path, '?'))
        draft_fail(out, FLAW_KEY_GLOB);
    for (size_t i = 0; i < path.size; i++)
        segments += path.bytes[i] == '/';
    if (segments > LIMIT_KEY_SEGMENTS)
        draft_fail(out, FLAW_KEY_SEGMENTS);
}

static void one_pass(struct span given, struct key_context context, struct key_draft *out)
{
    struct key_draft clean = {0};
    key_clean(given, &clean);
    struct span text = key_unwrap(draft_span(&clean));
    if (clean.flaw != FLAW_NONE || text.size == 0) {
        draft_fail(out, clean.flaw != FLAW_NONE ? clean.flaw : FLAW_KEY_EMPTY);
        return;
    }
    context.subtree = key_is_subtree(text);
    text = key_path(text);
    while (context.subtree && text.size > 1 && text.bytes[text.size - 1] == '/')
        text = span_first(text, text.size - 1);
    resolve(text, &context, out);
    check_form(out, context.subtree);
    if (context.subtree)
        draft_put(out, span_of(subtree_end, sizeof subtree_end));
}

static enum flaw fixed_point(struct span given, const struct key_context *context, struct canonical_key *out)
{
    struct key_draft drafts[2];
    for (int pass = 0; pass < PASSES_MAX; pass++) {
        struct key_draft *draft = &drafts[pass % 2];
        draft->size = 0;
        draft->flaw = FLAW_NONE;
        one_pass(given, *context, draft);
        if (draft->flaw != FLAW_NONE)
            return draft->flaw;
        if (span_equal(given, draft_span(draft))) {
            out->size = draft->size;
            memcpy(out->bytes, draft->bytes, draft->size);
            return FLAW_NONE;
        }
        given = draft_span(draft);
    }
    return FLAW_KEY_FORM;
}

/* ---------------------------------------------------------------- the repository of a claim */

/* A canonical key as a repository: host:owner/name as it is, owner/name is GitHub's, a page under url: is a project. */
static enum flaw as_repository(struct span key, struct key_draft *out)
{
    bool page = span_begins_with_word(key, "url:");
    size_t scheme = page ? span_find(key, '/') : key_scheme_size(key);
    struct span host = page ? span_skip(span_first(key, scheme), 4) : span_first(key, scheme);
    struct span path = span_skip(key, scheme < key.size && scheme > 0 ? scheme + 1 : scheme);
    struct segments segments = segments_of(path);
    struct forge forge;
    bool known = forge_find(scheme > 0 ? host : span_from_text("github"), &forge);
    bool shallow = forge.series == FORGE_ONE_SERIES || forge.series == FORGE_BITBUCKET;
    if (segments.count < 2 || (shallow && segments.count != 2) || (!known && !span_has(host, '.')))
        return FLAW_KEY_NO_REPO;
    for (size_t i = 0; i < path.size; i++) {
        if (byte_is_one_of(path.bytes[i], "#!&@:~ *?"))
            return FLAW_KEY_NO_REPO;
    }
    forge_put_project(out, &forge, path);
    return out->flaw;
}

static enum flaw canonical_repository(struct span in, struct key_draft *out)
{
    struct canonical_key key;
    enum flaw flaw = fixed_point(in, &(struct key_context){0}, &key);
    if (flaw != FLAW_NONE)
        return flaw == FLAW_KEY_LONG || flaw == FLAW_KEY_BYTES ? flaw : FLAW_KEY_NO_REPO;
    return as_repository(span_of(key.bytes, key.size), out);
}

enum flaw key_canonical(struct span given, struct span in, const struct key_prefixes *prefixes,
                        struct canonical_key *out)
{
    struct key_draft repository = {0};
    if (given.size > LIMIT_KEY_BYTES || in.size > LIMIT_KEY_BYTES)
        return FLAW_KEY_LONG;
    enum flaw flaw = in.size > 0 ? canonical_repository(in, &repository) : FLAW_NONE;
    if (flaw != FLAW_NONE)
        return flaw;
    struct key_context context = {.repository = draft_span(&repository), .prefixes = prefixes};
    return fixed_point(given, &context, out);
}
