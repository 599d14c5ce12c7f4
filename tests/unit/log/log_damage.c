/* Every byte of a small log flipped, zeroed and cut away: no crash, never a payload that wasn't written, and each
 * damage is either a torn end that is cut or DIBS_DAMAGED with the file and the byte. */
#include "tests/unit/log/fixture.h"
#include "base/check.h"

enum { RECORDS = 9, SEGMENT = 180 };

static char dir[FIXTURE_PATH_BYTES];
static struct log_local_options options;

static void payload_of(uint64_t offset, char out[32])
{
    snprintf(out, 32, "record %.*s%d", (int)offset, "aaaaaaaaaaaa", (int)offset);
}

static void segment_path(uint64_t first, char out[FIXTURE_PATH_BYTES + 40])
{
    snprintf(out, FIXTURE_PATH_BYTES + 40, "%s/%020llu.seg", dir, (unsigned long long)first);
}

static void make_log(void)
{
    struct log *log;
    struct error_text why;
    CHECK(log_local_open(dir, &options, &log, &why) == DIBS_OK);
    CHECK(log_local_recover(log, 0, &why) == DIBS_OK);
    for (uint64_t i = 0; i < RECORDS; i++) {
        char text[32];
        uint64_t offset, ts_ms;
        payload_of(i, text);
        CHECK(log_append(log, span_from_text(text), &offset, &ts_ms, &why) == DIBS_OK);
    }
    log_close(log);
}

/* How the damaged log showed itself: the records that could be read, and the verdict that ended it. */
struct finding {
    uint64_t end;
    enum dibs_error error; /* DIBS_ENDED, or what recover or a read said */
};

static void check_words(enum dibs_error error, const struct error_text *why)
{
    CHECK(error == DIBS_DAMAGED || error == DIBS_NEWER);
    CHECK(strstr(why->text, dir) != NULL);
    CHECK(error == DIBS_NEWER || strstr(why->text, "byte ") != NULL || strstr(why->text, "ends") != NULL);
}

static struct finding look(uint64_t known, bool read_only)
{
    struct finding found = {.error = DIBS_OK};
    struct log *log;
    struct error_text why = {0};
    struct log_local_options how = options;
    how.create = false;
    how.read_only = read_only;
    found.error = log_local_open(dir, &how, &log, &why);
    if (found.error != DIBS_OK) {
        check_words(found.error, &why);
        return found;
    }
    found.error = log_local_recover(log, known, &why);
    while (found.error == DIBS_OK) {
        struct log_record record;
        char text[32];
        found.error = log_read(log, found.end, &record, &why);
        if (found.error != DIBS_OK)
            break;
        payload_of(found.end, text);
        CHECK(record.offset == found.end);
        CHECK(span_equal(record.payload, span_from_text(text)));
        found.end++;
    }
    if (found.error != DIBS_ENDED)
        check_words(found.error, &why);
    log_close(log);
    return found;
}

/* After the cut the log must go on where it ended. */
static void append_one(uint64_t end)
{
    struct log *log;
    struct error_text why;
    struct log_local_options how = options;
    how.create = false;
    uint64_t offset, ts_ms;
    CHECK(log_local_open(dir, &how, &log, &why) == DIBS_OK);
    CHECK(log_local_recover(log, end, &why) == DIBS_OK);
    CHECK(log_append(log, span_from_text("x"), &offset, &ts_ms, &why) == DIBS_OK && offset == end);
    log_close(log);
}

struct damage {
    uint64_t first;   /* of the segment */
    uint64_t next;    /* of the segment after it; RECORDS if it is the last */
    uint64_t last_at; /* where its last record begins */
    const char *path;
    const uint8_t *good;
    size_t size;
};

