/* The workers. A worker that dies leaves word of the seed it was at; another takes its place. */
#include "tests/sim/crew.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/sim/trial.h"

/* Shared by all; `next` and `finding_count` are taken atomically, the rest has one writer. */
struct board {
    _Atomic uint64_t next, told;
    _Atomic uint32_t finding_count;
    _Atomic bool stop;
    uint64_t seed[CREW_MAX]; /* in hand, by worker */
    uint32_t at[CREW_MAX];
    struct finding findings[CREW_FINDINGS];
};

static void note_finding(struct board *board, uint64_t seed, const struct difference *difference, bool keep_going)
{
    uint32_t at = atomic_fetch_add(&board->finding_count, 1);

    if (at < CREW_FINDINGS)
        board->findings[at] = (struct finding){.seed = seed, .difference = *difference};
    if (!keep_going)
        atomic_store(&board->stop, true);
}

static void work(struct board *board, const struct crew_options *options, uint32_t worker)
{
    char name[32];
    struct sequence *sequence = calloc(1, sizeof *sequence);
    struct generator *generator = generator_new();

    CHECK(sequence != NULL);
    (void)snprintf(name, sizeof name, "worker-%ld", (long)getpid());
    struct story *story = story_new(options->directory, name);
    story->shared_at = &board->at[worker];
    while (!atomic_load(&board->stop)) {
        uint64_t seed = atomic_fetch_add(&board->next, 1);
        if (seed - options->from >= options->count)
            break;
        board->seed[worker] = seed;
        (void)alarm(TRIAL_SECONDS);
        if (!story_tell(story, seed, sequence, generator, options->records)) {
            story->texts = true; /* once more, to name the field */
            (void)story_tell(story, seed, sequence, generator, options->records);
            note_finding(board, seed, &story->difference, options->keep_going);
            story->texts = false;
        }
        (void)atomic_fetch_add(&board->told, 1);
    }
    (void)alarm(0);
    story_free(story);
    generator_free(generator);
    sequence_free(sequence);
    free(sequence);
}

static pid_t start_worker(struct board *board, const struct crew_options *options, uint32_t worker)
{
    (void)fflush(NULL);
    board->seed[worker] = UINT64_MAX;
    pid_t child = fork();

    CHECK(child >= 0);
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* nobody is left who asks */
        (void)signal(SIGINT, SIG_IGN);
        (void)signal(SIGTERM, SIG_IGN);
        work(board, options, worker);
        _exit(0);
    }
    return child;
}

static void delete_leavings(const char *directory, pid_t child)
{
    struct core_side side = {0};

    for (int i = 0; i < 2; i++) {
        (void)snprintf(side.directory, sizeof side.directory, "%s/worker-%ld%s", directory, (long)child,
                       i == 0 ? "" : "-again");
        core_side_close(&side);
    }
}

/* A worker ended: true when another has to take its place. */
static bool bury(struct board *board, const struct crew_options *options, pid_t child, uint32_t worker, int status)
{
    struct difference difference;

    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return false;
    trial_note_death(&difference, status, board->at[worker]);
    note_finding(board, board->seed[worker], &difference, options->keep_going);
    (void)atomic_fetch_add(&board->told, 1);
    delete_leavings(options->directory, child);
    return options->keep_going;
}

static int compare_findings(const void *left, const void *right)
{
    const struct finding *a = left, *b = right;

    return (a->seed > b->seed) - (a->seed < b->seed);
}

static void show_progress(const struct board *board, const struct crew_options *options, time_t *last)
{
    time_t now = time(NULL);

    if (!options->progress || now - *last < 10)
        return;
    *last = now;
    (void)fprintf(stderr, "sim: %llu of %llu seeds\n", (unsigned long long)atomic_load(&board->told),
                  (unsigned long long)options->count);
}

static volatile sig_atomic_t asked_to_stop;

static void stop_soon(int number)
{
    (void)number;
    asked_to_stop = 1;
}

/* The workers finish the seeds in hand, so that a range that was stopped is still a range. */
static void stop_when_asked(void)
{
    const struct sigaction action = {.sa_handler = stop_soon}; /* no SA_RESTART: waiting ends, too */

    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

static void wait_for_all(struct board *board, const struct crew_options *options, pid_t *workers)
{
    uint32_t alive = options->jobs;
    time_t last = time(NULL);

    while (alive > 0) {
        int status;
        pid_t child = waitpid(-1, &status, options->progress ? WNOHANG : 0);
        if (child == 0)
            (void)nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
        if (asked_to_stop != 0)
            atomic_store(&board->stop, true);
        show_progress(board, options, &last);
        for (uint32_t i = 0; child > 0 && i < options->jobs; i++) {
            if (workers[i] != child)
                continue;
            workers[i] = 0;
            if (bury(board, options, child, i, status))
                workers[i] = start_worker(board, options, i);
            else
                alive--;
        }
    }
}

uint64_t crew_run(const struct crew_options *options, struct finding **findings, uint32_t *finding_count)
{
    struct board *board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t workers[CREW_MAX];

    CHECK(board != MAP_FAILED && options->jobs >= 1 && options->jobs <= CREW_MAX);
    atomic_store(&board->next, options->from);
    stop_when_asked();
    for (uint32_t i = 0; i < options->jobs; i++)
        workers[i] = start_worker(board, options, i);
    wait_for_all(board, options, workers);
    uint32_t count = atomic_load(&board->finding_count);
    *finding_count = count < CREW_FINDINGS ? count : CREW_FINDINGS;
    *findings = calloc(*finding_count + 1, sizeof **findings);
    CHECK(*findings != NULL);
    memcpy(*findings, board->findings, *finding_count * sizeof **findings);
    qsort(*findings, *finding_count, sizeof **findings, compare_findings);
    uint64_t told = atomic_load(&board->told);
    (void)munmap(board, sizeof *board);
    return told;
}
