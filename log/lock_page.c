/* A page that all who use one lock share: a queue of those who wait for it, and a note about who holds it. */
#include "log/lock_page.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    PAGE_BYTES = LOCK_PAGE_BYTES,
    DOING_BYTES = 80,
    QUEUE_WORDS = 256,     /* a ticket sleeps on the word of its number; a power of two */
    QUEUE_STRIDE = 32,     /* so many places further back, one LOCK_PAGE_SLEEP_NS longer … */
    QUEUE_SLEEPS_MAX = 20, /* … but at most so many */
    STANDS_STILL = 4       /* so many looks in a row have seen the same turn: whose it is may be dead */
};

/* For people: written without any ordering, read by waiters that gave up. */
struct holder_note {
    _Atomic uint32_t pid; /* 0 when nobody holds the lock */
    uint32_t reserved;
    uint64_t pid_namespace;
    uint64_t since_ms; /* CLOCK_BOOTTIME */
    char name[LOCK_PAGE_NAME_BYTES];
    char doing[DOING_BYTES];
};

struct lock_page {
    _Atomic uint32_t tail; /* the ticket that the next who waits will get */
    _Atomic uint32_t turn; /* the ticket that may take the lock next; only the lock's holder moves it */
    uint64_t reserved[7];
    struct holder_note holder;
    _Atomic uint32_t words[QUEUE_WORDS]; /* futexes: each changes when a ticket that sleeps on it is called */
};

_Static_assert(sizeof(struct lock_page) <= PAGE_BYTES, "the page holds it all");

