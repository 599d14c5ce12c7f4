/* Words that processes sleep on until what they wait for may have happened: a page in a file that all users of a store
 * share. Sleepers are told apart by a hash, so that one event wakes those it concerns and few others.
 *
 * Only a help: a wake-up may come for nothing, and one may be lost with the process that owed it, so every sleep has an
 * end and is followed by a look. Thread-safe. */
#ifndef LOG_WAKE_PAGE_H
#define LOG_WAKE_PAGE_H

#include <stdbool.h>
#include <stdint.h>

enum { WAKE_PAGE_WORDS = 1024 };

struct wake_page; /* opaque */

/* NULL when it can't be had; `create` makes the file when it is missing. */
struct wake_page *wake_page_map(const char *path, bool create);
void wake_page_unmap(struct wake_page *page); /* NULL is allowed */

/* To sleep: read the word, look whether what one waits for has happened, then sleep with the word as it was read. */
uint32_t wake_page_word(const struct wake_page *page, uint64_t hash);
void wake_page_sleep(struct wake_page *page, uint64_t hash, uint32_t word, uint64_t ms);

/* Async-signal-safe. */
void wake_page_wake(struct wake_page *page, uint64_t hash);

/* One of the sleepers is to wake at `time_ms`, to do what is due for all of them. True: nobody else has said that it
 * will. Who did and is gone leaves it undone until the others' sleep ends. */
bool wake_page_take_due(struct wake_page *page, uint64_t time_ms);

#endif
