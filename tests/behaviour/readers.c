/* Stores that may not be written, and clients that only read. Root may write everywhere, so what matters here is done by
 * a child that is nobody in particular. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/behaviour/world.h"

enum { NOBODY = 65534 };

static const char secret[] = "0123456789abcdef0123456789abcdef";

/* The store is there for all to see. */
static void begin(void)
{
    (void)umask(022);
    world_begin(NULL);
    cr_assert_eq(chmod(world_path("."), 0755), 0);
}

TestSuite(readers, .init = begin, .fini = world_end, .timeout = 60);

static enum dibs_error open_for(bool read_only, const char *store, dibs_client **out)
{
    const struct dibs_client_options options = {.store = store,
                                                .session = "bob",
                                                .secret = secret,
                                                .secret_size = sizeof secret - 1,
                                                .lock_timeout_ms = 5000,
                                                .read_only = read_only};
    return dibs_open(&options, out);
}

static int fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, dibs_error_text());
    return 1;
}

/* Runs it in a child without rights; its result is that of `function`. */
static int as_nobody(int (*function)(void))
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
            _exit(99);
        _exit(function());
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    return status;
}

static int write_without_right(void)
{
    dibs_client *client;
    enum dibs_error error = open_for(false, world_path("store"), &client);
    bool said = strstr(dibs_error_text(), "cannot be written") != NULL;
    return error == DIBS_UNAVAILABLE && said ? 0 : fail("opening for writing");
}

Test(readers, who_may_not_write_a_store_is_told_so)
{
    cr_assert_eq(chmod(world_path("store"), 0555), 0);
    cr_assert_eq(as_nobody(write_without_right), 0);
    cr_assert_eq(chmod(world_path("store"), 0755), 0);
}

static enum dibs_error count_rows(dibs_client *client, const char *key, size_t *count)
{
    struct dibs_answer *answer;
    enum dibs_error error = dibs_show(client, key, NULL, &answer);
    *count = error == DIBS_OK ? answer->row_count : 0;
    dibs_answer_free(answer);
    return error;
}

static int read_without_right(void)
{
    size_t rows = 0;
    dibs_client *client;
    if (open_for(true, world_path("store"), &client) != DIBS_OK)
        return fail("opening for reading");
    if (count_rows(client, "task:one", &rows) != DIBS_OK || rows != 1)
        return fail("reading");
    dibs_close(client);
    return 0;
}

Test(readers, reading_needs_no_right_to_write)
{
    static const char *const parts[] = {"store", "store/lock", "store/log", "store/state", "store/state/data.mdb"};
    dibs_client *writer = world_open("alice");
    cr_assert_eq(world_try(writer, "task:one", NULL), DIBS_VERDICT_GRANTED);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        struct stat status;
        cr_assert_eq(stat(world_path(parts[i]), &status), 0);
        cr_assert_eq(chmod(world_path(parts[i]), status.st_mode & 0555), 0);
    }
    cr_assert_eq(as_nobody(read_without_right), 0);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        cr_assert_eq(chmod(world_path(parts[i]), 0755), 0);
    dibs_close(writer);
}

/* Its state may be torn, and a reader can't build another. */
Test(readers, a_copy_is_not_read_before_somebody_opened_it_for_writing)
{
    char command[9000], copy[4200];
    dibs_client *client = world_open("alice");
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    dibs_close(client);
    (void)snprintf(copy, sizeof copy, "%s", world_path("copy"));
    (void)snprintf(command, sizeof command, "cp -r '%s' '%s'", world_path("store"), copy);
    cr_assert_eq(system(command), 0);
    cr_expect_eq(open_for(true, copy, &client), DIBS_UNAVAILABLE);
    cr_expect_not_null(strstr(dibs_error_text(), "may write"), "%s", dibs_error_text());
    MUST(open_for(false, copy, &client));
    dibs_close(client);
    MUST(open_for(true, copy, &client));
    dibs_close(client);
    (void)strcat(copy, "/state/data.mdb");
    cr_assert_eq(unlink(copy), 0);
    cr_expect_eq(open_for(true, world_path("copy"), &client), DIBS_UNAVAILABLE, "%s", dibs_error_text());
}

