/* The store's lock within one process; other processes are in store_lock_killed.c. */
#include "tests/unit/log/fixture.h"
#include "log/store_lock.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>

static char dir[FIXTURE_PATH_BYTES], path[FIXTURE_PATH_BYTES + 10];
static struct error_text why;

static void setup(void)
{
    fixture_make_dir(dir);
    snprintf(path, sizeof path, "%s/lock", dir);
}

static void teardown(void)
{
    fixture_remove_dir(dir);
}

TestSuite(store_lock, .init = setup, .fini = teardown);

static struct store_lock *open_lock(void)
{
    struct store_lock *lock = NULL;
    cr_assert_eq(store_lock_open(path, &lock, &why), DIBS_OK, "%s", why.text);
    return lock;
}

Test(store_lock, is_had_again_after_release)
{
    struct store_lock *lock = open_lock();
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(store_lock_take(lock, 0, "testing", &why), DIBS_OK);
        store_lock_release(lock);
    }
    store_lock_close(lock);
}

Test(store_lock, two_of_one_process_exclude_each_other_and_the_words_name_the_holder)
{
    struct store_lock *one = open_lock(), *other = open_lock();
    cr_assert_eq(store_lock_take(one, 0, "counting sheep\n", &why), DIBS_OK);
    cr_assert_eq(store_lock_take(other, 0, "testing", &why), DIBS_BUSY);
    cr_assert_eq(store_lock_take(other, 20, "testing", &why), DIBS_BUSY);
    char pid[32];
    snprintf(pid, sizeof pid, "process %d ", (int)getpid());
    cr_assert_not_null(strstr(why.text, pid), "%s", why.text);
    cr_assert_not_null(strstr(why.text, "counting sheep?"), "%s", why.text);
    cr_assert_null(strstr(why.text, "container"), "%s", why.text);
    store_lock_release(one);
    cr_assert_eq(store_lock_take(other, 0, "testing", &why), DIBS_OK);
    store_lock_close(one);
    store_lock_close(other);
}

Test(store_lock, closing_releases)
{
    struct store_lock *one = open_lock(), *other = open_lock();
    cr_assert_eq(store_lock_take(one, 0, "testing", &why), DIBS_OK);
    store_lock_close(one);
    cr_assert_eq(store_lock_take(other, 0, "testing", &why), DIBS_OK);
    store_lock_close(other);
}

Test(store_lock, does_not_pass_to_a_forked_child)
{
    struct store_lock *lock = open_lock();
    cr_assert_eq(store_lock_take(lock, 0, "testing", &why), DIBS_OK);
    pid_t child = fork();
    if (child == 0) {
        bool good = store_lock_take(lock, 0, "testing", &why) == DIBS_FORKED;
        store_lock_close(lock);
        _exit(good ? 0 : 1);
    }
    int status = -1;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
    struct store_lock *other = open_lock();
    cr_assert_eq(store_lock_take(other, 0, "testing", &why), DIBS_BUSY, "the child's close released the parent's");
    store_lock_close(lock);
    store_lock_close(other);
}

Test(store_lock, works_with_any_bytes_in_its_file)
{
    char garbage[5000];
    memset(garbage, 0xff, sizeof garbage);
    fixture_write_file(path, garbage, sizeof garbage);
    struct store_lock *one = open_lock(), *other = open_lock();
    cr_assert_eq(store_lock_take(one, 100, "testing", &why), DIBS_OK);
    cr_assert_eq(store_lock_take(other, 10, "testing", &why), DIBS_BUSY);
    store_lock_release(one);
    cr_assert_eq(store_lock_take(other, 100, "testing", &why), DIBS_OK);
    store_lock_close(one);
    store_lock_close(other);
}

Test(store_lock, says_which_file_cannot_be_opened)
{
    struct store_lock *lock;
    snprintf(path, sizeof path, "%s/no/lock", dir);
    cr_assert_eq(store_lock_open(path, &lock, &why), DIBS_UNAVAILABLE);
    cr_assert_not_null(strstr(why.text, path), "%s", why.text);
    cr_assert_null(lock);
}

static struct store_lock *open_shared(void)
{
    struct store_lock *lock = NULL;
    cr_assert_eq(store_lock_open_shared(path, &lock, &why), DIBS_OK, "%s", why.text);
    return lock;
}

