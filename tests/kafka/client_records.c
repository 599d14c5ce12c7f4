/* Records on a real broker: what is sent is what is read, holes, ends, and places that are gone. */
#include "tests/kafka/client.h"

#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.h"

enum { END_TOO = 1u << KAFKA_END };

static void records_are_read_as_they_were_sent(void)
{
    struct kafka *kafka = made(new_fleet());
    struct kafka_reader *reader = reading(kafka, KAFKA_INTENTS, 0, 0);
    struct kafka_event event;
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("plain"), -1) == KAFKA_DELIVERED);
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_of(NULL, 0), 3) == KAFKA_DELIVERED);
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_of("", 0), 120) == KAFKA_DELIVERED);
    EXPECT(next_but(reader, END_TOO, 5000, &event) == KAFKA_RECORD && event.offset == 0 && event.has_payload);
    EXPECT(span_equal(event.payload, span_from_text("plain")) && event.rank == -1 && event.ts_by_broker);
    EXPECT(event.topic == KAFKA_INTENTS && event.partition == 0 && event.ts_ms > 1600000000000u);
    EXPECT(next_but(reader, END_TOO, 5000, &event) == KAFKA_RECORD && !event.has_payload && event.rank == 3);
    EXPECT(next_but(reader, END_TOO, 5000, &event) == KAFKA_RECORD && event.has_payload && event.payload.size == 0 &&
           event.rank == 120);
    EXPECT(next_but(reader, 0, 5000, &event) == KAFKA_END && event.offset == 3);
    EXPECT(next_but(reader, 0, 300, &event) == KAFKA_NOTHING);
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
}

static void a_record_that_is_too_large_is_refused(void)
{
    struct kafka *kafka = made(new_fleet());
    static uint8_t bytes[1100000];
    struct random random;
    random_init(&random, 1);
    random_bytes(&random, bytes, sizeof bytes); /* nothing that shrinks */
    EXPECT(kafka_send(kafka, KAFKA_INTENTS, 0, span_of(bytes, sizeof bytes), -1, 1, &why) == DIBS_BAD_INPUT);
    EXPECT_SAID(strstr(why.text, "too large") != NULL, why.text);
    EXPECT(kafka_unacked(kafka) == 0);
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_of(bytes, 900000), -1) == KAFKA_DELIVERED);
    kafka_close(kafka, false);

    const char *fleet = new_fleet();
    char topic[128];
    (void)snprintf(topic, sizeof topic, "%s.intents", fleet);
    make_topic(topic, 1, 1, (const char *const[]){"max.message.bytes", "5000", NULL});
    kafka = opened(fleet);
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_of(bytes, 9000), -1) == KAFKA_REFUSED);
    EXPECT_SAID(strstr(sent_words, "size too large") != NULL, sent_words);
    kafka_close(kafka, false);
}

static void take(void *context, uint64_t cookie, enum kafka_ack ack, const char *words)
{
    EXPECT_SAID(ack == KAFKA_DELIVERED, words);
    uint64_t *expected = context;
    EXPECT(cookie == (*expected)++);
}

static void order_and_cookies_are_kept(void)
{
    enum { RECORDS = 20000 };
    struct kafka *kafka = made(new_fleet());
    uint64_t acked = 0;
    for (uint64_t i = 0; i < RECORDS; i++) {
        enum dibs_error error;
        while ((error = kafka_send(kafka, KAFKA_INTENTS, 0, span_of(&i, sizeof i), i % 2 ? 1 : -1, i, &why)) ==
               DIBS_BUSY)
            (void)kafka_acks(kafka, 1000, take, &acked);
        NEED(error);
    }
    while (kafka_unacked(kafka) > 0)
        (void)kafka_acks(kafka, 1000, take, &acked);
    EXPECT(acked == RECORDS);
    struct kafka_reader *reader = reading(kafka, KAFKA_INTENTS, 0, 0);
    struct kafka_event event;
    uint64_t next = 0;
    while (next < RECORDS && next_but(reader, END_TOO, 5000, &event) == KAFKA_RECORD) {
        uint64_t got = 0;
        memcpy(&got, event.payload.bytes, sizeof got);
        EXPECT(got == next && event.offset == next);
        if (next == 7000) { /* moved while much was fetched: nothing of what was is given any more */
            NEED(kafka_reader_start(reader, KAFKA_INTENTS, 0, 100, &why));
            EXPECT(next_but(reader, END_TOO, 5000, &event) == KAFKA_RECORD && event.offset == 100);
            NEED(kafka_reader_start(reader, KAFKA_INTENTS, 0, 7001, &why));
        }
        if (next == 9000) {
            kafka_reader_pause(reader, KAFKA_INTENTS, 0);
            kafka_reader_resume(reader, KAFKA_INTENTS, 0);
        }
        next++;
    }
    EXPECT(next == RECORDS);
    EXPECT(next_but(reader, 0, 5000, &event) == KAFKA_END && event.offset == RECORDS);
    kafka_reader_stop(reader, KAFKA_INTENTS, 0);
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("unseen"), -1) == KAFKA_DELIVERED);
    EXPECT(next_but(reader, 0, 300, &event) == KAFKA_NOTHING);
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
}

