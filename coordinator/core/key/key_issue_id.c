/* Issues of trackers: ENG-5, whose tracker is written before it or told by policy. */
#include "coordinator/core/key/key_parts.h"

void key_put_issue_id(struct key_draft *out, struct span tracker, struct span id)
{
    size_t dash = span_find(id, '-');
    struct numbered number = {0};
    if (!numbered_parse(span_skip(id, dash + 1), &number))
        draft_fail(out, FLAW_KEY_FORM);
    draft_put_lower(out, tracker);
    draft_put_text(out, ":");
    draft_put_upper(out, span_first(id, dash));
    draft_put_text(out, "-");
    draft_put(out, number.number);
    draft_put_text(out, number.role.size > 0 ? "~" : "");
    draft_put_lower(out, number.role);
}

static bool is_project(struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (!byte_is_alnum(text.bytes[i]) && text.bytes[i] != '_')
            return false;
    }
    return text.size > 0 && byte_is_letter(text.bytes[0]);
}

bool key_is_prefix(struct span text)
{
    return text.size <= LIMIT_PREFIX_BYTES && is_project(text);
}

bool key_is_issue_id(struct span text)
{
    struct numbered number;
    size_t dash = span_find(text, '-');
    return dash < text.size && is_project(span_first(text, dash)) && numbered_parse(span_skip(text, dash + 1), &number);
}

bool key_from_issue_id(struct span text, const struct key_context *context, struct key_draft *out)
{
    struct span project = span_first(text, span_find(text, '-')), tracker;
    struct key_draft prefix = {0};
    if (context->prefixes == NULL || !key_is_prefix(project) || !key_is_issue_id(text))
        return false;
    draft_put_upper(&prefix, project);
    if (!context->prefixes->find(context->prefixes->context, draft_span(&prefix), &tracker))
        return false;
    key_put_issue_id(out, tracker, text);
    return true;
}
