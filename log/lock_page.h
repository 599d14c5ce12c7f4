/* A page that all who use one lock share: a word to sleep on, and a note about who holds it.
 *
 * Nothing in it decides who holds the lock. Were it garbage, waits would be slower and the words wrong; a process killed
 * while it owes a wake-up costs the others one LOCK_PAGE_SLEEP_MAX_NS. Where there is none (NULL is allowed in every
 * call), waits are short sleeps and the holder has no name. */
#ifndef LOG_LOCK_PAGE_H
#define LOG_LOCK_PAGE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum { LOCK_PAGE_NAME_BYTES = 16, LOCK_PAGE_SLEEP_MAX_NS = 5000000 };

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
void lock_page_unmap(struct lock_page *page);

/* Who has taken the lock says so, with what for; and takes it back when it lets go. */
void lock_page_note(struct lock_page *page, const struct lock_user *user, const char *doing);
void lock_page_clear(struct lock_page *page);

/* DIBS_BUSY: the lock at `path` was not had in time by `user`; with what the note says of its holder. */
enum dibs_error lock_page_say_busy(const struct lock_page *page, const struct lock_user *user, const char *path,
                                   uint32_t timeout_ms, struct error_text *why);

/* To wait: announce, then try the lock, then sleep. Who releases after the try sees the announcement and changes the
 * word, so that the sleep ends at once. */
uint32_t lock_page_announce(struct lock_page *page);
void lock_page_sleep(struct lock_page *page, uint32_t announced, uint64_t ns);

/* After a release: wakes one sleeper if any was announced, or if `owed`. */
void lock_page_wake(struct lock_page *page, bool owed);

#endif
