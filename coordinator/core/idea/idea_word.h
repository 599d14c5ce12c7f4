/* The words of a text as the signature sees them: lower-cased, without stop words, one spelling for one thing.
 * Pure, bounded, takes any bytes. The definition, to the last bit: docs/IDEAS.md. */
#ifndef CORE_IDEA_WORD_H
#define CORE_IDEA_WORD_H

#include "base/span.h"

enum { IDEA_WORD_BYTES = 48 }; /* what a longer word has after these is dropped */

struct idea_word {
    uint8_t bytes[IDEA_WORD_BYTES];
    size_t size;
};

/* Where a reader of words stands in a text. */
struct idea_words {
    struct span rest;
    struct idea_word run;    /* letters and digits as they stand, up to the next sign */
    size_t run_at;           /* what of it has been read */
    bool parted;             /* it was read in parts */
    struct idea_word before; /* the word before, for one that is made of both */
    struct span joined;      /* that one, if it comes next */
};

/* A conventional-commit type that begins the text (`fix(git)!: …`): its short name, such as `feat` for `feature`, in
 * static memory, and *rest is what follows it with the parentheses' content in front. Empty: there is none, and *rest
 * is the text. `scope` is the content of the parentheses, or empty. */
struct span idea_commit_type(struct span text, struct span *scope, struct span *rest);

void idea_words_begin(struct idea_words *words, struct span text);
/* The next word that is no stop word. False: the text is over. */
bool idea_words_next(struct idea_words *words, struct idea_word *out);

/* The word's stem, in the word's own storage, folded: words that mean one thing have one. */
void idea_word_stem(struct idea_word *word);

#endif
