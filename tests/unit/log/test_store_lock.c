/* The store's lock within one process; other processes are in store_lock_killed.c. */
#include "tests/unit/log/fixture.h"
#include "log/store_lock.h"

#include <criterion/criterion.h>
#include <signal.h>
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
        cr_assert(store_lock_held(lock));
        store_lock_release(lock);
        cr_assert_not(store_lock_held(lock));
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
        bool good = !store_lock_held(lock) && store_lock_take(lock, 0, "testing", &why) == DIBS_FORKED;
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
