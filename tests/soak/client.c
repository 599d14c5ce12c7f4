/* A client of the soak: claims, keeps, works and ends claims until the file `stop` is there. While it holds a key it has a
 * file in the folder `held`, made by O_EXCL: whoever finds one there, of a process that lives, has found two holders.
 *
 * usage: client KIND NUMBER, in the soak's folder
 *   threads   six threads that share one client
 *   single    one, which sometimes leaves a claim to its lease
 *   giver     waits, holds, hands off by a code; taker  takes what the giver of the same number hands off
 * Prints how much it did; exit status 1 when something was wrong. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <dibs/keep.h>

#include "base/random.h"

enum { KEYS = 12, THREADS = 6, WORK_MS = 20 };

static dibs_client *client;
static atomic_ullong granted, refused, handed, lost, wrong;

static void complain(const char *what, const char *words)
{
    atomic_fetch_add(&wrong, 1);
    fprintf(stderr, "wrong: %s: %s\n", what, words);
}

static bool is_over(void)
{
    return access("stop", F_OK) == 0;
}

static void pause_ms(uint64_t ms)
{
    const struct timespec time = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    (void)nanosleep(&time, NULL);
}

/* ---------------------------------------------------------------- two holders */

static void path_of(const char *key, char path[64])
{
    (void)snprintf(path, 64, "held/%s", key + strlen("task:soak/"));
}

/* Who made that file; 0: it is gone, or nobody yet. */
static pid_t maker_of(const char *path)
{
    char text[32] = "";
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    (void)!read(file, text, sizeof text - 1);
    (void)close(file);
    return (pid_t)atol(text);
}

/* What /proc says of it; false: it is gone, or killed and only waited for (Z). */
static bool is_alive(pid_t process, char stat[128])
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%ld/stat", (long)process);
    int file = process != 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t size = file >= 0 ? read(file, stat, 127) : -1;
    if (file >= 0)
        (void)close(file);
    stat[size > 0 ? size : 0] = '\0';
    const char *state = strrchr(stat, ')');
    return state != NULL && strncmp(state, ") Z", 3) != 0 && strncmp(state, ") X", 3) != 0;
}

/* One that the disk holds up (D) can't end, whoever ends it. */
static void complain_of_two(const char *key, const char *stat)
{
    char words[256];
    (void)snprintf(words, sizeof words, "%s, by process %.60s", key, stat);
    complain("two holders", words);
}

static void begin_holding(const char *key)
{
    char path[64];
    path_of(key, path);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        char stat[128];
        if (is_alive(maker_of(path), stat))
            complain_of_two(key, stat);
        (void)unlink(path); /* one that was killed has left it */
        file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    }
    (void)dprintf(file, "%ld", (long)getpid());
    (void)close(file);
}

static void end_holding(const char *key)
{
    char path[64];
    path_of(key, path);
    (void)unlink(path);
}

/* ---------------------------------------------------------------- a turn */

static struct dibs_answer *claim(struct random *random, uint64_t ttl_ms, bool fresh)
{
    char key[64];
    const char *keys = key;
    (void)snprintf(key, sizeof key, "task:soak/%u", (unsigned)random_below(random, KEYS));
    const struct dibs_claim_options options = {.keys = &keys,
                                               .key_count = 1,
                                               .again = true,
                                               .fresh = fresh,
                                               .has_ttl = true,
                                               .ttl_ms = ttl_ms,
                                               .wait = random_below(random, 3) != 0,
                                               .has_wait_ms = true,
                                               .wait_ms = 2000};
    struct dibs_answer *answer = NULL;
    enum dibs_error error = dibs_claim(client, &options, &answer);
    if (error != DIBS_OK)
        complain(dibs_error_name(error), dibs_error_text());
    if (error == DIBS_OK && answer->verdict == DIBS_VERDICT_GRANTED && answer->standing != DIBS_STANDING_ENDED) {
        atomic_fetch_add(&granted, 1);
        return answer;
    }
    atomic_fetch_add(&refused, 1);
    dibs_answer_free(answer);
    return NULL;
}

static void close_claim(uint64_t token, enum dibs_outcome outcome, bool must)
{
    const struct dibs_target target = {.token = token};
    const struct dibs_close_options options = {.outcome = outcome, .targets = &target, .target_count = 1};
    struct dibs_answer *answer = NULL;
    enum dibs_error error = dibs_close_claims(client, &options, &answer);
    if (error != DIBS_OK)
        complain(dibs_error_name(error), dibs_error_text());
    else if (must && answer->verdict != DIBS_VERDICT_ACCEPTED)
        complain("a claim that was kept could not be ended", answer->message);
    dibs_answer_free(answer);
}