static bool readable(int fd, int timeout_ms)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    return poll(&one, 1, timeout_ms) == 1;
}

static bool has_news(const struct kafka_reader *reader, int timeout_ms)
{
    struct pollfd files[KAFKA_READER_FILES];
    kafka_reader_poll(reader, files);
    return poll(files, KAFKA_READER_FILES, timeout_ms) > 0;
}

static void descriptors_tell_when_there_is_something(void)
{
    struct kafka *kafka = made(new_fleet());
    struct kafka_reader *reader = reading(kafka, KAFKA_INTENTS, 0, 0);
    struct kafka_event event;
    EXPECT(next_but(reader, 0, 5000, &event) == KAFKA_END);
    while (kafka_reader_next(reader, 0, &event) != KAFKA_NOTHING)
        ;
    EXPECT(!has_news(reader, 300));
    uint64_t acked = 0;
    while (kafka_acks(kafka, 0, take, &acked) > 0)
        ;
    EXPECT(!readable(kafka_send_fd(kafka), 0));
    for (uint64_t i = 0; i < 3; i++) {
        NEED(kafka_send(kafka, KAFKA_INTENTS, 0, span_from_text("x"), -1, i, &why));
        EXPECT(readable(kafka_send_fd(kafka), 5000));
        while (kafka_acks(kafka, 0, take, &acked) > 0)
            ;
        EXPECT(acked == i + 1);
        EXPECT(!readable(kafka_send_fd(kafka), 0));
        EXPECT(has_news(reader, 5000));
        EXPECT(kafka_reader_next(reader, 0, &event) == KAFKA_RECORD && event.offset == i);
        while (kafka_reader_next(reader, 200, &event) != KAFKA_NOTHING)
            ;
        EXPECT(!has_news(reader, 0));
    }
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
}

static void what_comes_after_the_last_event_that_was_had_shows_without_another_look(void)
{
    struct kafka *kafka = made(new_fleet());
    struct kafka_reader *reader = reading(kafka, KAFKA_INTENTS, 0, 0);
    struct kafka_event event;
    EXPECT(next_but(reader, 0, 5000, &event) == KAFKA_END);
    for (uint64_t i = 0; i < 200; i++) {
        EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("x"), -1) == KAFKA_DELIVERED);
        enum kafka_event_kind kind = KAFKA_NOTHING;
        for (int look = 0; look < 1000 && kind != KAFKA_RECORD && has_news(reader, 5000); look++)
            do
                kind = kafka_reader_next(reader, 0, &event);
            while (kind != KAFKA_RECORD && kind != KAFKA_NOTHING && kafka_reader_has_more(reader));
        EXPECT(kind == KAFKA_RECORD && event.offset == i && !kafka_reader_has_more(reader));
    }
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
}

static void a_reader_that_starts_at_the_end_gives_what_comes_from_then_on(void)
{
    struct kafka *kafka = made(new_fleet());
    struct kafka_reader *reader;
    struct kafka_event event;
    EXPECT(sent(kafka, KAFKA_DECISIONS, 1, span_from_text("before"), -1) == KAFKA_DELIVERED);
    NEED(kafka_reader_open(kafka, &reader, &why));
    kafka_reader_expect(reader, KAFKA_DECISIONS);
    uint64_t end = 0;
    NEED(kafka_reader_start_at_end(reader, KAFKA_DECISIONS, 1, &end, &why));
    EXPECT(end == 1);
    EXPECT(sent(kafka, KAFKA_DECISIONS, 1, span_from_text("after"), -1) == KAFKA_DELIVERED);
    EXPECT(next_but(reader, 1u << KAFKA_END, 5000, &event) == KAFKA_RECORD && event.offset == 1);
    EXPECT(kafka_reader_start_at_end(reader, KAFKA_DECISIONS, 99, &end, &why) == DIBS_NO_STORE);
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
}

