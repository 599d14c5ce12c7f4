/* Which snapshots are thinned out, and which are not. */
#include "coordinator/daemon/snapshot.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coordinator/daemon/exit_code.h"
#include "coordinator/daemon/options.h"

static struct folder folder;

static void run(const char *format, const char *argument)
{
    char command[PATH_MAX + 64];
    (void)snprintf(command, sizeof command, format, argument);
    cr_assert_eq(system(command), 0, "%s", command);
}

static void begin(void)
{
    (void)snprintf(folder.path, sizeof folder.path, "/tmp/dibs-snapshots-XXXXXX");
    folder.lock = -1;
    cr_assert_not_null(mkdtemp(folder.path));
    run("mkdir '%s/snapshots'", folder.path);
}

static void end(void)
{
    run("rm -r '%s'", folder.path);
}

TestSuite(snapshot, .init = begin, .fini = end);

static struct snapshot_name named(uint64_t offset)
{
    struct snapshot_name name = {.offset = offset};
    (void)snprintf(name.text, sizeof name.text, "%020llu-%032d", (unsigned long long)offset, 0);
    return name;
}

static const char *file_of(const struct snapshot_name *name, const char *file)
{
    static char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/snapshots/%s%s", folder.path, name->text, file);
    return path;
}

static struct snapshot_name made(uint64_t offset, const char *files)
{
    struct snapshot_name name = named(offset);
    cr_assert_eq(mkdir(file_of(&name, ""), 0700), 0);
    if (strstr(files, "data") != NULL)
        run("touch '%s'", file_of(&name, "/data.mdb"));
    if (strstr(files, "verified") != NULL)
        run("touch '%s'", file_of(&name, "/verified"));
    return name;
}

static bool is_there(const struct snapshot_name *name)
{
    return access(file_of(name, "/data.mdb"), F_OK) == 0;
}

Test(snapshot, all_but_the_newest_are_thinned_out_and_the_newest_verified_one_stays)
{
    struct snapshot_name old = made(1, "data verified"), verified = made(2, "data verified"), other = made(3, "data"),
                         newest = made(4, "data");
    snapshot_thin(&folder, 1);
    cr_expect(!is_there(&old) && is_there(&verified) && !is_there(&other) && is_there(&newest));
}

Test(snapshot, one_that_is_held_stays_until_it_is_let_go)
{
    struct snapshot_name held = made(1, "data"), newest = made(2, "data");
    int fd = snapshot_hold(&folder, &held);
    cr_assert_geq(fd, 0);
    snapshot_thin(&folder, 1);
    cr_expect(is_there(&held) && is_there(&newest));
    close(fd);
    snapshot_thin(&folder, 1);
    cr_expect(!is_there(&held) && is_there(&newest));
    cr_expect_lt(snapshot_hold(&folder, &held), 0);
}

Test(snapshot, a_mark_beside_nothing_marks_nothing_and_is_cleared_away)
{
    struct snapshot_name verified = made(1, "data verified"), empty = made(2, "verified"), newest = made(3, "data"),
                         found;
    cr_expect_lt(snapshot_hold(&folder, &empty), 0);
    cr_assert(snapshot_newest(&folder, true, &found));
    cr_expect_str_eq(found.text, verified.text);
    snapshot_thin(&folder, 1);
    cr_expect(is_there(&verified) && is_there(&newest));
    cr_expect_neq(access(file_of(&empty, ""), F_OK), 0);
}

/* Room for so much and no more, in any file. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

Test(snapshot, what_could_not_be_restored_for_want_of_room_is_restored_when_there_is_some)
{
    static struct step_reason reason;
    static struct options options;
    const struct state_options fresh = {.create = true};
    struct snapshot_name name;
    struct state *state = NULL;
    char path[PATH_MAX], snapshot[PATH_MAX + SNAPSHOT_NAME + 16];
    run("mkdir '%s/made'", folder.path);
    cr_assert_eq(state_open(folder_path(&folder, "made", path), &fresh, &state, &reason.why), DIBS_OK);
    cr_assert_eq(snapshot_make(&folder, state, &name, &reason), STEP_DONE);
    state_close(state);
    options_init(&options);
    (void)snprintf(options.state, sizeof options.state, "%s/target", folder.path);
    (void)snprintf(snapshot, sizeof snapshot, "%s/snapshots/%s", folder.path, name.text);
    (void)signal(SIGXFSZ, SIG_IGN);
    limit_files(4096);
    cr_expect_eq(restore_command(&options, snapshot, &reason), EXIT_LOCAL, "%s", reason.why.text);
    limit_files(RLIM_INFINITY);
    cr_expect_eq(restore_command(&options, snapshot, &reason), EXIT_STOPPED, "%s", reason.why.text);
}
