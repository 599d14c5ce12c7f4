/* Claiming processes are killed at random moments, more than two hundred times. After each: the store takes the next
 * claim at once, nothing that was acknowledged is lost, no token was given twice, and state and log agree. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/random.h"
#include "tests/behaviour/world.h"

enum { STORES = 15, KILLS_PER_STORE = 15, WORKERS = 3, KEYS = 4, TOKENS_MAX = 1 << 16, LIVE_MS = 5000 };

struct grant {
    uint64_t token;
};

static uint64_t seed;

/* Claims, waits, renews, closes and hands off, at whatever speed it can; tells of each grant it heard of. */
static void work(int worker, int told)
{
    char session[32], key[32];
    struct random random;
    random_init(&random, seed ^ (uint64_t)getpid());
    (void)snprintf(session, sizeof session, "worker-%d", worker);
    for (;;) { /* until killed */
        dibs_client *client = world_open(session);
        for (int i = 0; i < 8; i++) {
            (void)snprintf(key, sizeof key, "task:kill/%d", (int)random_below(&random, KEYS));
            struct dibs_answer *answer = world_claim_with(
                client, key, (struct dibs_claim_options){.wait = true, .has_wait_ms = true, .wait_ms = 20});
            if (answer->verdict == DIBS_VERDICT_GRANTED) {
                const struct grant grant = {answer->keys[0].token};
                if (write(told, &grant, sizeof grant) != sizeof grant)
                    _exit(1);
                dibs_answer_free(world_renew(client, key, 0));
                dibs_answer_free(world_close(client, key, grant.token, DIBS_OUTCOME_RELEASED));
            }
            dibs_answer_free(answer);
        }
        dibs_close(client);
    }
}

static pid_t start_worker(int worker, int told)
{
    pid_t pid = fork();
    if (pid == 0)
        work(worker, told);
    return pid;
}

static void nap_us(uint64_t us)
{
    const struct timespec time = {.tv_nsec = (long)us * 1000};
    (void)nanosleep(&time, NULL);
}

/* All grants heard of so far, each token once. */
static int take_grants(int heard, bool *seen)
{
    struct grant grant;
    while (read(heard, &grant, sizeof grant) == sizeof grant) {
        if (grant.token >= TOKENS_MAX || seen[grant.token]) {
            fprintf(stderr, "token %llu was given twice\n", (unsigned long long)grant.token);
            return 1;
        }
        seen[grant.token] = true;
    }
    return 0;
}

/* What a worker was told is in the log. */
static int check_log(dibs_client *client, const bool *seen)
{
    bool *logged = calloc(TOKENS_MAX, sizeof *logged);
    const struct dibs_log_entry *entry;
    dibs_log *log;
    int wrong = 0;
    MUST(dibs_log_open(client, NULL, &log));
    enum dibs_error error;
    while ((error = dibs_log_next(log, &entry)) == DIBS_OK)
        for (size_t i = 0; i < entry->decision_count; i++)
            if (entry->decisions[i]->verdict == DIBS_VERDICT_GRANTED)
                logged[entry->decisions[i]->keys[0].token % TOKENS_MAX] = true;
    dibs_log_close(log);
    for (int token = 0; token < TOKENS_MAX; token++)
        wrong += seen[token] && !logged[token];
    free(logged);
    if (wrong != 0 || error != DIBS_ENDED)
        fprintf(stderr, "%d acknowledged grants are not in the log (%s)\n", wrong, dibs_error_name(error));
    return wrong != 0 || error != DIBS_ENDED;
}

static int check_live(dibs_client *client, int kill_number)
{
    char key[32];
    (void)snprintf(key, sizeof key, "task:live/%d", kill_number);
    uint64_t begun_ms = world_now_ms();
    if (world_try(client, key, NULL) != DIBS_VERDICT_GRANTED || world_now_ms() - begun_ms > LIVE_MS) {
        fprintf(stderr, "kill %d: the store was not live (%llu ms)\n", kill_number,
                (unsigned long long)(world_now_ms() - begun_ms));
        return 1;
    }
    return 0;
}

static int kill_one(struct random *random, pid_t *workers, int told, int number)
{
    int victim = (int)random_below(random, WORKERS);
    nap_us(random_below(random, 12000));
    (void)kill(workers[victim], SIGKILL);
    (void)waitpid(workers[victim], NULL, 0);
    workers[victim] = start_worker(victim, told);
    (void)number;
    return 0;
}

static int torment_one_store(struct random *random)
{
    static const char *const settings[] = {"claims_per_minute=1000000", "claims_per_session=256", NULL};
    static bool seen[TOKENS_MAX];
    pid_t workers[WORKERS];
    int told[2], failed = 0;
    world_begin(settings);
    for (int i = 0; i < TOKENS_MAX; i++)
        seen[i] = false;
    if (pipe(told) != 0 || fcntl(told[0], F_SETFL, O_NONBLOCK) != 0)
        return 1;
    for (int i = 0; i < WORKERS; i++)
        workers[i] = start_worker(i, told[1]);
    dibs_client *witness = world_open("witness");
    for (int i = 0; i < KILLS_PER_STORE && failed == 0; i++) {
        failed += kill_one(random, workers, told[1], i);
        failed += check_live(witness, i);
        world_verify();
        failed += take_grants(told[0], seen);
    }
    for (int i = 0; i < WORKERS; i++) {
        (void)kill(workers[i], SIGKILL);
        (void)waitpid(workers[i], NULL, 0);
    }
    failed += take_grants(told[0], seen);
    failed += check_log(witness, seen);
    world_verify();
    dibs_close(witness);
    (void)close(told[0]);
    (void)close(told[1]);
    world_end();
    return failed;
}

int main(int count, char **arguments)
{
    struct random random;
    seed = count > 1 ? strtoull(arguments[1], NULL, 10) : (uint64_t)time(NULL);
    random_init(&random, seed);
    for (int store = 0; store < STORES; store++)
        if (torment_one_store(&random) != 0) {
            fprintf(stderr, "failed in store %d; again with: test_faults.kill %llu\n", store, (unsigned long long)seed);
            return 1;
        }
    printf("%d processes killed\n", STORES * (KILLS_PER_STORE + WORKERS));
    return 0;
}
