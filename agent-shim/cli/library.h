/* Libraries that few commands need: loaded by those, so that all others start sooner. */
#ifndef CLI_LIBRARY_H
#define CLI_LIBRARY_H

#include <stdbool.h>

struct library_function {
    const char *name; /* NULL ends the list */
    void *at;         /* a pointer to it goes here */
};

/* False: the library isn't there, or is without one of them. It stays loaded. */
bool library_load(const char *file, const struct library_function *functions);

#endif