/* A file that isn't as it was: what all looks at it must find. `at`: the first bad byte. */
static void check_damaged(const struct damage *damage, const uint8_t *bad, size_t bad_size, size_t at)
{
    bool is_last = damage->next == RECORDS;
    for (uint64_t known = 0; known <= RECORDS; known += known + 1 < RECORDS ? RECORDS - 1 : 1) {
        fixture_write_file(damage->path, bad, bad_size);
        struct finding found = look(known, true);
        CHECK(found.end < RECORDS); /* at least the damaged record is missing */
        if (found.error == DIBS_ENDED) {
            /* Only the last record of all may go, and only while nobody knows of it. */
            CHECK(is_last && at >= damage->last_at && known < RECORDS && found.end == RECORDS - 1);
            CHECK(look(known, false).error == DIBS_ENDED);
            append_one(RECORDS - 1);
        } else {
            struct stat status;
            CHECK(look(known, false).error == found.error);
            CHECK(stat(damage->path, &status) == 0 && (size_t)status.st_size == bad_size); /* evidence isn't cut */
        }
    }
}

static uint64_t last_record_at(const uint8_t *bytes, size_t size)
{
    uint32_t whole;
    memcpy(&whole, bytes + size - sizeof whole, sizeof whole);
    return size - whole;
}

static void damage_segment(uint64_t first, uint64_t next)
{
    char path[FIXTURE_PATH_BYTES + 40];
    size_t size;
    segment_path(first, path);
    uint8_t *good = fixture_read_file(path, &size), *bad = fixture_read_file(path, &size);
    struct damage damage = {first, next, last_record_at(good, size), path, good, size};
    for (size_t at = 0; at < size; at++) {
        for (int bit = 0; bit < 8; bit++) {
            bad[at] = good[at] ^ (uint8_t)(1 << bit);
            check_damaged(&damage, bad, size, at);
        }
        for (int value = 0; value < 256; value += 255) {
            bad[at] = (uint8_t)value;
            if (bad[at] != good[at])
                check_damaged(&damage, bad, size, at);
        }
        bad[at] = good[at];
    }
    /* Cut anywhere. At the start of the last record nothing shows, unless somebody knew of it. */
    for (size_t at = 0; at < size; at++) {
        bool is_last = next == RECORDS;
        if (is_last && at >= 64 && at < damage.last_at)
            continue; /* several records gone: below */
        check_damaged(&damage, good, at, at);
    }
    fixture_write_file(path, good, size);
    free(good);
    free(bad);
}

/* The last segment cut to every size: what was whole before the cut can be read if no more is known. */
static void cut_last_segment(uint64_t first)
{
    char path[FIXTURE_PATH_BYTES + 40];
    size_t size;
    segment_path(first, path);
    uint8_t *good = fixture_read_file(path, &size);
    uint64_t whole = first, end_at = 64;
    for (size_t at = 64; at < size; at++) {
        uint32_t length;
        memcpy(&length, good + end_at, sizeof length);
        if (at == end_at + (24 + length + 4 + 7) / 8 * 8) {
            whole++;
            end_at = at;
        }
        fixture_write_file(path, good, at);
        struct finding found = look(whole, true);
        CHECK(found.error == DIBS_ENDED && found.end == whole);
        CHECK(look(whole + 1, true).error == DIBS_DAMAGED);
        CHECK(look(whole + 1, false).error == DIBS_DAMAGED);
        CHECK(look(0, false).error == DIBS_ENDED);
    }
    fixture_write_file(path, good, size);
    free(good);
}

int main(void)
{
    fixture_make_dir(dir);
    options = (struct log_local_options){
        .clock = boot_clock_start(clock_source_system(), 0), .create = true, .segment_bytes = SEGMENT};
    make_log();
    /* Three segments of three records each. */
    char path[FIXTURE_PATH_BYTES + 40];
    for (uint64_t first = 0; first < RECORDS; first += 3) {
        segment_path(first, path);
        CHECK(access(path, F_OK) == 0);
    }
    damage_segment(0, 3);
    damage_segment(3, 6);
    damage_segment(6, RECORDS);
    cut_last_segment(6);
    CHECK(look(RECORDS, false).end == RECORDS);
    fixture_remove_dir(dir);
    return 0;
}
