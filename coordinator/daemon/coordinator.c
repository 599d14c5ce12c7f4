/* The shell around the loop: begun, run and ended. */
#include "coordinator/daemon/coordinator.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/memory.h"
#include "coordinator/daemon/coordinator_own.h"
#include "coordinator/daemon/notify.h"
#include "coordinator/http/mailbox.h"

enum { WAIT_MS = 1000, SHAKEN_WAIT_MS = 100, AGAIN_MS = 500, AGAIN_MOST_MS = 5000, PARTITIONS_EVERY_MS = 5000 };
enum { LOOK_EVERY_MS = 20, GROUP_MS = 5 };

static const struct intent tick_intent = {.verb = VERB_TICK};

/* ---------------------------------------------------------------- begun and ended */

static enum step allocate(struct coordinator *coordinator, struct step_reason *reason)
{
    const struct options *options = coordinator->options;
    coordinator->config = (struct loop_config){.rank = (uint32_t)options->rank,
                                               .partitions = 1,
                                               .commit_ms = options->commit_ms,
                                               .commit_records = options->commit_records};
    coordinator->tick = &tick_intent;
    memory_take(coordinator->times, sizeof coordinator->times);
    coordinator->loop = loop_new(&coordinator->config);
    coordinator->buffer = malloc(KAFKA_RECORD_MAX);
    coordinator->sent = malloc(SENT_SLOTS * sizeof *coordinator->sent);
    if (coordinator->loop != NULL && coordinator->buffer != NULL && coordinator->sent != NULL)
        return STEP_DONE;
    return step_end(reason, EXIT_LOCAL, "there is no memory for the loop");
}

enum step coordinator_begin(const struct options *options, char *const *prune_words, struct mailbox *mailbox,
                            struct coordinator **out, struct step_reason *reason)
{
    struct coordinator *coordinator = calloc(1, sizeof *coordinator);
    bool dropped = false;
    if (coordinator == NULL)
        return step_end(reason, EXIT_LOCAL, "there is no memory to begin");
    coordinator->options = options;
    coordinator->mailbox = mailbox;
    coordinator->prune_words = prune_words;
    coordinator->folder.lock = -1;
    enum step step = operator_key_read(&coordinator->key, options->operator_key, options->create_topics, reason);
    if (step == STEP_DONE)
        step = folder_open(&coordinator->folder, options->state, reason);
    if (step == STEP_DONE)
        step = folder_open_state(&coordinator->folder, options->map_bytes, &coordinator->state, &dropped, reason);
    if (dropped)
        trace_event(TRACE_WARN, "damaged", TRACE_WORDS("why", "the state was damaged; it is made anew from the log"));
    if (step == STEP_DONE)
        step = allocate(coordinator, reason);
    if (step != STEP_DONE) {
        coordinator_end(coordinator);
        return step;
    }
    coordinator->watchdog_ms = notify_watchdog_ms();
    coordinator->snapshot_ms = clock_now_ms();
    *out = coordinator;
    return STEP_DONE;
}

void coordinator_end(struct coordinator *coordinator)
{
    state_close(coordinator->state);
    loop_free(coordinator->loop);
    free(coordinator->buffer);
    free(coordinator->sent);
    folder_close(&coordinator->folder);
    operator_key_wipe(&coordinator->key);
    free(coordinator);
}

/* ---------------------------------------------------------------- signals and waiting */

static void stop(struct coordinator *coordinator)
{
    struct error_text ignored;
    if (coordinator->stopping)
        return;
    coordinator->stopping = true;
    coordinator->stop_ms = clock_now_ms() + coordinator->options->stop_ms;
    trace_event(TRACE_INFO, "stopping", TRACE_NUMBER("timeout_ms", coordinator->options->stop_ms));
    if (notify_send("STOPPING=1", &ignored) != DIBS_OK)
        return; /* nobody listens */
}

static void take_signals(struct coordinator *coordinator, int signals)
{
    struct signalfd_siginfo info;
    while (read(signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGUSR1)
            coordinator->wants_snapshot = true;
        else if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT || info.ssi_signo == SIGHUP)
            stop(coordinator);
    }
}

static bool hears_acks(const struct coordinator *coordinator)
{
    return !coordinator->reads_intents || clock_now_ms() - coordinator->sent_ms >= COORDINATOR_ACK_MS;
}

/* Until something happens, at most so long. Right after a decision the next intent is what mostly comes; all else is looked
 * at a few dozen times a second even then. */
