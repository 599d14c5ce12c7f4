/* Reads into as much memory as it takes. */
#include "read_all.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 16 * 1024 };

/* At most one byte more than `most`, so that too much is seen. NULL: errno says why. */
static char *read_stream(FILE *file, size_t most, size_t *size)
{
    char *text = NULL;

    *size = 0;
    for (size_t room = FIRST_ROOM;; room *= 2) {
        room = room < most + 1 ? room : most + 1;
        char *more = realloc(text, room + 1);
        if (more != NULL) {
            text = more;
            *size += fread(text + *size, 1, room - *size, file);
        }
        if (more == NULL || ferror(file)) {
            int why = more == NULL ? ENOMEM : errno;
            free(text);
            errno = why;
            return NULL;
        }
        if (*size < room || room == most + 1)
            break;
    }
    text[*size] = '\0';
    return text;
}

char *read_all(const char *path, size_t most, size_t *size, char why[READ_ALL_WHY_BYTES])
{
    bool is_input = strcmp(path, "-") == 0;
    FILE *file = is_input ? stdin : fopen(path, "re");

    if (file == NULL) {
        snprintf(why, READ_ALL_WHY_BYTES, "it cannot be opened: %s", strerror(errno));
        return NULL;
    }
    char *text = read_stream(file, most, size);
    if (text == NULL)
        snprintf(why, READ_ALL_WHY_BYTES, "it cannot be read: %s", strerror(errno));
    if (!is_input)
        fclose(file);
    if (text == NULL || *size <= most)
        return text;
    snprintf(why, READ_ALL_WHY_BYTES, "it has more than %zu MiB; split it", most >> 20);
    free(text);
    return NULL;
}
