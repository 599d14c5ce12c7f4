/* fleet_sim: plays seeds' fleets, and says which one went wrong.
 *
 *   fleet_sim --from S --count N [--jobs J] [--keep-going] [--quiet] [--brief]
 *   fleet_sim --one SEED [--trace]
 *
 * Ends with 0 and "seeds A..B ok" (4 when it was stopped: B is what it came to), or with 1, the first seed that went
 * wrong and the line that replays it. */
#include <ftw.h>
#include <getopt.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fleet_sim/fleet.h"
#include "tests/sim/number.h"

enum { JOBS_MAX = 64, FINDINGS_MAX = 1024, SEED_SECONDS = 60, STOPPED = 4 };

struct options {
    uint64_t from, count, one;
    uint32_t jobs;
    bool is_one, keep_going, quiet, brief, trace;
};

struct finding {
    uint64_t seed;
    char words[600];
};

/* Shared by the workers. */
struct board {
    _Atomic uint64_t next, played;
    _Atomic uint32_t finding_count;
    _Atomic bool stop;
    _Atomic uint64_t in_hand[JOBS_MAX];
    struct finding findings[FINDINGS_MAX];
};

static char directory[200];
static volatile sig_atomic_t asked_to_stop;

static bool read_options(int argc, char **argv, struct options *options)
{
    static const struct option known[] = {
        {"from", 1, NULL, 'f'},       {"count", 1, NULL, 'c'}, {"jobs", 1, NULL, 'j'},
        {"one", 1, NULL, 'o'},        {"trace", 0, NULL, 't'}, {"brief", 0, NULL, 'b'},
        {"keep-going", 0, NULL, 'k'}, {"quiet", 0, NULL, 'q'}, {NULL, 0, NULL, 0}};
    uint64_t number = 0;
    int letter;

    *options = (struct options){.count = 1000, .jobs = 2};
    while ((letter = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (strchr("fcjo", letter) != NULL && !read_number(optarg, &number))
            return false;
        if (letter == 'f')
            options->from = number;
        else if (letter == 'c')
            options->count = number;
        else if (letter == 'j')
            options->jobs = number < JOBS_MAX ? (uint32_t)number : JOBS_MAX;
        else if (letter == 'o')
            options->one = number, options->is_one = true;
        else if (letter == 't')
            options->trace = true;
        else if (letter == 'k')
            options->keep_going = true;
        else if (letter == 'q')
            options->quiet = true;
        else if (letter == 'b')
            options->brief = true;
        else
            return false;
    }
    return optind == argc && options->jobs > 0;
}

/* ---------------------------------------------------------------- workers */

static void note_finding(struct board *board, uint64_t seed, const char *words, bool keep_going)
{
    uint32_t at = atomic_fetch_add(&board->finding_count, 1);

    if (at < FINDINGS_MAX) {
        board->findings[at].seed = seed;
        (void)snprintf(board->findings[at].words, sizeof board->findings[at].words, "%s", words);
    }
    if (!keep_going)
        atomic_store(&board->stop, true);
}

static void work(struct board *board, const struct options *options, uint32_t worker)
{
    char name[260];

    (void)snprintf(name, sizeof name, "%s/worker-%ld", directory, (long)getpid());
    if (mkdir(name, 0700) != 0)
        _exit(3);
    struct fleet *fleet = fleet_new(name);
    while (!atomic_load(&board->stop)) {
        uint64_t seed = atomic_fetch_add(&board->next, 1);
        if (seed - options->from >= options->count)
            break;
        atomic_store(&board->in_hand[worker], seed);
        (void)alarm(SEED_SECONDS);
        if (!fleet_play(fleet, seed))
            note_finding(board, seed, fleet->words, options->keep_going);
        (void)atomic_fetch_add(&board->played, 1);
    }
    fleet_free(fleet);
}

static pid_t start_worker(struct board *board, const struct options *options, uint32_t worker)
{
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)signal(SIGINT, SIG_IGN);
        (void)signal(SIGTERM, SIG_IGN);
        work(board, options, worker);
        _exit(0);
    }
    return child;
}

