/* Loads librdkafka and looks its functions up. */
#include "log/kafka_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define PACKAGE "the Debian package librdkafka1"

struct kafka_library rdk;

static const struct function {
    const char *name;
    size_t at;
} functions[] = {
#define KAFKA_FUNCTION_ROW(name) {"rd_kafka_" #name, offsetof(struct kafka_library, name)},
    KAFKA_FUNCTIONS(KAFKA_FUNCTION_ROW)
#undef KAFKA_FUNCTION_ROW
};

static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;
static bool loaded; /* under `loading` */

static enum dibs_error load(struct error_text *why)
{
    void *library = dlopen("librdkafka.so.1", RTLD_LAZY | RTLD_LOCAL); /* all at once takes ms */
    if (library == NULL) {
        const char *cause = dlerror();
        return error_say(why, DIBS_UNSUPPORTED,
                         "a fleet needs librdkafka.so.1, which is not installed here (%s): install " PACKAGE
                         ", or use a store in a directory (file:)",
                         cause == NULL ? "dlopen failed" : cause);
    }
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        void *function = dlsym(library, functions[i].name);
        if (function == NULL) {
            (void)dlclose(library);
            return error_say(why, DIBS_UNSUPPORTED,
                             "the librdkafka.so.1 that is installed here is too old: it has no %s; install " PACKAGE
                             " 2.0.2 or newer",
                             functions[i].name);
        }
        memcpy((char *)&rdk + functions[i].at, &function, sizeof function);
    }
    loaded = true;
    return DIBS_OK;
}

enum dibs_error kafka_library_load(struct error_text *why)
{
    (void)pthread_mutex_lock(&loading);
    enum dibs_error error = loaded ? DIBS_OK : load(why);
    (void)pthread_mutex_unlock(&loading);
    return error;
}
