/* Running commands and keeping what they say. */
#include "tests/behaviour/cli/cli.h"

#include "tests/behaviour/coordinator.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 120000, TEXT_BYTES = 1 << 22 };

static char home[256];

/* What was said lives until the test's process ends: its leaks are meant. Those of the program are found all the same. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

char *text_format(const char *format, ...)
{
    va_list list;
    char *text = NULL;

    va_start(list, format);
    cr_assert_geq(vasprintf(&text, format, list), 0);
    va_end(list);
    return text;
}

const char *text_of(char c, size_t count)
{
    char *text = malloc(count + 1);

    cr_assert_not_null(text);
    memset(text, c, count);
    text[count] = '\0';
    return text;
}

const char *home_path(const char *name)
{
    return text_format("%s/%s", home, name);
}

void home_write(const char *name, const char *text)
{
    FILE *file = fopen(home_path(name), "we");

    cr_assert(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

const char *home_read(const char *name)
{
    char *text = calloc(1, TEXT_BYTES);
    int file = open(home_path(name), O_RDONLY | O_CLOEXEC);

    cr_assert(text != NULL && file >= 0, "%s: %s", name, strerror(errno));
    cr_assert_geq(read(file, text, TEXT_BYTES - 1), 0);
    close(file);
    return text;
}

uint64_t clock_s(void)
{
    struct timespec now;

    cr_assert_eq(clock_gettime(CLOCK_BOOTTIME, &now), 0);
    return (uint64_t)now.tv_sec;
}

/* Memory, where there is enough of it and programs can be run from it: a busy disk must not make tests slow. */
static const char *place_of_homes(void)
{
    static const char memory[] = "/dev/shm";
    struct statvfs place;
    bool good = statvfs(memory, &place) == 0 && access(memory, W_OK) == 0 && (place.f_flag & ST_NOEXEC) == 0 &&
                (uint64_t)place.f_bavail * place.f_frsize >= UINT64_C(1) << 30;

    return good ? memory : "/tmp";
}

void home_begin_without_store(void)
{
    static const char *const unset[] = {
        "DIBS_STORE", "DIBS_SESSION",           "DIBS_SECRET", "DIBS_SECRET_FILE", "DIBS_TOKEN",
        "DIBS_KEYS",  "DIBS_OPERATOR_KEY_FILE", "NO_COLOR"};

    for (size_t i = 0; i < sizeof unset / sizeof unset[0]; i++)
        unsetenv(unset[i]);
    snprintf(home, sizeof home, "%s/dibs-cli-XXXXXX", place_of_homes());
    cr_assert_not_null(mkdtemp(home));
    setenv("HOME", home, 1);
    setenv("XDG_CONFIG_HOME", home_path("config"), 1);
    setenv("XDG_STATE_HOME", home_path("state"), 1);
    setenv("PATH", text_format("%.*s:/usr/bin:/bin", (int)(strrchr(DIBS_PROGRAM, '/') - DIBS_PROGRAM), DIBS_PROGRAM),
           1);
}

void home_begin(void)
{
    home_begin_without_store();
    if (coordinator_is_wanted()) {
        setenv("DIBS_STORE", coordinator_begin(home), 1);
        return;
    }
    setenv("DIBS_STORE", home_path("store"), 1);
    expect(0, dibs("init"));
}

void home_begin_as_alice(void)
{
    home_begin();
    setenv("DIBS_SESSION", "alice", 1);
}

bool home_is_fleet(void)
{
    return coordinator_is_wanted();
}

void home_end(void)
{
    coordinator_end();
    if (home[0] != '\0')
        run_shell(text_format("chmod -R u+rwX '%s'; rm -rf '%s'", home, home));
}

static char *joined(const char *const *argv)
{
    char *text = text_format("%s", "");

    for (; *argv != NULL; argv++)
        text = text_format("%s%s%.60s", text, text[0] == '\0' ? "" : " ", *argv);
    return text;
}

static struct running start(const char *program, const char *const *argv)
{
    int out[2], err[2];

