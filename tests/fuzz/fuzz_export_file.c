/* Any blocks as an export: read they are the same, and with any one byte of the file changed, or its end cut off, they are
 * never taken for whole. The first three bytes say which byte, and how; blocks are parted by 0xff. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent-shim/export_file.h"
#include "base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char path[96];

static void remove_file(void)
{
    unlink(path);
}

static void choose_path(void)
{
    const char *folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(path, sizeof path, "%s/dibs-export-%ld", folder, (long)getpid());
    atexit(remove_file);
}

/* The next block, at least a byte of it; empty: there is none. */
static struct span next_block(struct span *rest)
{
    while (rest->size > 0 && rest->bytes[0] == 0xff)
        *rest = span_skip(*rest, 1);
    const uint8_t *end = rest->size > 0 ? memchr(rest->bytes, 0xff, rest->size) : NULL;
    struct span block = span_of(rest->bytes, end != NULL ? (size_t)(end - rest->bytes) : rest->size);
    *rest = span_skip(*rest, block.size);
    return block;
}

static void write_blocks(struct span blocks, const struct export_end *end)
{
    static struct export_writer writer;
    struct error_text why = {0};
    struct span block;
    unlink(path);
    CHECK(export_create(&writer, path, &why) == DIBS_OK);
    while ((block = next_block(&blocks)).size > 0)
        CHECK(export_write(&writer, block, &why) == DIBS_OK);
    CHECK(export_finish(&writer, end, &why) == DIBS_OK);
    export_abandon(&writer);
}

/* How it ends; on the way `blocks` are to come, where they are given. */
static enum dibs_error read_blocks(struct span blocks, bool are_given, struct export_end *end)
{
    static struct export_reader reader;
    struct error_text why = {0};
    struct span block;
    enum dibs_error error = export_open(&reader, path, &why);
    while (error == DIBS_OK) {
        error = export_read(&reader, &block, end, &why);
        CHECK(error != DIBS_OK || !are_given || span_equal(block, next_block(&blocks)));
    }
    CHECK(!are_given || next_block(&blocks).size == 0);
    CHECK(error == DIBS_ENDED || why.text[0] != '\0');
    export_close(&reader);
    return error;
}

/* One byte is another one; with `change` 0 the file ends there. */
static void damage(size_t at, uint8_t change)
{
    struct stat status;
    FILE *file = fopen(path, "r+e");
    CHECK(file != NULL && stat(path, &status) == 0);
    at %= (size_t)status.st_size;
    CHECK(fseek(file, (long)at, SEEK_SET) == 0);
    int byte = fgetc(file);
    CHECK(byte != EOF && fseek(file, (long)at, SEEK_SET) == 0);
    CHECK(change == 0 ? ftruncate(fileno(file), (off_t)at) == 0 : fputc(byte ^ change, file) != EOF);
    CHECK(fclose(file) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct export_end end = {.records = size, .digest = "00112233445566778899aabbccddeeff"}, told = {0};
    if (size < 3)
        return 0;
    if (path[0] == '\0')
        choose_path();
    struct span blocks = span_of(data + 3, size - 3);
    write_blocks(blocks, &end);
    CHECK(read_blocks(blocks, true, &told) == DIBS_ENDED);
    CHECK(told.records == end.records && strcmp(told.digest, end.digest) == 0);
    damage((size_t)data[0] * 256 + data[1], data[2]);
    CHECK(read_blocks(blocks, false, &told) != DIBS_ENDED);
    return 0;
}
