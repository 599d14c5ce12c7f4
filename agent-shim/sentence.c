/* The pieces of sentences. Other sessions' texts are quoted, cut and kept on one line: they are data, and may be meant
 * to mislead. */
#include "agent-shim/sentence.h"

#include <dibs/text.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "agent-shim/asked.h"
#include "base/utf8.h"

enum { SENTENCE_QUOTE_MAX = 120, SENTENCE_SOON_MS = 120000 };

void sentence_add(struct sentence *s, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(s->text + s->size, WORDS_MAX - s->size, format, arguments);
    va_end(arguments);
    if (written > 0)
        s->size += (size_t)written < WORDS_MAX - s->size ? (size_t)written : WORDS_MAX - 1 - s->size;
}

static char quotable(uint8_t byte, bool valid)
{
    if (byte < 0x20 || byte == 0x7f)
        return ' ';
    if (byte >= 0x80 && !valid)
        return '?';
    return byte == '"' ? '\'' : (char)byte;
}

/* The text without control characters and bytes that are no UTF-8, cut at a character's beginning. */
void sentence_quote(struct sentence *s, struct span text)
{
    bool valid = utf8_is_valid(text);
    struct span shown = utf8_cut(text, SENTENCE_QUOTE_MAX);
    sentence_add(s, "\"");
    for (size_t i = 0; i < shown.size; i++)
        sentence_add(s, "%c", quotable(shown.bytes[i], valid));
    sentence_add(s, shown.size < text.size ? "…\"" : "\"");
}

void sentence_span(struct sentence *s, struct span text)
{
    sentence_add(s, "%.*s", (int)text.size, text.size == 0 ? "" : (const char *)text.bytes);
}

void sentence_duration(struct sentence *s, uint64_t ms)
{
    char text[DIBS_DURATION_TEXT_SIZE];
    sentence_add(s, "%s", dibs_format_duration(ms, text, sizeof text));
}

uint64_t sentence_left(const struct decision *d, uint64_t until_ms)
{
    return until_ms > d->now_ms ? until_ms - d->now_ms : 0;
}

void sentence_keys(struct sentence *s, const struct decision *d)
{
    if (d->key_count == 0)
        sentence_add(s, "the claim");
    for (uint32_t i = 0; i < d->key_count && i < 3; i++) {
        sentence_add(s, i == 0 ? "" : ", ");
        sentence_span(s, d->keys[i].key);
    }
    if (d->key_count > 3)
        sentence_add(s, " and %" PRIu32 " more", d->key_count - 3);
}

void sentence_asked_keys(struct sentence *s, const char *otherwise)
{
    uint32_t said = 0, count = asked_count(s->asked);
    struct canonical_key key;
    for (uint32_t i = 0; i < count; i++) {
        if (!asked_canonical(s->asked, i, s->prefixes, &key))
            continue;
        if (said < 3) {
            sentence_add(s, said == 0 ? "" : ", ");
            sentence_span(s, span_of(key.bytes, key.size));
        }
        said++;
    }
    if (said == 0)
        sentence_add(s, "%s", otherwise);
    else if (said > 3)
        sentence_add(s, " and %" PRIu32 " more", said - 3);
}

void sentence_holder(struct sentence *s, const struct decision *d)
{
    const struct holder *h = &d->holder;
    sentence_add(s, " by ");
    sentence_quote(s, h->session);
    sentence_add(s, " (");
    if (h->about.size > 0) {
        sentence_add(s, "about ");
        sentence_quote(s, h->about);
        sentence_add(s, "; ");
    }
    if (h->ref.size > 0) {
        sentence_add(s, "see ");
        sentence_quote(s, h->ref);
        sentence_add(s, "; ");
    }
    sentence_duration(s, sentence_left(d, h->expires_ms));
    sentence_add(s, " left");
    if (d->queue_length > 0)
        sentence_add(s, "; %" PRIu32 " waiting", d->queue_length);
    sentence_add(s, ")");
}

/* Is it held for so short a time that waiting may be better than what is advised? Those who wait come first. */
static bool ends_soon(const struct decision *d)
{
    return d->reason == REASON_HELD && d->has_holder && d->queue_length == 0 &&
           sentence_left(d, d->holder.expires_ms) <= SENTENCE_SOON_MS;
}

/* Nobody else will ever end one's own claim or wait, and whoever waits for it waits for himself. */
bool sentence_own(struct sentence *s, const struct decision *d)
{
    if (!d->has_holder || (d->warnings & WARNING_WAITS_ON_SELF) == 0)
        return false;
    if (d->holder.token == 0) {
        sentence_add(
            s, "; this session's own wait stands in the way: come back to it with its ticket, or cancel it first.");
        return true;
    }
    sentence_add(s, "; this session's own claim stands in the way: end it first (`dibs release ");
    sentence_span(s, d->holder.key);
    sentence_add(s, "`), or claim without --fresh (`dibs exec` is always fresh).");
    return true;
}

void sentence_advice(struct sentence *s, const struct decision *d)
{
    if (sentence_own(s, d))
        return;
    switch (d->advice) {
    case ADVICE_NONE:
        sentence_add(s, ".");
        return;
    case ADVICE_WAIT:
        sentence_add(s, "; wait for it with --wait, its lease ends soon.");
        return;
    case ADVICE_PIVOT:
        sentence_add(s, "; take other work.");
        return;
    case ADVICE_CREATE:
        sentence_add(s,
                     "; this session has been denied before, so don't go on one by one: `dibs claim --any A B C` takes "
                     "the first free one, `dibs list --held` shows what is taken; or make something new.");
        if (ends_soon(d))
            sentence_add(s, " Or wait for it with --wait: its lease ends soon.");
        return;
    }
}
