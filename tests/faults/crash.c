/* Processes that claim, wait, renew, hand off and close are killed, and the machine under them stops. Power loss is
 * simulated: pages that were not synced are dropped, zeroed or taken back (power_loss.h).
 *
 * After each death the store is what the model makes of the log that is left; that log begins with all that was whole on
 * the disk; nothing that was given out while only processes died is missing; and no token is ever given twice. Every other
 * store syncs each answer: of those nothing that was answered is missing after a crash of the machine, either.
 *
 * usage: test_faults.crash [KILLS [CRASHES [SEED]]]   (1000 1000: some minutes) */
#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent-shim/snapshots.h"
#include "base/check.h"
#include "tests/behaviour/world.h"
#include "tests/faults/by_model.h"
#include "tests/faults/power_loss.h"
#include "tests/faults/synced.h"

enum {
    WORKERS = 5,
    ABOUT_MAX = 600,
    KEYS = 4,
    GRANTS_MAX = 1 << 20,
    CRASHES_A_STORE = 10, /* the model is naive: logs stay short */
    SEGMENT_BYTES = 65536,
    LIVE_MS = 10000,
    WORK_MS = 60000,
    MEAN_GRANTS = 8
};

/* Every token that any process was told, of one store; and the end of the log as answers have told of it. */
struct given {
    _Atomic uint64_t answered;
    _Atomic uint32_t count;
    _Atomic uint64_t tokens[GRANTS_MAX];
};

static struct given *given;
static uint64_t seed;
static char store[PATH_MAX];
static bool is_synced; /* it syncs each answer */

static void note_token(uint64_t token)
{
    uint32_t at = atomic_fetch_add(&given->count, 1);
    CHECK(at < GRANTS_MAX);
    atomic_store(&given->tokens[at], token);
}

/* ---------------------------------------------------------------- those who are killed */

/* The answer is only known when the call gave one. */
static void take_note(const struct dibs_answer *answer)
{
    bool is_yes = answer->verdict == DIBS_VERDICT_GRANTED || answer->verdict == DIBS_VERDICT_YOURS ||
                  answer->verdict == DIBS_VERDICT_ACCEPTED;
    uint64_t offset = answer->repeat ? answer->first_offset : answer->offset;
    uint64_t end = is_yes ? offset + 1 : 0, before = atomic_load(&given->answered);
    while (before < end && !atomic_compare_exchange_weak(&given->answered, &before, end))
        ;
    if (answer->verdict == DIBS_VERDICT_GRANTED)
        note_token(answer->keys[0].token);
}

static void note_and_free(struct dibs_answer *answer)
{
    take_note(answer);
    dibs_answer_free(answer);
}

static void pass_on(dibs_client *client, const char *key)
{
    const struct dibs_target target = {.key = key};
    struct dibs_answer *code, *taken;
    MUST(dibs_handoff(client, &target, NULL, false, &code));
    if (code->code != NULL) {
        dibs_client *other = world_open("heir");
        MUST(dibs_take(other, code->code, NULL, &taken));
        note_and_free(taken);
        note_and_free(world_close(other, key, 0, DIBS_OUTCOME_RELEASED));
        dibs_close(other);
    }
    note_and_free(code);
}

static void end_claim(dibs_client *client, const char *key, uint64_t dice)
{
    switch (dice % 8) {
    case 0:
        pass_on(client, key);
        break;
    case 1:
        note_and_free(world_close(client, key, 0, DIBS_OUTCOME_ABANDONED));
        break;
    case 2: /* ends by itself, or never */
        break;
    default:
        note_and_free(world_close(client, key, 0, DIBS_OUTCOME_RELEASED));
    }
}

static void work_once(dibs_client *client, struct random *random)
{
    char key[32], about[ABOUT_MAX];
    (void)snprintf(key, sizeof key, "task:crash/%d", (int)random_below(random, KEYS));
    (void)snprintf(about, sizeof about, "%0*d", 1 + (int)random_below(random, sizeof about - 1), 0);
    struct dibs_answer *answer =
        world_claim_with(client, key,
                         (struct dibs_claim_options){.about = about,
                                                     .wait = random_below(random, 2) == 0,
                                                     .has_wait_ms = true,
                                                     .wait_ms = 20,
                                                     .has_ttl = true,
                                                     .ttl_ms = random_below(random, 4) == 0 ? 1000 : 60000});
    take_note(answer);
    if (answer->verdict == DIBS_VERDICT_GRANTED || answer->verdict == DIBS_VERDICT_YOURS) {
        note_and_free(world_renew(client, key, 0));
        end_claim(client, key, random_below(random, 8));
    }
    dibs_answer_free(answer);
    if (random_below(random, 200) == 0)
        MUST(dibs_sync(client));
    if (random_below(random, 200) == 0)
        MUST(dibs_store_rebuild(client));
}