static enum dibs_error try_claim(dibs_client *client, const char *key, enum dibs_verdict *verdict)
{
    const struct dibs_claim_options options = {.keys = &key, .key_count = 1};
    struct dibs_answer *answer;
    enum dibs_error error = dibs_claim(client, &options, &answer);
    *verdict = error == DIBS_OK ? answer->verdict : DIBS_VERDICT_NONE;
    dibs_answer_free(answer);
    return error;
}

/* The state has to be built anew, and store.json can't be told of it at first. */
static int rebuild_half_way(void)
{
    const struct dibs_init_options options = {.store = world_path("own/store"), .map_bytes = 1 << 28};
    dibs_client *client, *other, *reader; /* the other keeps the number of the deleted file from being used again */
    enum dibs_verdict verdict;
    if (dibs_store_init(&options, NULL, NULL, 0) != DIBS_OK ||
        open_for(false, world_path("own/store"), &client) != DIBS_OK ||
        open_for(false, world_path("own/store"), &other) != DIBS_OK ||
        try_claim(client, "task:one", &verdict) != DIBS_OK || unlink(world_path("own/store/state/data.mdb")) != 0 ||
        chmod(world_path("own/store"), 0555) != 0)
        return fail("making a store");
    if (try_claim(client, "task:one", &verdict) != DIBS_UNAVAILABLE)
        return fail("claiming when store.json can't be written");
    if (chmod(world_path("own/store"), 0755) != 0 || try_claim(client, "task:one", &verdict) != DIBS_OK ||
        verdict != DIBS_VERDICT_YOURS)
        return fail("claiming when it can");
    if (open_for(true, world_path("own/store"), &reader) != DIBS_OK)
        return fail("store.json knows the new state");
    dibs_close(reader);
    dibs_close(other);
    dibs_close(client);
    return 0;
}

Test(readers, a_store_json_that_could_not_be_written_is_written_later)
{
    cr_assert_eq(mkdir(world_path("own"), 0777), 0);
    cr_assert_eq(chmod(world_path("own"), 0777), 0);
    cr_assert_eq(as_nobody(rebuild_half_way), 0);
}

Test(readers, a_client_that_only_reads_answers_questions_and_claims_nothing)
{
    const struct dibs_client_options options = {.session = "bob", .read_only = true};
    const char *key = "task:two";
    const struct dibs_claim_options claim = {.keys = &key, .key_count = 1};
    dibs_client *writer = world_open("alice"), *reader;
    struct dibs_answer *answer;
    cr_assert_eq(world_try(writer, "task:one", NULL), DIBS_VERDICT_GRANTED);
    MUST(dibs_open(&options, &reader));
    MUST(dibs_show(reader, "task:one", NULL, &answer));
    cr_assert_eq(answer->row_count, 1);
    dibs_answer_free(answer);
    cr_assert_eq(dibs_claim(reader, &claim, &answer), DIBS_UNAVAILABLE);
    cr_assert_not_null(strstr(dibs_error_text(), "read only"));
    cr_assert_eq(world_try(writer, "task:two", NULL), DIBS_VERDICT_GRANTED);
    MUST(dibs_show(reader, "task:two", NULL, &answer));
    cr_assert_eq(answer->row_count, 1);
    dibs_answer_free(answer);
    dibs_close(reader);
    dibs_close(writer);
}

/* So fast that commits are left for later (agent-shim/embedded_late.c). */
enum { BUSY_CLAIMS = 45 };

static bool claim_many(dibs_client *client)
{
    char key[32];
    bool all = true;
    for (int i = 0; i < BUSY_CLAIMS; i++) {
        (void)snprintf(key, sizeof key, "task:busy/%d", i);
        all = world_try(client, key, NULL) == DIBS_VERDICT_GRANTED && all;
    }
    return all;
}

