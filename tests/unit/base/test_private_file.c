/* Whose a secret's file may be, and who may read it. */
#include <criterion/criterion.h>
#include <unistd.h>

#include "base/private_file.h"

static enum dibs_error check(uid_t user, gid_t group, mode_t mode)
{
    struct error_text why = {0};
    struct stat status = {.st_uid = user, .st_gid = group, .st_mode = S_IFREG | mode};
    enum dibs_error error = file_check_private(&status, "secret", &why);
    cr_assert_eq(error == DIBS_OK, why.text[0] == '\0');
    return error;
}

Test(private_file, belongs_to_its_user_alone)
{
    cr_assert(geteuid() != 0 || seteuid(65534) == 0);
    uid_t me = geteuid();
    cr_assert_eq(check(me, getegid(), 0600), DIBS_OK);
    cr_assert_eq(check(me, getegid(), 0400), DIBS_OK);
    cr_assert_eq(check(me, getegid(), 0640), DIBS_BAD_INPUT);
    cr_assert_eq(check(me, 0, 0440), DIBS_BAD_INPUT);
    cr_assert_eq(check(me, getegid(), 0604), DIBS_BAD_INPUT);
    cr_assert_eq(check(me + 1, getegid(), 0600), DIBS_BAD_INPUT);
}

Test(private_file, may_be_handed_over_by_root)
{
    cr_assert(geteuid() != 0 || seteuid(65534) == 0);
    cr_assert_eq(check(0, 0, 0440), DIBS_OK);
    cr_assert_eq(check(0, 0, 0400), DIBS_OK);
    cr_assert_eq(check(0, 0, 0460), DIBS_BAD_INPUT);
    cr_assert_eq(check(0, 0, 0444), DIBS_BAD_INPUT);
    cr_assert_eq(check(0, 50, 0440), DIBS_BAD_INPUT);
}
