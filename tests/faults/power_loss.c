/* What a machine that stops leaves of a store's directory. See power_loss.h. */
#include "tests/faults/power_loss.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent-shim/manifest.h"
#include "base/check.h"
#include "log/segment.h"

enum { PAGE = 4096 };

char *power_loss_read(const char *path, size_t *size)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    CHECK(fstat(fd, &status) == 0);
    char *bytes = calloc(1, (size_t)status.st_size + 1);
    CHECK(bytes != NULL && read(fd, bytes, (size_t)status.st_size) == status.st_size);
    (void)close(fd);
    *size = (size_t)status.st_size;
    return bytes;
}

/* In place: the file stays the same one. */
void power_loss_write(const char *path, const char *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    CHECK(fd >= 0 && write(fd, bytes, size) == (ssize_t)size && close(fd) == 0);
}

static void path_in(const char *store, const char *name, char out[PATH_MAX])
{
    CHECK(snprintf(out, PATH_MAX, "%s/%s", store, name) < PATH_MAX);
}

static void read_manifest(const char *store, struct manifest *out)
{
    char path[PATH_MAX];
    struct error_text why;
    size_t size;
    path_in(store, "store.json", path);
    char *text = power_loss_read(path, &size);
    CHECK(text != NULL && manifest_parse(text, path, out, &why) == DIBS_OK);
    free(text);
}

void power_loss_new_boot(struct random *random, const char *store)
{
    char path[PATH_MAX], text[MANIFEST_TEXT_MAX];
    struct manifest manifest;
    read_manifest(store, &manifest);
    (void)snprintf(manifest.clock.boot_id, sizeof manifest.clock.boot_id, "%08x-0000-4000-8000-000000000000",
                   (unsigned)random_below(random, UINT32_MAX));
    manifest_print(&manifest, text);
    path_in(store, "store.json", path);
    power_loss_write(path, text, strlen(text));
}

/* The newest segment's path, and where in it the first record that may be lost begins. */
static void find_newest(const char *store, uint64_t synced_offset, char path[PATH_MAX], size_t *safe_bytes)
{
    char log[PATH_MAX], newest[NAME_MAX + 1] = "";
    path_in(store, "log", log);
    DIR *directory = opendir(log);
    CHECK(directory != NULL);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (strlen(entry->d_name) == 24 && strcmp(entry->d_name, newest) > 0)
            (void)snprintf(newest, sizeof newest, "%s", entry->d_name);
    (void)closedir(directory);
    CHECK(snprintf(path, PATH_MAX, "%s/%s", log, newest) < PATH_MAX);
    size_t size, at = SEGMENT_HEADER_BYTES, record_bytes;
    char *bytes = power_loss_read(path, &size);
    struct log_record record;
    while (at < size && segment_parse_record(span_of(bytes + at, size - at), &record, &record_bytes) == SEGMENT_WHOLE &&
           record.offset < synced_offset)
        at += record_bytes;
    free(bytes);
    *safe_bytes = at;
}

/* Zeroes or replaces pages at random, never below `safe`. */
static void lose_pages(struct random *random, char *bytes, size_t size, size_t safe, const char *old, size_t old_size)
{
    uint64_t part = 1 + random_below(random, 8); /* one page in so many */
    for (size_t page = safe / PAGE * PAGE; page < size; page += PAGE) {
        size_t from = page < safe ? safe : page, to = page + PAGE < size ? page + PAGE : size;
        if (random_below(random, part + 1) != 0)
            continue;
        if (old != NULL && to <= old_size && random_below(random, 2) == 0)
            memcpy(bytes + from, old + from, to - from);
        else
            memset(bytes + from, 0, to - from);
    }
}

static void lose_log(struct random *random, const char *store)
{
    char path[PATH_MAX];
    struct manifest manifest;
    size_t size, safe;
    read_manifest(store, &manifest);
    find_newest(store, manifest.synced_offset, path, &safe);
    char *bytes = power_loss_read(path, &size);
    switch (random_below(random, 4)) {
    case 0: /* all was written in time */
        break;
    case 1: /* the file's new size never got to the disk */
        size = safe + random_below(random, size - safe + 1);
        break;
    case 2: /* the size did, the bytes did not */
        lose_pages(random, bytes, size, safe, NULL, 0);
        break;
    default:
        lose_pages(random, bytes, size, safe, NULL, 0);
        size = safe + random_below(random, size - safe + 1);
    }
    power_loss_write(path, bytes, size);
    free(bytes);
}

static void lose_state(struct random *random, const char *store, const char *old_state)
{
    char path[PATH_MAX];
    size_t size, old_size = 0;
    path_in(store, "state/data.mdb", path);
    char *bytes = power_loss_read(path, &size), *old = old_state == NULL ? NULL : power_loss_read(old_state, &old_size);
    if (bytes == NULL) {
        free(old);
        return;
    }
    switch (random_below(random, 4)) {
    case 0:
        break;
    case 1:
        (void)unlink(path);
        break;
    default:
        lose_pages(random, bytes, size, 0, old, old_size);
        if (random_below(random, 3) == 0)
            size = random_below(random, size + 1);
        power_loss_write(path, bytes, size);
    }
    free(bytes);
    free(old);
}

/* Holds nothing that counts: any bytes may stand there. */
static void lose_page_file(struct random *random, const char *store, const char *name)
{
    char path[PATH_MAX];
    size_t size;
    path_in(store, name, path);
    char *bytes = power_loss_read(path, &size);
    if (bytes == NULL)
        return;
    uint64_t kind = random_below(random, 3);
    for (size_t i = 0; kind == 1 && i < size; i++)
        bytes[i] = (char)random_below(random, 256);
    if (kind == 2)
        memset(bytes, 0, size);
    power_loss_write(path, bytes, size);
    free(bytes);
}

void power_loss(struct random *random, const char *store, const char *old_state)
{
    lose_log(random, store);
    lose_state(random, store, old_state);
    lose_page_file(random, store, "lock");
    lose_page_file(random, store, "wake");
    power_loss_new_boot(random, store);
}
