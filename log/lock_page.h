/* A page that all who use one lock share: a queue of those who wait for it, and a note about who holds it.
 *
 * Nothing in it decides who holds the lock. Were it garbage, waits would be slower or out of turn and the words wrong; a
 * process killed while it owes a wake-up, or while it is its turn, costs the others a few LOCK_PAGE_SLEEP_NS. Where there
 * is none (NULL is allowed in every call), waits are short sleeps in no order and the holder has no name. */
#ifndef LOG_LOCK_PAGE_H
#define LOG_LOCK_PAGE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum { LOCK_PAGE_NAME_BYTES = 16, LOCK_PAGE_SLEEP_NS = 5000000, LOCK_PAGE_BYTES = 4096 };

struct lock_page; /* opaque */

/* A process as the page names it. */
struct lock_user {
    uint32_t pid; /* as it sees itself */
    uint64_t pid_namespace;
    char name[LOCK_PAGE_NAME_BYTES];
};

/* The process and thread that call. */
struct lock_user lock_user_self(void);

/* Maps the beginning of the file at `path`, which exists; NULL when it can't be. */
struct lock_page *lock_page_map(const char *path);
/* The same for who may only read the file: good for lock_page_say_busy alone. */
struct lock_page *lock_page_map_to_read(const char *path);
void lock_page_unmap(struct lock_page *page);

/* Who has taken the lock says so, with what for; and takes it back when it lets go. */
void lock_page_note(struct lock_page *page, const struct lock_user *user, const char *doing);
void lock_page_clear(struct lock_page *page);

/* DIBS_BUSY: the lock at `path` was not had in time by `user`; with what the note says of its holder. */
enum dibs_error lock_page_say_busy(const struct lock_page *page, const struct lock_user *user, const char *path,
                                   uint32_t timeout_ms, struct error_text *why);

/* Does nobody wait? Then the lock may be tried without a place in the queue. */
bool lock_page_is_idle(const struct lock_page *page);

/* A place in the queue, for one wait. What lies between its members is the queue's. */
struct lock_place {
    uint32_t ticket;
    uint32_t turn;  /* as it was at the last look */
    uint32_t word;  /* to sleep on, as it was at the last look */
    uint32_t stood; /* looks since the turn moved */
    bool passed;    /* the turn has gone past it, at the last look */
};

/* To wait: queue; then, again and again, look, try the lock if that says so, and sleep. Who releases after a look changes
 * the word, so that the sleep ends at once. */
struct lock_place lock_page_queue(struct lock_page *page);

/* Is it this place's turn, or has the queue stood still for some looks, so that whose turn it is may be dead? Who was
 * passed over, and not served by whoever had the lock, queues again at the end. */
bool lock_page_look(struct lock_page *page, struct lock_place *place);
bool lock_page_queue_again(struct lock_page *page, struct lock_place *place);

/* At most `most_ns`; who stands far behind sleeps longer at a time than who is next. */
void lock_page_sleep(struct lock_page *page, const struct lock_place *place, uint64_t most_ns);

/* The lock was had, says its holder. */
void lock_page_served(struct lock_page *page, const struct lock_place *place);

/* For the holder, who may serve others in its turn: the first ticket after it, if anybody waits; and, when it has served
 * `count` from there on, that the turn goes to the one behind them. After the release those are woken. */
bool lock_page_next(const struct lock_page *page, uint32_t *ticket);
bool lock_page_is_drawn(const struct lock_page *page, uint32_t ticket);
void lock_page_pass(struct lock_page *page, uint32_t first, uint32_t count);
void lock_page_wake_passed(struct lock_page *page, uint32_t first, uint32_t count);

/* After a release: wakes whose turn it is, if anybody waits. */
void lock_page_wake(struct lock_page *page);

#endif
