/* What a process has of a store when it forks, starts a program, or is done: a child of fork gets nothing that could
 * hurt its parent, a program that is started gets no descriptor, and close gives all of them back. */
#include <criterion/criterion.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log/store_lock.h"
#include "tests/behaviour/world.h"

static void begin(void)
{
    static const char *const settings[] = {"claims_per_minute=1000000", NULL};
    world_begin(settings);
}

TestSuite(forks, .init = begin, .fini = world_end, .timeout = 240); /* sanitizers make forks dear */

static enum dibs_error try_claim(dibs_client *client, struct dibs_answer **answer)
{
    const char *key = "task:one";
    const struct dibs_claim_options options = {.keys = &key, .key_count = 1};
    return dibs_claim(client, &options, answer);
}

/* In the child: is told `forked` by a verb, and can close. Whatever hangs is ended by the alarm. */
static int child_of(dibs_client *client)
{
    struct dibs_answer *answer;
    (void)alarm(3);
    enum dibs_error error = try_claim(client, &answer);
    bool told = error == DIBS_FORKED && answer == NULL &&
                strstr(dibs_error_text(), "before fork; open one in this process") != NULL;
    dibs_close(client);
    return told ? 0 : 1;
}

static int status_of_child(dibs_client *client)
{
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(child_of(client));
    cr_assert_eq(waitpid(child, &status, 0), child);
    return status;
}

Test(forks, a_client_used_after_fork_answers_forked_and_changes_nothing)
{
    dibs_client *client = world_open("alice");
    cr_assert_eq(status_of_child(client), 0);
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    dibs_close(client);
}

static void *claim_in_a_thread(void *client)
{
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    return NULL;
}

/* Somebody waits for the lock while the first two words of its page, tail and turn, differ (log/lock_page.c). */
static void await_sleeper(void)
{
    uint32_t words[2] = {0, 0};
    int file = open(world_path("store/lock"), O_RDONLY | O_CLOEXEC);
    while (words[0] == words[1]) {
        cr_assert_eq(pread(file, words, sizeof words, 0), (ssize_t)sizeof words);
        (void)sched_yield();
    }
    (void)close(file);
}

/* The thread is in the middle of a turn, with all that guards it locked; in the child it is not there to unlock. */
Test(forks, a_child_of_a_process_whose_threads_are_at_work_is_told_so_too)
{
    struct store_lock *lock;
    struct error_text why;
    pthread_t thread;
    dibs_client *client = world_open("alice");
    cr_assert_eq(store_lock_open(world_path("store/lock"), &lock, &why), DIBS_OK);
    cr_assert_eq(store_lock_take(lock, 0, "testing", &why), DIBS_OK);
    cr_assert_eq(pthread_create(&thread, NULL, claim_in_a_thread, client), 0);
    await_sleeper();
    int status = status_of_child(client);
    store_lock_release(lock);
    cr_assert_eq(pthread_join(thread, NULL), 0);
    cr_assert_eq(status, 0, "%s", WIFSIGNALED(status) ? "it hung" : "it was told otherwise");
    store_lock_close(lock);
    dibs_close(client);
}

static atomic_bool enough;

static void *claim_without_end(void *client)
{
    while (!atomic_load(&enough)) {
        dibs_answer_free(world_claim(client, "task:one", 0));
        dibs_answer_free(world_close(client, "task:one", 0, DIBS_OUTCOME_RELEASED));
    }
    return NULL;
}

/* The child's copy of the store may be half-way through anything. */
Test(forks, a_child_can_close_at_whatever_moment_it_was_made)
{
    pthread_t thread;
    dibs_client *client = world_open("alice");
    cr_assert_eq(pthread_create(&thread, NULL, claim_without_end, client), 0);
    for (int i = 0; i < 500; i++)
        cr_assert_eq(status_of_child(client), 0, "child %d", i);
    atomic_store(&enough, true);
    cr_assert_eq(pthread_join(thread, NULL), 0);
    dibs_close(client);
    world_verify();
}

static size_t replays(void)
{
    glob_t found;
    int none = glob(world_path("dibs-replay-*/data.mdb"), 0, NULL, &found);
    size_t count = none == 0 ? found.gl_pathc : 0;
    if (none == 0)
        globfree(&found);
    return count;
}

