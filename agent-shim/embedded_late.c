/* Commits that a busy client leaves for later: the records are in the log, so nothing depends on them, but who may only read
 * the store sees what is committed. A thread sees to it that they come within some milliseconds. */
#include "agent-shim/embedded.h"

#include "base/clock.h"
#include "base/thread.h"

enum { LATE_MS = 5, RUN_MIN = 8, RUN_GAP_MS = 1 };

void late_begin(struct embedded *embedded)
{
    thread_condition_init(&embedded->late.changed);
}

static void sleep_late(struct embedded *embedded)
{
    uint64_t until_ms = clock_now_ms() + LATE_MS;
    const struct timespec until = {.tv_sec = (time_t)(until_ms / 1000), .tv_nsec = (long)(until_ms % 1000) * 1000000};
    int code = 0;
    while (code == 0 && !embedded->late.is_closing)
        code = pthread_cond_timedwait(&embedded->late.changed, &embedded->mutex, &until);
}

static void *keep_commits(void *context)
{
    struct embedded *embedded = context;
    struct late *late = &embedded->late;
    struct error_text ignored;
    (void)pthread_mutex_lock(&embedded->mutex);
    while (!late->is_closing) {
        late->is_asleep = embedded->store.late == 0;
        if (late->is_asleep) {
            (void)pthread_cond_wait(&late->changed, &embedded->mutex);
            continue;
        }
        sleep_late(embedded);
        if (embedded->store.late > 0)
            (void)!store_commit_late(&embedded->store, &ignored); /* else in a while, or by whoever comes next */
    }
    (void)pthread_mutex_unlock(&embedded->mutex);
    return NULL;
}

void late_submits(struct embedded *embedded)
{
    struct late *late = &embedded->late;
    uint64_t now_ms = clock_boot_ms();
    late->run = now_ms - late->last_ms <= RUN_GAP_MS ? late->run + 1 : 0;
    late->last_ms = now_ms;
    if (late->run == RUN_MIN && !late->has_thread)
        late->has_thread = thread_start(&late->thread, 0, keep_commits, embedded);
    embedded->store.may_be_late = late->run >= RUN_MIN && late->has_thread;
}

void late_submitted(struct embedded *embedded)
{
    struct late *late = &embedded->late;
    embedded->store.may_be_late = false;
    if (late->is_asleep && embedded->store.late > 0) {
        late->is_asleep = false;
        (void)pthread_cond_signal(&late->changed);
    }
}

void late_end(struct embedded *embedded)
{
    struct late *late = &embedded->late;
    struct error_text ignored;
    (void)pthread_mutex_lock(&embedded->mutex);
    late->is_closing = true;
    (void)pthread_cond_signal(&late->changed);
    (void)pthread_mutex_unlock(&embedded->mutex);
    if (late->has_thread)
        (void)pthread_join(late->thread, NULL);
    if (embedded->store.late > 0)
        (void)!store_commit_late(&embedded->store, &ignored);
    (void)pthread_cond_destroy(&late->changed);
}
