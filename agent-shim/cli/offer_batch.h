/* Many offers from a file: gathered into intents of up to sixteen, offered as they come, so that memory is bounded however
 * many there are; and told of together. */
#ifndef CLI_OFFER_BATCH_H
#define CLI_OFFER_BATCH_H

#include <signal.h>

#include "command.h"

enum { OFFER_BAD_MOST = 100, OFFER_NAME_BYTES = 160 };

#define OFFER_INTERRUPTED "it was interrupted"
#define OFFER_MANY_NEEDS "it needs more than 16 capabilities, with those of --needs"

/* One item. Its texts are borrowed until `release(owner)` is called, once. */
struct offer_slot {
    struct dibs_offer_item item;
    const char *after[WORD_LIST_MOST], *needs[WORD_LIST_MOST]; /* what item.after and item.needs point to */
    char name[OFFER_NAME_BYTES];                               /* where it stands, such as "FILE, line 5" */
    void *owner;
    void (*release)(void *owner); /* NULL: there is nothing to release */
};

struct offer_batch {
    const struct command *command;
    const struct arguments *arguments;
    dibs_client *client;
    struct offer_slot slots[DIBS_OFFER_ITEMS + 1]; /* the last: what didn't fit beside the others */
    size_t count, bytes;
    uint64_t offered, updated, done, bad; /* so far; `done`: refused as done already */
    uint64_t no_room, no_room_in_row;     /* refused as more than the store may hold, or may wait for one key */
    uint64_t seen, told;                  /* for the line of progress */
    bool shows_progress;
    const volatile sig_atomic_t *interrupted; /* not 0: stop before the next item; NULL: nothing does */
    bool cut_short;                           /* it was interrupted before the source's end */
    int code; /* not EXIT_YES: it has stopped, which has been said; before the first item: as an error of the whole */
};

void offer_batch_begin(struct offer_batch *batch, const struct command *command, const struct arguments *arguments,
                       dibs_client *client);

/* A cleared slot with the defaults that the options give, to be filled in; then add or drop it. */
struct offer_slot *offer_batch_slot(struct offer_batch *batch);
/* False: stop, batch->code says how it ends. */
bool offer_batch_add(struct offer_batch *batch, struct offer_slot *slot);
/* What is no item: named with why. False: there were so many that it can't be the right file. */
bool offer_batch_bad(struct offer_batch *batch, const char *name, const char *why);
/* Shall it stop here? Whoever asks does. */
bool offer_batch_is_interrupted(struct offer_batch *batch);
/* The source ends before its end: offers what it gave, then says why and from where on nothing is offered. */
void offer_batch_stop(struct offer_batch *batch, const char *name, const char *why);
/* Offers the rest, and says what was done. Returns the exit code. */
int offer_batch_end(struct offer_batch *batch);

/* 0-9, P0 (9) to P4 (1), or a word such as "high". False: it is none of them. */
bool offer_priority_of(const char *word, uint32_t *priority);

/* Times of an item, 0: not given: does it end before anybody may pick it? */
static inline bool offer_never_begins(int64_t not_before_ts_ms, int64_t expires_ts_ms)
{
    return expires_ts_ms > 0 && expires_ts_ms <= not_before_ts_ms;
}

/* Each offers what a source has, from it to batch->code. */
void offer_lines(struct offer_batch *batch, const char *path);    /* JSON, one object a line */
void offer_github(struct offer_batch *batch, const char *path);   /* an array of issues */
void offer_markdown(struct offer_batch *batch, const char *path); /* a folder of task files */

#endif
