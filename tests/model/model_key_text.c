/* The small text work of keys: cleaning, unwrapping, numbers. */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tests/model/model_key.h"
#include "tests/model/model_state.h"

void lower_text(char *text)
{
    for (; *text != '\0'; text++)
        *text = (char)(*text >= 'A' && *text <= 'Z' ? *text + 32 : *text);
}

void upper_text(char *text)
{
    for (; *text != '\0'; text++)
        *text = (char)(*text >= 'a' && *text <= 'z' ? *text - 32 : *text);
}

void drop_front(char *text, size_t count)
{
    memmove(text, text + count, strlen(text) - count + 1);
}

bool starts(const char *text, const char *start)
{
    return strncasecmp(text, start, strlen(start)) == 0;
}

bool ends(const char *text, const char *end)
{
    return strlen(text) >= strlen(end) && strcasecmp(text + strlen(text) - strlen(end), end) == 0;
}

bool all_of(const char *text, const char *letters)
{
    return *text != '\0' && strspn(text, letters) == strlen(text);
}

size_t split_at(char *text, char letter, char **parts)
{
    size_t count = 0;
    char stop[] = {letter, '\0'};
    for (char *rest = text, *part; (part = strsep(&rest, stop)) != NULL;)
        if (*part != '\0' && count < SEGMENTS_MAX)
            parts[count++] = part;
    return count;
}

void join(char *out, char **parts, size_t count, char letter)
{
    const char between[] = {letter, '\0'};
    size_t size = 0;
    *out = '\0';
    for (size_t i = 0; i < count; i++)
        size += (size_t)snprintf(out + size, ROOM - size, "%s%s", i == 0 ? "" : between, parts[i]);
}

/* ---------------------------------------------------------------- numbers */

