/* A store that syncs each answer: what anybody is told of is on the disk, though whoever put it into the log was killed before
 * it had synced it. (What a crash of the machine makes of such stores: crash.c.) */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "tests/behaviour/world.h"
#include "tests/faults/power_loss.h"
#include "tests/faults/synced.h"

static void begin(void)
{
    const struct dibs_init_options options = {.store = world_path("durable"), .map_bytes = 1 << 28, .sync = true};
    CHECK(setenv("DIBS_STORE", world_path("durable"), 1) == 0);
    MUST(dibs_store_init(&options, NULL, NULL, 0));
}

static size_t log_bytes(size_t *synced)
{
    const char *path = world_path("durable/log/00000000000000000000.seg");
    struct stat status;
    CHECK(stat(path, &status) == 0);
    *synced = synced_bytes(path);
    return (size_t)status.st_size;
}

static bool expect_synced(const char *when)
{
    size_t there, bytes = log_bytes(&there);
    if (there != bytes)
        fprintf(stderr, "%s: of the log's %zu bytes %zu are on the disk\n", when, bytes, there);
    return there == bytes;
}

/* Dies with its claim in the log, and that not on the disk. */
static void claim_and_die(void)
{
    int status;
    size_t there, bytes = log_bytes(&there);
    pid_t child = fork();
    if (child == 0) {
        dibs_client *client = world_open("alice");
        synced_die_instead();
        (void)world_try(client, "task:one", NULL);
        _exit(1);
    }
    CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    CHECK(log_bytes(&there) > bytes && there == bytes);
}

static enum dibs_error open_after_a_crash(struct random *random)
{
    dibs_client *client = NULL;
    const struct dibs_client_options options = {.session = "bob"};
    power_loss_new_boot(random, world_path("durable"));
    enum dibs_error error = dibs_open(&options, &client);
    dibs_close(client);
    return error;
}

/* What the state had taken in was on the disk: a crash did not take it back, so it is damage, and not cut off. */
static bool expect_damage_found(void)
{
    struct random random;
    size_t size;
    random_init(&random, 7);
    const char *path = world_path("durable/log/00000000000000000000.seg");
    char *bytes = power_loss_read(path, &size);
    CHECK(bytes != NULL);
    bytes[size - 100] ^= 1;
    power_loss_write(path, bytes, size);
    free(bytes);
    enum dibs_error error = open_after_a_crash(&random);
    if (error != DIBS_DAMAGED)
        fprintf(stderr, "a damaged answer: %s\n", dibs_error_name(error));
    CHECK(unlink(world_path("durable/state/data.mdb")) == 0);
    CHECK(open_after_a_crash(&random) == DIBS_OK); /* without a state it may have been on its way */
    return error == DIBS_DAMAGED;
}

/* One that was put there knows nothing of this log. */
static bool expect_others_state_ignored(void)
{
    const struct dibs_init_options options = {.store = world_path("other"), .map_bytes = 1 << 28, .sync = true};
    struct random random;
    size_t size;
    random_init(&random, 8);
    MUST(dibs_store_init(&options, NULL, NULL, 0));
    CHECK(setenv("DIBS_STORE", world_path("other"), 1) == 0);
    dibs_client *client = world_open("carol");
    for (int i = 0; i < 20; i++)
        dibs_answer_free(world_renew(client, "task:none", 0));
    dibs_close(client);
    CHECK(setenv("DIBS_STORE", world_path("durable"), 1) == 0);
    char *bytes = power_loss_read(world_path("other/state/data.mdb"), &size);
    CHECK(bytes != NULL);
    power_loss_write(world_path("durable/state/data.mdb"), bytes, size);
    free(bytes);
    return open_after_a_crash(&random) == DIBS_OK;
}

int main(void)
{
    struct dibs_answer *answer;
    bool is_good = true;
    synced_begin();
    world_begin(NULL);
    begin();
    dibs_client *alice = world_open("alice"), *bob = world_open("bob");
    (void)world_try(alice, "task:before", NULL); /* makes her secret */
    dibs_close(alice);
    MUST(dibs_show(bob, "task:one", NULL, &answer));
    dibs_answer_free(answer);
    claim_and_die();
    MUST(dibs_show(bob, "task:one", NULL, &answer));
    CHECK(answer->row_count == 1 && strcmp(answer->rows[0].session, "alice") == 0);
    is_good = expect_synced("bob was told who holds it") && is_good;
    dibs_answer_free(answer);
    CHECK(world_try(bob, "task:two", NULL) == DIBS_VERDICT_GRANTED);
    is_good = expect_synced("bob was granted another one") && is_good;
    dibs_close(bob);
    is_good = expect_damage_found() && is_good;
    is_good = expect_others_state_ignored() && is_good;
    world_end();
    return is_good ? 0 : 1;
}
