/* Tells sequences in processes of their own, and cuts them to what matters. */
#include "tests/sim/trial.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct trial *trial_new(void)
{
    struct trial *trial = mmap(NULL, sizeof *trial, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    CHECK(trial != MAP_FAILED);
    return trial;
}

void trial_note_death(struct difference *difference, int status, uint32_t at)
{
    int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

    *difference = (struct difference){.kind = DIED, .record = at};
    if (number == SIGALRM)
        (void)snprintf(difference->words, sizeof difference->words, "hangs at record %u", at);
    else if (number != 0)
        (void)snprintf(difference->words, sizeof difference->words, "dies of %s at record %u", strsignal(number), at);
    else
        (void)snprintf(difference->words, sizeof difference->words, "exits with %d at record %u", WEXITSTATUS(status),
                       at);
    (void)snprintf(difference->field, sizeof difference->field, "signal %d", number);
}

/* In the child. The story keeps its record number in shared memory only by dying: it is copied at the end. */
static void tell(struct trial *trial, const char *parent, uint64_t seed, struct sequence *sequence, FILE *report)
{
    char name[32];

    (void)alarm(TRIAL_SECONDS);
    (void)snprintf(name, sizeof name, "trial-%ld", (long)getpid());
    struct story *story = story_new(parent, name);
    story->report = story->loud = report;
    story->shared_at = &trial->at;
    story->texts = story->dump_always = true;
    (void)story_tell(story, seed, sequence, NULL, 0);
    trial->difference = story->difference;
    if (report != NULL)
        (void)fflush(report);
    story_free(story);
}

static void delete_leavings(const char *parent, pid_t child)
{
    struct core_side side = {0};

    for (int i = 0; i < 2; i++) {
        (void)snprintf(side.directory, sizeof side.directory, "%s/trial-%ld%s", parent, (long)child,
                       i == 0 ? "" : "-again");
        core_side_close(&side);
    }
}

const struct difference *trial_run(struct trial *trial, const char *parent, uint64_t seed, struct sequence *sequence,
                                   FILE *report)
{
    int status = 0;

    *trial = (struct trial){0};
    (void)fflush(NULL);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        if (report == NULL && freopen("/dev/null", "w", stderr) == NULL)
            _exit(3);
        tell(trial, parent, seed, sequence, report);
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        trial_note_death(&trial->difference, status, trial->at);
        delete_leavings(parent, child);
    }
    return &trial->difference;
}

/* ---------------------------------------------------------------- cutting */

static void keep_only(struct sequence *to, const struct sequence *from, uint32_t cut_from, uint32_t cut_to)
{
    sequence_clear(to);
    for (uint32_t i = 0; i < from->count; i++) {
        if (i < cut_from || i >= cut_to)
            (void)sequence_add(to, &from->records[i], sequence_payload(from, &from->records[i]));
    }
}

static bool differs_alike(const struct difference *a, const struct difference *b)
{
    return a->kind == b->kind && strcmp(a->field, b->field) == 0;
}

/* One pass over the sequence in pieces of `piece` records; true when something could be cut. */
static bool cut_pass(struct trial *trial, const char *parent, uint64_t seed, struct sequence *sequence,
                     const struct difference *wanted, uint32_t piece, uint32_t *trials, struct sequence *shorter)
{
    bool cut = false;

    for (uint32_t from = 0; from<sequence->count && * trials> 0;) {
        uint32_t to = from + piece < sequence->count ? from + piece : sequence->count;
        keep_only(shorter, sequence, from, to);
        --*trials;
        if (shorter->count == 0 || !differs_alike(trial_run(trial, parent, seed, shorter, NULL), wanted)) {
            from = to;
            continue;
        }
        keep_only(sequence, shorter, 0, 0);
        cut = true;
    }
    return cut;
}

void trial_shrink(struct trial *trial, const char *parent, uint64_t seed, struct sequence *sequence, uint32_t trials)
{
    struct difference wanted = *trial_run(trial, parent, seed, sequence, NULL);
    struct sequence *shorter = calloc(1, sizeof *shorter);

    CHECK(shorter != NULL);
    /* What comes after the difference has no part in it, unless it is found only at the end. */
    if (wanted.kind == DIFFERS_DECISION && wanted.record + 1 < sequence->count)
        sequence->count = wanted.record + 1;
    for (uint32_t piece = sequence->count / 2 + 1; wanted.kind != SAME && trials > 0;) {
        bool cut = cut_pass(trial, parent, seed, sequence, &wanted, piece, &trials, shorter);
        if (piece == 1 && !cut)
            break;
        piece = piece == 1 ? 1 : (piece + 1) / 2;
    }
    sequence_free(shorter);
    free(shorter);
}
