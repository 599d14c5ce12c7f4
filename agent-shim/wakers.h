/* Whom a turn at a store has news for: remembered while the lock is held, woken after it. Not thread-safe, but for
 * wakers_interrupt. */
#ifndef SHIM_WAKERS_H
#define SHIM_WAKERS_H

#include <stdatomic.h>

#include "log/wake_page.h"
#include "proto/messages.h"

enum { WAKERS_PENDING = 64 };

struct wakers {
    struct wake_page *page; /* owned; NULL: not mapped, nobody ever waited here, or it can't be */
    uint64_t pending[WAKERS_PENDING];
    unsigned count;
    bool all;                                      /* there were more: everybody is woken */
    _Atomic uint32_t asleep[WAKE_PAGE_WORDS / 32]; /* words that threads of this process have slept on */
};

/* What who waits for this intent sleeps on. */
uint64_t wakers_hash(struct intent_id id);

/* Something was decided that this intent's claimer may wait for. */
void wakers_note(struct wakers *wakers, struct intent_id id);

/* Wakes those who were noted; `path` is the page's file. */
void wakers_flush(struct wakers *wakers, const char *path);

/* The page to sleep on, made when it is missing; NULL: none can be had. Good until wakers_close. */
struct wake_page *wakers_page(struct wakers *wakers, const char *path);

/* Says that a thread is about to sleep on that hash, so that wakers_interrupt wakes it. */
void wakers_will_sleep(struct wakers *wakers, uint64_t hash);

/* Async-signal-safe; from any thread, while the page is in use. */
void wakers_interrupt(struct wakers *wakers);

void wakers_close(struct wakers *wakers);

#endif
