/* From the texts of a claim to what is compared (docs/IDEAS.md), step by step. */
#ifndef MODEL_IDEA_H
#define MODEL_IDEA_H

#include "tests/model/model_state.h"

/* A run counts to its 48th byte, and no joined word is longer. */
enum { WORD_BYTES = 48 };

struct word {
    uint8_t bytes[WORD_BYTES];
    size_t size;
};

struct words {
    struct word *list;
    size_t count, capacity;
};

/* ---- model_commit.c: a text without the type of its conventional commit */
struct commit {
    const char *type; /* by its first name; NULL: none */
    struct span in_parentheses, rest;
};
struct commit commit_read(struct span text);

/* ---- model_word.c */
struct words words_of(struct span text); /* words_free() is the caller's */
void words_free(struct words *words);
bool is_letter_or_digit(uint8_t byte); /* a byte of 0x80 or more is a letter */

/* ---- model_stem.c */
void stem(struct word *word);

/* ---- model_mark.c */
void marks_add(struct signature *signature, struct span text);

/* ---- model_signature.c */
uint32_t feature_hash(const uint8_t *bytes, size_t size);
bool put_ascending(uint32_t *list, uint32_t *count, uint32_t most, uint32_t value); /* false: it is full */

#endif
