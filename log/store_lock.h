/* The one lock of a store: who holds it may read and write the store's files.
 *
 * Promises: at most one holder among all processes of the host, in containers too; the kernel releases it when its
 * holder is killed, at whatever instruction; every wait ends at its time limit, with the name of the process in the
 * way; it is never taken from a live process. How fair it is: docs/decisions/0001-store-lock.md.
 *
 * One thread uses one store_lock. Two of them exclude each other also within a process. A child of fork() that didn't
 * call exec owns nothing: its copy is closed in the child, so that it can't keep a dead parent's lock alive. */
#ifndef LOG_STORE_LOCK_H
#define LOG_STORE_LOCK_H

#include "base/error.h"
#include "log/request_page.h"

#include <stdbool.h>
#include <stdint.h>

struct store_lock; /* opaque */

/* Opens the lock file, makes it when it is missing (its directory exists). On success *out is owned by the caller. */
MUST_USE enum dibs_error store_lock_open(const char *path, struct store_lock **out, struct error_text *why);

/* The lock for those who only read, and may have no right to write: the file is there, and need not be writable. Such
 * locks are held beside each other, and exclude the others as ever; whom they make wait sees no name. */
MUST_USE enum dibs_error store_lock_open_shared(const char *path, struct store_lock **out, struct error_text *why);

/* Waits at most timeout_ms (0: tries once). `doing` says in a few words what the lock is for ("claiming"); it is
 * copied, and shown to whoever waits in vain. DIBS_BUSY: not had in time, the words name the holder's pid and what it
 * does. Taking what this store_lock already holds is a bug. */
MUST_USE enum dibs_error store_lock_take(struct store_lock *lock, uint32_t timeout_ms, const char *doing,
                                         struct error_text *why);

/* What is wanted of the lock's holder by somebody who waits for the lock: some other holder may do it meanwhile. Doing it
 * twice must do no harm. */
struct lock_request {
    struct span asks;   /* at most REQUEST_BYTES, else nobody but its owner does it */
    bool begun;         /* some holder has begun to do it, and nobody knows how far it came */
    bool served;        /* it was done, and the lock is not held; … */
    struct span answer; /* … with this answer, in `room` */
    uint8_t room[REQUEST_BYTES];
};

/* As store_lock_take; or DIBS_OK without the lock, when request->served says that another holder did it. DIBS_NO_ANSWER: not
 * had in time, and request->begun. After an error of one's own turn, too, that says that it may have been done. */
MUST_USE enum dibs_error store_lock_take_or_request(struct store_lock *lock, uint32_t timeout_ms, const char *doing,
                                                    struct lock_request *request, struct error_text *why);

/* For the holder: the next request of those who wait, in their order, as a copy in `room`; false: the next in the queue
 * wants the lock itself, or there is none. Each is answered before the next is asked for; an answer that is larger than
 * REQUEST_BYTES, or none, makes its owner take the lock and do it again. They are told when the lock is released. */
bool store_lock_next_request(struct store_lock *lock, uint8_t room[REQUEST_BYTES], struct span *request);
void store_lock_answer(struct store_lock *lock, struct span answer);
void store_lock_forget_answers(struct store_lock *lock); /* none holds */

/* Does anybody wait? */
bool store_lock_is_wanted(const struct store_lock *lock);

/* Is its file still the one at its path? A lock on one that was deleted or moved away keeps nobody out. */
bool store_lock_is_current(const struct store_lock *lock);

/* Is its file still anywhere? Quicker, and says nothing of one that was moved away. */
bool store_lock_is_there(const struct store_lock *lock);

/* Releasing what isn't held is a bug. */
void store_lock_release(struct store_lock *lock);

/* Releases if held, closes and frees; NULL is allowed. In a child of fork() it only frees. */
void store_lock_close(struct store_lock *lock);

#endif
