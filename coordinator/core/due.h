/* The due index: everything that falls due, ordered by (time, kind, id). Entries may be early: whoever handles one looks
 * at its row and arms it again when the end has moved later, so that a renewal need not touch the index. */
#ifndef CORE_DUE_H
#define CORE_DUE_H

#include "coordinator/core/context.h"

/* Numbers are in the due table's keys. Reserved: 32-63 ideas, 64-95 supply, 96-127 fleet. */
enum due_kind {
    DUE_WAITER = 1,  /* id: offset */
    DUE_CLAIM = 2,   /* id: token */
    DUE_DONE = 3,    /* id: canonical key */
    DUE_CLIENT = 4,  /* id: client, session number */
    DUE_SESSION = 5, /* id: session number */
    DUE_END = 6,
    DUE_OFFER_OVER = 64, /* id: canonical key */
    DUE_OFFER_READY = 65 /* id: canonical key: its time has come, or it has cooled */
};

void due_add(struct apply *apply, enum due_kind kind, uint64_t time_ms, struct span id);
void due_remove(struct apply *apply, enum due_kind kind, uint64_t time_ms, struct span id);

/* The same for ids that are one number. */
void due_add_number(struct apply *apply, enum due_kind kind, uint64_t time_ms, uint64_t id);
void due_remove_number(struct apply *apply, enum due_kind kind, uint64_t time_ms, uint64_t id);

struct due_entry {
    enum due_kind kind;
    uint64_t time_ms;
    size_t id_size;
    uint8_t id[LIMIT_KEY_BYTES];
};

/* The earliest entry of all; at one time by kind, in the order of R2. False: none. */
bool due_first(struct state *state, struct due_entry *out);

/* The earliest of one kind. */
bool due_first_of(struct state *state, enum due_kind kind, struct due_entry *out);

#endif
