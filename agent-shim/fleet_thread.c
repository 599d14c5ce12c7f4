/* Who talks to Kafka: one caller at a time hears, drives and sleeps for all, until its own request is done; then the next
 * one does. So an answer goes from the library's thread straight to who waits for it. While nobody waits, the client's
 * thread takes in what comes, now and then. */
#include "agent-shim/fleet_own.h"

#include <poll.h>
#include <unistd.h>

enum { HEAR_MOST = 10000, REST_MS = 10 };

void fleet_wake(struct fleet *fleet)
{
    static const uint64_t one = 1;
    (void)!write(fleet->wake, &one, sizeof one);
}

static bool has_open_request(const struct fleet *fleet)
{
    for (const struct request *request = fleet->requests; request != NULL; request = request->next)
        if (request->state == REQUEST_OPEN)
            return true;
    return false;
}

/* What no waiting will mend is told to all at once: what may be in the log stays unknown. */
static void end_all(struct fleet *fleet)
{
    for (struct request *request = fleet->requests; request != NULL; request = request->next) {
        if (request->state != REQUEST_OPEN)
            continue;
        bool never_sent = request->pending.place == PENDING_NOWHERE && !request->pending.out;
        request_end(request, never_sent ? fleet->trouble : DIBS_NO_ANSWER, &fleet->trouble_why);
    }
}

static bool is_hopeless(enum dibs_error error)
{
    return error != DIBS_OK && error != DIBS_UNAVAILABLE && error != DIBS_BUSY;
}

/* ---------------------------------------------------------------- hearing */

static void take_ack(void *context, uint64_t cookie, enum kafka_ack ack, const char *words)
{
    request_acked(context, cookie, ack, words);
}

static void hear_trouble(struct fleet *fleet, const struct kafka_event *event)
{
    fleet->trouble = event->error;
    (void)error_say(&fleet->trouble_why, event->error, "%s", event->words);
    if (!event->retriable) {
        if (event->error == DIBS_BAD_INPUT)
            fleet_withdraw(fleet);
        end_all(fleet);
        fleet_unlink(fleet);
    }
}

/* The partition was cut or made anew: what was answered before is asked for again. */
static void start_anew(struct fleet *fleet, uint32_t partition)
{
    fleet->is_read[partition] = false;
    if (partition == fleet->options.slot % fleet->partitions)
        fleet->is_connected = false;
}

static void hear_all(struct fleet *fleet)
{
    for (int i = 0; i < HEAR_MOST && fleet->reader != NULL; i++) {
        if (i > 0 && !kafka_reader_has_more(fleet->reader))
            return;
        struct kafka_event event;
        switch (kafka_reader_next(fleet->reader, 0, &event)) {
        case KAFKA_NOTHING:
            return;
        case KAFKA_RECORD:
            if (event.has_payload)
                request_hear(fleet, event.payload);
            break;
        case KAFKA_TROUBLE:
            hear_trouble(fleet, &event);
            break;
        case KAFKA_GONE:
            start_anew(fleet, event.partition);
            break;
        case KAFKA_END:
        case KAFKA_SHAKEN:
            break;
        }
    }
}

/* A password that doesn't do any more, a producer that has died. */
static void look_after_link(struct fleet *fleet, uint64_t now_ms)
{
    if (now_ms - fleet->looked_ms < FLEET_LOOK_MS || !fleet->is_connected)
        return;
    fleet->looked_ms = now_ms;
    fleet->trouble = kafka_trouble(fleet->kafka, &fleet->trouble_why);
    if (is_hopeless(fleet->trouble))
        end_all(fleet);
    if (kafka_is_fatal(fleet->kafka))
        fleet_unlink(fleet);
}

/* ---------------------------------------------------------------- driving */

static uint64_t drive_all(struct fleet *fleet)
{
    uint64_t now_ms = clock_boot_ms(), wake_ms = now_ms + FLEET_LOOK_MS;
    for (struct request *request = fleet->requests; request != NULL; request = request->next) {
        request_drive(fleet, request, now_ms);
        uint64_t own_ms = request_wake_ms(request);
        if (own_ms <= now_ms) /* held back by another one */
            own_ms = now_ms + REST_MS;
        if (request->state == REQUEST_OPEN && request->interrupted != NULL && own_ms > now_ms + FLEET_INTERRUPT_MS)
            own_ms = now_ms + FLEET_INTERRUPT_MS;
        if (own_ms < wake_ms)
            wake_ms = own_ms;
    }
    return wake_ms - now_ms;
}

