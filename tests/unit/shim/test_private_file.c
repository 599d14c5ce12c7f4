/* Small files that must be whole or not there: what stands in their way is said, and leaves nothing behind. */
#include "base/private_file.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[PATH_MAX], path[PATH_MAX + 16];
static struct error_text why;
static uint8_t key[KEY_FILE_BYTES];

static void setup(void)
{
    const char *base = getenv("TMPDIR");
    (void)snprintf(dir, sizeof dir, "%s/dibs-private-XXXXXX", base != NULL ? base : "/tmp");
    cr_assert_not_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/file", dir);
}

/* How many entries there are; deletes them when asked to. */
static int entries(bool delete)
{
    int count = 0;
    DIR *directory = opendir(dir);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        count += entry->d_name[0] != '.';
        if (delete)
            (void)unlinkat(dirfd(directory), entry->d_name, 0);
    }
    (void)closedir(directory);
    return count;
}

static void teardown(void)
{
    (void)entries(true);
    (void)rmdir(dir);
}

TestSuite(private_file, .init = setup, .fini = teardown, .timeout = 20);

static void write_file(const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    (void)fputs(text, file);
    (void)fclose(file);
    cr_assert_eq(chmod(path, mode), 0);
}

/* From here on files of this process can't be longer; a write that would be is short, then fails. */
static void bound_files(rlim_t bytes)
{
    struct rlimit limit;
    (void)signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

Test(private_file, a_key_is_made_once_and_read_again)
{
    uint8_t again[KEY_FILE_BYTES];
    cr_assert_eq(key_file_read(path, false, key, &why), DIBS_NO_STORE);
    cr_assert_eq(key_file_read(path, true, key, &why), DIBS_OK, "%s", why.text);
    cr_assert_eq(key_file_read(path, true, again, &why), DIBS_OK);
    cr_assert_eq(memcmp(key, again, sizeof key), 0);
    cr_assert_eq(entries(false), 1);
}

Test(private_file, a_key_that_does_not_fit_on_the_disk_is_not_there_and_the_cause_is_said)
{
    bound_files(10);
    cr_assert_eq(key_file_read(path, true, key, &why), DIBS_UNAVAILABLE);
    cr_assert_not_null(strstr(why.text, "File too large"), "%s", why.text);
    cr_assert_eq(entries(false), 0);
}

Test(private_file, a_text_that_cannot_be_replaced_stays_as_it_was)
{
    char text[64];
    write_file("old", 0644);
    bound_files(10);
    cr_assert_eq(file_replace(path, "more than ten bytes", &why), DIBS_UNAVAILABLE);
    cr_assert_not_null(strstr(why.text, "File too large"), "%s", why.text);
    cr_assert_eq(file_read_text(path, text, sizeof text, &why), DIBS_OK);
    cr_assert_str_eq(text, "old");
    cr_assert_eq(entries(false), 1);
}

Test(private_file, a_key_is_for_its_owner_alone_and_a_text_for_whom_the_umask_lets)
{
    struct stat status;
    (void)umask(002);
    cr_assert_eq(key_file_read(path, true, key, &why), DIBS_OK);
    cr_assert_eq(stat(path, &status), 0);
    cr_assert_eq(status.st_mode & 0777, 0600);
    cr_assert_eq(file_replace(path, "text", &why), DIBS_OK);
    cr_assert_eq(stat(path, &status), 0);
    cr_assert_eq(status.st_mode & 0777, 0664);
}

/* Opening one for reading would wait for a writer, under the store's lock at that. */
Test(private_file, a_pipe_in_the_place_of_a_file_is_refused_and_not_waited_for)
{
    char text[64];
    cr_assert_eq(mkfifo(path, 0600), 0);
    cr_assert_eq(key_file_read(path, true, key, &why), DIBS_BAD_INPUT);
    cr_assert_not_null(strstr(why.text, "not a regular file"), "%s", why.text);
    cr_assert_eq(file_read_text(path, text, sizeof text, &why), DIBS_BAD_INPUT);
    cr_assert_not_null(strstr(why.text, "not a regular file"), "%s", why.text);
}

/* Neither is there a key nor can one be made: not to be taken for a missing store. */
Test(private_file, a_link_to_nothing_is_no_key_and_none_is_made_beside_it)
{
    cr_assert_eq(symlink("nowhere", path), 0);
    cr_assert_eq(key_file_read(path, true, key, &why), DIBS_UNAVAILABLE);
    cr_assert_not_null(strstr(why.text, "link"), "%s", why.text);
    cr_assert_eq(entries(false), 1);
}

Test(private_file, a_key_others_can_read_or_of_another_size_is_refused)
{
    write_file("0123456789abcdef0123456789abcdef", 0640);
    cr_assert_eq(key_file_read(path, true, key, &why), DIBS_BAD_INPUT);
    cr_assert_not_null(strstr(why.text, "chmod 600"), "%s", why.text);
    write_file("short", 0600);
    cr_assert_eq(key_file_read(path, true, key, &why), DIBS_BAD_INPUT);
    cr_assert_not_null(strstr(why.text, "5 bytes"), "%s", why.text);
}

Test(private_file, a_text_that_fills_its_room_is_too_large)
{
    char text[4];
    write_file("abc", 0644);
    cr_assert_eq(file_read_text(path, text, sizeof text, &why), DIBS_OK);
    cr_assert_str_eq(text, "abc");
    write_file("abcd", 0644);
    cr_assert_eq(file_read_text(path, text, sizeof text, &why), DIBS_BAD_INPUT);
}

Test(private_file, directories_are_made_down_to_the_last)
{
    (void)snprintf(path, sizeof path, "%s/a", dir);
    char deep[PATH_MAX + 32];
    (void)snprintf(deep, sizeof deep, "%s/b//c/", path);
    cr_assert_eq(directory_make(deep, 0700, &why), DIBS_OK, "%s", why.text);
    struct stat status;
    cr_assert_eq(stat(deep, &status), 0);
    cr_assert_eq(status.st_mode & 0777, 0700);
    (void)snprintf(deep, sizeof deep, "%s/b/c", path);
    (void)rmdir(deep);
    (void)snprintf(deep, sizeof deep, "%s/b", path);
    (void)rmdir(deep);
    (void)rmdir(path);
}