static void many_partitions_are_read_by_one_reader(void)
{
    struct kafka *kafka = made(new_fleet());
    struct kafka_reader *reader = reading(kafka, KAFKA_DECISIONS, 0, 0);
    NEED(kafka_reader_start(reader, KAFKA_DECISIONS, 1, 0, &why));
    NEED(kafka_reader_start(reader, KAFKA_CHECKPOINTS, 0, 0, &why));
    EXPECT(sent(kafka, KAFKA_DECISIONS, 0, span_from_text("a"), -1) == KAFKA_DELIVERED);
    EXPECT(sent(kafka, KAFKA_DECISIONS, 1, span_from_text("b"), -1) == KAFKA_DELIVERED);
    EXPECT(sent(kafka, KAFKA_CHECKPOINTS, 0, span_from_text("c"), -1) == KAFKA_DELIVERED);
    struct kafka_event event;
    char seen[4] = "";
    for (int i = 0; i < 3; i++) {
        EXPECT(next_but(reader, END_TOO, 5000, &event) == KAFKA_RECORD && event.payload.size == 1);
        char letter = (char)*event.payload.bytes;
        seen[letter - 'a']++;
        EXPECT((letter == 'c') == (event.topic == KAFKA_CHECKPOINTS) && (letter == 'b') == (event.partition == 1));
    }
    EXPECT(seen[0] == 1 && seen[1] == 1 && seen[2] == 1);
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
}

/* Aborted records are read like others; the markers are holes, also the last one. */
static void markers_of_transactions_are_holes(void)
{
    const char *fleet = new_fleet();
    struct kafka *kafka = made(fleet);
    char cause[256];
    rd_kafka_conf_t *conf = rdk.conf_new();
    (void)rdk.conf_set(conf, "bootstrap.servers", brokers(), cause, sizeof cause);
    (void)rdk.conf_set(conf, "transactional.id", fleet, cause, sizeof cause);
    rd_kafka_t *rk = rdk.new(RD_KAFKA_PRODUCER, conf, cause, sizeof cause);
    rd_kafka_topic_t *topic = rdk.topic_new(rk, kafka_topic_name(kafka, KAFKA_INTENTS), NULL);
    EXPECT(rd_kafka_init_transactions(rk, 20000) == NULL);
    for (int i = 0; i < 2; i++) {
        EXPECT(rd_kafka_begin_transaction(rk) == NULL);
        EXPECT(rdk.produce(topic, 0, RD_KAFKA_MSG_F_COPY, (void *)(uintptr_t) "t", 1, NULL, 0, NULL) == 0);
        (void)rd_kafka_flush(rk, 10000);
        EXPECT((i == 0 ? rd_kafka_commit_transaction(rk, 20000) : rd_kafka_abort_transaction(rk, 20000)) == NULL);
    }
    rdk.topic_destroy(topic);
    rdk.destroy(rk);
    struct kafka_reader *reader = reading(kafka, KAFKA_INTENTS, 0, 0);
    struct kafka_event event;
    EXPECT(next_but(reader, END_TOO, 5000, &event) == KAFKA_RECORD && event.offset == 0);
    EXPECT(next_but(reader, END_TOO, 5000, &event) == KAFKA_RECORD && event.offset == 2);
    do { /* the marker may come a moment later */
        EXPECT(next_but(reader, 0, 5000, &event) == KAFKA_END);
    } while (event.kind == KAFKA_END && event.offset < 4);
    EXPECT(event.offset == 4);
    uint8_t byte;
    NEED(kafka_read_one(kafka, KAFKA_INTENTS, 0, 1, &byte, 1, &event, &why));
    EXPECT(event.kind == KAFKA_RECORD && event.offset == 2 && byte == 't');
    struct log *log;
    struct log_record record;
    NEED(log_kafka_open(kafka, false, &log, &why));
    NEED(log_read(log, 1, &record, &why));
    EXPECT(record.offset == 2);
    EXPECT(log_read(log, 3, &record, &why) == DIBS_ENDED);
    log_close(log);
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
}

