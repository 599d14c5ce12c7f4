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

enum { PAGE = 4096, SECTOR = 512 }; /* what the disk writes whole */

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

/* Zeroes or replaces pages, or sectors of them, at random, never below `safe`. */
static void lose_pages(struct random *random, char *bytes, size_t size, size_t safe, const char *old, size_t old_size)
{
    uint64_t part = 1 + random_below(random, 8); /* one page in so many */
    size_t step = random_below(random, 2) == 0 ? PAGE : SECTOR;
    for (size_t page = safe / step * step; page < size; page += step) {
        size_t from = page < safe ? safe : page, to = page + step < size ? page + step : size;
        if (random_below(random, part + 1) != 0)
            continue;
        if (old != NULL && to <= old_size && random_below(random, 2) == 0)
            memcpy(bytes + from, old + from, to - from);
        else
            memset(bytes + from, 0, to - from);
    }
}

static void lose_segment(struct random *random, const char *path, size_t safe)
{
    size_t size;
    char *bytes = power_loss_read(path, &size);
    CHECK(bytes != NULL && safe <= size);
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

static void lose_log(struct random *random, const char *store, on_the_disk *is_on_the_disk)
{
    char log[PATH_MAX], path[PATH_MAX];
    path_in(store, "log", log);
    DIR *directory = opendir(log);
    CHECK(directory != NULL);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (strlen(entry->d_name) == strlen("00000000000000000000.seg")) {
            path_in(log, entry->d_name, path);
            lose_segment(random, path, is_on_the_disk(path));
        }
    (void)closedir(directory);
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

void power_loss(struct random *random, const char *store, const char *old_state, on_the_disk *is_on_the_disk)
{
    lose_log(random, store, is_on_the_disk);
    lose_state(random, store, old_state);
    lose_page_file(random, store, "lock");
    lose_page_file(random, store, "wake");
    power_loss_new_boot(random, store);
}
