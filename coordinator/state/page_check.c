/* The file: its two meta pages, and a walk over all that the newer one leads to. See page_check.h. */
#include "coordinator/state/page_check.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/endian.h"
#include "coordinator/state/page_walk.h"

enum { META_AT = 16, META_MAGIC_AT = 0, META_VERSION_AT = 4, META_MAP_AT = 16, META_FREE_AT = 24, META_ROWS_AT = 72 };
enum { META_LAST_AT = 120, META_TXN_AT = 128, META_BYTES = 136, PAGE_BYTES_LEAST = 512, PAGE_BYTES_MOST = 65536 };
static const uint32_t META_MAGIC = 0xBEEFC0DE;
static const uint64_t map_most_bytes = UINT64_C(1) << 47;

struct meta {
    uint32_t version;
    uint64_t map_bytes, last_page, transaction;
    uint32_t page_bytes;
    struct page_tree free_pages, rows;
};

static struct page_tree read_tree(const uint8_t *at, bool is_free_list)
{
    return (struct page_tree){.is_free_list = is_free_list,
                              .flags = get_u16le(at + 4),
                              .depth = get_u16le(at + 6),
                              .branch_pages = get_u64le(at + 8),
                              .leaf_pages = get_u64le(at + 16),
                              .overflow_pages = get_u64le(at + 24),
                              .entries = get_u64le(at + 32),
                              .root = get_u64le(at + 40)};
}

/* False: no meta page stands at these bytes. */
static bool read_meta(const uint8_t *page, uint64_t number, struct meta *meta)
{
    const uint8_t *at = page + META_AT;

    if (get_u64le(page) != number || get_u16le(page + PAGE_FLAGS_AT) != PAGE_META ||
        get_u32le(at + META_MAGIC_AT) != META_MAGIC || get_u64le(at + 8) != 0)
        return false;
    *meta = (struct meta){.version = get_u32le(at + META_VERSION_AT),
                          .page_bytes = get_u32le(at + META_FREE_AT),
                          .map_bytes = get_u64le(at + META_MAP_AT),
                          .last_page = get_u64le(at + META_LAST_AT),
                          .transaction = get_u64le(at + META_TXN_AT),
                          .free_pages = read_tree(at + META_FREE_AT, true),
                          .rows = read_tree(at + META_ROWS_AT, false)};
    return meta->page_bytes >= PAGE_BYTES_LEAST && meta->page_bytes <= PAGE_BYTES_MOST &&
           (meta->page_bytes & (meta->page_bytes - 1)) == 0 && meta->map_bytes >= 2 * (uint64_t)meta->page_bytes &&
           meta->map_bytes <= map_most_bytes && meta->last_page < meta->map_bytes / meta->page_bytes &&
           meta->last_page >= 1 && meta->free_pages.flags == TREE_OF_NUMBERS && meta->rows.flags == 0 &&
           get_u32le(at + META_ROWS_AT) == 0;
}

/* One of the two follows the other; what neither changes is the same in both. */
static bool read_metas(const uint8_t *file, uint64_t size, struct meta *newer)
{
    struct meta first, second;

    if (size < 2 * PAGE_BYTES_LEAST || !read_meta(file, 0, &first) || size < 2 * (uint64_t)first.page_bytes ||
        !read_meta(file + first.page_bytes, 1, &second) || first.page_bytes != second.page_bytes ||
        first.map_bytes != second.map_bytes || first.version != second.version)
        return false;
    bool is_second = second.transaction > first.transaction;
    uint64_t apart = is_second ? second.transaction - first.transaction : first.transaction - second.transaction;
    *newer = is_second ? second : first;
    return apart <= 1 && newer->transaction % 2 == (is_second ? 1 : 0);
}

static enum dibs_error say_damaged(const char *path, uint64_t page, struct error_text *why)
{
    return error_say(why, DIBS_DAMAGED,
                     "%s is damaged: page %" PRIu64
                     " is not as it was written; delete it and it is rebuilt from the log",
                     path, page);
}

static enum dibs_error check_bytes(const char *path, const uint8_t *file, uint64_t size, uint64_t most_bytes,
                                   struct error_text *why)
{
    struct meta meta;

    if (!read_metas(file, size, &meta))
        return say_damaged(path, 0, why);
    if (meta.version != 1)
        return DIBS_OK; /* LMDB will say */
    uint64_t pages = meta.last_page + 1, bytes = pages * meta.page_bytes;
    if (bytes > most_bytes)
        return DIBS_OK;
    if (bytes > size)
        return error_say(why, DIBS_DAMAGED,
                         "%s has %" PRIu64 " of %" PRIu64
                         " bytes: it was cut off; delete it and it is rebuilt from the log",
                         path, size, bytes);
    struct page_walk *walk = page_walk_new(file, pages, meta.page_bytes);
    if (walk == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to look at %s", path);
    uint64_t wrong = 0;
    bool sound = page_walk_tree(walk, &meta.free_pages, &wrong) && page_walk_tree(walk, &meta.rows, &wrong) &&
                 page_walk_adds_up(walk);
    page_walk_free(walk);
    return sound ? DIBS_OK : say_damaged(path, wrong, why);
}

enum dibs_error page_check(const char *path, uint64_t most_bytes, struct error_text *why)
{
    struct stat is;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool found = fd >= 0 && fstat(fd, &is) == 0;
    uint64_t size = !found ? 0 : (uint64_t)is.st_size < most_bytes ? (uint64_t)is.st_size : most_bytes;

    if (size < 2 * PAGE_BYTES_MOST && found) /* both meta pages, if nothing else */
        size = (uint64_t)is.st_size < 2 * PAGE_BYTES_MOST ? (uint64_t)is.st_size : 2 * PAGE_BYTES_MOST;
    const uint8_t *file = found ? mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (file == MAP_FAILED) {
        int code = errno;
        if (fd >= 0)
            (void)close(fd);
        errno = code;
        return error_say(why, DIBS_UNAVAILABLE, "cannot read %s: %s", path, strerror(code));
    }
    enum dibs_error error = check_bytes(path, file, size, most_bytes, why);
    (void)munmap((void *)(uintptr_t)file, size);
    (void)close(fd);
    return error;
}
