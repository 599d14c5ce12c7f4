/* The bytes of an export. */
#include "agent-shim/export_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/endian.h"
#include "base/private_file.h"

static const char magic[] = "dibs export 1\n"; /* the number is the format's */
enum { MAGIC_BYTES = sizeof magic - 1, KIND_BYTES = sizeof "dibs export " - 1, END_BYTES = 8 + EXPORT_DIGEST_CHARS };

/* ---------------------------------------------------------------- the checksum */

/* Each block's counts for all before it, whose checksum is its key. */
static void begin_chain(uint8_t chain[HASH_BLAKE2B_BYTES])
{
    hash_blake2b_256(span_of((const uint8_t *)magic, MAGIC_BYTES), chain);
}

static void extend_chain(uint8_t chain[HASH_BLAKE2B_BYTES], struct span bytes)
{
    uint8_t before[HASH_BLAKE2B_BYTES];
    memcpy(before, chain, sizeof before);
    hash_blake2b_256_keyed(bytes, before, chain);
}

/* ---------------------------------------------------------------- writing */

static enum dibs_error cannot_write(const struct export_writer *writer, struct error_text *why)
{
    return error_say(why, DIBS_UNAVAILABLE, "cannot write %s: %s", writer->path, strerror(errno));
}

static enum dibs_error put(struct export_writer *writer, const void *bytes, size_t size, struct error_text *why)
{
    writer->bytes += size;
    return fwrite(bytes, 1, size, writer->file) == size ? DIBS_OK : cannot_write(writer, why);
}

enum dibs_error export_create(struct export_writer *writer, const char *path, struct error_text *why)
{
    *writer = (struct export_writer){0};
    int length = snprintf(writer->beside, sizeof writer->beside, "%s.part-XXXXXX", path);
    (void)snprintf(writer->path, sizeof writer->path, "%s", path);
    if (path[0] == '\0' || length >= (int)sizeof writer->beside) {
        writer->beside[0] = '\0';
        return error_say(why, DIBS_BAD_INPUT, "the file's name is %s", path[0] == '\0' ? "empty" : "too long");
    }
    int file = -1;
    if (access(path, F_OK) == 0)
        errno = EEXIST;
    else
        file = mkostemp(writer->beside, O_CLOEXEC);
    if (file < 0) {
        writer->beside[0] = '\0';
        return error_say(why, DIBS_BAD_INPUT, "cannot make %s: %s", path,
                         errno == EEXIST ? "there is such a file already" : strerror(errno));
    }
    writer->file = fdopen(file, "w");
    if (writer->file == NULL) {
        (void)close(file);
        return cannot_write(writer, why);
    }
    begin_chain(writer->chain);
    return put(writer, magic, MAGIC_BYTES, why);
}

enum dibs_error export_write(struct export_writer *writer, struct span block, struct error_text *why)
{
    uint8_t size[4];
    put_u32le(size, (uint32_t)block.size);
    extend_chain(writer->chain, block);
    enum dibs_error error = put(writer, size, sizeof size, why);
    return error == DIBS_OK ? put(writer, block.bytes, block.size, why) : error;
}

/* Takes no other file's place. Some file systems have no links, as those of sticks; of these some can't promise it. */
static bool give_name(const char *from, const char *to)
{
    if (link(from, to) == 0)
        return true;
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
        return false;
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return true;
    return errno == EINVAL && access(to, F_OK) != 0 && rename(from, to) == 0;
}

enum dibs_error export_finish(struct export_writer *writer, const struct export_end *end, struct error_text *why)
{
    uint8_t last[4 + END_BYTES] = {0};
    put_u64le(last + 4, end->records);
    memcpy(last + 12, end->digest, EXPORT_DIGEST_CHARS);
    extend_chain(writer->chain, span_of(last + 4, END_BYTES));
    enum dibs_error error = put(writer, last, sizeof last, why);
    if (error == DIBS_OK)
        error = put(writer, writer->chain, sizeof writer->chain, why);
    if (error == DIBS_OK && (fflush(writer->file) != 0 || fsync(fileno(writer->file)) != 0))
        error = cannot_write(writer, why);
    if (error == DIBS_OK && !give_name(writer->beside, writer->path))
        error = cannot_write(writer, why);
    if (error == DIBS_OK)
        directory_sync_of(writer->path);
    return error;
}

