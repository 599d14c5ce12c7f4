/* Stores that are not there, are something else, or were hurt. */
#include <criterion/criterion.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/behaviour/world.h"

TestSuite(store);

static void begin(void)
{
    world_begin(NULL);
}

static void end(void)
{
    world_end();
}

static enum dibs_error open_store(const char *store, dibs_client **out)
{
    const struct dibs_client_options options = {.store = store, .session = "alice"};
    return dibs_open(&options, out);
}

static void expect_not_opened(const char *store, enum dibs_error expected, int exit_code, const char *words)
{
    dibs_client *client = NULL;
    enum dibs_error error = open_store(store, &client);
    cr_expect_eq(error, expected, "%s: %s (%s)", store, dibs_error_name(error), dibs_error_text());
    cr_expect_eq(dibs_error_exit_code(error), exit_code);
    cr_expect_not_null(strstr(dibs_error_text(), words), "'%s' is not in '%s'", words, dibs_error_text());
    cr_expect_null(client);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    (void)fputs(text, file);
    (void)fclose(file);
}

/* The only segment of the world's log. */
static const char *segment(void)
{
    static char path[4096];
    FILE *list = popen("ls \"$DIBS_STORE\"/log/*", "r");
    cr_assert_not_null(fgets(path, sizeof path, list));
    path[strcspn(path, "\n")] = '\0';
    (void)pclose(list);
    return path;
}

Test(store, one_that_was_named_and_is_not_there_is_an_error_that_names_init, .init = begin, .fini = end)
{
    expect_not_opened(world_path("nowhere"), DIBS_NO_STORE, 4, "dibs init");
    cr_assert_eq(access(world_path("nowhere"), F_OK), -1, "it was not made");
}

Test(store, a_directory_with_other_things_is_no_store, .init = begin, .fini = end)
{
    const char *path = world_path("other");
    const struct dibs_init_options options = {.store = path};
    cr_assert_eq(mkdir(path, 0700), 0);
    write_file(world_path("other/thing"), "x");
    expect_not_opened(path, DIBS_NO_STORE, 4, "dibs init");
    cr_assert_eq(dibs_store_init(&options, NULL, NULL, 0), DIBS_BAD_INPUT);
}

Test(store, a_path_that_is_a_file, .init = begin, .fini = end)
{
    const struct dibs_init_options options = {.store = world_path("file")};
    write_file(world_path("file"), "x");
    expect_not_opened(world_path("file"), DIBS_UNAVAILABLE, 4, "is a file");
    cr_assert_eq(dibs_store_init(&options, NULL, NULL, 0), DIBS_UNAVAILABLE);
}

Test(store, an_unknown_scheme_and_a_url_that_is_none, .init = begin, .fini = end)
{
    expect_not_opened("ftp://host/store", DIBS_BAD_INPUT, 2, "ftp:");
    expect_not_opened("kafka://host:9092", DIBS_BAD_INPUT, 2, "kafka://");
    expect_not_opened("kafka://host:9092/fleet?sasl.password=x", DIBS_BAD_INPUT, 2, "secret");
    expect_not_opened("kafka://host:9092/fleet?no.such.option=x", DIBS_BAD_INPUT, 2, "no.such.option");
    expect_not_opened("file:", DIBS_BAD_INPUT, 2, "empty");
    expect_not_opened("file:/tmp/a\nb", DIBS_BAD_INPUT, 2, "control");
    expect_not_opened("file://host/tmp/store", DIBS_BAD_INPUT, 2, "file://host");
    expect_not_opened("file://store", DIBS_BAD_INPUT, 2, "file:/path/to/directory");
}

Test(store, a_config_directory_without_a_name_is_not_the_root, .init = begin, .fini = end)
{
    const struct dibs_client_options options = {.store = world_path("store"), .session = "alice", .config_dir = ""};
    dibs_client *client = NULL;
    cr_expect_eq(dibs_open(&options, &client), DIBS_BAD_INPUT, "%s", dibs_secret_file(client));
    cr_expect_not_null(strstr(dibs_error_text(), "is empty"), "%s", dibs_error_text());
    dibs_close(client);
}

/* Whoever gave the rights by the umask meant the state, too: without it the rest is no use to others. */
Test(store, every_file_of_it_has_the_rights_that_the_umask_leaves)
{
    const char *const files[] = {"store/lock", "store/store.json", "store/state/data.mdb"};
    struct stat status;
    (void)umask(0);
    world_begin(NULL);
    dibs_close(world_open("alice"));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        cr_assert_eq(stat(world_path(files[i]), &status), 0, "%s", files[i]);
        cr_expect_eq(status.st_mode & 0777, 0666, "%s: %o", files[i], status.st_mode & 0777);
    }
    world_end();
}