static pid_t start_worker(int worker)
{
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid != 0)
        return pid;
    char session[32];
    struct random random;
    random_init(&random, seed ^ (uint64_t)getpid());
    (void)snprintf(session, sizeof session, "worker-%d", worker);
    for (;;) { /* until killed */
        dibs_client *client = world_open(session);
        for (uint64_t i = 1 + random_below(&random, 12); i > 0; i--)
            work_once(client, &random);
        dibs_close(client);
    }
}

static void wait_for_worker(pid_t pid)
{
    int status;
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL); /* it didn't end by itself, with an error */
}

static void end_worker(pid_t pid)
{
    (void)kill(pid, SIGKILL);
    wait_for_worker(pid);
}

/* As near to the same moment as can be: nobody does the work of one that is gone. */
static void end_all(const pid_t workers[WORKERS])
{
    for (int i = 0; i < WORKERS; i++)
        (void)kill(workers[i], SIGKILL);
    for (int i = 0; i < WORKERS; i++)
        wait_for_worker(workers[i]);
}

/* ---------------------------------------------------------------- what must hold */

static int by_token(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The tokens given so far, each once; the largest of them. */
static uint64_t check_tokens(void)
{
    uint32_t count = atomic_load(&given->count);
    uint64_t *sorted = malloc((count + 1) * sizeof *sorted), last = 0;
    CHECK(sorted != NULL);
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = atomic_load(&given->tokens[i]); /* 0: its process died before it was written */
    qsort(sorted, count, sizeof *sorted, by_token);
    for (uint32_t i = 0; i < count; i++) {
        if (sorted[i] != 0 && sorted[i] == last) {
            fprintf(stderr, "token %" PRIu64 " was given twice\n", last);
            exit(1);
        }
        last = sorted[i];
    }
    free(sorted);
    return last;
}

/* A claim is granted at once, with a token above all that were ever given. */
static bool check_live(int number)
{
    char key[32];
    uint64_t token = 0, last = check_tokens(), begun_ms = world_now_ms();
    dibs_client *client = world_open("witness");
    static int calls; /* a key for each: that its claim was closed may be lost */
    (void)snprintf(key, sizeof key, "task:live/%d", calls++);
    bool is_live = world_try(client, key, &token) == DIBS_VERDICT_GRANTED && world_now_ms() - begun_ms < LIVE_MS;
    dibs_answer_free(world_close(client, key, 0, DIBS_OUTCOME_RELEASED));
    dibs_close(client);
    note_token(token);
    if (!is_live || token <= last)
        fprintf(stderr, "death %d: live: %d, token %" PRIu64 ", last before %" PRIu64 "\n", number, is_live, token,
                last);
    return is_live && token > last;
}

/* Processes died: all that was given out is in the log. */
static bool check_by_model(int number)
{
    uint64_t last = check_tokens(), in_log = 0;
    bool is_equal = by_model_is_equal(store, &in_log);
    if (!is_equal || in_log < last)
        fprintf(stderr, "death %d: equal: %d, token %" PRIu64 " was given, the log knows %" PRIu64 "\n", number,
                is_equal, last, in_log);
    return is_equal && in_log >= last;
}

/* Until so many more claims are granted: how much is done between two kills doesn't depend on the machine. */
static void let_work(uint32_t grants)
{
    const struct timespec time = {.tv_nsec = 200000};
    uint32_t begun = atomic_load(&given->count);
    uint64_t begun_ms = world_now_ms();
    while (atomic_load(&given->count) - begun < grants) {
        (void)nanosleep(&time, NULL);
        CHECK(world_now_ms() - begun_ms < WORK_MS);
    }
}

static bool kill_one(struct random *random, pid_t workers[WORKERS], int number)
{
    int victim = (int)random_below(random, WORKERS);
    const struct timespec time = {.tv_nsec = (long)random_below(random, 2000000)};
    let_work((uint32_t)random_below(random, 2 * MEAN_GRANTS + 1));
    (void)nanosleep(&time, NULL);
    end_worker(workers[victim]);
    workers[victim] = start_worker(victim);
    return number % 4 != 0 || check_live(number);
}

static bool is_beginning(struct log_sum beginning)
{
    struct log_sum now = by_model_sum(store, beginning.records);
    return now.records == beginning.records && now.hash.low == beginning.hash.low &&
           now.hash.high == beginning.hash.high;
}

/* The machine stops: what was whole in the log stays its beginning, and says that it was recovered. Half the time the
 * first who comes after it is killed as well, at any moment of the recovery. */
static bool crash(struct random *random, const char *old_state, int number)
{
    uint64_t last_token = 0, answered = is_synced ? atomic_load(&given->answered) : 0;
    struct log_sum promised = by_model_sum(store, answered);
    if (promised.records != answered) {
        fprintf(stderr, "crash %d: the log has %" PRIu64 " records, and %" PRIu64 " were answered\n", number,
                promised.records, answered);
        return false;
    }
    power_loss(random, store, old_state, synced_bytes);
    struct log_sum whole = by_model_sum(store, UINT64_MAX);
    for (uint64_t i = random_below(random, 4); i > 0; i--) {
        pid_t first = start_worker(0);
        const struct timespec time = {.tv_nsec = (long)random_below(random, 4000000)};
        (void)nanosleep(&time, NULL);
        end_worker(first);
    }
    bool is_equal = by_model_is_equal(store, &last_token), is_kept = is_beginning(whole),
         is_there = is_beginning(promised);
    bool is_said = by_model_sum(store, UINT64_MAX).recovered > whole.recovered;
    if (!is_equal || !is_kept || !is_there || !is_said)
        fprintf(stderr,
                "crash %d: equal: %d, kept: %d (%" PRIu64 " records), answered: %d (%" PRIu64 "), recovered: %d\n",
                number, is_equal, is_kept, whole.records, is_there, answered, is_said);
    return is_equal && is_kept && is_there && is_said && check_live(number);
}

/* ---------------------------------------------------------------- one store after the other */

static void begin_store(void)
{
    const struct dibs_setting settings[] = {{"claims_per_minute", "1000000"}, {"claims_per_session", "256"}};
    const struct dibs_init_options options = {.store = store,
                                              .map_bytes = UINT64_C(64) << 20,
                                              .sync = is_synced,
                                              .segment_bytes = SEGMENT_BYTES,
                                              .settings = settings,
                                              .setting_count = 2};
    world_begin(NULL);
    (void)snprintf(store, sizeof store, "%s", world_path("crashing"));
    MUST(dibs_store_init(&options, NULL, NULL, 0));
    CHECK(setenv("DIBS_STORE", store, 1) == 0);
    atomic_store(&given->answered, 0);
    atomic_store(&given->count, 0);
    memset((void *)given->tokens, 0, sizeof given->tokens[0] * 4096);
}

static void keep_state(char old_state[PATH_MAX])
{
    char path[PATH_MAX + 32];
    size_t size;
    (void)snprintf(path, sizeof path, "%s/state/data.mdb", store);
    (void)snprintf(old_state, PATH_MAX, "%s", world_path("old-state"));
    char *bytes = power_loss_read(path, &size);
    if (bytes != NULL)
        power_loss_write(old_state, bytes, size);
    free(bytes);
}

/* Names in a directory of the store that are so long: segments, snapshots. */
static unsigned count_names(const char *folder, size_t length)
{
    char path[PATH_MAX + 16];
    unsigned count = 0;
    (void)snprintf(path, sizeof path, "%s/%s", store, folder);
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;)
        count += strlen(entry->d_name) == length;
    if (directory != NULL)
        (void)closedir(directory);
    return count;
}

