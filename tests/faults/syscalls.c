/* A process is killed at every single system call of a claim, a release, a wait, the making of a store, and the
 * rebuilding of its state, of the first opening after another boot, of a segment's
 * end, and of the mending of a damaged store. After each: the store takes claims, and state and log agree. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tests/behaviour/world.h"
#include "tests/faults/power_loss.h"
#include "tests/faults/tracer.h"

enum { STOPS_MAX = 20000 };

static const char *const settings[] = {"claims_per_minute=1000000", "claims_per_session=256", NULL};

/* Like MUST, but in the child: its exit status tells. */
static int claim_and_release(void)
{
    dibs_client *client = world_open("victim");
    enum dibs_verdict verdict = world_try(client, "task:contested", NULL);
    if (verdict != DIBS_VERDICT_GRANTED && verdict != DIBS_VERDICT_YOURS)
        return 1;
    dibs_answer_free(world_close(client, "task:contested", 0, DIBS_OUTCOME_RELEASED));
    dibs_close(client);
    return 0;
}

static int wait_a_little(void)
{
    dibs_client *client = world_open("victim");
    const struct dibs_claim_options options = {.wait = true, .has_wait_ms = true, .wait_ms = 10};
    dibs_answer_free(world_claim_with(client, "task:taken", options));
    dibs_close(client);
    return 0;
}

static int make_a_store(void)
{
    const struct dibs_init_options options = {.store = world_path("made"), .map_bytes = 1 << 28};
    MUST(dibs_store_init(&options, NULL, NULL, 0));
    return 0;
}

static int rebuild(void)
{
    dibs_client *client = world_open("victim");
    MUST(dibs_store_rebuild(client));
    dibs_close(client);
    return 0;
}

/* A stranger gets the contested key, or is told that the victim holds it; another key is free. */
static int check_claims(long stop)
{
    char key[48];
    dibs_client *client = world_open("survivor");
    (void)snprintf(key, sizeof key, "task:after/%ld", stop);
    enum dibs_verdict contested = world_try(client, "task:contested", NULL), free_one = world_try(client, key, NULL);
    if (contested == DIBS_VERDICT_GRANTED)
        dibs_answer_free(world_close(client, "task:contested", 0, DIBS_OUTCOME_RELEASED));
    dibs_answer_free(world_close(client, key, 0, DIBS_OUTCOME_RELEASED));
    dibs_close(client);
    world_verify();
    if (free_one == DIBS_VERDICT_GRANTED && (contested == DIBS_VERDICT_GRANTED || contested == DIBS_VERDICT_DENIED))
        return 0;
    fprintf(stderr, "contested %s, free %s\n", dibs_verdict_name(contested), dibs_verdict_name(free_one));
    return 1;
}

/* The store that a killed maker left can be made again, once more, and used. */
static int check_made(long stop)
{
    (void)stop;
    const struct dibs_client_options options = {.store = world_path("made"), .session = "first"};
    dibs_client *client;
    if (make_a_store() != 0)
        return 1;
    MUST(dibs_open(&options, &client));
    enum dibs_verdict verdict = world_try(client, "task:first", NULL);
    dibs_close(client);
    return verdict != DIBS_VERDICT_GRANTED;
}

static int remove_made(void)
{
    char command[8192];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", world_path("made"));
    return system(command);
}

/* Another boot: the victim builds the state anew, and says so in the log. */
static int boot_again(void)
{
    static uint64_t boots;
    struct random random;
    random_init(&random, ++boots);
    power_loss_new_boot(&random, world_path("store"));
    return 0;
}

