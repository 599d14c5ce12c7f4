/* Small files that must be whole or not there: written beside their place, synced, then put there in one step. */
#include "base/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/random_secure.h"
#include "base/span.h"

void random_fill(void *out, size_t size)
{
    CHECK(random_secure(out, size, NULL) == DIBS_OK);
}

enum dibs_error directory_make(const char *path, unsigned mode, struct error_text *why)
{
    char part[PATH_MAX];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof part)
        return error_say(why, DIBS_BAD_INPUT, "the path is empty or too long: '%.60s…'", path);
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, (mode_t)mode) == 0 || errno == EEXIST)
            continue;
        return error_say(why, DIBS_UNAVAILABLE, "cannot make the directory %s: %s", part, strerror(errno));
    }
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return error_say(why, DIBS_UNAVAILABLE, "%s is a file, not a directory; name another path", path);
    return DIBS_OK;
}

/* As many bytes as there are, at most `size`; -1 with errno. */
static ssize_t read_whole(int file, void *out, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t got = read(file, (char *)out + done, size - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

/* A short write is tried on to learn why it was short. */
static bool write_whole(int file, const void *bytes, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t written = write(file, (const char *)bytes + done, size - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        done += (size_t)written;
    }
    return true;
}

int64_t file_copy_bytes(int from, int to, uint64_t most)
{
    char bytes[32768];
    uint64_t done = 0;
    while (done < most) {
        ssize_t got = read_whole(from, bytes, most - done < sizeof bytes ? (size_t)(most - done) : sizeof bytes);
        if (got < 0 || !write_whole(to, bytes, (size_t)got))
            return -1;
        if (got == 0)
            break;
        done += (uint64_t)got;
    }
    return (int64_t)done;
}

/* Never waits, whatever stands there; only a regular file is opened. The descriptor is the caller's. */
static enum dibs_error open_regular(const char *path, int *file, struct stat *status, struct error_text *why)
{
    *file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (*file < 0)
        return error_say(why, errno == ENOENT ? DIBS_NO_STORE : DIBS_UNAVAILABLE, "cannot open %s: %s", path,
                         strerror(errno));
    enum dibs_error error = DIBS_OK;
    if (fstat(*file, status) != 0)
        error = error_say(why, DIBS_UNAVAILABLE, "cannot look at %s: %s", path, strerror(errno));
    else if (!S_ISREG(status->st_mode))
        error = error_say(why, DIBS_BAD_INPUT, "%s is not a regular file", path);
    if (error != DIBS_OK)
        (void)close(*file);
    return error;
}

enum dibs_error file_check_private(const struct stat *status, const char *path, struct error_text *why)
{
    bool of_root = status->st_uid == 0 && status->st_gid == 0;
    if (status->st_uid != geteuid() && !of_root)
        return error_say(why, DIBS_BAD_INPUT,
                         "%s is a file of another user; a secret's must be one's own: copy it, with mode 600", path);
    bool by_group = of_root && geteuid() != 0; /* root gives it to this user's group */
    if ((status->st_mode & (by_group ? 037 : 077)) != 0)
        return error_say(why, DIBS_BAD_INPUT, "%s can be read by others (mode %03o); %s: chmod %s '%s'", path,
                         (unsigned)status->st_mode & 0777, by_group ? "root must run" : "run", by_group ? "640" : "600",
                         path);
    return DIBS_OK;
}

static enum dibs_error check_key_file(const struct stat *status, const char *path, struct error_text *why)
{
    enum dibs_error error = file_check_private(status, path, why);
    if (error != DIBS_OK)
        return error;
    if (status->st_size != KEY_FILE_BYTES)
        return error_say(why, DIBS_BAD_INPUT, "%s has %lld bytes, a key has %d; move it away to get a new one", path,
                         (long long)status->st_size, KEY_FILE_BYTES);
    return DIBS_OK;
}

static enum dibs_error read_key_file(const char *path, uint8_t out[KEY_FILE_BYTES], struct error_text *why)
{
    int file;
    struct stat status;
    enum dibs_error error = open_regular(path, &file, &status, why);
    if (error != DIBS_OK)
        return error;
    error = check_key_file(&status, path, why);
    if (error == DIBS_OK && read_whole(file, out, KEY_FILE_BYTES) != KEY_FILE_BYTES)
        error = error_say(why, DIBS_UNAVAILABLE, "cannot read the key file %s", path);
    (void)close(file);
    return error;
}

/* A new file beside `path` with these bytes, on the disk; `mode` less what the umask takes. */
static enum dibs_error write_beside(const char *path, struct span bytes, mode_t mode, char beside[PATH_MAX],
                                    struct error_text *why)
{
    uint64_t unique;
    random_fill(&unique, sizeof unique);
    int length = snprintf(beside, PATH_MAX, "%s.%016llx", path, (unsigned long long)unique);
    if (length < 0 || length >= PATH_MAX)
        return error_say(why, DIBS_BAD_INPUT, "the path is too long: '%.60s…'", path);
    int file = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file < 0)
        return error_say(why, DIBS_UNAVAILABLE, "cannot write %s: %s", beside, strerror(errno));
    bool fine = write_whole(file, bytes.bytes, bytes.size) && fsync(file) == 0;
    int cause = errno;
    (void)close(file);
    if (fine)
        return DIBS_OK;
    (void)unlink(beside);
    return error_say(why, DIBS_UNAVAILABLE, "cannot write %s: %s", beside, strerror(cause));
}

void directory_sync_of(const char *path)
{
    char directory[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    memcpy(directory, path, length);
    directory[length] = '\0';
    int file = open(slash == NULL ? "." : length == 0 ? "/" : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return;
    (void)fsync(file); /* some file systems can't; the file itself is synced */
    (void)close(file);
}

enum dibs_error key_file_put(const char *path, const uint8_t key[KEY_FILE_BYTES], struct error_text *why)
{
    char beside[PATH_MAX];
    enum dibs_error error = write_beside(path, span_of(key, KEY_FILE_BYTES), 0600, beside, why);
    if (error != DIBS_OK)
        return error;
    bool linked = link(beside, path) == 0 || errno == EEXIST;
    int cause = errno;
    (void)unlink(beside);
    if (!linked)
        return error_say(why, DIBS_UNAVAILABLE, "cannot make the key file %s: %s", path, strerror(cause));
    directory_sync_of(path);
    return DIBS_OK;
}

static enum dibs_error make_key_file(const char *path, struct error_text *why)
{
    uint8_t fresh[KEY_FILE_BYTES];
    random_fill(fresh, sizeof fresh);
    enum dibs_error error = key_file_put(path, fresh, why);
    explicit_bzero(fresh, sizeof fresh);
    return error;
}

enum dibs_error key_file_read(const char *path, bool make, uint8_t out[KEY_FILE_BYTES], struct error_text *why)
{
    enum dibs_error error = read_key_file(path, out, why);
    if (error != DIBS_NO_STORE || !make)
        return error;
    error = make_key_file(path, why);
    if (error == DIBS_OK)
        error = read_key_file(path, out, why);
    if (error == DIBS_NO_STORE) /* something is there, and yet is not */
        error = error_say(why, DIBS_UNAVAILABLE, "%s is a link to a file that is not there; remove it", path);
    return error;
}

enum dibs_error file_replace(const char *path, const char *text, struct error_text *why)
{
    char beside[PATH_MAX];
    enum dibs_error error = write_beside(path, span_from_text(text), 0666, beside, why);
    if (error != DIBS_OK)
        return error;
    if (rename(beside, path) != 0) {
        error = error_say(why, DIBS_UNAVAILABLE, "cannot replace %s: %s", path, strerror(errno));
        (void)unlink(beside);
        return error;
    }
    directory_sync_of(path);
    return DIBS_OK;
}

enum dibs_error file_read_text(const char *path, char *out, size_t size, struct error_text *why)
{
    int file;
    struct stat status;
    enum dibs_error error = open_regular(path, &file, &status, why);
    if (error != DIBS_OK)
        return error;
    ssize_t got = read_whole(file, out, size);
    int cause = errno;
    (void)close(file);
    if (got < 0)
        return error_say(why, cause == EIO ? DIBS_DAMAGED : DIBS_UNAVAILABLE, "cannot read %s: %s", path,
                         strerror(cause));
    if ((size_t)got == size || memchr(out, '\0', (size_t)got) != NULL)
        return error_say(why, DIBS_BAD_INPUT, "%s is too large or not a text", path);
    out[got] = '\0';
    return DIBS_OK;
}
