/* Numbers and identifiers: versions, CVEs, flags, paths, names with a hump or an underscore. */
#include "coordinator/core/idea/idea_marks.h"

#include "base/ascii.h"
#include "coordinator/core/idea/idea_hash.h"
#include "coordinator/core/idea/idea_word.h"

static bool is_plain(uint8_t byte)
{
    return byte >= 0x80 || byte_is_alnum(byte);
}

static bool is_joint(uint8_t byte)
{
    return byte == '_' || byte == '.' || byte == '-' || byte == ':' || byte == '/';
}

/* Does the word begin at `at`, after a lower-case letter and with an upper-case one? */
static bool has_hump(struct span word, size_t at)
{
    return at != 0 && byte_is_lower(word.bytes[at - 1]) && byte_is_upper(word.bytes[at]);
}

/* A dot with two plain bytes on either side: `config.toml`, not `e.g`. */
static bool is_dotted(struct span word, size_t at)
{
    return word.bytes[at] == '.' && at >= 2 && at + 2 < word.size && is_plain(word.bytes[at - 2]) &&
           is_plain(word.bytes[at - 1]) && is_plain(word.bytes[at + 1]) && is_plain(word.bytes[at + 2]);
}

static bool sets_apart(struct span word)
{
    for (size_t i = 0; i < word.size; i++) {
        uint8_t byte = word.bytes[i];
        if (byte_is_digit(byte) || byte == '_' || has_hump(word, i) || is_dotted(word, i) ||
            (byte == ':' && i + 1 < word.size && word.bytes[i + 1] == ':'))
            return true;
    }
    return false;
}

static void mark_add(struct idea_marks *out, struct span word)
{
    uint32_t hash = IDEA_HASH_START;

    for (size_t i = 0; i < word.size; i++)
        hash = idea_hash_byte(hash, byte_lower(word.bytes[i]));
    hash = idea_hash_end(hash);
    for (uint32_t i = 0; i < out->count; i++)
        if (out->marks[i] == hash)
            return;
    if (out->count < IDEA_MARKS)
        out->marks[out->count++] = hash;
}

static void marks_of(struct span text, struct idea_marks *out)
{
    while (text.size != 0 && out->count < IDEA_MARKS) {
        size_t size = 0, begin = 0;
        while (size < text.size && (is_plain(text.bytes[size]) || is_joint(text.bytes[size])))
            size++;
        size_t end = size;
        while (begin < end && is_joint(text.bytes[begin]))
            begin++;
        while (end > begin && is_joint(text.bytes[end - 1]))
            end--;
        struct span word = span_of(text.bytes + begin, end - begin);
        bool is_flag = begin >= 2 && text.bytes[begin - 1] == '-' && text.bytes[begin - 2] == '-';
        if (word.size != 0 && (is_flag || sets_apart(word)))
            mark_add(out, word);
        text = span_skip(text, size < text.size ? size + 1 : size);
    }
}

void idea_marks(struct span about, struct span aka, struct idea_marks *out)
{
    const struct span texts[] = {about, aka};

    out->count = 0;
    for (size_t i = 0; i < 2; i++) {
        struct span scope, rest;
        (void)idea_commit_type(texts[i], &scope, &rest);
        marks_of(scope, out);
        marks_of(rest, out);
    }
    idea_sort(out->marks, out->count);
}

static bool has_one_more(const struct idea_marks *a, const struct idea_marks *b)
{
    uint32_t at = 0;

    for (uint32_t i = 0; i < a->count; i++) {
        while (at < b->count && b->marks[at] < a->marks[i])
            at++;
        if (at == b->count || b->marks[at] != a->marks[i])
            return true;
    }
    return false;
}

bool idea_marks_conflict(const struct idea_marks *a, const struct idea_marks *b)
{
    return has_one_more(a, b) && has_one_more(b, a);
}

struct span idea_kind(struct span category, struct span about)
{
    struct span scope, rest;

    return category.size != 0 ? category : idea_commit_type(about, &scope, &rest);
}

bool idea_kinds_agree(struct span a, struct span b)
{
    return a.size == 0 || b.size == 0 || span_equal(a, b);
}
