/* What can be said of a policy setting without a store: its name, unit, default and limits. */
#ifndef SHIM_POLICY_INFO_H
#define SHIM_POLICY_INFO_H

#include <dibs/dibs.h>

#include "base/error.h"
#include "proto/messages.h"

struct policy_info {
    uint32_t id;
    const char *name, *unit;
    uint64_t initial, least, most;
};

/* Never NULL: an unknown id has the name "unknown". */
const struct policy_info *policy_info_of(uint32_t id);

/* What settings are of: a scope of ideas, a category, or, both empty, all. */
struct policy_domain {
    struct span scope, category;
};

/* Settings as an intent's entries and prefixes, which borrow their texts. DIBS_BAD_INPUT: unknown name, unparsable, out of
 * range, given twice, not one that a category may have. */
MUST_USE enum dibs_error policy_parse(const struct dibs_setting *settings, size_t count, struct policy_domain domain,
                                      struct configure_intent *out, struct error_text *why);

#endif