    cr_assert(pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0);
    struct running running = {.pid = fork(), .out = out[0], .err = err[0], .command = joined(argv)};
    cr_assert_geq(running.pid, 0);
    if (running.pid == 0) {
        int nothing = open("/dev/null", O_RDONLY);
        setsid(); /* no terminal, whoever runs the tests */
        signal(SIGINT, SIG_DFL);
        dup2(nothing, STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        dup2(err[1], STDERR_FILENO);
        execvp(program, (char *const *)argv);
        _exit(127);
    }
    close(out[1]);
    close(err[1]);
    return running;
}

struct running start_dibs(const char *const *argv)
{
    return start(DIBS_PROGRAM, argv);
}

/* Reads once from the file when something is there; false: it has ended. */
static bool read_some(int file, char *text, size_t *size)
{
    ssize_t got = read(file, text + *size, TEXT_BYTES - 1 - *size);

    if (got > 0)
        *size += (size_t)got;
    text[*size] = '\0';
    return got > 0;
}

static char *new_text(void)
{
    char *text = malloc(TEXT_BYTES);

    cr_assert_not_null(text);
    text[0] = '\0';
    return text;
}

struct ran running_end(struct running *running, int sent)
{
    char *texts[2] = {new_text(), new_text()};
    size_t sizes[2] = {0, 0};
    struct pollfd files[2] = {{.fd = running->out, .events = POLLIN}, {.fd = running->err, .events = POLLIN}};
    int status;

    if (sent != 0)
        cr_assert_eq(kill(running->pid, sent), 0);
    while (files[0].fd >= 0 || files[1].fd >= 0) {
        if (poll(files, 2, PATIENCE_MS) <= 0) {
            kill(running->pid, SIGKILL);
            cr_assert(false, "%s: it does not end", running->command);
        }
        for (int i = 0; i < 2; i++) {
            if (files[i].revents != 0 && !read_some(files[i].fd, texts[i], &sizes[i])) {
                close(files[i].fd);
                files[i].fd = -1;
            }
        }
    }
    cr_assert_eq(waitpid(running->pid, &status, 0), running->pid);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    cr_assert(strstr(texts[1], "Sanitizer:") == NULL && strstr(texts[1], "runtime error:") == NULL, "%s", texts[1]);
    return (struct ran){.code = code, .command = running->command, .out = texts[0], .err = texts[1]};
}

const char *running_ticket(struct running *running)
{
    static const char words[] = "dibs wait ";
    char *text = new_text(), *found = NULL;
    size_t size = 0;
    struct pollfd file = {.fd = running->err, .events = POLLIN};

    while ((found = strstr(text, words)) == NULL || strchr(found, '\n') == NULL) {
        cr_assert_gt(poll(&file, 1, PATIENCE_MS), 0, "%s: no ticket", running->command);
        cr_assert(read_some(running->err, text, &size), "%s: no ticket in: %s", running->command, text);
    }
    found += sizeof words - 1;
    found[strcspn(found, "\n")] = '\0';
    return found;
}

void running_until_caught(const struct running *running, int sent)
{
    unsigned long long caught = 0;

    for (int ms = 0; ms < PATIENCE_MS; ms++) {
        char *text = new_text();
        size_t size = 0;
        int file = open(text_format("/proc/%ld/status", (long)running->pid), O_RDONLY | O_CLOEXEC);
        if (file < 0)
            cr_skip("there is no /proc here");
        cr_assert(read_some(file, text, &size));
        close(file);
        const char *line = strstr(text, "SigCgt:");
        if (line != NULL && sscanf(line, "SigCgt: %llx", &caught) == 1 && (caught >> (sent - 1) & 1) == 1)
            return;
        free(text);
        usleep(1000);
    }
    cr_assert(false, "%s: it never catches signal %d", running->command, sent);
}

struct ran run_dibs(const char *const *argv)
{
    struct running running = start_dibs(argv);

    return running_end(&running, 0);
}

struct ran run_shell(const char *script)
{
    struct running running = start("/bin/sh", (const char *const[]){"sh", "-c", script, NULL});

    return running_end(&running, 0);
}

struct ran run_on_terminal(const char *script)
{
    char *text = new_text();
    size_t size = 0;
    int terminal, status;
    pid_t pid = access("/proc/self/stat", R_OK) == 0 ? forkpty(&terminal, NULL, NULL, NULL) : -1;

    if (pid < 0)
        cr_skip("there are no terminals here: /dev/pts and /proc are needed");
    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", script, (char *)NULL);
        _exit(127);
    }
    struct pollfd file = {.fd = terminal, .events = POLLIN};
    while (poll(&file, 1, PATIENCE_MS) > 0 && read_some(terminal, text, &size))
        continue;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    close(terminal);
    return (struct ran){.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                        .command = script,
                        .out = text,
                        .err = ""};
}

struct ran expect_code(int code, struct ran ran, const char *file, int line)
{
    cr_assert(ran.code == code, "%s:%d: %s ended with %d, expected %d\n%s%s", file, line, ran.command, ran.code, code,
              ran.out, ran.err);
    return ran;
}
