/* Questions to the loop's thread. */
#include "coordinator/http/mailbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/thread.h"

struct mailbox {
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t answered;
    struct mail *first;
    bool ready;
    char status[256];
    int fd;
    /* So that the loop needs no system call to learn that nobody asks: */
    atomic_uint asking; /* mails on the list */
    atomic_bool woken;  /* `fd` is readable; true a moment later */
};

struct mailbox *mailbox_new(void)
{
    struct mailbox *mailbox = calloc(1, sizeof *mailbox);
    if (mailbox == NULL)
        return NULL;
    mailbox->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (mailbox->fd < 0) {
        free(mailbox);
        return NULL;
    }
    (void)snprintf(mailbox->status, sizeof mailbox->status, "starting");
    (void)pthread_mutex_init(&mailbox->lock, NULL);
    thread_condition_init(&mailbox->answered);
    return mailbox;
}

void mailbox_free(struct mailbox *mailbox)
{
    if (mailbox == NULL)
        return;
    (void)pthread_cond_destroy(&mailbox->answered);
    (void)pthread_mutex_destroy(&mailbox->lock);
    (void)close(mailbox->fd);
    free(mailbox);
}

static void take_out(struct mailbox *mailbox, const struct mail *mail)
{
    struct mail **at = &mailbox->first;
    while (*at != NULL && *at != mail)
        at = &(*at)->next;
    if (*at == NULL)
        return;
    *at = mail->next;
    atomic_fetch_sub(&mailbox->asking, 1);
}

static void wake(struct mailbox *mailbox)
{
    const uint64_t one = 1;
    ssize_t ignored = write(mailbox->fd, &one, sizeof one);
    (void)ignored; /* it is readable already */
    atomic_store(&mailbox->woken, true);
}

void mailbox_ask(struct mailbox *mailbox, struct mail *mail)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += MAIL_WAIT_MS / 1000;
    mail->answer = MAIL_OPEN;
    (void)pthread_mutex_lock(&mailbox->lock);
    mail->next = mailbox->first;
    mailbox->first = mail;
    atomic_fetch_add(&mailbox->asking, 1);
    wake(mailbox);
    while (mail->answer == MAIL_OPEN) {
        if (pthread_cond_timedwait(&mailbox->answered, &mailbox->lock, &until) == ETIMEDOUT)
            break;
    }
    take_out(mailbox, mail);
    if (mail->answer == MAIL_OPEN) {
        mail->answer = mail->has_at_least ? MAIL_LATE : MAIL_UNAVAILABLE;
        (void)snprintf(mail->text, sizeof mail->text, "%s",
                       mail->has_at_least ? "that offset is not applied yet; ask again"
                                          : "the coordinator's loop doesn't answer; it may wait for a broker");
    }
    (void)pthread_mutex_unlock(&mailbox->lock);
}

int mailbox_fd(const struct mailbox *mailbox)
{
    return mailbox->fd;
}

void mailbox_serve(struct mailbox *mailbox, void (*answer)(void *context, struct mail *mail), void *context)
{
    uint64_t count;
    ssize_t ignored = atomic_exchange(&mailbox->woken, false) ? read(mailbox->fd, &count, sizeof count) : 0;
    (void)ignored; /* several wakes may have been read at once */
    if (atomic_load(&mailbox->asking) == 0)
        return;
    (void)pthread_mutex_lock(&mailbox->lock);
    for (struct mail *mail = mailbox->first; mail != NULL; mail = mail->next)
        if (mail->answer == MAIL_OPEN)
            answer(context, mail);
    (void)pthread_cond_broadcast(&mailbox->answered);
    (void)pthread_mutex_unlock(&mailbox->lock);
}

void mailbox_set_status(struct mailbox *mailbox, bool ready, const char *words)
{
    (void)pthread_mutex_lock(&mailbox->lock);
    mailbox->ready = ready;
    (void)snprintf(mailbox->status, sizeof mailbox->status, "%s", words);
    (void)pthread_mutex_unlock(&mailbox->lock);
}

bool mailbox_status(struct mailbox *mailbox, char words[256])
{
    (void)pthread_mutex_lock(&mailbox->lock);
    bool ready = mailbox->ready;
    (void)snprintf(words, 256, "%s", mailbox->status);
    (void)pthread_mutex_unlock(&mailbox->lock);
    return ready;
}
