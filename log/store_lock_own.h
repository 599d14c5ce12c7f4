/* What the files of the store's lock share: store_lock.c takes and releases it, store_lock_wait.c waits for it and serves
 * those who wait. Nobody else includes this. */
#ifndef LOG_STORE_LOCK_OWN_H
#define LOG_STORE_LOCK_OWN_H

#include <sys/types.h>

#include "log/lock_page.h"
#include "log/store_lock.h"

struct store_lock {
    int fd; /* -1 in a child of fork() */
    bool shared;
    bool held;
    struct lock_page *page;        /* NULL where the file can't be mapped, and for readers */
    struct request_page *requests; /* mapped when somebody waits first */
    bool has_no_requests;          /* they can't be mapped */
    bool may_serve;                /* this turn came in its order: the requests behind it are of now */
    uint32_t served_first, served; /* tickets of the requests taken in this turn */
    struct lock_user self;
    char *path; /* owned */
    dev_t device;
    ino_t inode;
    struct store_lock *next; /* in open_locks */
};

/* 0: done; else errno. EAGAIN: another holds it. */
int store_lock_try(const struct store_lock *lock);
void store_lock_let_go(const struct store_lock *lock);

/* In one's turn. 0: the lock is held, or request->served; EAGAIN: the time is over; EINPROGRESS: it is, and the request is being
 * done; else another errno. */
int store_lock_wait(struct store_lock *lock, uint32_t timeout_ms, struct lock_request *request);

/* Before the release. */
void store_lock_tell_served(struct store_lock *lock);

#endif