Test(forks, a_child_that_closes_a_reading_of_the_log_leaves_its_parents_files)
{
    int status;
    dibs_log *log;
    const struct dibs_log_entry *entry;
    dibs_client *client = world_open("alice");
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    MUST(dibs_log_open(client, NULL, &log));
    MUST(dibs_log_next(log, &entry));
    pid_t child = fork();
    if (child == 0) {
        enum dibs_error error = dibs_log_next(log, &entry);
        dibs_log_close(log);
        dibs_close(client);
        _exit(error != DIBS_FORKED);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
    cr_assert_eq(replays(), 1);
    MUST(dibs_log_next(log, &entry));
    dibs_log_close(log);
    cr_assert_eq(replays(), 0);
    dibs_close(client);
}

/* Counts this process's descriptors; *inherited: those that a program it starts would get. */
static int count_descriptors(int *inherited)
{
    int count = 0;
    DIR *directory = opendir("/proc/self/fd");
    *inherited = 0;
    cr_assert_not_null(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL; count++) {
        int flags = fcntl(atoi(entry->d_name), F_GETFD);
        if (entry->d_name[0] != '.' && flags >= 0 && (flags & FD_CLOEXEC) == 0)
            ++*inherited;
    }
    (void)closedir(directory);
    return count;
}

static void read_the_log(dibs_client *client, int inherited_before)
{
    int inherited;
    dibs_log *log;
    const struct dibs_log_entry *entry;
    MUST(dibs_log_open(client, NULL, &log));
    MUST(dibs_log_next(log, &entry));
    (void)count_descriptors(&inherited);
    cr_expect_eq(inherited, inherited_before, "reading the log");
    dibs_log_close(log);
}

Test(forks, no_descriptor_is_left_to_programs_or_after_close)
{
    int inherited_before, inherited, before = count_descriptors(&inherited_before);
    dibs_client *client = world_open("alice");
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    cr_assert_gt(count_descriptors(&inherited), before);
    cr_expect_eq(inherited, inherited_before, "after a claim");
    read_the_log(client, inherited_before);
    dibs_close(client);
    cr_expect_eq(count_descriptors(&inherited), before);
}

Test(forks, a_store_that_could_not_be_opened_leaves_no_descriptor)
{
    int inherited, before = count_descriptors(&inherited);
    dibs_client *client = world_open("alice");
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    dibs_close(client);
    FILE *file = fopen(world_path("store/log/00000000000000000000.seg"), "r+");
    cr_assert_eq(fseek(file, 70, SEEK_SET), 0);
    (void)fputs("flipped", file);
    (void)fclose(file);
    cr_assert_eq(unlink(world_path("store/state/data.mdb")), 0);
    const struct dibs_client_options options = {.session = "alice"};
    cr_assert_eq(dibs_open(&options, &client), DIBS_DAMAGED, "%s", dibs_error_text());
    cr_expect_eq(count_descriptors(&inherited), before);
}

static bool opens(void)
{
    dibs_client *client = NULL;
    enum dibs_error error = dibs_open(&(struct dibs_client_options){.session = "bob"}, &client);
    dibs_close(client);
    return error == DIBS_OK;
}

static bool begins(void)
{
    return dibs_store_init(&(struct dibs_init_options){.store = world_path("new")}, NULL, NULL, 0) == DIBS_OK;
}

static bool examines(void)
{
    static struct dibs_store_report report;
    return dibs_store_examine(world_path("store"), NULL, &report) == DIBS_OK;
}

static bool recovers(void)
{
    static struct dibs_store_report report;
    return dibs_store_recover(world_path("store"), NULL, &report) == DIBS_OK;
}

static bool imports(void)
{
    struct dibs_import_report report;
    return dibs_store_import(&(struct dibs_import_options){.from = "none", .to = world_path("copy")}, &report) ==
           DIBS_BAD_INPUT;
}

static bool reads_log(void)
{
    dibs_log *log = NULL;
    enum dibs_error error = dibs_log_open_damaged(world_path("store"), NULL, NULL, &log);
    dibs_log_close(log);
    return error == DIBS_OK;
}

/* A daemon that closed all it got: what it prints must not stand in the log. */
static int prints_nowhere(bool (*calls)(void))
{
    bool held = true;

    (void)alarm(30);
    for (int number = STDIN_FILENO; number <= STDERR_FILENO; number++)
        (void)close(number);
    bool called = calls();
    for (int number = STDIN_FILENO; number <= STDERR_FILENO; number++)
        held = held && write(number, "words", 5) < 0 && errno == EBADF && fcntl(number, F_GETFD) >= 0;
    return !called ? 1 : held ? 0 : 2;
}

Test(forks, a_process_without_standard_files_cannot_print_into_the_store)
{
    static bool (*const calls[])(void) = {opens, begins, examines, recovers, imports, reads_log};
    int status;

    dibs_client *client = world_open("alice");
    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    dibs_close(client);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(prints_nowhere(calls[i]));
        cr_assert_eq(waitpid(child, &status, 0), child);
        cr_expect_eq(status, 0, "call %zu: %d", i, status >> 8);
    }
    world_verify();
}