static void a_deleted_beginning_is_gone_after_seconds(void)
{
    struct kafka *kafka = made(new_fleet());
    for (int i = 0; i < 5; i++)
        EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("x"), -1) == KAFKA_DELIVERED);
    NEED(kafka_delete_before(kafka, KAFKA_INTENTS, 0, 3, &why));
    uint64_t first = 0, end = 0;
    NEED(kafka_bounds(kafka, KAFKA_INTENTS, 0, &first, &end, &why));
    EXPECT(first == 3 && end == 5);
    struct kafka_reader *reader = reading(kafka, KAFKA_INTENTS, 0, 1);
    struct kafka_event event;
    uint64_t began = now_ms();
    EXPECT(next_but(reader, 0, 15000, &event) == KAFKA_GONE && event.offset == 1);
    EXPECT(now_ms() - began >= 3000);
    EXPECT_SAID(strstr(event.words, "3 to 5") != NULL, event.words);
    NEED(kafka_reader_start(reader, KAFKA_INTENTS, 0, 3, &why));
    EXPECT(next_but(reader, 0, 5000, &event) == KAFKA_RECORD && event.offset == 3);
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
}

/* Waiting only on its descriptor, as a loop does. */
static void a_topic_made_anew_is_gone(void)
{
    const char *fleet = new_fleet();
    struct kafka *kafka = made(fleet);
    for (int i = 0; i < 5; i++)
        EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("x"), -1) == KAFKA_DELIVERED);
    struct kafka_reader *reader = reading(kafka, KAFKA_INTENTS, 0, 0);
    struct kafka_event event;
    for (int i = 0; i < 5; i++)
        EXPECT(next_but(reader, END_TOO, 5000, &event) == KAFKA_RECORD);
    delete_topic(kafka_topic_name(kafka, KAFKA_INTENTS));
    bool missing = false;
    uint64_t give_up = now_ms() + 10000;
    while (!missing && now_ms() < give_up && has_news(reader, 10000))
        while (kafka_reader_next(reader, 0, &event) != KAFKA_NOTHING)
            missing = missing || (event.kind == KAFKA_TROUBLE && event.error == DIBS_NO_STORE);
    EXPECT(missing);
    struct kafka *again = opened(fleet);
    unsigned new = 0;
    struct kafka_plan plan = {.decision_partitions = 2};
    NEED(kafka_create_topics(again, &plan, &new, &why));
    EXPECT(new == 1u << KAFKA_INTENTS);
    EXPECT(sent(again, KAFKA_INTENTS, 0, span_from_text("new"), -1) == KAFKA_DELIVERED);
    bool gone = false;
    give_up = now_ms() + 20000;
    while (!gone && now_ms() < give_up && has_news(reader, 20000))
        while (!gone && kafka_reader_next(reader, 0, &event) != KAFKA_NOTHING)
            gone = event.kind == KAFKA_GONE && event.offset == 5;
    EXPECT(gone);
    kafka_reader_close(reader, false);
    kafka_close(again, false);
    kafka_close(kafka, false);
}

static void a_topic_is_a_log(void)
{
    struct kafka *kafka = made(new_fleet());
    struct log *log;
    struct log_record record;
    uint64_t offset = 9, ts_ms = 0, end = 9;
    NEED(log_kafka_open(kafka, false, &log, &why));
    NEED(log_end(log, &end, &why));
    EXPECT(end == 0 && log_read(log, 0, &record, &why) == DIBS_ENDED);
    for (uint64_t i = 0; i < 3; i++) {
        NEED(log_append(log, span_of(&i, sizeof i), &offset, &ts_ms, &why));
        EXPECT(offset == i && ts_ms > 1600000000000u);
        NEED(log_read(log, i, &record, &why));
        EXPECT(record.ts_ms == ts_ms && span_equal(record.payload, span_of(&i, sizeof i)));
    }
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_of(NULL, 0), -1) == KAFKA_DELIVERED);
    NEED(log_read(log, 1, &record, &why));
    EXPECT(record.offset == 1);
    NEED(log_read(log, 3, &record, &why)); /* what others have sent */
    EXPECT(record.offset == 3 && record.payload.size == 0);
    EXPECT(log_read(log, 4, &record, &why) == DIBS_ENDED);
    NEED(log_wait(log, 3, 1000, &why));
    NEED(kafka_offset_at(kafka, KAFKA_INTENTS, 0, ts_ms + 3600000, &offset, &why));
    EXPECT(offset == 4);
    NEED(kafka_offset_at(kafka, KAFKA_INTENTS, 0, 1, &offset, &why));
    EXPECT(offset == 0);
    log_close(log);
    kafka_close(kafka, false);
}

