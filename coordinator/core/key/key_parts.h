/* What the files of the key canonicaliser share: a draft of the key being written, small ASCII tools, and the forms.
 * Nobody but canonical_key.c and key_*.c includes this.
 *
 * A form is a function key_from_…(text, context, out): false means "not of this form" and leaves *out alone; true means
 * that *out now holds the key, or the flaw. Each loop runs over the bytes of a text of at most LIMIT_KEY_BYTES. */
#ifndef CORE_KEY_PARTS_H
#define CORE_KEY_PARTS_H

#include "base/ascii.h"
#include "coordinator/core/key/canonical_key.h"

/* The key being written. The first flaw sticks, and nothing is written after it. `= {0}` is an empty one. */
struct key_draft {
    uint8_t bytes[LIMIT_KEY_BYTES];
    size_t size;
    enum flaw flaw;
};

struct key_context {
    struct span repository; /* canonical, such as github:acme/app, or empty */
    const struct key_prefixes *prefixes;
    bool subtree; /* the text is the root of a subtree: a bare one is a path, whatever else it looks like */
};

/* How a forge counts: are issues and pull requests one series of numbers, or two? */
enum forge_series {
    FORGE_ONE_SERIES, /* GitHub, Codeberg: #N is both */
    FORGE_GITLAB,     /* #N, !N and &N differ; projects lie at any depth */
    FORGE_BITBUCKET,  /* #N and !N differ */
    FORGE_UNKNOWN     /* some other host: what is written decides */
};

struct forge {
    struct span name; /* as in keys (github), or a host's name in any case */
    enum forge_series series;
};

/* 5, 5~merged, 005:merged */
struct numbered {
    struct span number; /* without leading zeros */
    struct span role;   /* or empty */
};

/* The parts of a path between slashes, empty ones left out. */
struct segments {
    struct span at[LIMIT_KEY_SEGMENTS];
    size_t count;
    bool more; /* there were more than fit */
};

/* ---------------------------------------------------------------- bytes and spans */

static inline bool byte_is_one_of(uint8_t byte, const char *set)
{
    for (; *set != 0; set++) {
        if (byte == (uint8_t)*set)
            return true;
    }
    return false;
}

/* Where the first `byte` is, or the size. */
static inline size_t span_find(struct span text, uint8_t byte)
{
    size_t at = 0;
    while (at < text.size && text.bytes[at] != byte)
        at++;
    return at;
}

/* Where the last `byte` is, or the size. */
static inline size_t span_find_last(struct span text, uint8_t byte)
{
    for (size_t at = text.size; at > 0; at--) {
        if (text.bytes[at - 1] == byte)
            return at - 1;
    }
    return text.size;
}

static inline bool span_has(struct span text, uint8_t byte)
{
    return span_find(text, byte) < text.size;
}

/* ASCII case ignored; `word` in lower case. */
static inline bool span_begins_with_word(struct span text, const char *word)
{
    size_t size = strlen(word);
    if (text.size < size)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (byte_lower(text.bytes[i]) != (uint8_t)word[i])
            return false;
    }
    return true;
}

static inline bool span_is_word(struct span text, const char *word)
{
    return text.size == strlen(word) && span_begins_with_word(text, word);
}

static inline bool span_ends_with(struct span text, const char *end)
{
    size_t size = strlen(end);
    return text.size >= size && memcmp(text.bytes + text.size - size, end, size) == 0;
}

static inline struct span draft_span(const struct key_draft *draft)
{
    return span_of(draft->bytes, draft->size);
}

/* ---------------------------------------------------------------- key_draft.c */

void draft_fail(struct key_draft *out, enum flaw flaw);
void draft_put(struct key_draft *out, struct span text);
void draft_put_text(struct key_draft *out, const char *text);
void draft_put_lower(struct key_draft *out, struct span text);
void draft_put_upper(struct key_draft *out, struct span text);
void draft_put_decoded(struct key_draft *out, struct span text); /* %2F and the like become bytes */

struct segments segments_of(struct span path);

/* The size of `scheme` in scheme:rest, or 0: at least two letters, digits, dots, hyphens, plus signs or underscores, a
 * letter first. */
size_t key_scheme_size(struct span text);

/* ---------------------------------------------------------------- key_clean.c */

/* Copies `given` without zero-width characters and needless space; refuses bad UTF-8 and control characters. */
void key_clean(struct span given, struct key_draft *out);

/* The text without what people wrap a key in: quotes, brackets, trailing punctuation and slashes. */
struct span key_unwrap(struct span text);

/* ---------------------------------------------------------------- key_forge.c */

/* By host name or by name in keys. Unknown ones get FORGE_UNKNOWN; true if it is a known one. */
bool forge_find(struct span host, struct forge *out);

/* The forge and path of a canonical repository (github:acme/app). */
struct forge forge_of_repository(struct span repository, struct span *path);

/* github:acme/app, lower case, `.git` dropped. */
void forge_put_project(struct key_draft *out, const struct forge *forge, struct span path);

/* github:acme/app#5~merged: `mark` is '#', '!' or '&'; a '!' is '#' where there is one series. */
void forge_put_reference(struct key_draft *out, const struct forge *forge, struct span path, char mark,
                         struct numbered number);
void forge_put_commit(struct key_draft *out, const struct forge *forge, struct span path, struct span hash);
void forge_put_branch(struct key_draft *out, const struct forge *forge, struct span path, struct span name);
void forge_put_file(struct key_draft *out, const struct forge *forge, struct span path, struct span file);

/* o/r/pull/5/files, g/s/p/-/issues/7, o/r/blob/main/src/a.c, ...: a page that means something other than itself. */
bool key_from_forge_page(const struct forge *forge, struct span path, struct key_draft *out);

/* What follows `github:` : o/r#5, o/r!5, o/r@name, o/r:file, o/r/pull/5, o/r. */
void key_from_forge_rest(const struct forge *forge, struct span rest, const struct key_context *context,
                         struct key_draft *out);

/* ---------------------------------------------------------------- key_url.c */

bool key_from_url(struct span text, struct key_draft *out);
bool key_from_page_url(struct span address, struct key_draft *out); /* what follows url: */

/* ---------------------------------------------------------------- key_reference.c */

bool numbered_parse(struct span text, struct numbered *out);
bool key_is_hash(struct span text); /* 7 to 64 hexadecimal digits */

bool key_from_reference(struct span text, const struct key_context *context, struct key_draft *out);

/* ---------------------------------------------------------------- key_issue_id.c */

bool key_is_issue_id(struct span text);                                                             /* ENG-5 */
bool key_from_issue_id(struct span text, const struct key_context *context, struct key_draft *out); /* by policy */
void key_put_issue_id(struct key_draft *out, struct span tracker, struct span id);

/* ---------------------------------------------------------------- key_scheme.c */

bool key_from_scheme(struct span text, const struct key_context *context, struct key_draft *out);

/* Is it scheme:rest with a scheme whose keys one fixes or closes (github:, jira:, task: ...), not just any? */
bool key_names_work(struct span text);
bool key_from_branch(struct span text, const struct key_context *context, struct key_draft *out); /* origin/x */

/* ---------------------------------------------------------------- key_path.c */

bool key_from_path(struct span text, const struct key_context *context, struct key_draft *out);

/* What follows `file:`. */
void key_from_file(struct span rest, const struct key_context *context, struct key_draft *out);

/* Appends `path` with dots and separators resolved, from where the draft ends now. */
void path_put(struct key_draft *out, struct span path);

/* src/a.c:12:5 without what tells a place within the file. */
struct span path_without_place(struct span path);

#endif