/* A worker that died (an abort, a hang) leaves its seed as a finding; another takes its place when going on. */
static bool bury(struct board *board, const struct options *options, uint32_t worker, int status)
{
    char words[100];

    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return false;
    (void)snprintf(words, sizeof words, "the process %s",
                   !WIFSIGNALED(status) ? "failed" : strsignal(WTERMSIG(status)));
    note_finding(board, atomic_load(&board->in_hand[worker]), words, options->keep_going);
    (void)atomic_fetch_add(&board->played, 1);
    return options->keep_going;
}

static void stop_soon(int number)
{
    (void)number;
    asked_to_stop = 1;
}

static void wait_for_all(struct board *board, const struct options *options, pid_t *workers)
{
    uint32_t alive = options->jobs;

    while (alive > 0) {
        int status;
        pid_t child = waitpid(-1, &status, 0);
        if (asked_to_stop != 0)
            atomic_store(&board->stop, true);
        for (uint32_t i = 0; child > 0 && i < options->jobs; i++) {
            if (workers[i] != child)
                continue;
            workers[i] = 0;
            if (bury(board, options, i, status))
                workers[i] = start_worker(board, options, i);
            else
                alive--;
        }
    }
}

static int compare_findings(const void *left, const void *right)
{
    const struct finding *a = left, *b = right;

    return (a->seed > b->seed) - (a->seed < b->seed);
}

static int report(struct board *board, const struct options *options)
{
    uint32_t count = atomic_load(&board->finding_count), kept = count < FINDINGS_MAX ? count : FINDINGS_MAX;
    uint64_t played = atomic_load(&board->played);

    if (count == 0 && played > 0)
        (void)printf("seeds %llu..%llu ok%s\n", (unsigned long long)options->from,
                     (unsigned long long)(options->from + played - 1),
                     played < options->count ? ", stopped there" : "");
    qsort(board->findings, kept, sizeof board->findings[0], compare_findings);
    for (uint32_t i = 0; i < kept && (i == 0 || !options->brief); i++)
        (void)printf("seed %llu is wrong: %s\nreplay: fleet_sim --one %llu --trace\n",
                     (unsigned long long)board->findings[i].seed, board->findings[i].words,
                     (unsigned long long)board->findings[i].seed);
    if (count > 0)
        (void)printf("%u of %llu seeds are wrong\n", count, (unsigned long long)played);
    if (count > 0)
        return 1;
    return played < options->count ? STOPPED : 0;
}

static int run_many(const struct options *options)
{
    struct board *board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const struct sigaction action = {.sa_handler = stop_soon};
    pid_t workers[JOBS_MAX];

    if (board == MAP_FAILED)
        return 3;
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    atomic_store(&board->next, options->from);
    for (uint32_t i = 0; i < options->jobs; i++)
        workers[i] = start_worker(board, options, i);
    wait_for_all(board, options, workers);
    return report(board, options);
}

static int run_one(const struct options *options)
{
    struct fleet *fleet = fleet_new(directory);
    fleet->trace = options->trace ? stdout : NULL;
    bool ok = fleet_play(fleet, options->one);
    (void)printf("seed %llu %s%s; %u records, %u decisions, %.0f s\n", (unsigned long long)options->one,
                 ok ? "ok" : "is wrong: ", ok ? "" : fleet->words, fleet->intents.count, fleet->oracle.entry_count,
                 (double)(fleet->now_ms - UINT64_C(1000000000000)) / 1000);
    fleet_free(fleet);
    return ok ? 0 : 1;
}

static int delete_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info, (void)type, (void)where;
    return remove(path);
}

int main(int argc, char **argv)
{
    struct options options;
    const char *parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

    if (!read_options(argc, argv, &options)) {
        (void)fputs("usage: fleet_sim --from S --count N [--jobs J] [--keep-going] [--quiet] [--brief]\n"
                    "       fleet_sim --one SEED [--trace]\n",
                    stderr);
        return 2;
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    (void)snprintf(directory, sizeof directory, "%s/dibs-fleet-sim-XXXXXX", parent);
    if (mkdtemp(directory) == NULL) {
        perror(directory);
        return 3;
    }
    int status = options.is_one ? run_one(&options) : run_many(&options);
    (void)nftw(directory, delete_one, 8, FTW_DEPTH | FTW_PHYS);
    return status;
}
