/* Golden logs: recorded sequences of records give the same decisions and the same state as ever, whatever compiler,
 * optimisation and machine built the core.
 *
 *   golden FOLDER            compares each log named in FOLDER/expected.tsv
 *   golden --print LOG…      prints lines for that file
 *
 * Links the core and what it stands on, nothing else, so that it also runs cross-compiled. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "coordinator/core/apply.h"
#include "tests/sim/core_side.h"
#include "tests/sim/sim_codec.h"
#include "tests/sim/sequence.h"

enum { LINE_MAX_BYTES = 200 };

/* Of all decisions so far: the hash of (the hash before, the encoded decision). */
struct told {
    uint64_t count;
    struct hash128 hash;
    struct bytes encoded;
};

static void hear(void *context, const struct decision *decision)
{
    struct told *told = context;
    uint8_t before[16];

    for (int i = 0; i < 8; i++) {
        before[i] = (uint8_t)(told->hash.low >> (8 * i));
        before[8 + i] = (uint8_t)(told->hash.high >> (8 * i));
    }
    told->count++;
    told->encoded.size = 0;
    CHECK(sim_codec_encode_decision(decision, &told->encoded));
    const struct span pieces[] = {span_of(before, sizeof before), bytes_span(&told->encoded)};
    told->hash = hash_xxh3_128_pieces(pieces, 2);
}

/* Tells the log to a fresh core and writes what came out: records, decisions, their hash, the digest. */
static bool tell(struct core_side *side, struct sequence *sequence, char line[LINE_MAX_BYTES])
{
    struct told told = {0};
    struct sim_decoder *decoder = sim_decoder_new();
    bool good = true;

    core_side_fresh(side);
    for (uint32_t i = 0; i < sequence->count && good; i++) {
        const struct sim_record *at = &sequence->records[i];
        const struct core_record record = {.offset = at->offset,
                                           .ts_ms = at->ts_ms,
                                           .intent = sim_codec_decode(decoder, sequence_payload(sequence, at))};
        good = core_apply(side->state, &record, (struct decision_sink){hear, &told}) == CORE_FINISHED;
    }
    struct state_digest digest = core_digest(side->state);
    (void)snprintf(line, LINE_MAX_BYTES,
                   "%" PRIu32 "\t%" PRIu64 "\t%016" PRIx64 "%016" PRIx64 "\t%016" PRIx64 "%016" PRIx64, sequence->count,
                   told.count, told.hash.high, told.hash.low, digest.high, digest.low);
    sim_decoder_free(decoder);
    bytes_free(&told.encoded);
    return good;
}

static bool tell_file(struct core_side *side, const char *path, char line[LINE_MAX_BYTES])
{
    struct sequence *sequence = calloc(1, sizeof *sequence);
    FILE *file = fopen(path, "r");

    CHECK(sequence != NULL);
    bool good = file != NULL && sequence_read(file, sequence) && sequence->count > 0 && tell(side, sequence, line);
    if (!good)
        (void)fprintf(stderr, "golden: %s cannot be read or told\n", path);
    if (file != NULL)
        (void)fclose(file);
    sequence_free(sequence);
    free(sequence);
    return good;
}

static int print_all(struct core_side *side, int count, char **paths)
{
    char line[LINE_MAX_BYTES];

    for (int i = 0; i < count; i++) {
        const char *name = strrchr(paths[i], '/');
        if (!tell_file(side, paths[i], line))
            return 1;
        (void)printf("%s\t%s\n", name != NULL ? name + 1 : paths[i], line);
    }
    return 0;
}

static int compare_all(struct core_side *side, const char *folder)
{
    char path[512], expected[LINE_MAX_BYTES + 100], line[LINE_MAX_BYTES];
    uint32_t logs = 0, wrong = 0;

    (void)snprintf(path, sizeof path, "%s/expected.tsv", folder);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        return 1;
    }
    while (fgets(expected, sizeof expected, file) != NULL) {
        expected[strcspn(expected, "\n")] = '\0';
        size_t name = strcspn(expected, "\t");
        (void)snprintf(path, sizeof path, "%s/%.*s", folder, (int)name, expected);
        logs++;
        if (tell_file(side, path, line) && expected[name] == '\t' && strcmp(line, expected + name + 1) == 0)
            continue;
        wrong++;
        (void)fprintf(stderr, "golden: %s\n  expected %s\n  got      %s\n", path, expected + name, line);
    }
    (void)fclose(file);
    (void)printf("golden: %u logs, %u wrong\n", logs, wrong);
    return logs > 0 && wrong == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    char directory[256];
    const char *parent = getenv("TMPDIR");
    struct core_side side;

    if (argc < 2) {
        (void)fputs("usage: golden FOLDER | golden --print LOG...\n", stderr);
        return 2;
    }
    (void)snprintf(directory, sizeof directory, "%s/dibs-golden-XXXXXX", parent != NULL ? parent : "/tmp");
    if (mkdtemp(directory) == NULL) {
        perror(directory);
        return 1;
    }
    core_side_open(&side, directory, "state");
    int status = strcmp(argv[1], "--print") == 0 ? print_all(&side, argc - 2, argv + 2) : compare_all(&side, argv[1]);
    core_side_close(&side);
    (void)rmdir(directory);
    return status;
}
