/* Which records and decisions of a log somebody asked for. */
#ifndef SHIM_LOG_FILTER_H
#define SHIM_LOG_FILTER_H

#include <dibs/dibs.h>

#include "coordinator/core/key/canonical_key.h"
#include "log/log.h"
#include "proto/messages.h"

/* A bare ENG-5 is itself, and the tracker's whose policy has named it: jira's, linear's. */
enum { LOG_READINGS_MAX = 3 };

struct log_filter {
    struct dibs_log_options range; /* its texts are not used */
    bool has_key, has_session;
    char given[DIBS_KEY_SIZE], in[DIBS_KEY_SIZE];
    struct canonical_key readings[LOG_READINGS_MAX]; /* of the given key, by policy so far */
    uint32_t reading_count;
    const struct key_prefixes *prefixes; /* borrowed: at the record in hand; NULL: none */
    char session[DIBS_SESSION_SIZE];
    uint64_t *tokens; /* owned; rising: claims on that key, so that verbs by token are found */
    size_t token_count, token_room;
};

/* DIBS_BAD_INPUT: not a key. After DIBS_OK log_filter_deinit is due. */
MUST_USE enum dibs_error log_filter_init(struct log_filter *filter, const struct dibs_log_options *options,
                                         struct error_text *why);
/* What bare keys mean from here on, in the given key and in intents; borrowed until the next call. */
void log_filter_set_prefixes(struct log_filter *filter, const struct key_prefixes *prefixes);
void log_filter_deinit(struct log_filter *filter);

/* Before the asked range, in it, or behind it: then nothing more comes. */
enum log_range { LOG_BEFORE, LOG_WITHIN, LOG_BEHIND };
enum log_range log_filter_range(const struct log_filter *filter, const struct log_record *record);

/* Is the intent of a session and about a key that were asked for? */
bool log_filter_intent(const struct log_filter *filter, const struct intent *intent);

/* The same of a decision; `of_passed` says that it answers an intent that passed. Learns the tokens of claims. */
bool log_filter_decision(struct log_filter *filter, const struct decision *decision, bool of_passed);

#endif
