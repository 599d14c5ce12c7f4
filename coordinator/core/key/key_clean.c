/* Cleaning a key as given: valid UTF-8 without control or zero-width characters, out of its quotes and brackets. */
#include "coordinator/core/key/key_parts.h"

#include "base/utf8.h"

static bool code_is_in(uint32_t code, uint32_t first, uint32_t last)
{
    return code >= first && code <= last;
}

/* Seen by nobody: joiners, direction marks, soft hyphen, byte order mark. */
static bool code_is_invisible(uint32_t code)
{
    return code == 0xad || code == 0x180e || code == 0xfeff || code_is_in(code, 0x200b, 0x200f) ||
           code_is_in(code, 0x202a, 0x202e) || code_is_in(code, 0x2060, 0x206f);
}

static bool code_is_space(uint32_t code)
{
    return code == ' ' || code == 0xa0 || code == 0x1680 || code_is_in(code, 0x2000, 0x200a) || code == 0x202f ||
           code == 0x205f || code == 0x3000;
}

/* Fine around a key (a pasted line ends with one), refused within. */
static bool code_is_line_space(uint32_t code)
{
    return code_is_in(code, '\t', '\r') || code == 0x85 || code == 0x2028 || code == 0x2029;
}

static bool code_is_control(uint32_t code)
{
    return code < 0x20 || code_is_in(code, 0x7f, 0x9f);
}

/* How many bytes from `at` on are plain ASCII that is seen: most keys are nothing else. */
static size_t plain_size(struct span given, size_t at)
{
    size_t end = at;
    while (end < given.size && given.bytes[end] > ' ' && given.bytes[end] < 0x7f)
        end++;
    return end - at;
}

void key_clean(struct span given, struct key_draft *out)
{
    bool space = false, line = false;
    for (size_t at = 0, size = 0; at < given.size; at += size) {
        uint32_t code = 0;
        size = space || line ? 0 : plain_size(given, at);
        if (size > 0) {
            draft_put(out, span_of(given.bytes + at, size));
            continue;
        }
        size = utf8_decode(given, at, &code);
        if (size == 0 || (code_is_control(code) && !code_is_line_space(code))) {
            draft_fail(out, FLAW_KEY_BYTES);
            return;
        }
        space = space || code_is_space(code);
        line = line || code_is_line_space(code);
        if (code_is_invisible(code) || code_is_space(code) || code_is_line_space(code))
            continue;
        if (line && out->size > 0)
            draft_fail(out, FLAW_KEY_BYTES);
        if (space && out->size > 0)
            draft_put_text(out, " ");
        space = line = false;
        draft_put(out, span_of(given.bytes + at, size));
    }
}

static const char *const quotes[] = {"'",      "\"",     "`",      "\u2018", "\u2019", "\u201a", "\u201c",
                                     "\u201d", "\u201e", "\u00ab", "\u00bb", "\u2039", "\u203a"};

static struct span without_quotes(struct span text)
{
    for (size_t i = 0; i < sizeof quotes / sizeof quotes[0]; i++) {
        if (span_starts_with(text, span_from_text(quotes[i])))
            return span_skip(text, strlen(quotes[i]));
        if (span_ends_with(text, quotes[i]))
            return span_first(text, text.size - strlen(quotes[i]));
    }
    return text;
}

/* Where the bracket opened by the first byte closes; the size if it does not. */
static size_t closing_bracket(struct span text, uint8_t open, uint8_t close)
{
    size_t depth = 0;
    for (size_t i = 0; i < text.size; i++) {
        depth += text.bytes[i] == open;
        if (text.bytes[i] == close && --depth == 0)
            return i;
    }
    return text.size;
}

static bool last_closes_nothing(struct span text, uint8_t open, uint8_t close)
{
    size_t depth = 0;
    for (size_t i = text.size; i > 0; i--) {
        depth += text.bytes[i - 1] == close;
        if (text.bytes[i - 1] == open && --depth == 0)
            return false;
    }
    return true;
}

/* [words](address): the address. */
static struct span without_link_words(struct span text, size_t close)
{
    size_t open = close + 1;
    if (open >= text.size || text.bytes[open] != '(' || text.bytes[text.size - 1] != ')')
        return text;
    return span_of(text.bytes + open + 1, text.size - open - 2);
}

/* A pair around the whole text goes, and so does half a pair; app/[id].tsx and run(1) keep theirs. */
static struct span without_brackets(struct span text)
{
    static const uint8_t pairs[][2] = {{'(', ')'}, {'[', ']'}, {'<', '>'}, {'{', '}'}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        uint8_t open = pairs[i][0], close = pairs[i][1];
        if (text.size > 0 && text.bytes[0] == open) {
            size_t end = closing_bracket(text, open, close);
            if (end == text.size)
                return span_skip(text, 1);
            if (end == text.size - 1)
                return span_of(text.bytes + 1, text.size - 2);
            return open == '[' ? without_link_words(text, end) : text;
        }
        if (text.size > 0 && text.bytes[text.size - 1] == close && last_closes_nothing(text, open, close))
            return span_first(text, text.size - 1);
    }
    return text;
}

/* A dot that is a path's own `.` or `..` is no punctuation. */
static bool ends_in_dot_segment(struct span text)
{
    size_t dots = 0;
    while (dots < text.size && text.bytes[text.size - 1 - dots] == '.')
        dots++;
    if (dots == 0 || dots > 2)
        return false;
    if (dots == text.size)
        return true;
    uint8_t before = text.bytes[text.size - 1 - dots];
    return before == '/' || before == '\\' || before == ':';
}

static struct span without_punctuation(struct span text)
{
    if (text.size == 0 || ends_in_dot_segment(text))
        return text;
    uint8_t last = text.bytes[text.size - 1];
    bool drop = last == '.' || last == ',' || last == ';' || last == ':' || last == '!' || last == '?' || last == '/' ||
                last == '\\' || last == ' ';
    return drop ? span_first(text, text.size - 1) : text;
}

/* Neither end can be a wrapping. */
static bool is_bare(struct span text)
{
    return text.size > 0 && byte_is_alnum(text.bytes[0]) && byte_is_alnum(text.bytes[text.size - 1]);
}

struct span key_unwrap(struct span text)
{
    if (is_bare(text))
        return text;
    for (size_t before = text.size + 1; text.size < before && text.size > 0;) {
        before = text.size;
        if (text.bytes[0] == ' ')
            text = span_skip(text, 1);
        text = without_quotes(text);
        text = without_brackets(text);
        text = without_punctuation(text);
    }
    return text;
}
