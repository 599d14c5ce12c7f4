/* Which records and decisions of a log somebody asked for. */
#ifndef SHIM_LOG_FILTER_H
#define SHIM_LOG_FILTER_H

#include <dibs/dibs.h>

#include "coordinator/core/key/canonical_key.h"
#include "log/log.h"
#include "proto/messages.h"

struct log_filter {
    struct dibs_log_options range; /* its texts are not used */
    bool has_key, has_session;
    struct canonical_key key;
    char session[DIBS_SESSION_SIZE];
    uint64_t *tokens; /* owned; rising: claims on that key, so that verbs by token are found */
    size_t token_count, token_room;
};

/* DIBS_BAD_INPUT: not a key. After DIBS_OK log_filter_deinit is due. */
MUST_USE enum dibs_error log_filter_init(struct log_filter *filter, const struct dibs_log_options *options,
                                         struct error_text *why);
void log_filter_deinit(struct log_filter *filter);

/* Before the asked range, in it, or behind it: then nothing more comes. */
enum log_range { LOG_BEFORE, LOG_WITHIN, LOG_BEHIND };
enum log_range log_filter_range(const struct log_filter *filter, const struct log_record *record);

/* Is the intent of a session and about a key that were asked for? */
bool log_filter_intent(const struct log_filter *filter, const struct intent *intent);

/* The same of a decision; `of_passed` says that it answers an intent that passed. Learns the tokens of claims. */
bool log_filter_decision(struct log_filter *filter, const struct decision *decision, bool of_passed);

#endif
