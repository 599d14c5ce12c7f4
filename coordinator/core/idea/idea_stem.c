/* A light suffix stemmer of our own: five tables, each taken once. Part of the rules (sim=1). */
#include "coordinator/core/idea/idea_word.h"
#include "coordinator/core/idea/idea_words.h"

struct suffix {
    const char *ending, *becomes;
    size_t least; /* bytes that must be left before the ending */
};

/* Each step takes its first ending that fits, or none. One that becomes itself only keeps the later ones off. */
/* clang-format off */
static const struct suffix plurals[] = {
    {"sses", "ss", 2}, {"ies", "y", 2}, {"ches", "ch", 2}, {"shes", "sh", 2}, {"xes", "x", 2}, {"zes", "ze", 2},
    {"ss", "ss", 1},   {"us", "us", 1}, {"is", "is", 1},   {"s", "", 3},
};
static const struct suffix tenses[] = {
    {"eed", "eed", 1}, {"ying", "y", 2}, {"ied", "y", 2}, {"ing", "", 3}, {"ed", "", 3},
};
static const struct suffix spellings[] = {{"our", "or", 3}};
static const struct suffix derived[] = {
    {"ization", "iz", 2}, {"isation", "iz", 2}, {"ational", "at", 3}, {"ation", "", 4}, {"ment", "", 4},
    {"ness", "", 4},      {"ibility", "", 4},   {"ability", "", 4},   {"able", "", 4},  {"ible", "", 4},
    {"ally", "", 4},      {"ly", "", 4},        {"ysis", "yz", 3}, {"is", "iz", 5},      {"ise", "iz", 4}, {"ize", "iz", 4},
    {"yse", "yz", 3},     {"yze", "yz", 3},          {"ition", "", 4}, {"ion", "", 4},
    {"ive", "", 4},       {"ence", "", 4},      {"ance", "", 4},      {"ency", "", 4},  {"ity", "", 4},
    {"ator", "", 4},      {"er", "", 4},        {"or", "", 4},        {"al", "", 4},    {"ate", "", 4},
    {"ful", "", 4},
};
static const struct suffix finals[] = {{"e", "", 3}};
/* clang-format on */

static bool is_one_of(uint8_t byte, const char *bytes)
{
    for (; *bytes != 0; bytes++)
        if (byte == (uint8_t)*bytes)
            return true;
    return false;
}

static bool has_vowel(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (is_one_of(bytes[i], "aeiouy"))
            return true;
    return false;
}

static bool step(struct idea_word *word, const struct suffix *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct span ending = span_from_text(table[i].ending), becomes = span_from_text(table[i].becomes);
        if (word->size < ending.size + table[i].least)
            continue;
        size_t left = word->size - ending.size;
        if (memcmp(word->bytes + left, ending.bytes, ending.size) != 0)
            continue;
        if (!span_equal(ending, becomes) && !has_vowel(word->bytes, left))
            continue;
        memcpy(word->bytes + left, becomes.bytes, becomes.size);
        word->size = left + becomes.size;
        return true;
    }
    return false;
}

/* stopped, stopp, stop */
static void undouble(struct idea_word *word)
{
    uint8_t last = word->bytes[word->size - 1];

    if (word->size > 3 && last == word->bytes[word->size - 2] && is_one_of(last, "bdfgmnprt"))
        word->size--;
}

#define STEP(word, table) step(word, table, sizeof(table) / sizeof((table)[0]))

void idea_word_stem(struct idea_word *word)
{
    (void)STEP(word, plurals);
    if (STEP(word, tenses))
        undouble(word);
    (void)STEP(word, spellings);
    (void)STEP(word, derived);
    (void)STEP(word, finals);
    struct span folded = idea_stem_folded(span_of(word->bytes, word->size));
    memmove(word->bytes, folded.bytes, folded.size);
    word->size = folded.size;
}
