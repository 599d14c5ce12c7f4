/* A sentence being written, and the pieces that answers are told in. Bounded: what is too long is cut. */
#ifndef SHIM_SENTENCE_H
#define SHIM_SENTENCE_H

#include "agent-shim/words.h"

struct sentence {
    char *text; /* WORDS_MAX bytes */
    size_t size;
    const struct intent *asked;          /* what is answered; NULL: not known */
    const struct key_prefixes *prefixes; /* what bare keys in it mean; NULL: only themselves */
};

__attribute__((format(printf, 2, 3))) void sentence_add(struct sentence *s, const char *format, ...);
void sentence_span(struct sentence *s, struct span text);
/* Others' words: in quotes, on one line, cut. */
void sentence_quote(struct sentence *s, struct span text);
void sentence_duration(struct sentence *s, uint64_t ms);
/* How long until `until_ms` (T) as of the decision; 0 when past. */
uint64_t sentence_left(const struct decision *d, uint64_t until_ms);
void sentence_keys(struct sentence *s, const struct decision *d);
/* The keys that were asked for, canonical, where they were named by key; `otherwise` when none was. */
void sentence_asked_keys(struct sentence *s, const char *otherwise);
/* ` by "S" (about "…"; see "…"; 12m left; 2 waiting)` */
void sentence_holder(struct sentence *s, const struct decision *d);
/* The way out where one's own claim or wait is in the way, with the final stop; false: it is not, and nothing was added. */
bool sentence_own(struct sentence *s, const struct decision *d);
/* What to do next, with the final stop. */
void sentence_advice(struct sentence *s, const struct decision *d);

/* words_denied.c */
void words_say_denied(struct sentence *s, const struct decision *d);
/* words_similar.c: a denial of `similar`; a report of what is like a text. */
void words_say_similar(struct sentence *s, const struct decision *d);
void words_say_alike(struct sentence *s, const struct decision *d);
/* words_supply.c: an offer or a withdrawal that took effect; a denial of `drained`; a report of supply; where there is
 * something to pick. */
void words_say_offered(struct sentence *s, const struct decision *d);
void words_say_drained(struct sentence *s, const struct decision *d);
void words_say_supply(struct sentence *s, const struct decision *d);
void words_say_supplied(struct sentence *s, const struct decision *d);
/* words_refused.c: of a bad request. */
void words_say_refused(struct sentence *s, const struct decision *d);

#endif