static unsigned segments_seen, snapshots_seen;

static bool torment(struct random *random, int kills, int crashes, int number)
{
    pid_t workers[WORKERS];
    char old_state[PATH_MAX];
    bool is_good = true;
    begin_store();
    int a_crash = crashes == 0 ? kills : kills / crashes;
    for (int round = 0; is_good && round < (crashes == 0 ? 1 : crashes); round++) {
        keep_state(old_state);
        for (int i = 0; i < WORKERS; i++)
            workers[i] = start_worker(i);
        for (int i = 0; is_good && i < a_crash; i++)
            is_good = kill_one(random, workers, number + i);
        const struct timespec time = {.tv_nsec = (long)random_below(random, 30000000)};
        (void)nanosleep(&time, NULL);
        end_all(workers);
        /* whoever opens a store that syncs brings all to the disk */
        is_good = is_good && ((is_synced && crashes > 0) || check_by_model(number)) &&
                  (crashes == 0 || crash(random, old_state, number));
    }
    segments_seen += count_names("log", strlen("00000000000000000000.seg"));
    snapshots_seen += count_names("snapshots", SNAPSHOT_NAME_BYTES - 1);
    world_end();
    return is_good;
}

int main(int count, char **arguments)
{
    struct random random;
    int kills = count > 1 ? atoi(arguments[1]) : 1000, crashes = count > 2 ? atoi(arguments[2]) : 1000;
    int stores = (crashes + CRASHES_A_STORE - 1) / CRASHES_A_STORE;
    seed = count > 3 ? strtoull(arguments[3], NULL, 10) : (uint64_t)time(NULL);
    stores = stores == 0 ? 1 : stores;
    random_init(&random, seed);
    given = mmap(NULL, sizeof *given, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(given != MAP_FAILED);
    synced_begin();
    for (int i = 0; i < stores; i++) {
        is_synced = i % 2 != 0;
        if (!torment(&random, kills / stores, crashes / stores, i * 1000)) {
            fprintf(stderr, "failed in store %d; again with: test_faults.crash %d %d %" PRIu64 "\n", i, kills, crashes,
                    seed);
            return 1;
        }
    }
    printf("%d processes killed, and %d by the machine's stops; %d machine crashes; %d stores, %u segments, %u "
           "snapshots\n",
           kills / stores * stores, crashes / stores * stores * WORKERS, crashes / stores * stores, stores,
           segments_seen, snapshots_seen);
    if (segments_seen <= (unsigned)stores || snapshots_seen == 0) { /* then nothing was seen of what they are for */
        fprintf(stderr, "no segment was ever full\n");
        return 1;
    }
    return 0;
}
