/* A link as long as a continent is wide: relays connections of the loopback interface, and whatever comes in on one side goes
 * out on the other so many milliseconds later. Says its port; where it leads is read from a file with each connection, so that
 * the file may be written later.
 *
 * usage: slow_link MILLISECONDS FILE      ("127.0.0.1:PORT" stands in FILE) */
#include "base/check.h"
#include "base/clock.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIPES = 128, CHUNKS = 512, CHUNK_BYTES = 16384 };

struct chunk {
    uint64_t due_ms;
    size_t size;
    uint8_t bytes[CHUNK_BYTES];
};

/* One direction of a connection: the other is the pipe beside it. */
struct pipe {
    int from, to; /* -1: none */
    size_t first, count;
    struct chunk *chunks; /* a ring of CHUNKS; owned */
};

static struct pipe pipes[PIPES];

static int connect_to(const char *file)
{
    char line[64] = "";
    FILE *in = fopen(file, "r");
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (in == NULL || fgets(line, sizeof line, in) == NULL || strchr(line, ':') == NULL)
        return -1;
    (void)fclose(in);
    at.sin_port = htons((uint16_t)strtoul(strchr(line, ':') + 1, NULL, 10));
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0);
    if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

static void open_pipe(struct pipe *pipe, int from, int to)
{
    if (pipe->chunks == NULL)
        pipe->chunks = malloc(CHUNKS * sizeof *pipe->chunks);
    CHECK(pipe->chunks != NULL);
    pipe->from = from;
    pipe->to = to;
    pipe->first = pipe->count = 0;
}

static void take_in(int listener, const char *file)
{
    int near = accept(listener, NULL, NULL), far = near < 0 ? -1 : connect_to(file);
    int n = 0;
    while (n < PIPES && pipes[n].from >= 0)
        n += 2;
    if (far < 0 || n == PIPES) {
        (void)close(near);
        (void)close(far);
        return;
    }
    open_pipe(&pipes[n], near, far);
    open_pipe(&pipes[n + 1], far, near);
}

static void end_connection(size_t n)
{
    struct pipe *pipe = &pipes[n & ~(size_t)1];
    (void)close(pipe->from);
    (void)close(pipe->to);
    pipe[0].from = pipe[0].to = pipe[1].from = pipe[1].to = -1;
}

static bool hear(struct pipe *pipe, uint64_t late_ms)
{
    struct chunk *chunk = &pipe->chunks[(pipe->first + pipe->count) % CHUNKS];
    ssize_t got = read(pipe->from, chunk->bytes, sizeof chunk->bytes);
    if (got <= 0)
        return false;
    chunk->size = (size_t)got;
    chunk->due_ms = clock_now_ms() + late_ms;
    pipe->count++;
    return true;
}

static bool tell(struct pipe *pipe)
{
    for (; pipe->count > 0 && pipe->chunks[pipe->first].due_ms <= clock_now_ms(); pipe->count--) {
        const struct chunk *chunk = &pipe->chunks[pipe->first];
        if (send(pipe->to, chunk->bytes, chunk->size, MSG_NOSIGNAL) != (ssize_t)chunk->size)
            return false;
        pipe->first = (pipe->first + 1) % CHUNKS;
    }
    return true;
}

static int wait_for_something(int listener, struct pollfd looks[PIPES + 1])
{
    uint64_t now_ms = clock_now_ms(), next_ms = now_ms + 1000;
    for (int n = 0; n < PIPES; n++) {
        const struct pipe *pipe = &pipes[n];
        looks[n] = (struct pollfd){.fd = pipe->from >= 0 && pipe->count < CHUNKS ? pipe->from : -1, .events = POLLIN};
        if (pipe->from >= 0 && pipe->count > 0 && pipe->chunks[pipe->first].due_ms < next_ms)
            next_ms = pipe->chunks[pipe->first].due_ms;
    }
    looks[PIPES] = (struct pollfd){.fd = listener, .events = POLLIN};
    return poll(looks, PIPES + 1, next_ms > now_ms ? (int)(next_ms - now_ms) : 0);
}

int main(int argc, char **argv)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(argc == 3 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
    CHECK(listener >= 0 && bind(listener, (struct sockaddr *)&at, size) == 0 && listen(listener, 64) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&at, &size) == 0);
    printf("%d\n", ntohs(at.sin_port));
    CHECK(fflush(stdout) == 0);
    uint64_t late_ms = strtoull(argv[1], NULL, 10);
    for (int n = 0; n < PIPES; n++)
        pipes[n].from = pipes[n].to = -1;
    for (;;) {
        struct pollfd looks[PIPES + 1];
        CHECK(wait_for_something(listener, looks) >= 0);
        for (size_t n = 0; n < PIPES; n++)
            if (pipes[n].from >= 0 &&
                (!tell(&pipes[n]) || (looks[n].fd >= 0 && looks[n].revents != 0 && !hear(&pipes[n], late_ms))))
                end_connection(n);
        if (looks[PIPES].revents != 0)
            take_in(listener, argv[2]);
    }
}
