/* A decision as text: all its fields one a line, and the one line for a reader who follows a sequence. */
#include "tests/sim/decision_fields.h"
#include "tests/sim/names.h"

enum { LINE_KEYS = 6 };

static const char *number_name(enum field_kind kind, uint64_t value)
{
    switch (kind) {
    case FIELD_ANSWER:
        return name_of_answer(value);
    case FIELD_REASON:
        return name_of_reason(value);
    case FIELD_WHY:
        return name_of_why(value);
    case FIELD_ADVICE:
        return name_of_advice(value);
    case FIELD_FLAW:
        return name_of_flaw(value);
    case FIELD_VERB:
        return name_of_verb(value);
    case FIELD_NUMBER:
        break;
    }
    return NULL;
}

static void text_number(void *context, const char *name, uint32_t at, enum field_kind kind, uint64_t value)
{
    if (value == 0)
        return;
    bytes_print(context, "%s[%u] ", name, at);
    const char *word = number_name(kind, value);
    if (word != NULL)
        bytes_print(context, "%s\n", word);
    else
        bytes_print(context, "%llu\n", (unsigned long long)value);
}

static void text_bytes(void *context, const char *name, uint32_t at, struct span value)
{
    if (value.size == 0)
        return;
    bytes_print(context, "%s[%u] ", name, at);
    bytes_print_span(context, value);
    bytes_print(context, "\n");
}

void decision_fields_print(const struct decision *decision, bool meaning_only, struct bytes *out)
{
    const struct field_visitor visitor = {text_number, text_bytes, out, meaning_only};

    decision_fields_visit(decision, &visitor);
}

static void line_keys(struct bytes *text, const struct decision *d)
{
    for (uint32_t i = 0; i < d->key_count; i++) {
        if (i == LINE_KEYS) {
            bytes_print(text, " ... %u keys", d->key_count);
            return;
        }
        bytes_print(text, " [");
        bytes_print_span(text, d->keys[i].key);
        bytes_print(text, " token %llu until %llu]", (unsigned long long)d->keys[i].token,
                    (unsigned long long)d->keys[i].expires_ms);
    }
}

static void line_items(struct bytes *text, const struct decision *d)
{
    for (uint32_t i = 0; i < d->item_count; i++) {
        const struct renewed_item *item = &d->items[i];
        bytes_print(text, " {%s %s %s token %llu until %llu}", name_of_answer(item->answer),
                    name_of_reason(item->reason), name_of_why(item->why), (unsigned long long)item->token,
                    (unsigned long long)item->expires_ms);
    }
}

static void line_holder(struct bytes *text, const struct decision *d)
{
    if (!d->has_holder)
        return;
    bytes_print(text, " by ");
    bytes_print_span(text, d->holder.session);
    bytes_print(text, " on ");
    bytes_print_span(text, d->holder.key);
    bytes_print(text, " (token %llu, until %llu, queue %u)", (unsigned long long)d->holder.token,
                (unsigned long long)d->holder.expires_ms, d->queue_length);
}

static void line_rivals(struct bytes *text, const struct decision *d)
{
    static const char *const likenesses[] = {"", " maybe", " same", " linked"};

    bytes_print(text, "%s", likenesses[d->likeness <= LIKENESS_LINKED ? d->likeness : 0]);
    for (uint32_t i = 0; i < d->rival_count; i++) {
        const struct rival *rival = &d->rivals[i];
        bytes_print(text, " (like ");
        bytes_print_span(text, rival->key);
        bytes_print(text, " token %llu score %u%s%s '", (unsigned long long)rival->token, rival->score,
                    rival->done ? " done" : "", rival->own ? " own" : "");
        bytes_print_span(text, span_first(rival->about, rival->about.size < 60 ? rival->about.size : 60));
        bytes_print(text, "')");
    }
    if (d->thresholds.deny != 0 || d->thresholds.ask != 0 || d->thresholds.warn != 0)
        bytes_print(text, " deny %u ask %u warn %u", d->thresholds.deny, d->thresholds.ask, d->thresholds.warn);
}

static void line_supply(struct bytes *text, const struct decision *d)
{
    for (uint32_t i = 0; i < d->offered_count; i++) {
        const struct offered_item *item = &d->offered[i];
        bytes_print(text, " {%s%s %s %s}", name_of_answer(item->answer), item->updated ? " updated" : "",
                    name_of_reason(item->reason), name_of_flaw(item->flaw));
    }
    if (d->has_pick)
        bytes_print(text, " offer %llu penalty %u looked %u", (unsigned long long)d->pick.offer, d->pick.penalty,
                    d->pick.looked);
    for (uint32_t i = 0; i < d->obstacle_count; i++)
        bytes_print(text, " obstacle %d: %llu", (int)d->obstacles[i].kind, (unsigned long long)d->obstacles[i].count);
    if (d->has_supply)
        bytes_print(text, " supply %d of %llu", (int)d->supply.verdict, (unsigned long long)d->supply.dispatchable);
}

void decision_line(FILE *out, const struct decision *d)
{
    struct bytes text = {0};

    bytes_print(&text, "    -> %llu.%u T=%llu ", (unsigned long long)d->offset, d->index,
                (unsigned long long)d->now_ms);
    bytes_print_span(&text, d->session);
    bytes_print(&text, " %llx/%llu %s%s%s", (unsigned long long)d->id.client, (unsigned long long)d->id.seq,
                d->repeat ? "again " : "", name_of_answer(d->answer), d->final ? "" : " (not final)");
    if (d->reason != REASON_NONE)
        bytes_print(&text, " %s", name_of_reason(d->reason));
    if (d->why != WHY_NONE)
        bytes_print(&text, " why %s", name_of_why(d->why));
    if (d->flaw != FLAW_NONE)
        bytes_print(&text, " flaw %s at %u", name_of_flaw(d->flaw), d->flaw_key);
    line_keys(&text, d);
    line_items(&text, d);
    line_holder(&text, d);
    line_rivals(&text, d);
    if (d->answer == ANSWER_WAITING)
        bytes_print(&text, " deadline %llu lease %llu", (unsigned long long)d->deadline_ms,
                    (unsigned long long)d->waiter_lease_ms);
    if (d->row_count != 0 || d->ended_count != 0)
        bytes_print(&text, " rows %u ended %u", d->row_count, d->ended_count);
    line_supply(&text, d);
    (void)fprintf(out, "%s\n", (const char *)text.data);
    bytes_free(&text);
}
