/* dibsd under a service manager, which this test plays: READY=1 once and only when it answers, STATUS in words, WATCHDOG=1 in
 * time, STOPPING=1 at SIGTERM, with a status that says so; then exit status 0.
 * usage: daemon_notify DIBSD; $DIBS_TEST_BROKERS has the brokers */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WATCHDOG_MS = 600, PATIENCE_MS = 30000 };

static char folder[] = "/tmp/dibs-notify-XXXXXX";
static int listener;
static unsigned ready, watchdog, stopping, status;
static uint64_t last_watchdog_ms, longest_ms;
static char last_status[512];

static void fail(const char *what)
{
    (void)fprintf(stderr, "daemon_notify: %s (ready %u, watchdog %u, stopping %u, status '%s')\n", what, ready,
                  watchdog, stopping, last_status);
    exit(1);
}

static uint64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void open_socket(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (mkdtemp(folder) == NULL)
        fail("no folder");
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/notify", folder);
    listener = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (const struct sockaddr *)&address, sizeof address) != 0)
        fail("no socket");
    (void)setenv("NOTIFY_SOCKET", address.sun_path, 1);
}

static pid_t start(const char *program)
{
    char store[512], state[64], key[64], usec[32];
    pid_t parent = getpid(), child;
    (void)snprintf(store, sizeof store, "kafka://%s/notify-%ld", getenv("DIBS_TEST_BROKERS"), (long)parent);
    (void)snprintf(state, sizeof state, "%s/state", folder);
    (void)snprintf(key, sizeof key, "%s/key", folder);
    (void)snprintf(usec, sizeof usec, "%d", WATCHDOG_MS * 1000);
    (void)setenv("WATCHDOG_USEC", usec, 1);
    child = fork();
    if (child != 0)
        return child;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)execl(program, program, "--store", store, "--state", state, "--operator-key", key, "--create-topics",
                "--http", "off", "--trace-level", "warn", (char *)NULL);
    _exit(127);
}

static void take_line(const char *line)
{
    ready += strcmp(line, "READY=1") == 0;
    stopping += strcmp(line, "STOPPING=1") == 0;
    if (strncmp(line, "STATUS=", 7) == 0) {
        status++;
        (void)snprintf(last_status, sizeof last_status, "%s", line + 7);
    }
    if (strcmp(line, "WATCHDOG=1") != 0)
        return;
    uint64_t now = now_ms();
    if (last_watchdog_ms != 0 && now - last_watchdog_ms > longest_ms)
        longest_ms = now - last_watchdog_ms;
    last_watchdog_ms = now;
    watchdog++;
}

/* One message, which is there or comes within a tenth of a second; false: none. */
static bool take_message(void)
{
    char words[2048];
    struct pollfd poller = {.fd = listener, .events = POLLIN};
    if (poll(&poller, 1, 100) <= 0)
        return false;
    ssize_t size = recv(listener, words, sizeof words - 1, 0);
    words[size > 0 ? size : 0] = '\0';
    for (char *rest = words, *line; (line = strsep(&rest, "\n")) != NULL;)
        take_line(line);
    return true;
}

/* Until `*counter` has reached `least`. */
static void await(const unsigned *counter, unsigned least, const char *what)
{
    for (uint64_t end = now_ms() + PATIENCE_MS; *counter < least;) {
        if (now_ms() > end)
            fail(what);
        (void)take_message();
    }
}

int main(int argc, char **argv)
{
    int ended;
    if (argc != 2)
        return 2;
    open_socket();
    pid_t child = start(argv[1]);
    await(&status, 1, "no status");
    await(&ready, 1, "it did not get ready");
    if (strcmp(last_status, "coordinating") != 0)
        fail("ready, and the status says something else");
    await(&watchdog, watchdog + 5, "the watchdog is not fed");
    if (longest_ms > WATCHDOG_MS)
        fail("the watchdog was fed too late");
    (void)kill(child, SIGTERM);
    await(&stopping, 1, "it did not say that it stops");
    if (waitpid(child, &ended, 0) != child || !WIFEXITED(ended) || WEXITSTATUS(ended) != 0)
        fail("it did not stop in good order");
    while (take_message())
        continue;
    if (strcmp(last_status, "stopping") != 0)
        fail("it has stopped, and the status says something else");
    if (ready != 1)
        fail("it was ready more than once");
    return 0;
}
