/* A log whose bytes are not what was written: torn at its end, bit-flipped at its end and in its middle; and one whose
 * bytes are whole, but no intents. */
#include "tests/behaviour/cli/cli.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log/segment.h"

static void begin(void)
{
    home_begin();
    setenv("DIBS_SESSION", "alice", 1);
    expect(0, dibs("claim", "k:1"));
    expect(0, dibs("claim", "k:2"));
    expect(0, dibs("claim", "k:3"));
}

TestSuite(damage, .init = begin, .fini = home_end);

static const char *segment(void)
{
    return home_path("store/log/00000000000000000000.seg");
}

static off_t segment_size(void)
{
    struct stat is;

    cr_assert_eq(stat(segment(), &is), 0);
    return is.st_size;
}

static void append(const char *bytes, size_t size)
{
    int file = open(segment(), O_WRONLY | O_APPEND | O_CLOEXEC);

    cr_assert(file >= 0 && write(file, bytes, size) == (ssize_t)size);
    close(file);
}

static void flip(off_t at)
{
    int file = open(segment(), O_RDWR | O_CLOEXEC);
    char byte;

    cr_assert(file >= 0 && pread(file, &byte, 1, at) == 1);
    byte = (char)(byte ^ 0x10);
    cr_assert_eq(pwrite(file, &byte, 1, at), 1);
    close(file);
}

/* As after a copy to another disk: the state is rebuilt from the log. */
static void move_store(void)
{
    expect(0,
           run_shell(
               "cp -r \"$DIBS_STORE\" \"$HOME/copy\" && rm -r \"$DIBS_STORE\" && mv \"$HOME/copy\" \"$DIBS_STORE\""));
}

static void expect_damaged(struct ran ran)
{
    expect_code(4, ran, __FILE__, __LINE__);
    expect_silent(ran.out);
    expect_err(ran, "the log is damaged: ");
    expect_err(ran, segment());
    expect_err(ran, ", byte ");
}

Test(damage, bytes_of_a_record_that_was_never_finished_are_cut)
{
    off_t size = segment_size();
    append("\x50\x00\x00\x00torn", 8);
    expect_out(expect(0, dibs("list")), "k:3  held by alice");
    expect(0, dibs("claim", "k:4"));
    cr_expect_gt(segment_size(), size + 8);
    expect_out(expect(0, dibs("log")), "4  2");
    move_store();
    expect_out(expect(0, dibs("list")), "k:4  held by alice");
}

Test(damage, the_same_after_the_state_is_gone)
{
    append(text_of('x', 100), 100);
    move_store();
    expect_out(expect(0, dibs("list")), "k:3  held by alice");
    expect(0, dibs("claim", "k:4"));
}

Test(damage, a_record_that_was_answered_and_is_torn_now_is_refused)
{
    cr_assert_eq(truncate(segment(), segment_size() - 5), 0);
    expect_damaged(dibs("claim", "k:4"));
    expect_damaged(dibs("list"));
    cr_expect_str_eq(json_text(expect(4, dibs("status", "--json")), "error"), "damaged");
}

Test(damage, a_flipped_bit_in_the_last_record_is_refused)
{
    flip(segment_size() - 20);
    expect_damaged(dibs("list"));
}

/* Whoever looks into it sees all that came before, and where it ends. */
Test(damage, the_log_is_shown_up_to_the_damage_and_says_at_which_byte)
{
    char byte[32];
    off_t size = segment_size();
    expect(0, dibs("claim", "k:4"));
    flip(segment_size() - 20);
    struct ran ran = dibs("log", "--session", "alice");
    expect_code(4, ran, __FILE__, __LINE__);
    expect_out(ran, "k:1");
    expect_out(ran, "granted  alice  k:3 token 3\n");
    cr_expect_null(strstr(ran.out, "k:4"));
    snprintf(byte, sizeof byte, ", byte %lld:", (long long)size);
    expect_err(ran, segment());
    expect_err(ran, byte);
    ran = dibs("log", "--json");
    expect_code(4, ran, __FILE__, __LINE__);
    expect_out(ran, "\"keys\":[{\"key\":\"k:3\"");
    expect_out(ran, "\"error\":\"damaged\"");
    cr_expect_eq(segment_size() > size, true, "what is left is left alone");
    cr_assert_eq(truncate(segment(), size), 0); /* now what it has is sound, and one record is gone */
    ran = dibs("log");
    expect_code(4, ran, __FILE__, __LINE__);
    expect_out(ran, "granted  alice  k:3 token 3\n");
    expect_err(ran, "record 4 should be here");
}

/* After a copy or a crash of the machine its end may be torn: it is cut there, and tokens jump over those that may have
 * been given out. */
Test(damage, a_flipped_bit_in_the_last_record_of_a_copy_is_cut_and_tokens_jump)
{
    flip(segment_size() - 20);
    move_store();
    expect_out(expect(0, dibs("list")), "k:2  held by alice");
    expect_out(expect(0, dibs("show", "k:3")), "free");
    cr_expect_gt(claim_token("k:3", "bob"), UINT64_C(1) << 32);
}

Test(damage, a_flipped_bit_in_the_middle_is_found_by_whoever_reads_it_and_never_skipped)
{
    off_t size = segment_size();
    flip(200);
    struct ran ran = dibs("log");
    expect_code(4, ran, __FILE__, __LINE__);
    expect_err(ran, "the log is damaged: ");
    move_store();
    expect_damaged(dibs("list"));
    expect_damaged(dibs("claim", "k:4"));
    cr_expect_eq(segment_size(), size, "what is left is left alone");
}

/* As another program, or a newer one, would write it. */
static void append_record(uint64_t offset, const char *payload, size_t size)
{
    uint8_t bytes[256] = {0};

    cr_assert_leq(segment_record_bytes(size), sizeof bytes);
    segment_encode_record(offset, 1, span_of(payload, size), bytes);
    append((const char *)bytes, segment_record_bytes(size));
}

Test(damage, records_that_are_no_intents_are_counted_shown_and_in_nobody_s_way)
{
    static const char *const noise[] = {"",         "x",           "\xff\xff\xff\xff\xff\xff\xff\xff",
                                        "\x08\x01", "\012\003abc", "no protobuf at all"};
    const size_t count = sizeof noise / sizeof noise[0];

    for (size_t i = 0; i < count; i++)
        append_record(4 + i, noise[i], strlen(noise[i]));
    expect(0, dibs("claim", "k:4"));
    struct ran ran = expect(0, dibs("status", "--json"));
    cr_expect_eq(json_number(ran, "bad_records"), (int64_t)count);
    cr_expect_eq(json_number(ran, "records"), (int64_t)(4 + count + 1));
    ran = expect(0, dibs("log", "--from", "4", "--to", "5", "--json"));
    cr_expect_str_eq(json_text(ran, "verb"), "bad");
    expect_out(expect(0, dibs("log")), "  bad\n");
    move_store();
    expect_out(expect(0, dibs("list")), "k:4  held by alice");
}