static void a_senders_time_counts_for_nothing(void)
{
    const char *fleet = new_fleet();
    char topic[128];
    (void)snprintf(topic, sizeof topic, "%s.intents", fleet);
    make_topic(topic, 1, 1, (const char *const[]){"message.timestamp.type", "CreateTime", NULL});
    struct kafka *kafka = opened(fleet);
    struct log *log;
    struct log_record record;
    NEED(log_kafka_open(kafka, false, &log, &why));
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("x"), -1) == KAFKA_DELIVERED);
    NEED(log_read(log, 0, &record, &why));
    EXPECT(record.ts_ms == 0);
    log_close(log);
    kafka_close(kafka, false);
}

/* What was fetched before may still come; then nothing until it is resumed, and nothing is left out. */
static void a_paused_partition_gives_nothing_and_loses_nothing(void)
{
    struct kafka *kafka = made(new_fleet());
    struct kafka_reader *reader = reading(kafka, KAFKA_INTENTS, 0, 0);
    struct kafka_event event;
    uint64_t next = 0;
    for (int i = 0; i < 10; i++)
        EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("x"), -1) == KAFKA_DELIVERED);
    EXPECT(next_but(reader, END_TOO, 5000, &event) == KAFKA_RECORD && event.offset == next++);
    kafka_reader_pause(reader, KAFKA_INTENTS, 0);
    while (next_but(reader, END_TOO, 400, &event) == KAFKA_RECORD)
        EXPECT(event.offset == next++);
    for (int i = 0; i < 10; i++)
        EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("y"), -1) == KAFKA_DELIVERED);
    EXPECT(next_but(reader, END_TOO, 400, &event) == KAFKA_NOTHING);
    kafka_reader_resume(reader, KAFKA_INTENTS, 0);
    while (next < 20 && next_but(reader, END_TOO, 5000, &event) == KAFKA_RECORD)
        EXPECT(event.offset == next++);
    EXPECT(next == 20);
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
}

/* The child has none of the library's threads: closing there must neither wait for them nor spoil the parent's. */
static void a_child_of_fork_closes_without_the_parent_noticing(void)
{
    struct kafka *kafka = made(new_fleet());
    struct kafka_reader *reader = reading(kafka, KAFKA_INTENTS, 0, 0);
    struct kafka_event event;
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("x"), -1) == KAFKA_DELIVERED);
    EXPECT(next_but(reader, END_TOO, 5000, &event) == KAFKA_RECORD);
    pid_t child = fork();
    if (child == 0) {
        (void)alarm(5);
        kafka_reader_close(reader, true);
        kafka_close(kafka, true);
        _exit(0);
    }
    int status = -1;
    EXPECT(waitpid(child, &status, 0) == child && status == 0);
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("y"), -1) == KAFKA_DELIVERED);
    EXPECT(next_but(reader, END_TOO, 5000, &event) == KAFKA_RECORD && event.offset == 1);
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
}

static void closing_is_quick(void)
{
    struct kafka *kafka = made(new_fleet());
    struct kafka_reader *reader = reading(kafka, KAFKA_INTENTS, 0, 0);
    struct kafka_event event;
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("x"), -1) == KAFKA_DELIVERED);
    EXPECT(next_but(reader, END_TOO, 5000, &event) == KAFKA_RECORD);
    uint64_t began = now_ms();
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
    EXPECT(now_ms() - began < 500); /* 2 ms on an idle machine */
}

int main(int argc, char **argv)
{
    static const struct fact facts[] = {
        {"records are read as they were sent", records_are_read_as_they_were_sent},
        {"a record that is too large is refused", a_record_that_is_too_large_is_refused},
        {"order and cookies are kept", order_and_cookies_are_kept},
        {"descriptors tell when there is something", descriptors_tell_when_there_is_something},
        {"what comes after the last event that was had shows without another look",
         what_comes_after_the_last_event_that_was_had_shows_without_another_look},
        {"a reader that starts at the end gives what comes from then on",
         a_reader_that_starts_at_the_end_gives_what_comes_from_then_on},
        {"many partitions are read by one reader", many_partitions_are_read_by_one_reader},
        {"markers of transactions are holes", markers_of_transactions_are_holes},
        {"a deleted beginning is gone after seconds", a_deleted_beginning_is_gone_after_seconds},
        {"a topic made anew is gone", a_topic_made_anew_is_gone},
        {"a topic is a log", a_topic_is_a_log},
        {"a sender's time counts for nothing", a_senders_time_counts_for_nothing},
        {"a paused partition gives nothing and loses nothing", a_paused_partition_gives_nothing_and_loses_nothing},
        {"a child of fork closes without the parent noticing", a_child_of_fork_closes_without_the_parent_noticing},
        {"closing is quick", closing_is_quick},
        {NULL, NULL},
    };
    return run_facts(facts, argc, argv);
}