Test(store, one_of_a_newer_format_is_left_alone, .init = begin, .fini = end)
{
    write_file(world_path("store/store.json"), "{\"format\": 2, \"what\": [\"else\"]}\n");
    expect_not_opened(world_path("store"), DIBS_NEWER, 4, "newer");
}

Test(store, a_damaged_store_json_is_refused, .init = begin, .fini = end)
{
    write_file(world_path("store/store.json"), "{\"format\": 1, \"store_id\": \"00\"}\n");
    expect_not_opened(world_path("store"), DIBS_DAMAGED, 4, "store.json");
    write_file(world_path("store/store.json"), "");
    expect_not_opened(world_path("store"), DIBS_DAMAGED, 4, "store.json");
}

Test(store, the_default_one_is_made_on_first_use_and_said_to_be_new, .init = begin, .fini = end)
{
    dibs_client *client;
    (void)unsetenv("DIBS_STORE");
    const struct dibs_client_options not_yet = {.session = "alice", .no_create = true};
    cr_assert_eq(dibs_open(&not_yet, &client), DIBS_NO_STORE);
    MUST(open_store(NULL, &client));
    cr_assert_eq(dibs_store_is_new(client), true);
    cr_assert_not_null(strstr(dibs_store_url(client), "state-home/dibs"));
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    dibs_close(client);
    MUST(open_store(NULL, &client));
    cr_assert_eq(dibs_store_is_new(client), false);
    dibs_close(client);
}

Test(store, the_config_file_names_one_and_a_bad_line_is_named, .init = begin, .fini = end)
{
    char line[4096];
    dibs_client *client;
    (void)unsetenv("DIBS_STORE");
    (void)mkdir(world_path("config"), 0700);
    (void)mkdir(world_path("config/dibs"), 0700);
    (void)snprintf(line, sizeof line, "# mine\n\nstore = file:%s\n", world_path("store"));
    write_file(world_path("config/dibs/config"), line);
    MUST(open_store(NULL, &client));
    cr_assert_not_null(strstr(dibs_store_url(client), "/store"));
    dibs_close(client);
    write_file(world_path("config/dibs/config"), "colour = blue\n");
    expect_not_opened(NULL, DIBS_BAD_INPUT, 2, "line 1");
}

Test(store, making_one_that_is_there_leaves_it_as_it_is, .init = begin, .fini = end)
{
    const struct dibs_init_options options = {.store = world_path("store")};
    bool already = false;
    dibs_client *client = world_open("alice");
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    MUST(dibs_store_init(&options, &already, NULL, 0));
    cr_assert_eq(already, true);
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_YOURS);
    dibs_close(client);
}

/* ---------------------------------------------------------------- hurt */

Test(store, one_that_lost_its_store_json_is_not_made_anew_over_its_log, .init = begin, .fini = end)
{
    const struct dibs_init_options options = {.store = world_path("store")};
    char text[4096] = "";
    dibs_client *client = world_open("alice");
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    dibs_close(client);
    FILE *file = fopen(world_path("store/store.json"), "r");
    (void)!fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    cr_assert_eq(unlink(world_path("store/store.json")), 0);
    cr_assert_eq(dibs_store_init(&options, NULL, NULL, 0), DIBS_DAMAGED, "%s", dibs_error_text());
    write_file(world_path("store/store.json"), text);
    client = world_open("bob");
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_DENIED);
    dibs_close(client);
}

Test(store, a_deleted_state_is_built_again_under_those_who_have_it_open, .init = begin, .fini = end)
{
    dibs_client *client = world_open("alice"), *other = world_open("bob");
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(unlink(world_path("store/state/data.mdb")), 0);
    cr_assert_eq(world_try(other, "task:one", NULL), DIBS_VERDICT_DENIED);
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_YOURS);
    cr_assert_eq(world_try(other, "task:two", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(world_try(client, "task:two", NULL), DIBS_VERDICT_DENIED);
    world_verify();
    dibs_close(client);
    dibs_close(other);
}

Test(store, a_state_that_is_no_state_is_built_again, .init = begin, .fini = end)
{
    dibs_client *client = world_open("alice");
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    dibs_close(client);
    int file = open(world_path("store/state/data.mdb"), O_WRONLY);
    char garbage[8192];
    memset(garbage, 0x5a, sizeof garbage);
    cr_assert_eq(write(file, garbage, sizeof garbage), (ssize_t)sizeof garbage);
    (void)close(file);
    client = world_open("bob");
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_DENIED);
    world_verify();
    dibs_close(client);
}