/* Through an open file of its own: a mapping keeps its file open, in forked children too, and with it any lock. */
static struct lock_page *map(const char *path, bool to_write)
{
    int fd = open(path, (to_write ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    struct stat status;
    if (fd < 0)
        return NULL;
    void *page = MAP_FAILED;
    /* Real blocks, not a hole: a fault on a hole of a full disk would be a SIGBUS. Two that do this at once write the
     * same zeros. */
    static const char zeros[PAGE_BYTES];
    if (fstat(fd, &status) == 0 &&
        (status.st_size >= PAGE_BYTES || (to_write && pwrite(fd, zeros, sizeof zeros, 0) == (ssize_t)sizeof zeros)))
        page = mmap(NULL, PAGE_BYTES, to_write ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    return page == MAP_FAILED ? NULL : page;
}

struct lock_page *lock_page_map(const char *path)
{
    return map(path, true);
}

struct lock_page *lock_page_map_to_read(const char *path)
{
    return map(path, false);
}

void lock_page_unmap(struct lock_page *page)
{
    if (page != NULL)
        munmap(page, PAGE_BYTES);
}

static uint64_t boottime_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

struct lock_user lock_user_self(void)
{
    struct lock_user user = {.pid = (uint32_t)getpid()};
    struct stat status;
    if (stat("/proc/self/ns/pid", &status) == 0)
        user.pid_namespace = (uint64_t)status.st_ino;
    prctl(PR_GET_NAME, user.name);
    return user;
}

/* ---------------------------------------------------------------- the note */

void lock_page_note(struct lock_page *page, const struct lock_user *user, const char *doing)
{
    if (page == NULL)
        return;
    struct holder_note *note = &page->holder;
    size_t size = strnlen(doing, DOING_BYTES - 1);
    memcpy(note->doing, doing, size);
    note->doing[size] = '\0';
    memcpy(note->name, user->name, LOCK_PAGE_NAME_BYTES);
    note->pid_namespace = user->pid_namespace;
    note->since_ms = boottime_ms();
    atomic_store_explicit(&note->pid, user->pid, memory_order_release);
}

void lock_page_clear(struct lock_page *page)
{
    if (page != NULL)
        atomic_store_explicit(&page->holder.pid, 0, memory_order_relaxed);
}

/* The texts come from a file: anything may stand there. */
static void copy_printable(char *to, const char *from, size_t size)
{
    size_t i = 0;
    for (; i < size - 1 && from[i] != '\0'; i++)
        to[i] = from[i];
    to[i] = '\0';
    for (i = 0; to[i] != '\0'; i++) {
        if ((unsigned char)to[i] < 0x20 || to[i] == 0x7f)
            to[i] = '?';
    }
}

/* Who was killed in the lock has left its name; a reader that came after it can leave none. */
static bool is_gone(const struct holder_note *note, uint32_t pid, const struct lock_user *user)
{
    return note->pid_namespace == user->pid_namespace && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

enum dibs_error lock_page_say_busy(const struct lock_page *page, const struct lock_user *user, const char *path,
                                   uint32_t timeout_ms, struct error_text *why)
{
    uint32_t pid = page == NULL ? 0 : atomic_load_explicit(&page->holder.pid, memory_order_acquire);
    struct holder_note note;
    if (pid != 0)
        memcpy(&note, &page->holder, sizeof note);
    if (pid == 0 || is_gone(&note, pid, user))
        return error_say(why, DIBS_BUSY,
                         "the store's lock %s was not had within %" PRIu32 " ms; a process that gave no "
                         "name holds it; try again",
                         path, timeout_ms);
    char name[LOCK_PAGE_NAME_BYTES], doing[DOING_BYTES];
    copy_printable(name, note.name, sizeof name);
    copy_printable(doing, note.doing, sizeof doing);
    uint64_t now_ms = boottime_ms();
    bool elsewhere = note.pid_namespace != user->pid_namespace;
    return error_say(why, DIBS_BUSY,
                     "the store's lock %s was not had within %" PRIu32 " ms: process %" PRIu32
                     " (%s)%s has held it for "
                     "%" PRIu64 " ms, %s; try again, or end that process if it is stuck or stopped",
                     path, timeout_ms, pid, name, elsewhere ? " of another container" : "",
                     now_ms > note.since_ms ? now_ms - note.since_ms : 0, doing);
}

/* ---------------------------------------------------------------- to wait */

bool lock_page_is_idle(const struct lock_page *page)
{
    return page == NULL || atomic_load(&page->tail) == atomic_load(&page->turn);
}

/* How far before `ticket` the turn is; 0: it has come; less: it was passed over. */
static int32_t places_ahead(uint32_t ticket, uint32_t turn)
{
    return (int32_t)(ticket - turn);
}

struct lock_place lock_page_queue(struct lock_page *page)
{
    struct lock_place place = {0};
    if (page != NULL)
        place.ticket = atomic_fetch_add(&page->tail, 1);
    place.turn = place.ticket + 1; /* none that was seen: the first look isn't a second one */
    return place;
}

/* May the lock be tried now? */
static bool see_turn(struct lock_place *place, uint32_t turn)
{
    place->passed = places_ahead(place->ticket, turn) < 0;
    place->turn = turn;
    return place->ticket == turn || place->stood >= STANDS_STILL;
}

bool lock_page_look(struct lock_page *page, struct lock_place *place)
{
    if (page == NULL)
        return true;
    place->word = atomic_load(&page->words[place->ticket % QUEUE_WORDS]);
    uint32_t turn = atomic_load(&page->turn);
    place->stood = turn == place->turn ? place->stood + 1 : 0;
    return see_turn(place, turn);
}

bool lock_page_queue_again(struct lock_page *page, struct lock_place *place)
{
    place->ticket = atomic_fetch_add(&page->tail, 1);
    place->word = atomic_load(&page->words[place->ticket % QUEUE_WORDS]);
    return see_turn(place, atomic_load(&page->turn));
}

void lock_page_sleep(struct lock_page *page, const struct lock_place *place, uint64_t most_ns)
{
    uint64_t ns = LOCK_PAGE_SLEEP_NS;
    int32_t ahead = places_ahead(place->ticket, place->turn);
    if (page != NULL && ahead > 0)
        ns *= ahead < QUEUE_STRIDE * QUEUE_SLEEPS_MAX ? (uint64_t)ahead / QUEUE_STRIDE + 1 : QUEUE_SLEEPS_MAX;
    ns = ns < most_ns ? ns : most_ns;
    struct timespec time = {.tv_sec = 0, .tv_nsec = (long)ns};
    if (page != NULL)
        syscall(SYS_futex, &page->words[place->ticket % QUEUE_WORDS], FUTEX_WAIT, place->word, &time, NULL, 0);
    else
        nanosleep(&time, NULL);
}

static void call(struct lock_page *page, uint32_t ticket)
{
    _Atomic uint32_t *word = &page->words[ticket % QUEUE_WORDS];
    atomic_fetch_add(word, 1);
    syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

void lock_page_wake(struct lock_page *page)
{
    if (!lock_page_is_idle(page))
        call(page, atomic_load(&page->turn));
}

/* Those who were passed over are called, so that they queue again: they were slow, not dead. */
void lock_page_served(struct lock_page *page, const struct lock_place *place)
{
    if (page == NULL)
        return;
    uint32_t turn = atomic_load(&page->turn);
    if (places_ahead(atomic_load(&page->tail), turn) < 0) { /* no queue was ever so */
        atomic_store(&page->turn, atomic_load(&page->tail));
        return;
    }
    if (places_ahead(place->ticket, turn) < 0)
        return;
    atomic_store(&page->turn, place->ticket + 1);
    for (uint32_t n = 0; turn + n != place->ticket && n < QUEUE_WORDS; n++)
        call(page, turn + n);
}

/* ---------------------------------------------------------------- to serve others */

bool lock_page_is_drawn(const struct lock_page *page, uint32_t ticket)
{
    return places_ahead(atomic_load(&page->tail), ticket) > 0;
}

bool lock_page_next(const struct lock_page *page, uint32_t *ticket)
{
    if (page == NULL)
        return false;
    *ticket = atomic_load(&page->turn);
    return lock_page_is_drawn(page, *ticket);
}

void lock_page_pass(struct lock_page *page, uint32_t first, uint32_t count)
{
    if (atomic_load(&page->turn) == first) /* else the page was written by somebody who did not hold the lock */
        atomic_store(&page->turn, first + count);
}

void lock_page_wake_passed(struct lock_page *page, uint32_t first, uint32_t count)
{
    for (uint32_t n = 0; n < count; n++)
        call(page, first + n);
}
