/* Any bytes as a file of sets of keys: what is taken is within its bounds, and quoted as for a shell it is read as the
 * same. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent-shim/cli/key_lines.h"
#include "base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *file_of(const void *bytes, size_t size)
{
    static int file = -1;
    static char path[64];

    if (file < 0)
        file = memfd_create("keys", MFD_CLOEXEC);
    CHECK(file >= 0 && ftruncate(file, 0) == 0 && pwrite(file, bytes, size, 0) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return path;
}

static void put_key(FILE *out, const char *key)
{
    fputc('\'', out);
    for (; *key != '\0'; key++) {
        CHECK(*key != '\n');
        fputs(*key == '\'' ? "'\\" : "", out);
        fputc(*key, out);
        fputs(*key == '\'' ? "'" : "", out);
    }
    fputs("' ", out);
}

/* All that stands in the file, each set on a line of its own; NULL: it is no text. *good: no line was refused. */
static char *written(const char *path, bool *good)
{
    char why[KEY_LINE_WHY_BYTES] = "", *text = NULL;
    struct key_lines lines;
    struct key_line line = {0};
    size_t size, before = 0;

    if (!key_lines_open(&lines, path, why)) {
        CHECK(why[0] != '\0' && lines.text == NULL);
        return NULL;
    }
    FILE *out = open_memstream(&text, &size);
    while (key_lines_next(&lines, &line, why)) {
        CHECK(why[0] == '\0' && line.count >= 1 && line.count <= KEY_LINE_KEYS && line.number > before);
        before = line.number;
        for (size_t i = 0; i < line.count; i++)
            put_key(out, line.keys[i]);
        fputc('\n', out);
    }
    *good = why[0] == '\0';
    CHECK(*good ? lines.at >= lines.size : line.number > before);
    fclose(out);
    key_lines_close(&lines);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool good = false;
    char *first = written(file_of(data, size), &good);
    CHECK((first == NULL) == (size > 0 && memchr(data, '\0', size) != NULL));
    if (first == NULL)
        return 0;
    char *second = written(file_of(first, strlen(first)), &good);
    CHECK(good && second != NULL && strcmp(first, second) == 0);
    free(first);
    free(second);
    return 0;
}
