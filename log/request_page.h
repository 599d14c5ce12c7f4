/* Requests that those who wait for a lock leave in its file, behind the page of lock_page.h, so that whoever has the lock
 * can do them, too: one change of process and one commit then serve many (flat combining; docs/decisions/0001-store-lock.md).
 *
 * A request lies in the slot of its owner's ticket. Only the holder of the lock takes and answers requests, only in the
 * order of tickets, and only such as the turn has not passed. Who dies leaves a request that may still be done, or one that
 * is taken and never answered: its owner does it itself when it has the lock, so a request must bear being done twice.
 * Were the slots garbage, requests would be lost, or such be done as nobody made. */
#ifndef LOG_REQUEST_PAGE_H
#define LOG_REQUEST_PAGE_H

#include "base/span.h"

enum { REQUEST_BYTES = 1008 /* of a request, and of its answer */ };

struct request_page; /* opaque */

/* Maps the slots of the lock's file, which exists, and makes room for them; NULL when they can't be had, which is allowed in
 * every call. */
struct request_page *request_page_map(const char *path);
void request_page_unmap(struct request_page *page);

/* ---------------------------------------------------------------- for those who wait */

/* False: it is too large, or the slot is another's. */
bool request_page_post(struct request_page *page, uint32_t ticket, uint32_t turn, struct span request);

/* True: it was done, *answer is a copy in `room` of what came of it, none (NULL) when that could not be told. */
bool request_page_is_done(const struct request_page *page, uint32_t ticket, uint8_t room[REQUEST_BYTES],
                          struct span *answer);

/* Takes it back; false: it is being done, or was. */
bool request_page_withdraw(struct request_page *page, uint32_t ticket);

/* ---------------------------------------------------------------- for who holds the lock */

/* A copy, in `room`, of that ticket's request, which is the holder's to answer from then on; false: there is none. */
bool request_page_take(struct request_page *page, uint32_t ticket, uint8_t room[REQUEST_BYTES], struct span *request);

/* What is not answered, or with more than there is room for, its owner does itself. */
void request_page_answer(struct request_page *page, uint32_t ticket, struct span answer);
void request_page_forget_answer(struct request_page *page, uint32_t ticket);

/* Its owner may see the answer. */
void request_page_done(struct request_page *page, uint32_t ticket);

#endif
