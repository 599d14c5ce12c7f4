/* Some programs begin a file with a mark of its encoding, UTF-8. */
#ifndef CLI_ENCODING_MARK_H
#define CLI_ENCODING_MARK_H

#include <stddef.h>
#include <string.h>

/* Of so many bytes at the beginning of a file, the size of the mark; 0: there is none. */
static inline size_t encoding_mark_size(const char *text, size_t size)
{
    return size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

#endif
