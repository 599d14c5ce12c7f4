/* The words of dibs, said once: a sentence for every answer and warning, for people and for language models. */
#ifndef SHIM_WORDS_H
#define SHIM_WORDS_H

#include "coordinator/core/key/canonical_key.h"
#include "proto/messages.h"

enum { WORDS_MAX = 2048 };

/* Writes at most WORDS_MAX bytes with the NUL: what is so, about whom, and what to do next. `asked` is the intent that
 * the decision answers; NULL: not known. `prefixes`: what bare keys in it mean; NULL: only themselves. */
void words_of_decision(const struct decision *decision, const struct intent *asked, const struct key_prefixes *prefixes,
                       char out[WORDS_MAX]);

/* What became of one item of an offer or one key of a withdrawal that was refused, as part of a sentence; "" when it was
 * not. */
void words_of_offered(const struct decision *decision, const struct intent *asked, uint32_t index, char out[WORDS_MAX]);

/* What a flaw is and what would be right, without a final stop; never NULL. */
const char *words_of_flaw(enum flaw flaw);
/* The same of a key's flaw, where more is known from the key as given and its repository. */
const char *words_of_key_flaw(enum flaw flaw, struct span given, struct span in);

/* Stable code and sentence of one warning bit; the code is "" for an unknown bit. */
const char *words_warning_code(uint32_t bit);
const char *words_of_warning(uint32_t bit);

/* "claim", "renew", …; "bad" for VERB_NONE and unknown ones. */
const char *words_of_verb(enum verb verb);

/* The same of an intent, where a close is "done", "abandon" or "release"; "bad" for one that is flawed. */
const char *words_of_intent(const struct intent *intent);

#endif
