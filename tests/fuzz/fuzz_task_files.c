/* A folder of three files of any bytes, parted by 0xff: each task is handed over, taken back, named as bad, or none; what
 * is handed over is called as its file, and is the same the next time. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/fuzz/offers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES = 3 };

static char folder[64];

static void remove_folder(void)
{
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    (void)!system(command);
}

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/dev/shm/dibs-tasks-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        snprintf(folder, sizeof folder, "/tmp/dibs-tasks-XXXXXX");
        CHECK(mkdtemp(folder) != NULL);
    }
    atexit(remove_folder);
}

static void put_file(int number, const uint8_t *data, size_t size)
{
    char path[96];
    snprintf(path, sizeof path, "%s/%c.md", folder, 'a' + number);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(file >= 0 && write(file, data, size) == (ssize_t)size && close(file) == 0);
}

/* Does it begin as front matter does? What doesn't is no task. */
static size_t put_files(const uint8_t *data, size_t size)
{
    size_t tasks = 0;
    for (int i = 0; i < FILES; i++) {
        const uint8_t *end = size > 0 ? memchr(data, 0xff, size) : NULL;
        size_t length = end != NULL && i + 1 < FILES ? (size_t)(end - data) : size;
        put_file(i, data, length);
        size_t mark = length >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
        const uint8_t *text = data + mark;
        tasks += length >= mark + 3 && memcmp(text, "---", 3) == 0 &&
                 (length == mark + 3 || text[3] == '\n' || text[3] == '\r');
        data += length < size ? length + 1 : length;
        size -= length < size ? length + 1 : length;
    }
    return tasks;
}

static void check_lines(const struct offers *offers)
{
    for (const char *at = offers->lines; *at != '\0'; at = strchr(at, '\n') + 1)
        CHECK(strncmp(at, "{\"key\":\"task:", 13) == 0 && at[13] >= 'a' && at[13] < 'a' + FILES && at[14] == '"' &&
              strncmp(at + 15, ",\"about\":\"", 10) == 0 && at[25] != '"');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (folder[0] == '\0')
        make_folder();
    size_t tasks = put_files(data, size);
    struct offers offers = offers_read(offer_markdown, folder);
    CHECK(!offers.refused && (offers.code == EXIT_YES || offers.code == EXIT_USAGE));
    CHECK(offers.handed + offers.withdrawn + offers.bad == tasks);
    struct offers again = offers_read(offer_markdown, folder);
    CHECK(again.size == offers.size && memcmp(again.lines, offers.lines, offers.size) == 0);
    check_lines(&offers);
    offers_free(&again);
    offers_free(&offers);
    return 0;
}