static const char DIGITS[] = "0123456789";
static const char WORD[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

bool is_hash(const char *text)
{
    return strlen(text) >= 7 && strlen(text) <= 64 && all_of(text, "0123456789abcdefABCDEF");
}

/* Nothing, or ~role, :role: a letter, then letters, digits, hyphens and underscores. */
static bool read_role(const char *text, char *role)
{
    *role = '\0';
    if (*text == '\0')
        return true;
    if ((*text != '~' && *text != ':') || !isalpha((unsigned char)text[1]) || (unsigned char)text[1] >= 0x80)
        return false;
    for (const char *at = text + 1; *at != '\0'; at++)
        if (strchr(WORD, *at) == NULL && *at != '-')
            return false;
    snprintf(role, ROOM, "~%.1000s", text + 1);
    lower_text(role);
    return true;
}

static const char *without_zeros(const char *digits)
{
    while (digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9')
        digits++;
    return digits;
}

static bool read_digits(const char *text, size_t most, char *number, char *role)
{
    size_t size = strspn(text, DIGITS);
    const char *first = without_zeros(text);
    if (size == 0 || size > most || strspn(text, "0") == size)
        return false;
    snprintf(number, ROOM, "%.*s", (int)(text + size - first), first);
    return read_role(text + size, role);
}

bool read_number(const char *text, char *number, char *role)
{
    return read_digits(text, 10, number, role);
}

bool read_ticket(const char *text, char *ticket)
{
    size_t letters = strspn(text, WORD);
    char number[ROOM], role[ROOM];
    if (letters == 0 || !isalpha((unsigned char)text[0]) || text[letters] != '-' ||
        !read_digits(text + letters + 1, LIMIT_KEY_BYTES, number, role))
        return false;
    snprintf(ticket, ROOM, "%.*s", (int)letters, text);
    upper_text(ticket);
    snprintf(ticket + letters, ROOM - letters, "-%.500s%.1000s", number, role);
    return true;
}

/* ---------------------------------------------------------------- bytes */

/* The code point at the front and its bytes; 0 bytes: it isn't UTF-8. */
static size_t read_code(struct span text, uint32_t *code)
{
    for (size_t size = 1; size <= 4 && size <= text.size; size++) {
        if (!form_text(span_first(text, size), 4) && !(size == 1 && text.bytes[0] < 0x80))
            continue;
        static const uint8_t masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
        *code = text.bytes[0] & masks[size];
        for (size_t i = 1; i < size; i++)
            *code = *code << 6 | (text.bytes[i] & 0x3fu);
        return size;
    }
    return 0;
}

static bool is_invisible(uint32_t code)
{
    return code == 0xad || (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x2064) || (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

static bool is_blank(uint32_t code)
{
    return code == ' ' || code == 0xa0 || code == 0x3000 || (code >= 0x2000 && code <= 0x200a) || code == 0x202f ||
           code == 0x205f;
}

static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029;
}

/* Line ends and tabs count as blanks at the ends and as control characters within. */
static struct span trim(struct span given)
{
    while (given.size > 0 && strchr(" \t\r\n\v\f", given.bytes[0]) != NULL && given.bytes[0] != 0)
        given = span_skip(given, 1);
    while (given.size > 0 && strchr(" \t\r\n\v\f", given.bytes[given.size - 1]) != NULL &&
           given.bytes[given.size - 1] != 0)
        given = span_first(given, given.size - 1);
    return given;
}

/* UTF-8 without what cannot be seen, each run of blanks one space. `text` has ROOM bytes. */
enum flaw clean_text(struct span given, char *text)
{
    size_t size = 0;
    given = trim(given);
    while (given.size > 0) {
        uint32_t code;
        size_t length = read_code(given, &code);
        if (length == 0 || is_control(code))
            return FLAW_KEY_BYTES;
        if (is_blank(code)) {
            if (size > 0 && text[size - 1] != ' ')
                text[size++] = ' ';
        } else if (!is_invisible(code)) {
            memcpy(text + size, given.bytes, length);
            size += length;
        }
        given = span_skip(given, length);
    }
    text[size] = '\0';
    return FLAW_NONE;
}

/* ---------------------------------------------------------------- wrappings */

static const char *const quotes[] = {
    "\"", "'", "`", "\xe2\x80\x9c", "\xe2\x80\x9d", "\xe2\x80\x98", "\xe2\x80\x99", "\xc2\xab", "\xc2\xbb"};

static void strip_quotes(char *text)
{
    for (size_t i = 0; i < sizeof quotes / sizeof quotes[0]; i++) {
        if (starts(text, quotes[i]))
            drop_front(text, strlen(quotes[i]));
        if (ends(text, quotes[i]))
            text[strlen(text) - strlen(quotes[i])] = '\0';
    }
}

/* A pair around the whole, or half a pair at an end. */
static void strip_brackets(char *text)
{
    static const char pairs[][2] = {{'(', ')'}, {'[', ']'}, {'{', '}'}, {'<', '>'}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        size_t size = strlen(text), closes_at = 0;
        int depth = 0;
        if (size == 0)
            return;
        bool opens = text[0] == pairs[i][0], closes = text[size - 1] == pairs[i][1];
        for (size_t at = 0; opens && at < size && closes_at == 0; at++) {
            depth += (text[at] == pairs[i][0]) - (text[at] == pairs[i][1]);
            closes_at = depth == 0 ? at : 0;
        }
        if (opens && closes && closes_at == size - 1) {
            text[size - 1] = '\0';
            drop_front(text, 1);
        } else if (opens && strchr(text, pairs[i][1]) == NULL) {
            drop_front(text, 1);
        } else if (closes && strchr(text, pairs[i][0]) == NULL) {
            text[size - 1] = '\0';
        }
    }
}

/* Punctuation and slashes at the end, but not the dots of a path nor what follows a scheme. */
static void strip_end(char *text)
{
    size_t size = strlen(text);
    const char *last = text + size;
    while (last > text && strchr("/\\:", last[-1]) == NULL)
        last--;
    bool is_dots = strcmp(last, ".") == 0 || strcmp(last, "..") == 0;
    if (size == 0 || is_dots || strchr(".,;:!?/\\", text[size - 1]) == NULL || ends(text, "://") ||
        (text[size - 1] == '/' && size == 1))
        return;
    text[size - 1] = '\0';
}

static void strip_link(char *text)
{
    char *middle = strstr(text, "](");
    if (text[0] != '[' || middle == NULL || !ends(text, ")"))
        return;
    drop_front(text, (size_t)(middle - text) + 2);
    text[strlen(text) - 1] = '\0';
}

void strip_text(char *text)
{
    char before[ROOM];
    do {
        strcpy(before, text);
        while (*text == ' ')
            drop_front(text, 1);
        while (ends(text, " "))
            text[strlen(text) - 1] = '\0';
        strip_link(text);
        strip_quotes(text);
        strip_brackets(text);
        strip_end(text);
    } while (strcmp(before, text) != 0);
}
