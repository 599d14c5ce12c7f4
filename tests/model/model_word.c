/* From a text to its words: runs, humps, joined words, without stop words. */
#include <stdlib.h>

#include "base/check.h"
#include "tests/model/model_idea.h"

/* clang-format off */
static const char *const stop_words[] = {
    "a", "about", "after", "against", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "before",
    "but", "by", "can", "could", "do", "does", "each", "every", "for", "from", "get", "has", "have", "how", "i",
    "if", "in", "into", "is", "it", "its", "may", "more", "no", "not", "now", "of", "on", "only", "or", "our", "out",
    "per", "should", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they",
    "this", "to", "up", "via", "was", "we", "were", "what", "when", "where", "which", "while", "will", "with", "you",
    "your"};

/* The first two stand for the third. */
static const char *const joined_words[][3] = {
    {"auto", "complete", "autocomplete"}, {"back", "end", "backend"}, {"change", "log", "changelog"},
    {"check", "point", "checkpoint"}, {"code", "base", "codebase"}, {"command", "line", "cli"},
    {"dead", "lock", "deadlock"}, {"end", "point", "endpoint"}, {"file", "name", "filename"},
    {"front", "end", "frontend"}, {"host", "name", "hostname"}, {"keep", "alive", "keepalive"},
    {"life", "cycle", "lifecycle"}, {"load", "balancer", "lb"}, {"log", "in", "login"}, {"log", "out", "logout"},
    {"man", "page", "manpage"}, {"manual", "page", "manpage"}, {"merge", "request", "pullrequest"},
    {"multi", "factor", "mfa"}, {"name", "space", "namespace"}, {"pull", "request", "pullrequest"},
    {"rate", "limit", "ratelimit"}, {"read", "me", "readme"}, {"run", "time", "runtime"},
    {"second", "factor", "mfa"}, {"set", "up", "setup"}, {"sign", "in", "login"}, {"sign", "on", "login"},
    {"sign", "out", "logout"}, {"sign", "up", "signup"}, {"time", "out", "timeout"}, {"time", "stamp", "timestamp"},
    {"time", "zone", "timezone"}, {"two", "factor", "mfa"}, {"user", "interface", "ui"},
    {"user", "name", "username"}, {"web", "site", "website"}, {"white", "space", "whitespace"},
    {"work", "flow", "workflow"}, {"work", "space", "workspace"}};
/* clang-format on */

/* ---------------------------------------------------------------- letters */

static bool is_upper(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z';
}

static bool is_lower(uint8_t byte)
{
    return byte >= 'a' && byte <= 'z';
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

bool is_letter_or_digit(uint8_t byte)
{
    return is_upper(byte) || is_lower(byte) || is_digit(byte) || byte >= 0x80;
}

/* U+2000 to U+203F */
static bool is_wide_punctuation(struct span text, size_t at)
{
    return at + 2 < text.size && text.bytes[at] == 0xe2 && text.bytes[at + 1] == 0x80 && text.bytes[at + 2] >= 0x80 &&
           text.bytes[at + 2] < 0xc0;
}

static bool is_of_word(struct span text, size_t at)
{
    return at < text.size && is_letter_or_digit(text.bytes[at]) && !is_wide_punctuation(text, at);
}

/* The size of the apostrophe that stands here; 0: none does. */
static size_t apostrophe(struct span text, size_t at)
{
    if (at < text.size && text.bytes[at] == '\'')
        return 1;
    return is_wide_punctuation(text, at) && text.bytes[at + 2] == 0x99 ? 3 : 0;
}

/* ---------------------------------------------------------------- words */

/* The words of one text so far. */
struct reading {
    struct words words;
    struct word before; /* the last one, a stop word too */
    bool has_before;    /* not at the beginning, nor after a joined word */
};

static bool is_word(const struct word *word, const char *text)
{
    return span_equal(span_of(word->bytes, word->size), span_from_text(text));
}

static void words_add(struct words *words, const struct word *word)
{
    if (words->count == words->capacity) {
        words->capacity = words->capacity * 2 + 16;
        words->list = realloc(words->list, words->capacity * sizeof *words->list);
        CHECK(words->list != NULL);
    }
    words->list[words->count++] = *word;
}

static bool is_stop_word(const struct word *word)
{
    for (size_t i = 0; i < sizeof stop_words / sizeof stop_words[0]; i++)
        if (is_word(word, stop_words[i]))
            return true;
    return false;
}

/* NULL: they are no pair. */
static const char *joined(const struct word *first, const struct word *second)
{
    struct word singular = *second;
    if (singular.size > 0 && singular.bytes[singular.size - 1] == 's')
        singular.size--;
    for (size_t i = 0; i < sizeof joined_words / sizeof joined_words[0]; i++)
        if (is_word(first, joined_words[i][0]) &&
            (is_word(second, joined_words[i][1]) || is_word(&singular, joined_words[i][1])))
            return joined_words[i][2];
    return NULL;
}

static void read_word(struct reading *reading, const uint8_t *bytes, size_t size)
{
    struct word word = {.size = size};
    for (size_t i = 0; i < size; i++)
        word.bytes[i] = is_upper(bytes[i]) ? bytes[i] + 32 : bytes[i];
    if (!is_stop_word(&word))
        words_add(&reading->words, &word);
    const char *one = reading->has_before ? joined(&reading->before, &word) : NULL;
    reading->before = word;
    reading->has_before = one == NULL;
    if (one == NULL)
        return;
    struct word both = {.size = strlen(one)};
    memcpy(both.bytes, one, both.size);
    words_add(&reading->words, &both);
}

/* fooBar is foo, Bar and fooBar; HTTPServer is HTTP, Server and HTTPServer. */
static void read_run(struct reading *reading, const uint8_t *run, size_t size)
{
    size_t last = 0;
    for (size_t at = 1; at < size; at++) {
        uint8_t before = run[at - 1], after = at + 1 < size ? run[at + 1] : 0;
        bool is_hump = is_lower(before) || is_digit(before) || (is_upper(before) && is_lower(after));
        if (!is_upper(run[at]) || !is_hump || at - last < 2 || size - at < 2)
            continue;
        read_word(reading, run + last, at - last);
        last = at;
    }
    if (last > 0)
        read_word(reading, run + last, size - last);
    read_word(reading, run, size);
}

struct words words_of(struct span text)
{
    struct reading reading = {0};
    for (size_t at = 0; at < text.size;) {
        uint8_t run[WORD_BYTES];
        size_t size = 0;
        for (;;) {
            size_t apart = size > 0 ? apostrophe(text, at) : 0; /* left out, if the run goes on after it */
            if (!is_of_word(text, at + apart))
                break;
            at += apart;
            if (size < WORD_BYTES)
                run[size++] = text.bytes[at];
            at++;
        }
        if (size > 0)
            read_run(&reading, run, size);
        else
            at += is_wide_punctuation(text, at) ? 3 : 1;
    }
    return reading.words;
}

void words_free(struct words *words)
{
    free(words->list);
    *words = (struct words){0};
}
