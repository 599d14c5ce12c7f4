/* Which segments a local log has, by the names in its directory. */
#include "log/segment_list.h"

#include "base/check.h"
#include "log/file_error.h"
#include "log/segment_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum dibs_error segment_list_add(struct segment_list *list, uint64_t first, struct error_text *why)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        uint64_t *firsts = realloc(list->firsts, capacity * sizeof *firsts);
        if (firsts == NULL)
            return error_say(why, DIBS_UNAVAILABLE, "no memory for the list of the log's segments");
        list->firsts = firsts;
        list->capacity = capacity;
    }
    list->firsts[list->count++] = first;
    return DIBS_OK;
}

static int compare_firsts(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

enum dibs_error segment_list_read(struct segment_list *list, int dir_fd, const char *dir_path, struct error_text *why)
{
    /* Not a dup of dir_fd, which would share its position. */
    int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL) {
        enum dibs_error error = file_error_say(why, DIBS_UNAVAILABLE, "list", dir_path, errno);
        if (fd >= 0)
            close(fd);
        return error;
    }
    struct segment_list found = {0};
    enum dibs_error error = DIBS_OK;
    struct dirent *entry;
    while (error == DIBS_OK && (errno = 0, entry = readdir(dir)) != NULL) {
        uint64_t first;
        if (segment_file_parse_name(entry->d_name, &first))
            error = segment_list_add(&found, first, why);
    }
    if (error == DIBS_OK && errno != 0)
        error = file_error_say(why, DIBS_UNAVAILABLE, "list", dir_path, errno);
    closedir(dir);
    if (error != DIBS_OK) {
        segment_list_free(&found);
        return error;
    }
    if (found.count > 1)
        qsort(found.firsts, found.count, sizeof *found.firsts, compare_firsts);
    segment_list_free(list);
    *list = found;
    return DIBS_OK;
}

size_t segment_list_find(const struct segment_list *list, uint64_t offset)
{
    CHECK(list->count > 0 && list->firsts[0] <= offset);
    size_t low = 0, high = list->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (list->firsts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void segment_list_free(struct segment_list *list)
{
    free(list->firsts);
    *list = (struct segment_list){0};
}
