/* A coordinator for tests. */
#include "tests/behaviour/coordinator.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
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

enum { READY_S = 60 };

static char url[512], state[PATH_MAX], key[PATH_MAX], notify[sizeof((struct sockaddr_un *)NULL)->sun_path];
static pid_t coordinator;

static void fail(const char *what)
{
    fprintf(stderr, "coordinator for tests: %s\n", what);
    abort();
}

bool coordinator_is_wanted(void)
{
    const char *store = getenv("DIBS_TEST_STORE");
    return store != NULL && strcmp(store, "kafka") == 0;
}

/* The one that was built with this test. */
static const char *program(void)
{
    static char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 16);
    path[size < 0 ? 0 : size] = '\0';
    char *tests = strstr(path, "/tests/");
    if (tests == NULL)
        fail("this program is not in a build folder, so dibsd is not found");
    memcpy(tests, "/bin/dibsd", sizeof "/bin/dibsd");
    return path;
}

static void run(pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    (void)setenv("NOTIFY_SOCKET", notify, 1);
    (void)execl(program(), "dibsd", "--store", url, "--state", state, "--operator-key", key, "--create-topics",
                "--http", "127.0.0.1:0", "--trace-level", "warn", (char *)NULL);
    fprintf(stderr, "cannot run %s\n", program());
    _exit(127);
}

/* Its first message is that it is ready; one that dies instead says nothing any more. */
static void await_ready(int socket)
{
    char words[256];
    for (int waited_s = 0; waited_s < READY_S * 10; waited_s++) {
        struct pollfd poller = {.fd = socket, .events = POLLIN};
        int status;
        if (poll(&poller, 1, 100) > 0) {
            ssize_t size = recv(socket, words, sizeof words - 1, 0);
            words[size > 0 ? size : 0] = '\0';
            if (strstr(words, "READY=1") != NULL)
                return;
        }
        if (waitpid(coordinator, &status, WNOHANG) == coordinator)
            fail("dibsd ended before it was ready");
    }
    fail("dibsd did not get ready in a minute");
}

void coordinator_start(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    pid_t parent = getpid();
    memcpy(address.sun_path, notify, sizeof notify);
    (void)unlink(notify);
    if (listener < 0 || bind(listener, (const struct sockaddr *)&address, sizeof address) != 0)
        fail("no socket for its words");
    coordinator = fork();
    if (coordinator == 0)
        run(parent);
    await_ready(listener);
    (void)close(listener);
}

static void end(int signal)
{
    int status;
    if (coordinator <= 0)
        return;
    (void)kill(coordinator, signal);
    (void)waitpid(coordinator, &status, 0);
    coordinator = 0;
}

const char *coordinator_begin(const char *directory)
{
    struct timespec now;
    const char *brokers = getenv("DIBS_TEST_BROKERS");
    if (brokers == NULL)
        fail("$DIBS_TEST_BROKERS says where the tests' broker is");
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)snprintf(url, sizeof url, "kafka://%s/test-%ld-%lld%09ld", brokers, (long)getpid(), (long long)now.tv_sec,
                   now.tv_nsec);
    (void)snprintf(state, sizeof state, "%s/coordinator", directory);
    (void)snprintf(key, sizeof key, "%s/fleet.key", directory);
    if (snprintf(notify, sizeof notify, "%s/notify", directory) >= (int)sizeof notify)
        fail("the directory's name is too long for a socket");
    (void)setenv("DIBS_OPERATOR_KEY_FILE", key, 1);
    coordinator_start();
    return url;
}

void coordinator_end(void)
{
    end(SIGTERM);
}

void coordinator_kill(void)
{
    end(SIGKILL);
}
