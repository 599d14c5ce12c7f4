/* Texts to features. */
#include "coordinator/core/idea/idea_signature.h"

#include "coordinator/core/idea/idea_hash.h"
#include "coordinator/core/idea/idea_word.h"

enum {
    GRAM = 4,    /* bytes of a gram */
    SLOTS = 1024 /* of a hash set of the features found so far */
};

struct gathering {
    struct idea_signature *out;
    uint16_t slots[SLOTS]; /* 1 + index */
};

static void gather(struct gathering *gathering, uint32_t feature)
{
    struct idea_signature *out = gathering->out;
    uint32_t slot = (feature >> 1) % SLOTS;

    while (gathering->slots[slot] != 0) {
        if (out->features[gathering->slots[slot] - 1] == feature)
            return;
        slot = (slot + 1) % SLOTS;
    }
    if (out->count == IDEA_FEATURES)
        return;
    out->features[out->count++] = feature;
    gathering->slots[slot] = (uint16_t)out->count;
}

static void gather_word(struct gathering *gathering, struct idea_word *word)
{
    uint8_t fenced[IDEA_WORD_BYTES + 2];
    size_t size = word->size + 2;

    fenced[0] = '<';
    memcpy(fenced + 1, word->bytes, word->size);
    fenced[size - 1] = '>';
    idea_word_stem(word);
    gather(gathering, idea_hash(word->bytes, word->size) & ~1u);
    for (size_t i = 0; i + GRAM <= size; i++)
        gather(gathering, idea_hash(fenced + i, GRAM) | 1u);
}

static void gather_words(struct gathering *gathering, struct span text)
{
    struct idea_words words;
    struct idea_word word;

    idea_words_begin(&words, text);
    while (gathering->out->count < IDEA_FEATURES && idea_words_next(&words, &word))
        gather_word(gathering, &word);
}

static void gather_text(struct gathering *gathering, struct span text)
{
    struct span scope, rest;

    (void)idea_commit_type(text, &scope, &rest);
    gather_words(gathering, scope);
    gather_words(gathering, rest);
}

void idea_signature(struct span about, struct span aka, struct idea_signature *out)
{
    struct gathering gathering = {.out = out};

    out->count = 0;
    gather_text(&gathering, about);
    gather_text(&gathering, aka);
    idea_sort(out->features, out->count);
}
