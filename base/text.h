/* A text built up in a caller's array. It never overflows: what doesn't fit is left out, and that is remembered. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/span.h"

/* Always NUL-terminated once begun, so `bytes` can be used as a C string when what was appended has no NUL. After the
 * first piece that did not fit whole, nothing more is appended: the text is a prefix of what was meant. */
struct text {
    char *bytes;     /* borrowed */
    size_t capacity; /* of the array, with the NUL */
    size_t size;     /* in use, without the NUL */
    bool truncated;
};

/* Begins an empty text in `array`, which must hold at least one byte and outlive the text. */
void text_begin(struct text *text, char *array, size_t capacity);
#define TEXT_BEGIN(text, array) text_begin((text), (array), sizeof(array))

void text_bytes(struct text *text, struct span bytes);
void text_add(struct text *text, const char *words); /* a C string */
void text_char(struct text *text, char c);
void text_u64(struct text *text, uint64_t number);                   /* decimal */
void text_u64_padded(struct text *text, uint64_t number, int width); /* decimal with leading zeros */
void text_hex(struct text *text, struct span bytes);                 /* two lower-case digits a byte */
__attribute__((format(printf, 2, 3))) void text_printf(struct text *text, const char *format, ...);

static inline struct span text_as_span(const struct text *text)
{
    return span_of(text->bytes, text->size);
}

#endif