/* Works for longer than the lease every now and then: what is kept lives on. */
static void work_and_close(struct random *random, struct dibs_answer *answer, uint64_t ttl_ms)
{
    dibs_kept *kept = NULL;
    uint64_t token = answer->keys[0].token;
    begin_holding(answer->keys[0].key);
    if (dibs_keep(client, answer, NULL, &kept) != DIBS_OK)
        complain("keep", dibs_error_text());
    pause_ms(random_below(random, 60) == 0 ? ttl_ms + 500 : random_below(random, WORK_MS));
    bool is_live = kept != NULL && dibs_kept_state(kept) == DIBS_KEPT_LIVE;
    if (!is_live)
        atomic_fetch_add(&lost, 1); /* the machine was busy for longer than the lease */
    end_holding(answer->keys[0].key);
    close_claim(token, (enum dibs_outcome)(1 + random_below(random, 3)), is_live);
    dibs_keep_end(kept);
}

static void take_turns(uint64_t seed, bool fresh, bool may_leave)
{
    struct random random;
    random_init(&random, seed);
    while (!is_over()) {
        uint64_t ttl_ms = 3000 + random_below(&random, 2000);
        struct dibs_answer *answer = claim(&random, ttl_ms, fresh);
        if (answer == NULL)
            pause_ms(5);
        else if (may_leave && random_below(&random, 20) == 0)
            pause_ms(1); /* and never says another word about it */
        else
            work_and_close(&random, answer, ttl_ms);
        dibs_answer_free(answer);
    }
}

static void *thread(void *context)
{
    take_turns(*(const uint64_t *)context, true, false);
    return NULL;
}

static void run_threads(uint64_t number)
{
    pthread_t threads[THREADS];
    uint64_t seeds[THREADS];
    for (int i = 0; i < THREADS; i++) {
        seeds[i] = number * 100 + (uint64_t)i;
        if (pthread_create(&threads[i], NULL, thread, &seeds[i]) != 0)
            complain("threads", "none left");
    }
    for (int i = 0; i < THREADS; i++)
        (void)pthread_join(threads[i], NULL);
}

/* ---------------------------------------------------------------- hand-offs */

static void give(uint64_t number)
{
    struct random random;
    char fifo[32];
    random_init(&random, number);
    (void)snprintf(fifo, sizeof fifo, "codes.%llu", (unsigned long long)number);
    int codes = open(fifo, O_RDWR | O_CLOEXEC);
    while (!is_over()) {
        struct dibs_answer *code = NULL, *answer = claim(&random, 5000, true);
        if (answer == NULL)
            continue;
        begin_holding(answer->keys[0].key);
        pause_ms(random_below(&random, WORK_MS));
        end_holding(answer->keys[0].key);
        const struct dibs_target target = {.token = answer->keys[0].token};
        if (dibs_handoff(client, &target, NULL, false, &code) != DIBS_OK || code->code == NULL)
            complain("hand-off", code != NULL ? code->message : dibs_error_text());
        else
            (void)dprintf(codes, "%s\n", code->code);
        dibs_answer_free(code);
        dibs_answer_free(answer);
        pause_ms(50);
    }
    (void)dprintf(codes, "end\n");
    (void)close(codes);
}

static void take(uint64_t number)
{
    char fifo[32], code[256];
    (void)snprintf(fifo, sizeof fifo, "codes.%llu", (unsigned long long)number);
    FILE *codes = fopen(fifo, "re");
    while (codes != NULL && fgets(code, sizeof code, codes) != NULL && strcmp(code, "end\n") != 0) {
        struct dibs_answer *answer = NULL;
        code[strcspn(code, "\n")] = '\0';
        if (dibs_take(client, code, NULL, &answer) != DIBS_OK)
            complain("take", dibs_error_text());
        else if (answer->verdict == DIBS_VERDICT_GRANTED) {
            atomic_fetch_add(&handed, 1);
            begin_holding(answer->keys[0].key);
            pause_ms(WORK_MS / 2);
            end_holding(answer->keys[0].key);
            close_claim(answer->keys[0].token, DIBS_OUTCOME_DONE, dibs_answer_safe_ms(answer) > 1000);
        }
        dibs_answer_free(answer);
    }
    if (codes != NULL)
        (void)fclose(codes);
}

int main(int argc, char **argv)
{
    uint64_t number = argc > 2 ? (uint64_t)atol(argv[2]) : 0;
    const char *kind = argc > 1 ? argv[1] : "";
    char session[64];
    (void)snprintf(session, sizeof session, "%s-%llu", kind, (unsigned long long)number);
    const struct dibs_client_options options = {.session = session};
    if (dibs_open(&options, &client) != DIBS_OK) {
        fprintf(stderr, "%s\n", dibs_error_text());
        return 1;
    }
    if (strcmp(kind, "threads") == 0)
        run_threads(number);
    else if (strcmp(kind, "single") == 0)
        take_turns(number, true, true);
    else if (strcmp(kind, "giver") == 0)
        give(number);
    else if (strcmp(kind, "taker") == 0)
        take(number);
    dibs_close(client);
    printf("%s: %llu granted, %llu refused, %llu handed on, %llu lost, %llu wrong\n", session, atomic_load(&granted),
           atomic_load(&refused), atomic_load(&handed), atomic_load(&lost), atomic_load(&wrong));
    return atomic_load(&wrong) != 0;
}
