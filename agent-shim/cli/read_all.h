/* A file that is read whole. */
#ifndef CLI_READ_ALL_H
#define CLI_READ_ALL_H

#include <stddef.h>

enum { READ_ALL_WHY_BYTES = 128 };

/* All of the file `path`, "-" being standard input, with a NUL behind its *size bytes. NULL: why says what is wrong with
 * it; it has more than `most` bytes (some MiB), it cannot be opened or read, or there is no memory. The caller's. */
char *read_all(const char *path, size_t most, size_t *size, char why[READ_ALL_WHY_BYTES]);

#endif