static void await(struct coordinator *coordinator, int signals, uint64_t wait_ms)
{
    bool connected = coordinator->intents != NULL && coordinator->answers != NULL;
    bool hears = connected && hears_acks(coordinator);
    if (connected && !hears && wait_ms > 0 && clock_now_ms() - coordinator->polled_ms < LOOK_EVERY_MS &&
        kafka_reader_await(coordinator->intents, COORDINATOR_ACK_MS)) {
        coordinator->has_intents = true;
        return;
    }
    coordinator->polled_ms = clock_now_ms();
    if (connected && !hears && wait_ms > COORDINATOR_ACK_MS)
        wait_ms = COORDINATOR_ACK_MS;
    enum {
        SIGNALS,
        MAILBOX,
        ACKS,
        ANSWERS,
        INTENTS = ANSWERS + KAFKA_READER_FILES,
        FILES = INTENTS + KAFKA_READER_FILES
    };
    struct pollfd files[FILES] = {
        [SIGNALS] = {.fd = signals, .events = POLLIN},
        [MAILBOX] = {.fd = mailbox_fd(coordinator->mailbox), .events = POLLIN},
        [ACKS] = {.fd = hears ? kafka_send_fd(coordinator->kafka) : -1, .events = POLLIN},
    };
    kafka_reader_poll(connected ? coordinator->answers : NULL, files + ANSWERS);
    /* Not while nothing of it may be applied: it stays readable. */
    kafka_reader_poll(connected && coordinator->reads_intents ? coordinator->intents : NULL, files + INTENTS);
    int ready = poll(files, FILES, (int)wait_ms);
    coordinator->has_answers |= files[ANSWERS].revents != 0 || files[ANSWERS + 1].revents != 0;
    coordinator->has_acks |= files[ACKS].revents != 0 || ready == 0;
    coordinator->has_intents |= files[INTENTS].revents != 0 || files[INTENTS + 1].revents != 0;
    if (files[SIGNALS].revents != 0)
        take_signals(coordinator, signals);
}

/* ---------------------------------------------------------------- one connection */

/* More partitions of decisions than we know: agents that know them wait there. No record tells, for a reply partition is a
 * number of the agent's own (WIRE.md), of which only the remainder names a partition. */
static void look_at_partitions(struct coordinator *coordinator, uint64_t now_ms)
{
    uint32_t count = 0;
    struct error_text why;
    if (now_ms - coordinator->partitions_asked_ms < PARTITIONS_EVERY_MS || !coordinator->numbers.ready)
        return;
    coordinator->partitions_asked_ms = now_ms;
    if (kafka_partitions(coordinator->kafka, KAFKA_DECISIONS, &count, &why) != DIBS_OK)
        return;
    if (count == coordinator->config.partitions)
        return;
    trace_event(TRACE_INFO, "partitions", TRACE_NUMBER("were", coordinator->config.partitions),
                TRACE_NUMBER("are", count));
    coordinator->again = true;
}

static bool is_over(struct coordinator *coordinator, uint64_t now_ms)
{
    struct error_text why;
    if (kafka_is_fatal(coordinator->kafka)) {
        coordinator->numbers.broker_errors++;
        if (kafka_trouble(coordinator->kafka, &why) == DIBS_BAD_INPUT)
            coordinator_refused(coordinator, why.text);
        trace_event(TRACE_WARN, "fatal", TRACE_WORDS("why", "sending has ended for good; it is begun anew"));
        coordinator->again = true;
    }
    return coordinator->ends || coordinator->again ||
           (coordinator->stopping && (loop_is_settled(coordinator->loop) || now_ms >= coordinator->stop_ms));
}

static uint64_t wait_ms(struct coordinator *coordinator, uint64_t now_ms)
{
    if (coordinator->has_answers || (coordinator->has_intents && coordinator_may_apply(coordinator)))
        return 0;
    uint64_t wake_ms = loop_wake_ms(coordinator->loop, now_ms);
    uint64_t most_ms = coordinator->is_shaken ? SHAKEN_WAIT_MS : WAIT_MS;
    uint64_t left_ms = wake_ms > now_ms ? wake_ms - now_ms : 0;
    if (coordinator->watchdog_ms != 0 && coordinator->watchdog_ms / 3 < most_ms)
        most_ms = coordinator->watchdog_ms / 3;
    if (coordinator->must_look && LOOK_EVERY_MS < most_ms)
        most_ms = LOOK_EVERY_MS;
    return left_ms < most_ms ? left_ms : most_ms;
}

