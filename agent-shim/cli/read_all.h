/* A file that is read whole. */
#ifndef CLI_READ_ALL_H
#define CLI_READ_ALL_H

#include <stddef.h>
#include <stdio.h>

/* All that follows in the file, but at most `most` + 1 bytes, so that too much is seen by *size > most; a NUL stands behind
 * them. NULL: it cannot be read, or there is no memory; errno says which. The caller's. */
char *read_all(FILE *file, size_t most, size_t *size);

#endif
