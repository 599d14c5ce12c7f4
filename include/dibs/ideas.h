/* Ideas: whose work is like this one, and labels on keys. A part of dibs.h, which includes it: errors, texts and threads
 * as there. A claim says what it is about by `about`, `aka`, `scope` and `not_same_as` of dibs_claim_options. */
#ifndef DIBS_IDEAS_H
#define DIBS_IDEAS_H

#include <dibs/dibs.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dibs_similar_options {
    const char *about, *aka; /* the work in words, at most 2 KiB each */
    const char *scope;       /* the domain in which it is compared; NULL or "": the one without a name */
    const char *category;    /* at most 64 bytes */
    const char *key, *in;    /* the key it would be claimed by: what that settles is left out; NULL: none */
};

/* Whose live or lately done work is like this? answer->rivals (at most 8, one's own marked) and answer->thresholds; changes
 * nothing and claims nothing. */
enum dibs_error dibs_similar(dibs_client *client, const struct dibs_similar_options *options, struct dibs_answer **out);

/* Labels two keys as one piece of work (`same`), or as two, for good. Keys that are the same are held together: while one
 * is held or remembered as done, others are denied `similar`. ACCEPTED, also when it was so already; DENIED `bad_request`
 * when they were labelled otherwise before. */
enum dibs_error dibs_label(dibs_client *client, const char *a, const char *b, const char *in, bool same,
                           struct dibs_answer **out);

/* As dibs_configure, for one scope alone: idea_deny, idea_ask, idea_warn, idea_rise. "" or NULL: for all. */
enum dibs_error dibs_configure_scope(dibs_client *client, const char *scope, const struct dibs_setting *settings,
                                     size_t count, struct dibs_answer **out);

/* As dibs_get_policy, with the settings of this scope after those for all. */
enum dibs_error dibs_get_scope_policy(dibs_client *client, const char *scope, struct dibs_answer **out);

#ifdef __cplusplus
}
#endif
#endif
