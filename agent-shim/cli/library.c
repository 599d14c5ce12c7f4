/* Loading a library, and looking its functions up. */
#include "library.h"

#include <dlfcn.h>
#include <string.h>

bool library_load(const char *file, const struct library_function *functions)
{
    void *library = dlopen(file, RTLD_LAZY | RTLD_LOCAL);

    if (library == NULL)
        return false;
    for (; functions->name != NULL; functions++) {
        void *function = dlsym(library, functions->name);
        if (function == NULL)
            return false;
        memcpy(functions->at, &function, sizeof function);
    }
    return true;
}