/* Tokens go far ahead, since a copy may lack what the original acknowledged. */
Test(store, a_copied_store_gets_new_tokens, .init = begin, .fini = end)
{
    char command[9000];
    uint64_t before, after;
    dibs_client *client = world_open("alice");
    cr_assert_eq(world_try(client, "task:one", &before), DIBS_VERDICT_GRANTED);
    dibs_close(client);
    (void)snprintf(command, sizeof command, "cp -r '%s' '%s'", world_path("store"), world_path("copy"));
    cr_assert_eq(system(command), 0);
    MUST(open_store(world_path("copy"), &client));
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_YOURS);
    cr_assert_eq(world_try(client, "task:two", &after), DIBS_VERDICT_GRANTED);
    cr_assert_gt(after, before + UINT32_MAX);
    dibs_close(client);
}

Test(store, a_torn_end_of_the_log_is_cut, .init = begin, .fini = end)
{
    dibs_client *client = world_open("alice");
    struct stat status;
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    dibs_close(client);
    cr_assert_eq(stat(segment(), &status), 0);
    FILE *file = fopen(segment(), "a");
    (void)fwrite("\x40\0\0\0garbage", 1, 11, file);
    (void)fclose(file);
    client = world_open("bob");
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_DENIED);
    cr_assert_eq(world_try(client, "task:two", NULL), DIBS_VERDICT_GRANTED);
    world_verify();
    dibs_close(client);
}

Test(store, a_flipped_bit_in_the_log_is_found_and_named, .init = begin, .fini = end)
{
    dibs_client *client = world_open("alice");
    struct dibs_verify_report report;
    char byte;
    for (int i = 0; i < 20; i++) {
        char key[32];
        (void)snprintf(key, sizeof key, "task:%d", i);
        cr_assert_eq(world_try(client, key, NULL), DIBS_VERDICT_GRANTED);
    }
    int file = open(segment(), O_RDWR);
    cr_assert_eq(pread(file, &byte, 1, 700), 1);
    byte ^= 0x10;
    cr_assert_eq(pwrite(file, &byte, 1, 700), 1);
    (void)close(file);
    cr_expect_eq(dibs_store_verify(client, &report), DIBS_DAMAGED);
    cr_expect_not_null(strstr(dibs_error_text(), "/log/"), "%s", dibs_error_text());
    dibs_close(client);
    cr_assert_eq(unlink(world_path("store/state/data.mdb")), 0);
    expect_not_opened(world_path("store"), DIBS_DAMAGED, 4, "/log/");
}

Test(store, one_that_is_taken_away_is_missed, .init = begin, .fini = end)
{
    dibs_client *client = world_open("alice");
    char command[9000];
    const char *key = "task:one";
    const struct dibs_claim_options options = {.keys = &key, .key_count = 1};
    struct dibs_answer *answer;
    (void)snprintf(command, sizeof command, "rm -r '%s'", world_path("store"));
    cr_assert_eq(system(command), 0);
    cr_assert_eq(dibs_claim(client, &options, &answer), DIBS_NO_STORE);
    cr_assert_null(answer);
    dibs_close(client);
}

/* Who has it open holds the lock of what was there before, which keeps nobody out of what is there now. */
static void expect_old_client_refused_and_new_store_sound(dibs_client *old)
{
    const char *key = "task:one";
    const struct dibs_claim_options options = {.keys = &key, .key_count = 1};
    struct dibs_answer *answer;
    cr_expect_eq(dibs_claim(old, &options, &answer), DIBS_UNAVAILABLE, "%s", dibs_error_text());
    cr_expect_not_null(strstr(dibs_error_text(), "open the store again"), "%s", dibs_error_text());
    dibs_close(old);
    dibs_client *client = world_open("bob");
    cr_expect_eq(world_try(client, key, NULL), DIBS_VERDICT_GRANTED);
    dibs_close(client);
    world_verify();
}

Test(store, one_that_was_replaced_by_another_is_not_mixed_up_with_it, .init = begin, .fini = end)
{
    char command[9000];
    const struct dibs_init_options options = {.store = world_path("store"), .map_bytes = 1 << 28};
    dibs_client *client = world_open("alice");
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    (void)snprintf(command, sizeof command, "mv '%s' '%s'", world_path("store"), world_path("old"));
    cr_assert_eq(system(command), 0);
    MUST(dibs_store_init(&options, NULL, NULL, 0));
    expect_old_client_refused_and_new_store_sound(client);
}

Test(store, one_whose_lock_was_deleted_is_opened_again, .init = begin, .fini = end)
{
    dibs_client *client = world_open("alice");
    cr_assert_eq(world_try(client, "task:two", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_eq(unlink(world_path("store/lock")), 0);
    expect_old_client_refused_and_new_store_sound(client);
}

Test(store, sync_puts_answers_on_the_disk, .init = begin, .fini = end)
{
    const struct dibs_init_options options = {.store = world_path("durable"), .sync = true};
    dibs_client *client;
    MUST(dibs_store_init(&options, NULL, NULL, 0));
    MUST(open_store(world_path("durable"), &client));
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    MUST(dibs_sync(client));
    dibs_close(client);
}
