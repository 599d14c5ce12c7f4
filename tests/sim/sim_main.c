/* sim: tells seeds' stories to the core and to the model, and says where they differ.
 *
 *   sim --from S --count N [--jobs J] [--records M] [--keep-going] [--quiet] [--brief]
 *   sim --one SEED [--records M] [--verbose] [--whole] [--write FILE]
 *
 * Ends with 0 and "seeds A..B ok" (4 when it was stopped before the range's end: B is what it came to), or with 1, the
 * seed, the line that replays it, and the fewest records that still show the difference. Ranges can be run one after the
 * other: their sum counts. */
#include <ftw.h>
#include <getopt.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/sim/number.h"
#include "tests/sim/sim_codec.h"
#include "tests/sim/sim_keys.h"
#include "tests/sim/crew.h"
#include "tests/sim/trial.h"

enum { RECORDS_DEFAULT = 120, SHRINK_TRIALS = 4000, STOPPED = 4 };

struct options {
    struct crew_options crew;
    bool one, verbose, whole, brief;
    uint64_t seed;
    const char *write;
    char directory[200];
};

static const char usage[] =
    "usage: sim --from S --count N [--jobs J] [--records M] [--keep-going] [--quiet] [--brief]\n"
    "       sim --one SEED [--records M] [--verbose] [--whole] [--write FILE]\n";

static bool read_options(int argc, char **argv, struct options *options)
{
    static const struct option known[] = {
        {"from", 1, NULL, 'f'},  {"count", 1, NULL, 'c'},      {"jobs", 1, NULL, 'j'},  {"records", 1, NULL, 'r'},
        {"one", 1, NULL, 'o'},   {"keep-going", 0, NULL, 'k'}, {"quiet", 0, NULL, 'q'}, {"verbose", 0, NULL, 'v'},
        {"whole", 0, NULL, 'w'}, {"write", 1, NULL, 'W'},      {"brief", 0, NULL, 'b'}, {NULL, 0, NULL, 0}};
    uint64_t number = 0;
    int letter;

    *options = (struct options){.crew = {.count = 1000, .records = RECORDS_DEFAULT, .jobs = 2, .progress = true}};
    while ((letter = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (strchr("fcjro", letter) != NULL && !read_number(optarg, &number))
            return false;
        switch (letter) {
        case 'f':
            options->crew.from = number;
            break;
        case 'c':
            options->crew.count = number;
            break;
        case 'j':
            options->crew.jobs = number < CREW_MAX ? (uint32_t)number : CREW_MAX;
            break;
        case 'r':
            options->crew.records = number < SEQUENCE_MAX ? (uint32_t)number : SEQUENCE_MAX;
            break;
        case 'o':
            options->seed = number, options->one = true;
            break;
        case 'k':
            options->crew.keep_going = true;
            break;
        case 'q':
            options->crew.progress = false;
            break;
        case 'v':
            options->verbose = true;
            break;
        case 'w':
            options->whole = true;
            break;
        case 'b':
            options->brief = true;
            break;
        case 'W':
            options->write = optarg;
            break;
        default:
            return false;
        }
    }
    return optind == argc && options->crew.jobs > 0 && options->crew.records > 0;
}

static bool make_directory(struct options *options)
{
    const char *parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : getenv("TMPDIR");

    (void)snprintf(options->directory, sizeof options->directory, "%s/dibs-sim-XXXXXX",
                   parent != NULL ? parent : "/tmp");
    options->crew.directory = options->directory;
    return mkdtemp(options->directory) != NULL;
}

/* ---------------------------------------------------------------- one seed */

static void tell_one(const struct options *options, struct sequence *sequence, FILE *records_out)
{
    struct generator *generator = generator_new();
    struct story *story = story_new(options->directory, "one");

    (void)alarm(TRIAL_SECONDS);
    story->records_out = records_out;
    story->loud = options->verbose ? stdout : NULL;
    if (story_tell(story, options->seed, sequence, generator, options->crew.records))
        (void)printf("seed %llu ok: profile %s, %u records, %u decisions\n", (unsigned long long)options->seed,
                     generator_profile(generator), sequence->count, story->told.count);
    (void)fflush(NULL);
    _exit(story->difference.kind == SAME ? 0 : 1);
}

static void write_log(const char *path, const struct sequence *sequence)
{
    FILE *file = fopen(path, "w");

    for (uint32_t i = 0; file != NULL && i < sequence->count; i++)
        sequence_write(file, sequence, i);
    if (file == NULL || fclose(file) != 0)
        perror(path);
}

/* Tells the seed in a child and gets its records through a file, since the child may die. True: all went well. */
static bool generate(const struct options *options, struct sequence *sequence)
{
    char path[256];
    int status = 0;

    (void)snprintf(path, sizeof path, "%s/records", options->directory);
    FILE *file = fopen(path, "w+");
    CHECK(file != NULL);
    (void)fflush(NULL);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0)
        tell_one(options, sequence, file);
    CHECK(waitpid(child, &status, 0) == child);
    rewind(file);
    CHECK(sequence_read(file, sequence));
    (void)fclose(file);
    (void)unlink(path);
    if (options->write != NULL)
        write_log(options->write, sequence);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int report_one(const struct options *options, struct sequence *sequence)
{
    struct trial *trial = trial_new();
    struct difference found = *trial_run(trial, options->directory, options->seed, sequence, NULL);

    if (!options->whole && found.kind != SAME)
        trial_shrink(trial, options->directory, options->seed, sequence, SHRINK_TRIALS);
    (void)printf("seed %llu differs: %s: %s\nreplay: sim --one %llu --records %u\n", (unsigned long long)options->seed,
                 difference_name(found.kind), found.words, (unsigned long long)options->seed, options->crew.records);
    (void)printf("%s (%u):\n", options->whole ? "all records" : "the fewest records that still show it",
                 sequence->count);
    const struct difference *last = trial_run(trial, options->directory, options->seed, sequence, stdout);
    (void)printf("difference: %s: %s\n", difference_name(last->kind), last->words);
    return 1;
}

static int run_one(const struct options *options)
{
    struct sequence *sequence = calloc(1, sizeof *sequence);
    int status = 0;

    CHECK(sequence != NULL);
    if (!generate(options, sequence))
        status = report_one(options, sequence);
    sequence_free(sequence);
    free(sequence);
    return status;
}

/* ---------------------------------------------------------------- many */

static bool same_sort(const struct difference *a, const struct difference *b)
{
    return a->kind == b->kind && strcmp(a->field, b->field) == 0;
}

/* Each sort of difference once, with the first seed that shows it and how many do. */
static void print_findings(const struct finding *findings, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct difference *first = &findings[i].difference;
        uint32_t alike = 0, before = 0;
        for (uint32_t j = 0; j < count; j++) {
            bool same = same_sort(&findings[j].difference, first);
            alike += same;
            before += same && j < i;
        }
        if (before == 0)
            (void)printf("seed %llu (%u seeds) differs: %s %s: %s\n", (unsigned long long)findings[i].seed, alike,
                         difference_name(first->kind), first->field, first->words);
    }
}

