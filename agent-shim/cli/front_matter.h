/* The YAML between the first two lines of dashes of a Markdown file. */
#ifndef CLI_FRONT_MATTER_H
#define CLI_FRONT_MATTER_H

#include <stdbool.h>
#include <stddef.h>

enum { FRONT_MATTER_LIST = 16, FRONT_MATTER_WHY_BYTES = 256 };

/* What a task says of itself; owned, ended with front_matter_deinit. Scalars are NULL when they are not there. */
struct front_matter {
    char *title, *state, *priority, *category;
    char *depends[FRONT_MATTER_LIST], *tags[FRONT_MATTER_LIST];
    size_t depend_count, tag_count;
    bool found; /* there is one at all */
};

/* `text` is the whole file. The title falls back to the first heading. False: `why`. */
bool front_matter_read(struct front_matter *matter, const char *text, size_t size, char why[FRONT_MATTER_WHY_BYTES]);
void front_matter_deinit(struct front_matter *matter);

#endif
