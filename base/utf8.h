/* UTF-8, strictly: no over-long forms, no surrogates, nothing above U+10FFFF. Pure. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/span.h"

/* The size (1–4) of the character that begins at byte `at`, 0 when there is none or it is not valid. *code is then
 * its number; NULL is allowed. */
size_t utf8_decode(struct span text, size_t at, uint32_t *code);

bool utf8_is_valid(struct span text);

/* Valid, and without control characters (below 0x20, and 0x7f); newline and tab pass when allowed. */
bool utf8_is_clean(struct span text, bool allow_newline_tab);

/* The longest beginning of at most `most` bytes that does not cut a character in two. For text that is not valid:
 * takes back at most three bytes. */
struct span utf8_cut(struct span text, size_t most);

/* The text without the character at its end that something has cut in two, if there is one. */
struct span utf8_mend(struct span text);

#endif
