/* dibs export, dibs import: a store as one file, which is the same store wherever it is imported, or nothing. */
#include "tests/behaviour/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *file, *to;

static void begin(void)
{
    home_begin();
    file = home_path("store.export");
    to = home_path("to");
    setenv("DIBS_SESSION", "alice", 1);
    expect(0, dibs("claim", "k:1", "--about", "an idea"));
    expect(0, dibs("claim", "k:2", "k:3"));
    expect(0, dibs("done", "k:2", "--result", "merged"));
    expect(0, dibs("configure", "ttl_default=30m"));
    expect(1, dibs("claim", "k:1", "--session", "bob"));
}

TestSuite(exporting, .init = begin, .fini = home_end, .timeout = 240);

static const char *digest_of(const char *store)
{
    return json_text(expect(0, dibs("status", "--store", store, "--json")), "digest");
}

/* Neither a store nor a part of one, under its name or beside it. */
static void expect_nothing_made(void)
{
    cr_expect_str_eq(run_shell("cd \"$HOME\"; ls -d to* store.export?* 2>/dev/null").out, "");
}

Test(exporting, what_is_imported_is_the_same_store)
{
    const char *digest = store_digest();
    struct ran ran = expect(0, dibs("export", file, "--json"));
    cr_expect_str_eq(json_text(ran, "answer"), "exported");
    cr_expect_str_eq(json_text(ran, "digest"), digest);
    ran = expect(0, dibs("import", file, to, "--json"));
    cr_expect_str_eq(json_text(ran, "answer"), "imported");
    cr_expect_str_eq(json_text(ran, "store"), text_format("file:%s", to));
    cr_expect_str_eq(json_text(ran, "digest"), digest);
    setenv("DIBS_STORE", to, 1);
    /* its records are those of the source and the one that opened it, however they lie in its log */
    int64_t records = json_number(ran, "records") + 1;
    cr_expect_eq(json_number(expect(0, dibs("status", "--json")), "records"), records);
    cr_expect_eq(json_number(expect(0, dibs("status", "--json")), "digest_offset"), records);
    expect_out(expect(0, dibs("renew", "k:1")), "renewed  token 1 ");
    expect_err(expect(1, dibs("claim", "k:2", "--session", "bob")), "merged");
    expect_out(expect(0, dibs("log")), "an idea");
    ran = expect(0, dibs("replay", "--verify", "--json"));
    cr_expect_str_eq(json_text(ran, "digest"), json_text(ran, "live_digest"));
}

Test(exporting, an_imported_store_can_be_exported_again)
{
    expect(0, dibs("export", file));
    expect(0, dibs("import", file, to));
    expect(0, dibs("claim", "k:9", "--store", to));
    const char *again = home_path("again.export"), *third = home_path("third");
    expect(0, dibs("export", again, "--store", to));
    cr_expect_str_eq(json_text(expect(0, dibs("import", again, third, "--json")), "digest"), digest_of(to));
    expect_out(expect(0, dibs("show", "k:9", "--store", third)), "held by alice");
}

Test(exporting, the_file_is_never_half_there_and_takes_no_others_place)
{
    home_write("store.export", "mine");
    expect_err(expect(2, dibs("export", file)), "there is such a file already");
    cr_expect_str_eq(home_read("store.export"), "mine");
    cr_assert_eq(unlink(file), 0);
    expect(2, dibs("export", home_path("nowhere/file")));
    expect(2, dibs("export", ""));
    expect_err(expect(2, run_shell("cd; dibs export -")), "it is a file, not standard output");
    cr_expect_neq(access(home_path("-"), F_OK), 0);
    expect_nothing_made();
    expect_err(expect(4, run_shell(text_format("ulimit -f 1; dibs export '%s'", file))), "");
    cr_expect_neq(access(file, F_OK), 0);
    expect_nothing_made();
}

Test(exporting, a_place_that_is_not_empty_is_refused)
{
    expect(0, dibs("export", file));
    expect(0, dibs("init", to));
    const char *digest = digest_of(to);
    expect_err(expect(2, dibs("import", file, to)), "is a store already");
    cr_expect_str_eq(digest_of(to), digest);
    const char *other = home_path("other");
    expect(0, run_shell(text_format("mkdir '%s' && touch '%s/thing'", other, other)));
    expect(2, dibs("import", file, other));
    cr_expect_str_eq(run_shell(text_format("ls '%s'", other)).out, "thing\n");
    const char *empty = home_path("empty");
    cr_assert_eq(mkdir(empty, 0700), 0);
    expect(0, dibs("import", file, empty));
}

/* Every byte counts: one that is altered, one that is missing, one that is too much. */
Test(exporting, a_damaged_file_is_refused_and_nothing_is_made_of_it)
{
    static unsigned char bytes[1 << 20];
    expect(0, dibs("export", file));
    FILE *from = fopen(file, "re");
    cr_assert_not_null(from);
    size_t size = fread(bytes, 1, sizeof bytes, from);
    fclose(from);
    for (size_t i = 0; i <= 64; i++) {
        size_t at = i * (size - 1) / 64;
        FILE *into = fopen(home_path("bad"), "we");
        bytes[at] ^= 0x20;
        cr_assert(into != NULL && fwrite(bytes, 1, size, into) == size && fclose(into) == 0);
        bytes[at] ^= 0x20;
        struct ran ran = dibs("import", home_path("bad"), to);
        cr_expect(ran.code == 4 || (ran.code == 2 && at < 14), "byte %zu: %d: %s%s", at, ran.code, ran.out, ran.err);
    }
    expect_nothing_made();
    for (size_t cut = 0; cut < size; cut += 1 + size / 40) {
        cr_assert_eq(truncate(home_path("bad"), (off_t)cut), 0);
        struct ran ran = dibs("import", home_path("bad"), to);
        cr_expect(ran.code == 4 || (ran.code == 2 && cut < 14), "cut at %zu: %d", cut, ran.code);
        FILE *into = fopen(home_path("bad"), "we");
        cr_assert(into != NULL && fwrite(bytes, 1, size, into) == size && fclose(into) == 0);
    }
    expect_err(expect(4, run_shell(text_format(
                             "cp '%s' \"$HOME/bad\"; echo >>\"$HOME/bad\"; dibs import \"$HOME/bad\" '%s'", file, to))),
               "not at its end");
    expect_nothing_made();
    expect_err(expect(2, dibs("import", home_path("nowhere"), to)), "cannot open");
    expect_err(expect(2, dibs("import", "/dev/null", to)), "is not a regular file");
    cr_assert_eq(mkfifo(home_path("pipe"), 0600), 0);
    expect_err(expect(2, dibs("import", home_path("pipe"), to)), "is not a regular file; save it as one first");
    expect_err(
        expect(4, run_shell(text_format(
                      "sed '1s/export 1/export 2/' '%s' >\"$HOME/bad\"; dibs import \"$HOME/bad\" '%s'", file, to))),
        "take a newer one");
    expect_nothing_made();
}
