/* The names of errors, and the words beside them. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/span.h"
#include "base/utf8.h"

const char *dibs_error_name(enum dibs_error error)
{
    switch (error) {
    case DIBS_OK:
        return "ok";
    case DIBS_BAD_INPUT:
        return "bad_input";
    case DIBS_NO_ANSWER:
        return "no_answer";
    case DIBS_NO_STORE:
        return "no_store";
    case DIBS_UNAVAILABLE:
        return "unavailable";
    case DIBS_BUSY:
        return "busy";
    case DIBS_DAMAGED:
        return "damaged";
    case DIBS_NEWER:
        return "newer";
    case DIBS_FORKED:
        return "forked";
    case DIBS_UNSUPPORTED:
        return "unsupported";
    case DIBS_ENDED:
        return "ended";
    }
    return "unknown";
}

enum dibs_error error_say(struct error_text *out, enum dibs_error error, const char *format, ...)
{
    if (out == NULL)
        return error;
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(out->text, sizeof out->text, format, arguments);
    va_end(arguments);
    if (written < 0)
        out->text[0] = '\0';
    if (written >= (int)sizeof out->text) /* cut between characters, so that it stays UTF-8 */
        out->text[utf8_mend(span_from_text(out->text)).size] = '\0';
    return error;
}
