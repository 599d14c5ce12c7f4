/* One bit of the state's file is flipped at a time, anywhere in what is in use, under a store that then is asked, claimed
 * from and closed in. Whatever the bit was: nobody is granted what another holds or has done, nobody is shown anything
 * that was not written, no process dies of it, and the next one finds the store in order. An error is an answer, too. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.h"
#include "tests/behaviour/world.h"

enum { SESSIONS = 3, HELD = 300, DONE = 40, FLIPS = 400, TEXT = 64, CURSOR = 1024 };

/* What a child found, by bits of its exit status. */
enum finding { SHOWN_WRONG = 1, GRANTED_WRONG = 2, REFUSED_WRONG = 4, UNREADABLE_AFTER = 8, FINDINGS = 4 };
static const char *const finding_names[FINDINGS] = {"shown what was not written", "granted what was not free",
                                                    "refused what was free", "no store for the next one"};

struct copy {
    char *bytes;
    size_t size;
    ino_t inode;
};

static void key_name(const char *what, uint64_t number, char out[TEXT])
{
    (void)snprintf(out, TEXT, "task:%s/%llu", what, (unsigned long long)number);
}

static const char *session_name(uint64_t number)
{
    static const char *const names[SESSIONS] = {"alice", "bob", "carol"};
    return names[number % SESSIONS];
}

static void fill_store(void)
{
    char key[TEXT], about[TEXT];
    for (uint64_t s = 0; s < SESSIONS; s++) {
        dibs_client *client = world_open(session_name(s));
        for (uint64_t i = s; i < HELD; i += SESSIONS) {
            key_name("held", i, key);
            (void)snprintf(about, sizeof about, "work number %llu", (unsigned long long)i);
            dibs_answer_free(world_claim_with(client, key, (struct dibs_claim_options){.about = about}));
        }
        for (uint64_t i = s; i < DONE; i += SESSIONS) {
            key_name("done", i, key);
            (void)world_try(client, key, NULL);
            dibs_answer_free(world_close(client, key, 0, DIBS_OUTCOME_DONE));
        }
        dibs_close(client);
    }
}

/* ---------------------------------------------------------------- what a child does */

static bool row_is_right(const struct dibs_row *row)
{
    char key[TEXT], about[TEXT];
    unsigned long long number;
    if (sscanf(row->key, "task:held/%llu", &number) == 1 && number < HELD) {
        key_name("held", number, key);
        (void)snprintf(about, sizeof about, "work number %llu", number);
        return row->kind == DIBS_ROW_CLAIM && strcmp(row->key, key) == 0 && strcmp(row->about, about) == 0 &&
               strcmp(row->session, session_name(number)) == 0 && !row->shared;
    }
    if (sscanf(row->key, "task:done/%llu", &number) != 1 || number >= DONE)
        return false;
    key_name("done", number, key);
    return row->kind == DIBS_ROW_DONE && strcmp(row->key, key) == 0 && strcmp(row->session, session_name(number)) == 0;
}

/* Every page of the list, which must have every row, as it was written. */
static int look_at_all(dibs_client *client)
{
    char after[CURSOR] = "";
    size_t rows = 0;
    for (bool more = true; more;) {
        struct dibs_answer *answer = NULL;
        if (dibs_list(client, &(struct dibs_list_options){.after = after[0] == '\0' ? NULL : after}, &answer) !=
            DIBS_OK)
            return 0;
        for (size_t i = 0; i < answer->row_count; i++, rows++)
            if (!row_is_right(&answer->rows[i])) {
                dibs_answer_free(answer);
                return SHOWN_WRONG;
            }
        more = answer->next != NULL;
        if (more)
            (void)snprintf(after, sizeof after, "%s", answer->next);
        dibs_answer_free(answer);
    }
    return rows == HELD + DONE ? 0 : SHOWN_WRONG;
}

/* A claim and its verdict; DIBS_VERDICT_NONE: no answer, or an error, which is none either. */
static enum dibs_verdict ask_for(dibs_client *client, const char *what, uint64_t number)
{
    char key[TEXT];
    const char *keys[] = {key};
    struct dibs_answer *answer = NULL;
    key_name(what, number, key);
    enum dibs_error error = dibs_claim(client, &(struct dibs_claim_options){.keys = keys, .key_count = 1}, &answer);
    enum dibs_verdict verdict = error == DIBS_OK ? answer->verdict : DIBS_VERDICT_NONE;
    dibs_answer_free(answer);
    return verdict;
}

static int expect_verdict(enum dibs_verdict got, enum dibs_verdict wanted, int finding)
{
    return got == wanted || got == DIBS_VERDICT_NONE ? 0 : finding;
}

static int open_and_try(struct random *random)
{
    int found = 0;
    dibs_client *clients[SESSIONS] = {NULL};
    uint64_t mine = random_below(random, HELD / SESSIONS) * SESSIONS, theirs = mine + 1,
             done = random_below(random, DONE);
    bool open = true;
    for (uint64_t s = 0; s < SESSIONS && open; s++)
        open = dibs_open(&(struct dibs_client_options){.session = session_name(s)}, &clients[s]) == DIBS_OK;
    if (open) {
        if (random_below(random, 2) == 0) /* either may be the first to meet it */
            found |= look_at_all(clients[0]);
        found |= expect_verdict(ask_for(clients[0], "held", theirs), DIBS_VERDICT_DENIED, GRANTED_WRONG);
        found |= expect_verdict(ask_for(clients[0], "held", mine), DIBS_VERDICT_YOURS, GRANTED_WRONG);
        found |= expect_verdict(ask_for(clients[2], "done", done), DIBS_VERDICT_DENIED, GRANTED_WRONG);
        found |= expect_verdict(ask_for(clients[2], "held", mine), DIBS_VERDICT_DENIED, GRANTED_WRONG);
        found |= look_at_all(clients[1]);
        found |= expect_verdict(ask_for(clients[1], "free", done), DIBS_VERDICT_GRANTED, REFUSED_WRONG);
    }
    for (uint64_t s = 0; s < SESSIONS; s++)
        dibs_close(clients[s]);
    return found;
}