/* A store whose newest segment is full: the victim's claim begins the next, with a snapshot. */
static int fill_a_segment(void)
{
    char command[8192], ref[1001], key[32];
    struct stat status;
    const struct dibs_setting often[] = {{"claims_per_minute", "1000000"}, {"claims_per_session", "256"}};
    const struct dibs_init_options options = {
        .store = world_path("store"), .segment_bytes = 65536, .settings = often, .setting_count = 2};
    (void)snprintf(command, sizeof command, "rm -rf '%s'", world_path("store"));
    if (system(command) != 0)
        return 1;
    MUST(dibs_store_init(&options, NULL, NULL, 0));
    memset(ref, 'r', 1000);
    ref[1000] = '\0';
    dibs_client *client = world_open("filler");
    dibs_answer_free(world_claim(client, "task:taken", 0));
    for (int i = 0; stat(world_path("store/log/00000000000000000000.seg"), &status) == 0 && status.st_size < 65536;
         i++) {
        (void)snprintf(key, sizeof key, "task:filler/%d", i);
        dibs_answer_free(world_claim_with(client, key, (struct dibs_claim_options){.ref = ref}));
    }
    dibs_close(client);
    return 0;
}

/* The log is damaged below what was answered, and the state is gone: records are lost. */
static int damage(void)
{
    char path[4096];
    dibs_client *client = world_open("filler");
    for (int i = 0; i < 3; i++)
        dibs_answer_free(world_claim(client, "task:lost", 0));
    dibs_close(client);
    (void)snprintf(path, sizeof path, "%s", world_path("store/log/00000000000000000000.seg"));
    FILE *file = fopen(path, "r+e");
    if (file == NULL || fseek(file, -300, SEEK_END) != 0 || fputs("damaged", file) < 0 || fclose(file) != 0)
        return 1;
    return unlink(world_path("store/state/data.mdb"));
}

static int recover(void)
{
    struct dibs_store_report *report = calloc(1, sizeof *report);
    enum dibs_error error = report == NULL ? DIBS_UNAVAILABLE : dibs_store_recover(NULL, NULL, report);
    if (error != DIBS_OK)
        fprintf(stderr, "recover: %s\n", dibs_error_text());
    free(report);
    return error != DIBS_OK;
}

static int check_recovered(long stop)
{
    return recover() != 0 ? 1 : check_claims(stop);
}

struct drill {
    const char *name;
    int (*function)(void);
    int (*check)(long stop);
    int (*before)(void);
    long step; /* killed at each so-manieth stop, unless all are wanted: these sync much, and take long */
};

static int run_drill(const struct drill *drill, bool whole)
{
    long step = drill->step == 0 || whole ? 1 : drill->step;
    for (long stop = 1 + (step > 1 ? time(NULL) % step : 0); stop < STOPS_MAX; stop += step) {
        if (drill->before != NULL && drill->before() != 0)
            return 1;
        enum traced traced = traced_run(drill->function, stop);
        if (traced == TRACED_UNABLE) {
            printf("%s: not run, this machine does not allow tracing\n", drill->name);
            return 0;
        }
        if (traced == TRACED_FAILED || drill->check(stop) != 0) {
            fprintf(stderr, "%s: wrong after the kill at stop %ld\n", drill->name, stop);
            return 1;
        }
        if (traced == TRACED_FINISHED) {
            printf("%s: killed at %ld of %ld stops\n", drill->name, (stop - 1) / step, stop - 1);
            (void)fflush(stdout);
            return 0;
        }
    }
    fprintf(stderr, "%s: did not come to its end in %d stops\n", drill->name, STOPS_MAX);
    return 1;
}

/* usage: test_faults.syscalls [whole]   (some drills at each fifth stop only) */
int main(int count, char **arguments)
{
    static const struct drill drills[] = {{"claim and release", claim_and_release, check_claims, NULL, 1},
                                          {"wait", wait_a_little, check_claims, NULL, 1},
                                          {"make", make_a_store, check_made, remove_made, 1},
                                          {"rebuild", rebuild, check_claims, NULL, 1},
                                          {"another boot", claim_and_release, check_claims, boot_again, 5},
                                          {"a full segment", claim_and_release, check_claims, fill_a_segment, 5},
                                          {"recover", recover, check_recovered, damage, 5}};
    int failed = 0;
    for (size_t i = 0; i < sizeof drills / sizeof drills[0]; i++) {
        world_begin(settings);
        dibs_client *holder = world_open("holder");
        (void)world_try(holder, "task:taken", NULL);
        dibs_close(holder);
        failed += run_drill(&drills[i], count > 1 && strcmp(arguments[1], "whole") == 0);
        world_end();
    }
    return failed != 0;
}
