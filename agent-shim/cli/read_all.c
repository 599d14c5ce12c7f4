/* Reads into as much memory as it takes. */
#include "read_all.h"

#include <errno.h>
#include <stdlib.h>

enum { FIRST_ROOM = 16 * 1024 };

char *read_all(FILE *file, size_t most, size_t *size)
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
