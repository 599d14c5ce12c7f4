/* Cuts a text into lower-cased words. */
#include "coordinator/core/idea/idea_word.h"

#include "base/ascii.h"
#include "coordinator/core/idea/idea_words.h"

enum { PART = 2 }; /* bytes that a part of a camelCase word has at least */

/* How many bytes of punctuation stand at the span's start: one that is no letter or digit, or three of U+2000-203F. */
static size_t punctuation(struct span at)
{
    if (at.size >= 3 && at.bytes[0] == 0xe2 && at.bytes[1] == 0x80)
        return 3;
    uint8_t byte = at.bytes[0];
    return byte < 0x80 && !byte_is_alnum(byte) ? 1 : 0;
}

/* An apostrophe, straight or U+2019. */
static bool is_apostrophe(struct span at, size_t size)
{
    return size == 1 ? at.bytes[0] == '\'' : at.bytes[2] == 0x99;
}

/* camelCase: between `a` and `B` of aB, between `A` and `Bc` of ABc. */
static bool breaks_before(struct span word, size_t at)
{
    uint8_t before = word.bytes[at - 1];

    if (!byte_is_upper(word.bytes[at]))
        return false;
    if (byte_is_lower(before) || byte_is_digit(before))
        return true;
    return byte_is_upper(before) && at + 1 < word.size && byte_is_lower(word.bytes[at + 1]);
}

/* Puts the next byte of a word. */
static void put(struct idea_word *word, uint8_t byte)
{
    if (word->size < IDEA_WORD_BYTES)
        word->bytes[word->size++] = byte_lower(byte);
}

/* A run of letters and digits as it stands, apostrophes between them left out: don't is dont. */
static bool cut_run(struct span *rest, struct idea_word *run)
{
    size_t skip;
    size_t at = 0;

    while (rest->size != 0 && (skip = punctuation(*rest)) != 0)
        *rest = span_skip(*rest, skip);
    for (run->size = 0; at < rest->size;) {
        skip = punctuation(span_skip(*rest, at));
        if (skip != 0) {
            if (!is_apostrophe(span_skip(*rest, at), skip) || at + skip >= rest->size ||
                punctuation(span_skip(*rest, at + skip)) != 0)
                break;
            at += skip;
        }
        if (run->size < IDEA_WORD_BYTES)
            run->bytes[run->size++] = rest->bytes[at];
        at++;
    }
    *rest = span_skip(*rest, at);
    return run->size != 0;
}

/* Cuts the next word off, whatever it is: the parts of a camelCase run come before the whole of it. */
static bool cut(struct idea_words *words, struct idea_word *out)
{
    if (words->run_at == words->run.size) {
        if (words->parted) {
            words->parted = false;
            out->size = 0;
            for (size_t i = 0; i < words->run.size; i++)
                put(out, words->run.bytes[i]);
            return true;
        }
        words->run_at = 0;
        if (!cut_run(&words->rest, &words->run))
            return false;
    }
    struct span run = span_of(words->run.bytes, words->run.size);
    size_t at = words->run_at;
    out->size = 0;
    do
        put(out, run.bytes[at++]);
    while (at < run.size && !(out->size >= PART && run.size - at >= PART && breaks_before(run, at)));
    words->parted = words->run_at != 0 || at < run.size;
    words->run_at = at;
    return true;
}

void idea_words_begin(struct idea_words *words, struct span text)
{
    words->rest = text;
    words->run.size = words->run_at = words->before.size = 0;
    words->parted = false;
    words->joined = (struct span){0};
}

/* The next of all words; one made of two comes after the second of them. */
static bool next(struct idea_words *words, struct idea_word *out)
{
    if (words->joined.size != 0) {
        memcpy(out->bytes, words->joined.bytes, words->joined.size);
        out->size = words->joined.size;
        words->joined = (struct span){0};
        words->before.size = 0;
        return true;
    }
    if (!cut(words, out))
        return false;
    words->joined = idea_word_joined(span_of(words->before.bytes, words->before.size), span_of(out->bytes, out->size));
    words->before = *out;
    return true;
}

bool idea_words_next(struct idea_words *words, struct idea_word *out)
{
    while (next(words, out))
        if (!idea_word_stops(span_of(out->bytes, out->size)))
            return true;
    return false;
}

/* ---------------------------------------------------------------- the type of a conventional commit */

struct commit_type {
    const char *given, *name;
};

static const struct commit_type commit_types[] = {
    {"build", "build"},   {"bugfix", "fix"},  {"chore", "chore"}, {"ci", "ci"},
    {"doc", "docs"},      {"docs", "docs"},   {"feat", "feat"},   {"feature", "feat"},
    {"fix", "fix"},       {"hotfix", "fix"},  {"perf", "perf"},   {"refactor", "refactor"},
    {"revert", "revert"}, {"style", "style"}, {"test", "test"},   {"tests", "test"},
};

static bool equals_lowered(struct span text, const char *name)
{
    struct span wanted = span_from_text(name);

    if (text.size != wanted.size)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (byte_lower(text.bytes[i]) != wanted.bytes[i])
            return false;
    return true;
}

struct span idea_commit_type(struct span text, struct span *scope, struct span *rest)
{
    size_t at = 0, end;
    struct span found = {0};

    *scope = (struct span){0};
    *rest = text;
    while (text.size != 0 && (text.bytes[0] == ' ' || text.bytes[0] == '\t' || text.bytes[0] == '\n'))
        text = span_skip(text, 1);
    while (at < text.size && (byte_is_lower(text.bytes[at]) || byte_is_upper(text.bytes[at])))
        at++;
    end = at;
    if (at < text.size && text.bytes[at] == '(') {
        size_t inside = ++at;
        while (at < text.size && text.bytes[at] != ')')
            at++;
        if (at == text.size)
            return found;
        *scope = span_of(text.bytes + inside, at - inside);
        at++;
    }
    if (at < text.size && text.bytes[at] == '!')
        at++;
    if (at < text.size && text.bytes[at] == ':') {
        for (size_t i = 0; i < sizeof commit_types / sizeof commit_types[0]; i++)
            if (equals_lowered(span_first(text, end), commit_types[i].given))
                found = span_from_text(commit_types[i].name);
    }
    if (found.size != 0)
        *rest = span_skip(text, at + 1);
    else
        *scope = (struct span){0};
    return found;
}
