/* Hangs up on slow clients. See patience.h. */
#include "coordinator/http/patience.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "base/thread.h"

struct client {
    int fd;         /* -1: nobody */
    uint64_t at_ms; /* then it is hung up on; UINT64_MAX: it was */
};

struct patience {
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t changed;
    pthread_t thread;
    size_t count;
    uint64_t most_ms;
    bool stops;
    struct client clients[];
};

/* Hangs up on those whose time is over; when the next one's is. */
static uint64_t look(struct patience *patience)
{
    uint64_t now_ms = clock_now_ms(), next_ms = UINT64_MAX;
    for (size_t i = 0; i < patience->count; i++) {
        struct client *client = &patience->clients[i];
        if (client->fd >= 0 && client->at_ms <= now_ms) {
            (void)shutdown(client->fd, SHUT_RDWR); /* whoever serves it sees its end, and closes it */
            client->at_ms = UINT64_MAX;
        }
        if (client->fd >= 0 && client->at_ms < next_ms)
            next_ms = client->at_ms;
    }
    return next_ms;
}

static void *run(void *context)
{
    struct patience *patience = context;
    (void)pthread_mutex_lock(&patience->lock);
    while (!patience->stops) {
        uint64_t next_ms = look(patience);
        const struct timespec until = {.tv_sec = (time_t)(next_ms / 1000), .tv_nsec = (long)(next_ms % 1000) * 1000000};
        if (next_ms == UINT64_MAX)
            (void)pthread_cond_wait(&patience->changed, &patience->lock);
        else
            (void)pthread_cond_timedwait(&patience->changed, &patience->lock, &until);
    }
    (void)pthread_mutex_unlock(&patience->lock);
    return NULL;
}

struct patience *patience_new(size_t clients, uint64_t most_ms)
{
    struct patience *patience = calloc(1, sizeof *patience + clients * sizeof patience->clients[0]);
    if (patience == NULL)
        return NULL;
    patience->count = clients;
    patience->most_ms = most_ms;
    for (size_t i = 0; i < clients; i++)
        patience->clients[i].fd = -1;
    (void)pthread_mutex_init(&patience->lock, NULL);
    thread_condition_init(&patience->changed);
    if (thread_start(&patience->thread, 0, run, patience))
        return patience;
    (void)pthread_cond_destroy(&patience->changed);
    (void)pthread_mutex_destroy(&patience->lock);
    free(patience);
    return NULL;
}

void patience_free(struct patience *patience)
{
    if (patience == NULL)
        return;
    (void)pthread_mutex_lock(&patience->lock);
    patience->stops = true;
    (void)pthread_cond_signal(&patience->changed);
    (void)pthread_mutex_unlock(&patience->lock);
    (void)pthread_join(patience->thread, NULL);
    (void)pthread_cond_destroy(&patience->changed);
    (void)pthread_mutex_destroy(&patience->lock);
    free(patience);
}

size_t patience_begin(struct patience *patience, int fd)
{
    (void)pthread_mutex_lock(&patience->lock);
    size_t place = 0;
    while (place < patience->count && patience->clients[place].fd >= 0)
        place++;
    if (place < patience->count)
        patience->clients[place] = (struct client){fd, clock_now_ms() + patience->most_ms};
    (void)pthread_cond_signal(&patience->changed);
    (void)pthread_mutex_unlock(&patience->lock);
    return place;
}

void patience_renew(struct patience *patience, size_t place)
{
    (void)pthread_mutex_lock(&patience->lock);
    if (place < patience->count && patience->clients[place].at_ms != UINT64_MAX)
        patience->clients[place].at_ms = clock_now_ms() + patience->most_ms;
    (void)pthread_mutex_unlock(&patience->lock);
}

void patience_end(struct patience *patience, size_t place)
{
    (void)pthread_mutex_lock(&patience->lock);
    if (place < patience->count)
        patience->clients[place].fd = -1;
    (void)pthread_mutex_unlock(&patience->lock);
}