Test(store_lock, readers_have_it_beside_each_other_and_a_writer_alone)
{
    struct store_lock *writer = open_lock(), *one = open_shared(), *other = open_shared();
    cr_assert_eq(store_lock_take(one, 0, "reading", &why), DIBS_OK);
    cr_assert_eq(store_lock_take(other, 0, "reading", &why), DIBS_OK);
    cr_assert_eq(store_lock_take(writer, 20, "writing", &why), DIBS_BUSY);
    store_lock_release(one);
    cr_assert_eq(store_lock_take(writer, 0, "writing", &why), DIBS_BUSY);
    store_lock_release(other);
    cr_assert_eq(store_lock_take(writer, 0, "writing", &why), DIBS_OK);
    cr_assert_eq(store_lock_take(one, 20, "reading", &why), DIBS_BUSY);
    store_lock_close(writer);
    cr_assert_eq(store_lock_take(one, 0, "reading", &why), DIBS_OK);
    store_lock_close(one);
    store_lock_close(other);
}

Test(store_lock, a_reader_that_does_not_get_it_names_its_holder)
{
    char process[32];
    snprintf(process, sizeof process, "process %ld ", (long)getpid());
    struct store_lock *writer = open_lock(), *reader = open_shared();
    cr_assert_eq(store_lock_take(writer, 0, "thinking hard", &why), DIBS_OK);
    cr_assert_eq(store_lock_take(reader, 20, "reading", &why), DIBS_BUSY);
    cr_expect_not_null(strstr(why.text, process), "%s", why.text);
    cr_expect_not_null(strstr(why.text, "thinking hard"), "%s", why.text);
    store_lock_close(writer);
    store_lock_close(reader);
}

Test(store_lock, a_dead_holder_is_not_named_for_a_reader_after_it)
{
    char process[32];
    struct store_lock *writer = open_lock();
    pid_t child = fork();
    if (child == 0) {
        struct store_lock *lock = open_lock();
        _exit(store_lock_take(lock, 0, "dying", &why) == DIBS_OK ? 0 : 1);
    }
    int status = -1;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
    struct store_lock *reader = open_shared();
    cr_assert_eq(store_lock_take(reader, 0, "reading", &why), DIBS_OK);
    cr_assert_eq(store_lock_take(writer, 20, "writing", &why), DIBS_BUSY);
    snprintf(process, sizeof process, "process %ld ", (long)child);
    cr_expect_null(strstr(why.text, process), "%s", why.text);
    store_lock_close(writer);
    store_lock_close(reader);
}

Test(store_lock, a_reader_makes_no_lock)
{
    struct store_lock *lock;
    cr_assert_eq(store_lock_open_shared(path, &lock, &why), DIBS_UNAVAILABLE);
    cr_assert_eq(access(path, F_OK), -1);
}

Test(store_lock, is_not_current_when_another_is_in_its_place)
{
    struct store_lock *lock = open_lock();
    cr_assert(store_lock_is_current(lock));
    cr_assert_eq(unlink(path), 0);
    cr_assert_not(store_lock_is_current(lock));
    struct store_lock *other = open_lock();
    cr_assert_not(store_lock_is_current(lock));
    cr_assert(store_lock_is_current(other));
    store_lock_close(lock);
    store_lock_close(other);
}

static atomic_bool enough;

static void *open_and_close(void *unused)
{
    (void)unused;
    while (!atomic_load(&enough)) {
        struct store_lock *lock;
        if (store_lock_open(path, &lock, &(struct error_text){0}) == DIBS_OK)
            store_lock_close(lock);
    }
    return NULL;
}

static bool has_the_file_open(void)
{
    char link[64], target[FIXTURE_PATH_BYTES + 20];
    for (int fd = 3; fd < 64; fd++) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t size = readlink(link, target, sizeof target - 1);
        target[size < 0 ? 0 : size] = '\0';
        if (strcmp(target, path) == 0)
            return true;
    }
    return false;
}

/* Its copy of the descriptor would keep the lock when the parent is killed. */
Test(store_lock, a_child_has_no_copy_of_a_lock_that_a_thread_was_just_opening, .timeout = 60)
{
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, open_and_close, NULL), 0);
    for (int i = 0; i < 500; i++) {
        int status;
        pid_t child = fork();
        if (child == 0)
            _exit(has_the_file_open());
        cr_assert_eq(waitpid(child, &status, 0), child);
        cr_assert_eq(status, 0, "child %d", i);
    }
    atomic_store(&enough, true);
    cr_assert_eq(pthread_join(thread, NULL), 0);
}
