/* The words of the last failure, kept for each thread so that sharers of a client don't read each other's. */
#include "agent-shim/note.h"

#include <dibs/dibs.h>

static _Thread_local struct error_text words;

struct error_text *note(void)
{
    return &words;
}

const char *dibs_error_text(void)
{
    return words.text;
}

const char *dibs_version(void)
{
    return DIBS_VERSION;
}

enum dibs_error note_need(const void *pointer, const char *what)
{
    if (pointer != NULL)
        return DIBS_OK;
    return error_say(note(), DIBS_BAD_INPUT, "`%s` is NULL; this call needs it", what);
}