static size_t rows_of_the_last(dibs_client *client)
{
    char key[32];
    size_t rows = 0;
    (void)snprintf(key, sizeof key, "task:busy/%d", BUSY_CLAIMS - 1);
    MUST(count_rows(client, key, &rows));
    return rows;
}

Test(readers, see_what_a_busy_client_has_claimed_last)
{
    dibs_client *writer = world_open("alice"), *reader;
    const struct dibs_client_options options = {.session = "bob", .read_only = true};
    MUST(dibs_open(&options, &reader));
    cr_assert(claim_many(writer));
    cr_expect_eq(rows_of_the_last(reader), 1);
    dibs_close(reader);
    dibs_close(writer);
}

Test(readers, find_in_the_log_what_a_busy_client_that_died_has_not_committed)
{
    struct dibs_verify_report report;
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(claim_many(world_open("alice")) ? 0 : 1);
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
    dibs_client *heir = world_open("bob");
    cr_expect_eq(rows_of_the_last(heir), 1);
    MUST(dibs_store_verify(heir, &report));
    cr_expect(report.equal);
    dibs_close(heir);
}

Test(readers, do_not_take_a_state_that_is_not_up_to_date_for_a_wrong_one)
{
    const struct dibs_client_options options = {.session = "bob", .read_only = true};
    struct dibs_verify_report report;
    dibs_client *reader, *heir;
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(claim_many(world_open("alice")) ? 0 : 1);
    cr_assert_eq(waitpid(child, &status, 0), child);
    MUST(dibs_open(&options, &reader));
    enum dibs_error error = dibs_store_verify(reader, &report); /* on a slow machine all was committed */
    cr_expect(error == DIBS_OK ? report.equal : strstr(dibs_error_text(), "not up to date") != NULL, "%s '%s' '%s'",
              dibs_error_name(error), dibs_error_text(), report.difference);
    heir = world_open("carol");
    cr_assert_eq(world_try(heir, "task:carol", NULL), DIBS_VERDICT_GRANTED);
    dibs_close(heir);
    MUST(dibs_store_verify(reader, &report));
    cr_expect(report.equal, "%s", report.difference);
    dibs_close(reader);
}

Test(readers, build_no_state)
{
    const struct dibs_client_options options = {.session = "bob", .read_only = true};
    dibs_client *writer = world_open("alice"), *reader;
    size_t rows = 0;
    cr_assert_eq(world_try(writer, "task:one", NULL), DIBS_VERDICT_GRANTED);
    MUST(dibs_open(&options, &reader));
    cr_expect_eq(dibs_store_rebuild(reader), DIBS_UNAVAILABLE);
    cr_expect_not_null(strstr(dibs_error_text(), "read only"), "%s", dibs_error_text());
    MUST(count_rows(reader, "task:one", &rows));
    cr_expect_eq(rows, 1, "the state is still there");
    dibs_close(reader);
    dibs_close(writer);
}

/* Two handles, the one's commits overtaken by the other's. */
Test(readers, two_busy_clients_see_each_other)
{
    dibs_client *alice = world_open("alice"), *bob = world_open("bob");
    struct dibs_verify_report report;
    cr_assert_eq(world_try(alice, "task:alice", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(world_try(bob, "task:bob", NULL), DIBS_VERDICT_GRANTED);
    for (int i = 0; i < 600; i++) { /* renewals, of which there is no limit, by turns of 20 */
        bool is_alice = i / 20 % 2 == 0;
        struct dibs_answer *answer = world_renew(is_alice ? alice : bob, is_alice ? "task:alice" : "task:bob", 0);
        cr_assert_eq(answer->verdict, DIBS_VERDICT_ACCEPTED);
        dibs_answer_free(answer);
    }
    MUST(dibs_store_verify(bob, &report));
    cr_expect(report.equal);
    dibs_close(bob);
    dibs_close(alice);
}
