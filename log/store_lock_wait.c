/* Waiting for the store's lock in the order of tickets, with a request that another holder may do meanwhile; and doing those of
 * others. See store_lock.h. */
#include "log/store_lock_own.h"

#include "base/check.h"

#include <errno.h>
#include <time.h>

/* Without a place in the queue only chance lets one in, between two who have one: tries must be many. */
enum { SLEEP_FIRST_NS = 50000, SLEEP_MOST_NS = 400000 };

static uint64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static struct request_page *requests_of(struct store_lock *lock)
{
    if (lock->requests == NULL && lock->page != NULL && !lock->has_no_requests) {
        lock->requests = request_page_map(lock->path);
        lock->has_no_requests = lock->requests == NULL;
    }
    return lock->requests;
}

/* One wait for the lock. */
struct wait {
    struct lock_place place;
    struct lock_request *request; /* NULL: none, or it is left to nobody else any more */
    bool posted;                  /* under the place's ticket */
    bool begun;                   /* as request->begun */
};

static void post(struct store_lock *lock, struct wait *wait)
{
    if (wait->request != NULL && !wait->posted)
        wait->posted = request_page_post(requests_of(lock), wait->place.ticket, wait->place.turn, wait->request->asks);
}

/* True: done. Done without an answer: it is this wait's own to do. */
static bool is_served(struct store_lock *lock, struct wait *wait)
{
    struct lock_request *request = wait->request;
    if (!wait->posted || !request_page_is_done(lock->requests, wait->place.ticket, request->room, &request->answer))
        return false;
    request->served = request->answer.bytes != NULL;
    wait->begun = !request->served;
    wait->posted = false;
    wait->request = NULL;
    return request->served;
}

/* Whoever took it while this wait has the lock, or was passed over, is dead. */
static void withdraw(struct store_lock *lock, struct wait *wait)
{
    if (wait->posted && !request_page_withdraw(lock->requests, wait->place.ticket))
        wait->begun = true;
    wait->posted = false;
}

/* Tries the lock if it is time to. 0: it is held, or the request was served. */
static int look(struct store_lock *lock, struct wait *wait)
{
    bool may_try = lock_page_look(lock->page, &wait->place);
    if (is_served(lock, wait))
        return 0;
    if (wait->place.passed) {
        withdraw(lock, wait);
        may_try = lock_page_queue_again(lock->page, &wait->place);
    }
    post(lock, wait);
    int error = may_try ? store_lock_try(lock) : EAGAIN;
    if (error != 0)
        return error;
    if (is_served(lock, wait)) { /* by one who had it until now */
        store_lock_let_go(lock);
        return 0;
    }
    withdraw(lock, wait);
    lock_page_served(lock->page, &wait->place);
    return 0;
}

/* The time is over. */
static int give_up(struct store_lock *lock, struct wait *wait)
{
    if (is_served(lock, wait))
        return 0;
    withdraw(lock, wait);
    return wait->begun ? EINPROGRESS : EAGAIN;
}

int store_lock_wait(struct store_lock *lock, uint32_t timeout_ms, struct lock_request *request)
{
    uint64_t deadline_ns = monotonic_ns() + (uint64_t)timeout_ms * 1000000u;
    /* Without a page nobody wakes us, so start short. */
    uint64_t sleep_ns = lock->page != NULL ? UINT64_MAX : SLEEP_FIRST_NS;
    struct wait wait = {.place = lock_page_queue(lock->page), .request = request};
    for (;;) {
        int error = look(lock, &wait);
        uint64_t now_ns = monotonic_ns();
        if (error == EAGAIN && now_ns >= deadline_ns)
            error = give_up(lock, &wait);
        if (request != NULL)
            request->begun = wait.begun;
        if (error != EAGAIN || now_ns >= deadline_ns)
            return error;
        uint64_t left_ns = deadline_ns - now_ns;
        lock_page_sleep(lock->page, &wait.place, left_ns < sleep_ns ? left_ns : sleep_ns);
        if (lock->page == NULL)
            sleep_ns = sleep_ns * 2 < SLEEP_MOST_NS ? sleep_ns * 2 : SLEEP_MOST_NS;
    }
}

/* ---------------------------------------------------------------- serving */

bool store_lock_next_request(struct store_lock *lock, uint8_t room[REQUEST_BYTES], struct span *request)
{
    CHECK(lock->held);
    if (!lock->may_serve || (lock->served == 0 && !lock_page_next(lock->page, &lock->served_first)))
        return false;
    uint32_t ticket = lock->served_first + lock->served;
    if (!lock_page_is_drawn(lock->page, ticket) || !request_page_take(requests_of(lock), ticket, room, request))
        return false;
    lock->served++;
    return true;
}

void store_lock_answer(struct store_lock *lock, struct span answer)
{
    CHECK(lock->served > 0);
    request_page_answer(lock->requests, lock->served_first + lock->served - 1, answer);
}

void store_lock_forget_answers(struct store_lock *lock)
{
    for (uint32_t n = 0; n < lock->served; n++)
        request_page_forget_answer(lock->requests, lock->served_first + n);
}

/* Answers are there before the turn passes those they are for, so that who was passed knows whether it was served. */
void store_lock_tell_served(struct store_lock *lock)
{
    for (uint32_t n = 0; n < lock->served; n++)
        request_page_done(lock->requests, lock->served_first + n);
    if (lock->served > 0)
        lock_page_pass(lock->page, lock->served_first, lock->served);
}