/* Whoever comes next finds all in order: at the second try, if the first met the damage. */
static int open_after(void)
{
    for (int tries = 0; tries < 2; tries++) {
        dibs_client *client = NULL;
        struct dibs_answer *answer = NULL;
        enum dibs_error error = dibs_open(&(struct dibs_client_options){.session = "dave"}, &client);
        if (error == DIBS_OK)
            error = dibs_show(client, "task:held/1", NULL, &answer);
        bool right = error == DIBS_OK && answer->row_count == 1 && strcmp(answer->rows[0].session, "bob") == 0;
        dibs_answer_free(answer);
        dibs_close(client);
        if (right)
            return 0;
    }
    return UNREADABLE_AFTER;
}

/* Its exit status, or minus the signal that ended it. */
static int in_a_child(int (*work)(struct random *), struct random *random)
{
    pid_t pid = fork();
    int status = 0;
    if (pid == 0) {
        int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);
        (void)dup2(quiet, STDERR_FILENO);
        (void)alarm(60);
        _exit(work(random));
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        abort();
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int after(struct random *random)
{
    (void)random;
    return open_after();
}

/* ---------------------------------------------------------------- the file */

static const char *const state_file = "store/state/data.mdb";
static const char *const log_file = "store/log/00000000000000000000.seg";

static void take_copy(const char *name, struct copy *copy)
{
    struct stat is;
    int file = open(world_path(name), O_RDONLY | O_CLOEXEC);
    free(copy->bytes);
    if (file < 0 || fstat(file, &is) != 0 || (copy->bytes = malloc((size_t)is.st_size)) == NULL ||
        read(file, copy->bytes, (size_t)is.st_size) != is.st_size)
        abort();
    copy->size = (size_t)is.st_size;
    copy->inode = is.st_ino;
    (void)close(file);
}

/* In place: the file's number is in store.json. */
static void put_back(const char *name, const struct copy *copy)
{
    int file = open(world_path(name), O_WRONLY | O_CLOEXEC);
    if (file < 0 || ftruncate(file, (off_t)copy->size) != 0 ||
        pwrite(file, copy->bytes, copy->size, 0) != (ssize_t)copy->size)
        abort();
    (void)close(file);
}

static void flip(const struct copy *copy, uint64_t bit)
{
    int file = open(world_path(state_file), O_WRONLY | O_CLOEXEC);
    char byte = (char)(copy->bytes[bit / 8] ^ (1 << bit % 8));
    if (file < 0 || pwrite(file, &byte, 1, (off_t)(bit / 8)) != 1)
        abort();
    (void)close(file);
}

/* The bytes up to the last that is not zero: beyond it the file is a hole. */
static size_t used_bytes(const struct copy *copy)
{
    size_t used = copy->size;
    while (used > 0 && copy->bytes[used - 1] == 0)
        used--;
    return used;
}

struct counts {
    unsigned findings[FINDINGS], signals;
};

static void count(struct counts *counts, int status, uint64_t bit)
{
    if (status < 0) {
        counts->signals++;
        fprintf(stderr, "bit %llu: ended by signal %d\n", (unsigned long long)bit, -status);
    }
    for (int i = 0; status > 0 && i < FINDINGS; i++) {
        if (!(status & 1 << i))
            continue;
        counts->findings[i]++;
        fprintf(stderr, "bit %llu: %s\n", (unsigned long long)bit, finding_names[i]);
    }
}

int main(int argc, char **arguments)
{
    struct copy state = {0}, log = {0};
    struct counts counts = {0};
    struct random random;
    uint64_t flips = argc > 1 ? strtoull(arguments[1], NULL, 10) : FLIPS;
    uint64_t seed = argc > 2 ? strtoull(arguments[2], NULL, 10) : 1;
    static const char *const settings[] = {"claims_per_minute=1000000", "claims_per_session=256", NULL};
    world_begin(settings);
    random_init(&random, seed);
    fill_store();
    take_copy(state_file, &state);
    take_copy(log_file, &log);
    for (uint64_t i = 0; i < flips; i++) {
        uint64_t bit = random_below(&random, used_bytes(&state) * 8);
        flip(&state, bit);
        count(&counts, in_a_child(open_and_try, &random), bit);
        count(&counts, in_a_child(after, &random), bit);
        put_back(log_file, &log);
        put_back(state_file, &state);
    }
    unsigned bad = counts.signals;
    printf("%llu bits flipped in %zu bytes", (unsigned long long)flips, used_bytes(&state));
    printf("; ended by a signal %u", counts.signals);
    for (int i = 0; i < FINDINGS; i++) {
        printf("; %s %u", finding_names[i], counts.findings[i]);
        bad += counts.findings[i];
    }
    printf("\n");
    world_verify();
    world_end();
    free(state.bytes);
    free(log.bytes);
    return bad == 0 ? 0 : 1;
}
