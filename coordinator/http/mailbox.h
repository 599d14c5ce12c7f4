/* Questions from HTTP's threads to the loop's thread, which alone may look at the state: LMDB without its lock has no
 * readers beside the writer. The loop answers between two records; a question is one page or one copy of the numbers, so
 * it costs the loop a fraction of a millisecond.
 *
 * Thread-safe. A question waits a bounded time, so a loop that stands still makes HTTP say so instead of hanging. */
#ifndef HTTP_MAILBOX_H
#define HTTP_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/limits.h"
#include "coordinator/http/numbers.h"

enum { MAIL_WAIT_MS = 5000, MAIL_TEXT_MAX = 1024 };

enum mail_kind { MAIL_NUMBERS, MAIL_CLAIMS, MAIL_CLAIM };

enum mail_answer {
    MAIL_OPEN, /* not answered */
    MAIL_ANSWERED,
    MAIL_UNAVAILABLE, /* the loop doesn't run, or the state can't be read; words in `text` */
    MAIL_BAD,         /* the question is no good; words in `text` */
    MAIL_LATE         /* not so far yet */
};

/* A question and its answer; lives in the asker. */
struct mail {
    enum mail_kind kind;
    bool has_at_least;
    uint64_t at_least; /* to be answered once the record at this offset is applied */
    /* claims: a page */
    char prefix[LIMIT_KEY_BYTES + 1], session[LIMIT_SESSION_BYTES + 1], after_key[LIMIT_KEY_BYTES + 1];
    uint64_t after_token;
    bool after_done, with_done;
    char key[LIMIT_KEY_BYTES + 1]; /* claim */

    enum mail_answer answer;
    struct numbers numbers;   /* of MAIL_NUMBERS */
    char *body;               /* JSON, malloced; the asker frees it */
    char text[MAIL_TEXT_MAX]; /* why not */
    struct mail *next;        /* the mailbox's */
};

struct mailbox;

struct mailbox *mailbox_new(void); /* NULL: no memory or descriptors */
void mailbox_free(struct mailbox *mailbox);

/* Asks and waits, at most MAIL_WAIT_MS; fills mail->answer. Any thread. */
void mailbox_ask(struct mailbox *mailbox, struct mail *mail);

/* Readable when there are questions. */
int mailbox_fd(const struct mailbox *mailbox);

/* The loop's: gives each open question to `answer`, which fills mail->answer or leaves it open for a later time. */
void mailbox_serve(struct mailbox *mailbox, void (*answer)(void *context, struct mail *mail), void *context);

/* What /readyz says without asking the loop. */
void mailbox_set_status(struct mailbox *mailbox, bool ready, const char *words);
bool mailbox_status(struct mailbox *mailbox, char words[256]);

#endif