static int run_many(struct options *options)
{
    struct finding *findings;
    uint32_t count;
    uint64_t told = crew_run(&options->crew, &findings, &count);
    uint64_t last = options->crew.from + told - 1;

    if (count == 0 && told > 0) {
        (void)printf("seeds %llu..%llu ok%s\n", (unsigned long long)options->crew.from, (unsigned long long)last,
                     told < options->crew.count ? ", stopped there" : "");
    } else if (count > 0) {
        print_findings(findings, count);
        (void)printf("%u of %llu seeds differ\n", count, (unsigned long long)told);
        options->seed = findings[0].seed;
        if (!options->brief)
            (void)run_one(options);
    }
    free(findings);
    if (count > 0)
        return 1;
    return told < options->crew.count ? STOPPED : 0;
}

static int delete_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info, (void)type, (void)where;
    return remove(path);
}

int main(int argc, char **argv)
{
    sim_codec_reads = sim_keys_agree;
    struct options options;

    if (!read_options(argc, argv, &options)) {
        (void)fputs(usage, stderr);
        return 2;
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    if (!make_directory(&options)) {
        perror(options.directory);
        return 3;
    }
    int status = options.one ? run_one(&options) : run_many(&options);
    (void)nftw(options.directory, delete_one, 8, FTW_DEPTH | FTW_PHYS); /* children that died leave files */
    return status;
}
