/* A million lines through `dibs offer --from -`: all are offered but the bad one in the middle, in a bounded memory.
 *
 *   test_offer_million FOLDER_OF_PROGRAMS [LINES]
 *
 * The lines come out of a pipe, as they are read. What the program may have of its own is limited by the kernel
 * (RLIMIT_DATA), so that one which kept what it has offered would fail; the pages of the store's state that it maps are
 * the kernel's to keep or to drop, and are bounded by the file. */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"

enum { LINES = 1000000, OWN_MOST_MIB = 16, EXIT_USAGE = 2 };

static char directory[256];

/* Reads the output of `dibs WORD... --store THERE`. */
static void ask(const char *programs, const char *words, char *out, size_t size)
{
    char command[1024];
    (void)snprintf(command, sizeof command,
                   "DIBS_SESSION=feeder XDG_CONFIG_HOME='%s' '%s/dibs' %s --store 'file:%s/store'", directory, programs,
                   words, directory);
    FILE *pipe = popen(command, "re");
    CHECK(pipe != NULL);
    size_t got = fread(out, 1, size - 1, pipe);
    out[got] = '\0';
    (void)pclose(pipe);
}

/* In the child. */
static void offer(const char *programs, const int lines[2])
{
    char program[512], store[512], said[512];
    const struct rlimit limit = {.rlim_cur = (rlim_t)OWN_MOST_MIB << 20, .rlim_max = (rlim_t)OWN_MOST_MIB << 20};
    (void)snprintf(program, sizeof program, "%s/dibs", programs);
    (void)snprintf(store, sizeof store, "file:%s/store", directory);
    (void)snprintf(said, sizeof said, "%s/said", directory);
    (void)signal(SIGPIPE, SIG_DFL);
    CHECK(dup2(lines[0], STDIN_FILENO) >= 0);
    CHECK(dup2(open(said, O_WRONLY | O_CREAT | O_CLOEXEC, 0600), STDERR_FILENO) >= 0);
    (void)close(lines[0]);
    (void)close(lines[1]);
    CHECK(setenv("DIBS_SESSION", "feeder", 1) == 0 && setenv("XDG_CONFIG_HOME", directory, 1) == 0);
    CHECK(setrlimit(RLIMIT_DATA, &limit) == 0);
    (void)execl(program, program, "offer", "--from", "-", "--store", store, (char *)NULL);
    _exit(127);
}

static void write_lines(int to, uint64_t lines)
{
    FILE *out = fdopen(to, "w");
    CHECK(out != NULL);
    for (uint64_t i = 1; i <= lines; i++)
        (void)fprintf(out,
                      i == lines / 2 ? "{\"key\":\"task:m-%" PRIu64 "\",\"about\": oops}\n"
                                     : "{\"key\":\"task:m-%" PRIu64 "\",\"about\":\"a piece of the long list\","
                                       "\"category\":\"long\",\"priority\":3}\n",
                      i);
    (void)fclose(out);
}

static bool is(const char *what, bool good, const char *said)
{
    if (!good)
        (void)fprintf(stderr, "offer_million: %s; it said:\n%s\n", what, said);
    return good;
}

/* How it ended, and what it and the store say. */
static bool judge(const char *programs, uint64_t lines, int status, long peak_kib, const char *said)
{
    char expected[256], supply[4096], path[512];
    struct stat state;
    (void)snprintf(expected, sizeof expected, "-, line %" PRIu64 ": it is not JSON", lines / 2);
    bool good = is("it did not end with 2", WIFEXITED(status) && WEXITSTATUS(status) == EXIT_USAGE, said);
    good = is("the bad line is not named", strstr(said, expected) != NULL, said) && good;
    ask(programs, "supply --json", supply, sizeof supply);
    (void)snprintf(expected, sizeof expected, "\"offers\":%" PRIu64 ",", lines - 1);
    good = is("not all the others are offered", strstr(supply, expected) != NULL, supply) && good;
    (void)snprintf(path, sizeof path, "%s/store/state/data.mdb", directory);
    CHECK(stat(path, &state) == 0);
    long state_kib = (long)(state.st_blocks / 2);
    (void)printf("peak of resident memory %ld MiB, of which the mapped state (%ld MiB on disk) is all but %d at most\n",
                 peak_kib / 1024, state_kib / 1024, OWN_MOST_MIB);
    return is("it had more than its own and the state", peak_kib <= state_kib + OWN_MOST_MIB * 1024, said) && good;
}

/* What it said on standard error. */
static void read_said(char *text, size_t size)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/said", directory);
    FILE *file = fopen(path, "re");
    CHECK(file != NULL);
    text[fread(text, 1, size - 1, file)] = '\0';
    (void)fclose(file);
}

int main(int argc, char **argv)
{
    static char said[65536];
    char text[4096];
    int lines[2], status;
    struct rusage used;
    CHECK(argc > 1);
    uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : LINES;
    (void)signal(SIGPIPE, SIG_IGN); /* it ends early: that is judged below */
    (void)snprintf(directory, sizeof directory, "%s/dibs-million-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    CHECK(mkdtemp(directory) != NULL);
    ask(argv[1], "init", text, sizeof text);
    CHECK(pipe(lines) == 0);
    uint64_t begun_ms = clock_now_ms();
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0)
        offer(argv[1], lines);
    (void)close(lines[0]);
    write_lines(lines[1], count);
    CHECK(wait4(child, &status, 0, &used) == child);
    (void)printf("%" PRIu64 " lines in %.1f s, %.1f s of the processor\n", count,
                 (double)(clock_now_ms() - begun_ms) / 1000,
                 (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec +
                     (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
    read_said(said, sizeof said);
    bool good = judge(argv[1], count, status, used.ru_maxrss, said);
    (void)snprintf(text, sizeof text, "rm -rf '%s'", directory);
    return system(text) == 0 && good ? EXIT_SUCCESS : EXIT_FAILURE;
}