static bool is_at_rest(struct coordinator *coordinator)
{
    return !coordinator->ends && !coordinator->again && loop_is_settled(coordinator->loop) &&
           !coordinator->hand.has_record;
}

/* What need not be looked at after each record. */
static void look_around(struct coordinator *coordinator, uint64_t now_ms)
{
    coordinator->must_look = now_ms - coordinator->looked_ms < LOOK_EVERY_MS;
    if (coordinator->must_look)
        return;
    coordinator->looked_ms = now_ms;
    coordinator_ready(coordinator);
    coordinator_watch(coordinator, now_ms);
    coordinator_reap(coordinator);
    look_at_partitions(coordinator, now_ms);
}

/* While more intents are at hand decisions are published in groups: a request for each handful would take more of the
 * brokers than the decisions do. Whoever is alone is answered at once. */
static void act_in_groups(struct coordinator *coordinator, uint64_t now_ms)
{
    bool more = coordinator->has_intents && kafka_reader_has_more(coordinator->intents);
    if (more && coordinator_may_apply(coordinator) && now_ms - coordinator->acted_ms < GROUP_MS)
        return;
    coordinator->acted_ms = now_ms;
    coordinator_act(coordinator);
}

static void coordinate(struct coordinator *coordinator, int signals)
{
    for (uint64_t now_ms; now_ms = clock_now_ms(), !is_over(coordinator, now_ms);) {
        coordinator_apply(coordinator);
        act_in_groups(coordinator, now_ms); /* whoever waits is answered before anything else is done */
        coordinator_hear(coordinator);
        if (coordinator->stopping)
            loop_finish(coordinator->loop);
        act_in_groups(coordinator, now_ms);
        if (coordinator->wants_snapshot && is_at_rest(coordinator))
            coordinator_commit(coordinator);
        look_around(coordinator, now_ms);
        coordinator_answer(coordinator);
        coordinator->reads_intents = coordinator_may_apply(coordinator);
        await(coordinator, signals, wait_ms(coordinator, clock_now_ms()));
    }
}

/* No broker: says so, and waits. Each round takes longer, up to a few seconds. */
static void wait_for_broker(struct coordinator *coordinator, int signals, uint64_t *pause_ms)
{
    coordinator->numbers.broker_errors++;
    coordinator->numbers.ready = false;
    if (coordinator->reason->why.text[0] != '\0') {
        trace_event(TRACE_WARN, "waiting", TRACE_WORDS("why", coordinator->reason->why.text));
        coordinator_status(coordinator, coordinator->reason->why.text);
    }
    uint64_t end_ms = clock_now_ms() + *pause_ms;
    for (uint64_t now_ms; !coordinator->stopping && (now_ms = clock_now_ms()) < end_ms;) {
        coordinator_watch(coordinator, now_ms);
        await(coordinator, signals, end_ms - now_ms);
        coordinator_answer(coordinator);
    }
    *pause_ms = *pause_ms * 2 > AGAIN_MOST_MS ? AGAIN_MOST_MS : *pause_ms * 2;
}

static enum exit_code say_stopped(struct coordinator *coordinator, bool settled, struct step_reason *reason)
{
    if (settled)
        return EXIT_STOPPED;
    (void)error_say(
        &reason->why, DIBS_UNAVAILABLE,
        "%llu decisions were not confirmed within stop_timeout; nothing is lost, the next start goes on from "
        "the last commit",
        (unsigned long long)loop_numbers(coordinator->loop).unsettled);
    return EXIT_UNSETTLED;
}

enum exit_code coordinator_run(struct coordinator *coordinator, int signals, struct step_reason *reason)
{
    uint64_t pause_ms = AGAIN_MS;
    bool settled = true;
    coordinator->reason = reason;
    while (!coordinator->stopping) {
        coordinator_status(coordinator, "connecting");
        coordinator->numbers.connects++;
        enum step step = coordinator_connect(coordinator, reason);
        if (step == STEP_DONE) {
            pause_ms = AGAIN_MS;
            reason->why.text[0] = '\0';
            coordinate(coordinator, signals);
            settled = coordinator->stopping && loop_is_settled(coordinator->loop);
        }
        coordinator_disconnect(coordinator);
        coordinator_status(coordinator, coordinator->stopping ? "stopping" : "connecting again");
        if (step == STEP_END || coordinator->ends)
            return reason->code;
        take_signals(coordinator, signals);
        if (!coordinator->stopping)
            wait_for_broker(coordinator, signals, &pause_ms);
    }
    return say_stopped(coordinator, settled, reason);
}