void export_abandon(struct export_writer *writer)
{
    if (writer->file != NULL)
        (void)fclose(writer->file);
    if (writer->beside[0] != '\0')
        (void)unlink(writer->beside);
    *writer = (struct export_writer){0};
}

/* ---------------------------------------------------------------- reading */

static enum dibs_error damaged(const struct export_reader *reader, const char *what, struct error_text *why)
{
    return error_say(why, DIBS_DAMAGED, "%s is %s at byte %" PRIu64 "; nothing was made of it", reader->path, what,
                     reader->at);
}

static enum dibs_error get(struct export_reader *reader, void *bytes, size_t size, struct error_text *why)
{
    size_t got = fread(bytes, 1, size, reader->file);
    if (got < size && ferror(reader->file))
        return error_say(why, DIBS_UNAVAILABLE, "cannot read %s: %s", reader->path, strerror(errno));
    if (got < size)
        return damaged(reader, "cut short", why);
    reader->at += size;
    return DIBS_OK;
}

enum dibs_error export_open(struct export_reader *reader, const char *path, struct error_text *why)
{
    char found[MAGIC_BYTES] = "";
    struct stat status;
    *reader = (struct export_reader){.path = path};
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) /* to open a pipe waits for a writer */
        return error_say(why, DIBS_BAD_INPUT, "%s is not a regular file; save it as one first, for it is read twice",
                         path);
    reader->file = fopen(path, "re");
    if (reader->file == NULL)
        return error_say(why, DIBS_BAD_INPUT, "cannot open %s: %s", path, strerror(errno));
    if (fread(found, 1, sizeof found, reader->file) != sizeof found || memcmp(found, magic, KIND_BYTES) != 0)
        return error_say(why, DIBS_BAD_INPUT, "%s is not what `dibs export` makes", path);
    if (memcmp(found, magic, MAGIC_BYTES) != 0)
        return error_say(why, DIBS_NEWER, "%s has a format that this dibs does not know; take a newer one", path);
    reader->at = MAGIC_BYTES;
    begin_chain(reader->chain);
    return DIBS_OK;
}

static enum dibs_error read_end(struct export_reader *reader, struct export_end *end, struct error_text *why)
{
    uint8_t last[END_BYTES], sum[HASH_BLAKE2B_BYTES];
    enum dibs_error error = get(reader, last, sizeof last, why);
    if (error == DIBS_OK)
        error = get(reader, sum, sizeof sum, why);
    if (error != DIBS_OK)
        return error;
    extend_chain(reader->chain, span_of(last, sizeof last));
    if (memcmp(sum, reader->chain, sizeof sum) != 0)
        return damaged(reader, "damaged somewhere: its checksum is wrong", why);
    if (fgetc(reader->file) != EOF)
        return damaged(reader, "not at its end", why);
    *end = (struct export_end){.records = get_u64le(last)};
    memcpy(end->digest, last + 8, EXPORT_DIGEST_CHARS);
    return DIBS_ENDED;
}

enum dibs_error export_read(struct export_reader *reader, struct span *block, struct export_end *end,
                            struct error_text *why)
{
    uint8_t size[4];
    enum dibs_error error = get(reader, size, sizeof size, why);
    if (error != DIBS_OK)
        return error;
    uint32_t bytes = get_u32le(size);
    if (bytes == 0)
        return read_end(reader, end, why);
    if (bytes > sizeof reader->block)
        return damaged(reader, "damaged: no block is as large as it says", why);
    error = get(reader, reader->block, bytes, why);
    *block = span_of(reader->block, bytes);
    extend_chain(reader->chain, *block);
    return error;
}

void export_close(struct export_reader *reader)
{
    if (reader->file != NULL)
        (void)fclose(reader->file);
    reader->file = NULL;
}