/* Somebody waits for a report, or a while has gone since the last send: until then the answer mostly comes first, and a
 * thread that wakes for the report would be in its way. */
static bool hears_acks(const struct fleet *fleet)
{
    return fleet->kafka != NULL && clock_boot_ms() - fleet->sent_ms >= FLEET_ACK_MS;
}

static void sleep_until(struct fleet *fleet, uint64_t at_most_ms)
{
    struct pollfd fds[2 + KAFKA_READER_FILES] = {{.fd = fleet->wake, .events = POLLIN}, {.fd = -1}};
    uint64_t count;
    kafka_reader_poll(fleet->reader, fds + 2);
    if (hears_acks(fleet))
        fds[1] = (struct pollfd){.fd = kafka_send_fd(fleet->kafka), .events = POLLIN};
    else if (fleet->kafka != NULL && at_most_ms > FLEET_ACK_MS)
        at_most_ms = FLEET_ACK_MS;
    (void)pthread_mutex_unlock(&fleet->mutex);
    (void)poll(fds, sizeof fds / sizeof fds[0], (int)at_most_ms);
    if (fds[0].revents != 0)
        (void)!read(fleet->wake, &count, sizeof count);
    (void)pthread_mutex_lock(&fleet->mutex);
}

/* Right after a send: mostly the answer is what comes next, and until FLEET_ACK_MS is over nothing else is listened to. */
static void await_record(struct fleet *fleet)
{
    (void)pthread_mutex_unlock(&fleet->mutex);
    (void)kafka_reader_await(fleet->reader, FLEET_ACK_MS);
    (void)pthread_mutex_lock(&fleet->mutex);
}

static void hear(struct fleet *fleet)
{
    uint64_t now_ms = clock_boot_ms();
    hear_all(fleet);
    if (hears_acks(fleet) || (fleet->kafka != NULL && now_ms - fleet->acked_ms >= FLEET_ACK_MS)) {
        fleet->acked_ms = now_ms;
        (void)kafka_acks(fleet->kafka, 0, take_ack, fleet);
    }
    look_after_link(fleet, clock_boot_ms());
}

/* Hears and drives; returns how long it may rest then. */
static uint64_t turn(struct fleet *fleet)
{
    hear(fleet);
    bool wanted = has_open_request(fleet);
    if (wanted && !fleet->is_connected) {
        fleet_link(fleet);
        if (is_hopeless(fleet->trouble))
            end_all(fleet);
    }
    if (wanted && fleet->is_connected)
        fleet_link_partitions(fleet);
    uint64_t rest_ms = drive_all(fleet);
    bool tries = has_open_request(fleet) && !fleet->is_connected;
    return tries && rest_ms > REST_MS ? REST_MS : rest_ms;
}

/* ---------------------------------------------------------------- whose turn it is */

/* To one that still waits; it drives on. */
static void hand_over(struct fleet *fleet)
{
    fleet->is_driven = false;
    for (struct request *request = fleet->requests; request != NULL; request = request->next) {
        if (request->state != REQUEST_OPEN)
            continue;
        (void)pthread_cond_signal(&request->done);
        return;
    }
}

/* What was sent on a connection that stands is waited for at once. */
void fleet_drive(struct fleet *fleet, const struct request *own)
{
    bool waits = fleet->is_connected && own->state == REQUEST_OPEN && own->pending.out;
    fleet->is_driven = true;
    if (waits)
        await_record(fleet);
    for (;;) {
        uint64_t rest_ms = turn(fleet);
        if (own->state == REQUEST_DONE)
            break;
        sleep_until(fleet, rest_ms);
    }
    hand_over(fleet);
}

static void rest(struct fleet *fleet)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += FLEET_LOOK_MS / 1000;
    (void)pthread_cond_timedwait(&fleet->rests, &fleet->mutex, &until);
}

void *fleet_run(void *context)
{
    struct fleet *fleet = context;
    (void)pthread_mutex_lock(&fleet->mutex);
    while (!fleet->stops) {
        if (!fleet->is_driven)
            hear(fleet);
        rest(fleet);
    }
    (void)pthread_mutex_unlock(&fleet->mutex);
    return NULL;
}
