/* The client when brokers die under it, come again, or aren't there to begin with. */
#include "tests/kafka/client.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void start_broker(void)
{
    char address[256];
    if (access(broker_folder(), F_OK) == 0)
        return;
    broker_tool(address, sizeof address, "up %s --parent %d", broker_folder(), (int)getpid());
    use_brokers(address);
}

/* The partition is idle, nothing is sent, and the connection closes in silence: no error tells of it. */
static void an_idle_reader_is_told_that_its_broker_was_away(void)
{
    start_broker();
    struct kafka *kafka = made(new_fleet());
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("one"), -1) == KAFKA_DELIVERED);
    struct kafka_reader *reader = reading(kafka, KAFKA_INTENTS, 0, 0);
    struct kafka_event event;
    EXPECT(next_but(reader, 0, 5000, &event) == KAFKA_RECORD);
    EXPECT(next_but(reader, 0, 5000, &event) == KAFKA_END);
    EXPECT(next_but(reader, 0, 500, &event) == KAFKA_NOTHING);
    broker_tool(NULL, 0, "kill %s 1", broker_folder());
    broker_tool(NULL, 0, "start %s 1", broker_folder());
    EXPECT(next_but(reader, 1u << KAFKA_TROUBLE, 10000, &event) == KAFKA_SHAKEN);
    EXPECT(event.topic == KAFKA_INTENTS && event.partition == 0 && event.offset == 1);
    EXPECT(next_but(reader, 0, 5000, &event) == KAFKA_END && event.offset == 1);
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("two"), -1) == KAFKA_DELIVERED);
    EXPECT(next_but(reader, 0, 5000, &event) == KAFKA_RECORD && event.offset == 1);
    EXPECT(kafka_trouble(kafka, &why) == DIBS_OK);
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
}

/* What was sent while it was away arrives afterwards, once and in order. */
static void a_coordinators_records_survive_a_restart_of_the_broker(void)
{
    start_broker();
    struct kafka *kafka = made(new_fleet());
    struct kafka_reader *reader = reading(kafka, KAFKA_DECISIONS, 1, 0);
    struct tally tally = {0};
    enum { RECORDS = 300 };
    for (uint32_t i = 0; i < RECORDS; i++) {
        if (i == 100)
            broker_tool(NULL, 0, "kill %s 1", broker_folder());
        NEED(kafka_send(kafka, KAFKA_DECISIONS, 1, span_of(&i, sizeof i), 0, i, &why));
        if (i < 100)
            (void)kafka_acks(kafka, 1000, count_ack, &tally);
    }
    uint64_t down = now_ms() + 3000;
    while (kafka_trouble(kafka, &why) == DIBS_OK && now_ms() < down)
        (void)kafka_acks(kafka, 50, count_ack, &tally);
    EXPECT_SAID(kafka_trouble(kafka, &why) == DIBS_UNAVAILABLE && strstr(why.text, brokers()) != NULL, why.text);
    broker_tool(NULL, 0, "start %s 1", broker_folder());
    while (kafka_unacked(kafka) > 0 && now_ms() < down + 30000)
        (void)kafka_acks(kafka, 1000, count_ack, &tally);
    EXPECT(tally.delivered == RECORDS && tally.other == 0);
    EXPECT(kafka_trouble(kafka, &why) == DIBS_OK);
    unsigned shaken = 0;
    for (uint32_t i = 0; i < RECORDS;) {
        struct kafka_event event;
        enum kafka_event_kind kind = next_but(reader, 1u << KAFKA_END | 1u << KAFKA_TROUBLE, 10000, &event);
        shaken += kind == KAFKA_SHAKEN;
        if (kind == KAFKA_SHAKEN)
            continue;
        uint32_t got = UINT32_MAX;
        if (kind == KAFKA_RECORD && event.payload.size == sizeof got)
            memcpy(&got, event.payload.bytes, sizeof got);
        EXPECT(kind == KAFKA_RECORD && got == i && event.rank == 0);
        if (got != i)
            break;
        i++;
    }
    EXPECT(shaken == 1);
    EXPECT(!kafka_is_fatal(kafka));
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
}

/* Kafka doesn't sync: a power loss takes the log's end, others write there anew, and the offsets fit. Whoever waits at the
 * old end is told before the first of them. */
