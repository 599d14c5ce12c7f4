/* Printing: choosing the form, and what both forms share. */
#include "output.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

enum { NOTE_BYTES = 4096, URL_BYTES = 4200 };

void output_answer(const struct dibs_answer *answer, const char *accepted, const struct hint *hint, bool json)
{
    if (json)
        output_json_answer(answer, accepted, hint);
    else
        output_text_answer(answer, accepted, hint);
}

int output_error(enum dibs_error error, const char *store, bool json)
{
    char url[URL_BYTES];

    dibs_find_store(store, NULL, url, sizeof url);
    if (json)
        output_json_error(dibs_error_name(error), dibs_error_text(), url[0] != '\0' ? url : store);
    else
        output_note("%s", dibs_error_text());
    return dibs_error_exit_code(error);
}

static void show_progress(void *context, uint64_t so_far, uint64_t all)
{
    (void)context;
    fprintf(stderr, "\rdibs: record %" PRIu64 " of %" PRIu64 " ", so_far, all);
    fflush(stderr); /* there is no end of line, till the end */
}

dibs_progress output_progress_of(const struct arguments *arguments)
{
    return !arguments->json && isatty(STDERR_FILENO) ? show_progress : NULL;
}

void output_progress_end(dibs_progress progress)
{
    if (progress == NULL)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
}

void output_note(const char *format, ...)
{
    char text[NOTE_BYTES];
    va_list list;

    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    fputs("dibs: ", stderr);
    output_text(stderr, text);
    fputc('\n', stderr);
}

void output_how_to_use(const char *url)
{
    static const char end_and_begin[] = "'\\''";
    char quoted[4 * URL_BYTES];
    size_t size = 0;

    for (; *url != '\0' && size + sizeof end_and_begin < sizeof quoted; url++) {
        size_t length = *url == '\'' ? sizeof end_and_begin - 1 : 1;
        memcpy(quoted + size, *url == '\'' ? end_and_begin : url, length);
        size += length;
    }
    quoted[size] = '\0';
    output_note("to use it: export DIBS_STORE='%s'", quoted);
}

/* U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069: they reorder the line that they stand in. */
static bool is_direction_mark(const unsigned char *at)
{
    if (at[0] != 0xe2 || (at[1] != 0x80 && at[1] != 0x81))
        return false;
    return at[1] == 0x80 ? (at[2] == 0x8e || at[2] == 0x8f || (at[2] >= 0xaa && at[2] <= 0xae))
                         : (at[2] >= 0xa6 && at[2] <= 0xa9);
}

void output_text(FILE *out, const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if (*at == '\n' || *at == '\t')
            fputc(' ', out);
        else if (*at < 0x20 || *at == 0x7f)
            fprintf(out, "\\x%02x", *at);
        else if (*at == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0) /* U+0080 to U+009F: some terminals obey them */
            fprintf(out, "\\x%02x", *++at);
        else if (is_direction_mark(at)) {
            fprintf(out, "\\u%04x", (unsigned)((at[0] & 0xf) << 12 | (at[1] & 0x3f) << 6 | (at[2] & 0x3f)));
            at += 2;
        } else if (*at == 0xd8 && at[1] == 0x9c) { /* U+061C, the Arabic letter mark */
            fprintf(out, "\\u061c");
            at++;
        } else
            fputc(*at, out);
    }
}

void output_named(FILE *out, const char *name, const char *text)
{
    if (text[0] == '\0')
        return;
    fprintf(out, "  %s: ", name);
    output_text(out, text);
}