static void a_log_that_was_cut_and_grew_again_is_told(void)
{
    start_broker();
    const char *fleet = new_fleet();
    struct kafka *kafka = made(fleet);
    char path[512];
    struct stat status;
    for (int i = 0; i < 100; i++)
        EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("old"), -1) == KAFKA_DELIVERED);
    struct kafka_reader *reader = reading(kafka, KAFKA_INTENTS, 0, 90);
    struct kafka_event event;
    for (int i = 0; i < 10; i++)
        EXPECT(next_but(reader, 1u << KAFKA_END, 5000, &event) == KAFKA_RECORD);
    broker_tool(NULL, 0, "kill %s 1", broker_folder());
    (void)snprintf(path, sizeof path, "%s/n1/data/%s.intents-0/00000000000000000000.log", broker_folder(), fleet);
    EXPECT(stat(path, &status) == 0 && truncate(path, status.st_size / 2) == 0);
    broker_tool(NULL, 0, "start %s 1", broker_folder());
    struct kafka *other = opened(fleet);
    for (int i = 0; i < 80; i++)
        EXPECT(sent(other, KAFKA_INTENTS, 0, span_from_text("new"), -1) == KAFKA_DELIVERED);
    EXPECT(next_but(reader, 1u << KAFKA_TROUBLE, 10000, &event) == KAFKA_SHAKEN && event.offset == 100);
    EXPECT(next_but(reader, 0, 5000, &event) == KAFKA_RECORD && event.offset == 100);
    uint8_t bytes[16]; /* what the caller does then: the last record that it applied is not what it was */
    NEED(kafka_read_one(other, KAFKA_INTENTS, 0, 99, bytes, sizeof bytes, &event, &why));
    EXPECT(event.kind == KAFKA_RECORD && span_equal(event.payload, span_from_text("new")));
    kafka_reader_close(reader, false);
    kafka_close(other, false);
    kafka_close(kafka, false);
}

static void a_broker_that_is_not_there_is_named_in_time(void)
{
    use_brokers("127.0.0.1:1");
    struct kafka *kafka = opened("nobody");
    uint64_t began = now_ms();
    EXPECT(kafka_ready(kafka, 1u << KAFKA_INTENTS, 700, &why) == DIBS_UNAVAILABLE);
    EXPECT(now_ms() - began >= 650 && now_ms() - began < 2500);
    EXPECT_SAID(strstr(why.text, "127.0.0.1:1") != NULL && strstr(why.text, "refused") != NULL, why.text);
    EXPECT(kafka_trouble(kafka, &why) == DIBS_UNAVAILABLE);
    NEED(kafka_send(kafka, KAFKA_INTENTS, 0, span_from_text("lost"), -1, 1, &why));
    struct kafka_reader *reader = reading(kafka, KAFKA_INTENTS, 0, 0);
    struct kafka_event event;
    EXPECT(kafka_reader_next(reader, 200, &event) == KAFKA_NOTHING);
    began = now_ms();
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
    EXPECT(now_ms() - began < 500);
}

/* A connection made while it was away works once it is there. */
static void a_broker_may_come_later_than_the_client(void)
{
    char address[256];
    if (access(broker_folder(), F_OK) != 0)
        start_broker();
    broker_tool(address, sizeof address, "addresses %s", broker_folder());
    use_brokers(address);
    const char *fleet = new_fleet();
    kafka_close(made(fleet), false);
    broker_tool(NULL, 0, "kill %s 1", broker_folder());
    struct kafka *kafka = opened(fleet);
    struct kafka_reader *reader = reading(kafka, KAFKA_INTENTS, 0, 0);
    struct kafka_event event;
    EXPECT(kafka_ready(kafka, 7, 300, &why) == DIBS_UNAVAILABLE);
    broker_tool(NULL, 0, "start %s 1", broker_folder());
    EXPECT(kafka_ready(kafka, 7, 10000, &why) == DIBS_OK);
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("late"), -1) == KAFKA_DELIVERED);
    EXPECT(next_but(reader, 1u << KAFKA_TROUBLE | 1u << KAFKA_END, 10000, &event) == KAFKA_RECORD);
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
}

static void a_dead_broker_first_in_the_list_costs_no_half_second(void)
{
    char address[256], list[300];
    if (access(broker_folder(), F_OK) != 0)
        start_broker();
    broker_tool(address, sizeof address, "addresses %s", broker_folder());
    use_brokers(address);
    const char *fleet = new_fleet();
    kafka_close(made(fleet), false);
    (void)snprintf(list, sizeof list, "127.0.0.1:1,%s", address);
    use_brokers(list);
    uint64_t began = now_ms();
    for (int i = 0; i < 10; i++) {
        struct kafka *kafka = opened(fleet);
        EXPECT(kafka_ready(kafka, 7, 5000, &why) == DIBS_OK);
        EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("x"), -1) == KAFKA_DELIVERED);
        kafka_close(kafka, false);
    }
    uint64_t each = (now_ms() - began) / 10;
    printf("with a dead broker first, a first send took %llu ms on average\n", (unsigned long long)each);
    EXPECT(each < 250); /* 40; without kafka_ready 530 */
    use_brokers(address);
}

int main(int argc, char **argv)
{
    static const struct fact facts[] = {
        {"an idle reader is told that its broker was away", an_idle_reader_is_told_that_its_broker_was_away},
        {"a coordinator's records survive a restart of the broker",
         a_coordinators_records_survive_a_restart_of_the_broker},
        {"a log that was cut and grew again is told", a_log_that_was_cut_and_grew_again_is_told},
        {"a broker that is not there is named in time", a_broker_that_is_not_there_is_named_in_time},
        {"a broker may come later than the client", a_broker_may_come_later_than_the_client},
        {"a dead broker first in the list costs no half second", a_dead_broker_first_in_the_list_costs_no_half_second},
        {NULL, NULL},
    };
    return run_facts(facts, argc, argv);
}
