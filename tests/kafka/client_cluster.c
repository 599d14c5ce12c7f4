/* The client on three brokers: replicas that are too few, and leaders that die. */
#include "tests/kafka/client.h"

#include <string.h>
#include <unistd.h>

static void start_brokers(void)
{
    static char address[512];
    if (address[0] == '\0')
        broker_tool(address, sizeof address, "up %s --nodes 3 --parent %d", broker_folder(), (int)getpid());
    use_brokers(address);
}

static struct kafka_findings findings; /* the last */

static const struct kafka_finding *found(struct kafka *kafka, const char *words, unsigned *fatal)
{
    const struct kafka_finding *that = NULL;
    uint64_t end = now_ms() + 30000;
    enum dibs_error error;
    while ((error = kafka_check_topics(kafka, &findings, &why)) == DIBS_UNAVAILABLE && now_ms() < end)
        (void)usleep(50000); /* a new topic is not known to all brokers at once, and the daemon asks again, too */
    NEED(error);
    *fatal = 0;
    for (uint32_t i = 0; i < findings.count; i++) {
        *fatal += findings.items[i].fatal;
        if (that == NULL && strstr(findings.items[i].words, words) != NULL)
            that = &findings.items[i];
    }
    return that;
}

static const char *said(void)
{
    static char all[KAFKA_FINDINGS_MAX * KAFKA_FINDING_WORDS];
    all[0] = '\0';
    for (uint32_t i = 0; i < findings.count; i++)
        (void)snprintf(all + strlen(all), sizeof all - strlen(all), "[%s]", findings.items[i].words);
    return all;
}

static void three_brokers_get_three_replicas_and_need_two(void)
{
    start_brokers();
    unsigned fatal = 9;
    struct kafka *kafka = made(new_fleet());
    EXPECT_SAID(found(kafka, "replica", &fatal) == NULL && fatal == 0, said());
    kafka_close(kafka, false);
}

static void settings_that_lose_claims_with_one_broker_are_named(void)
{
    start_brokers();
    unsigned fatal = 0, new = 0;
    struct kafka *kafka = opened(new_fleet());
    struct kafka_plan plan = {.min_insync = 1};
    NEED(kafka_create_topics(kafka, &plan, &new, &why));
    const struct kafka_finding *finding = found(kafka, "min.insync.replicas=1", &fatal);
    EXPECT_SAID(finding != NULL && finding->fatal, said());
    EXPECT_SAID(fatal == 3, said());
    kafka_close(kafka, false);

    const char *fleet = new_fleet();
    char topic[128];
    (void)snprintf(topic, sizeof topic, "%s.intents", fleet);
    make_topic(topic, 1, 3,
               (const char *const[]){"message.timestamp.type", "LogAppendTime", "retention.ms", "-1",
                                     "min.insync.replicas", "2", "unclean.leader.election.enable", "true", NULL});
    kafka = opened(fleet);
    plan = (struct kafka_plan){0};
    NEED(kafka_create_topics(kafka, &plan, &new, &why));
    finding = found(kafka, "unclean.leader.election.enable=true", &fatal);
    EXPECT_SAID(finding != NULL && finding->fatal, said());
    EXPECT_SAID(fatal == 1, said());
    kafka_close(kafka, false);
}

/* Reads all; how many records that are 0, 1, 2 … in this order. */
static uint32_t in_order(struct kafka *kafka, uint32_t most)
{
    struct kafka_reader *reader = reading(kafka, KAFKA_INTENTS, 0, 0);
    struct kafka_event event;
    uint32_t good = 0;
    while (good < most && next_but(reader, ~(1u << KAFKA_RECORD), 20000, &event) == KAFKA_RECORD) {
        uint32_t got;
        memcpy(&got, event.payload.bytes, sizeof got);
        if (got != good)
            break;
        good++;
    }
    kafka_reader_close(reader, false);
    return good;
}

/* One by one every broker dies and comes back while records are sent: each is acknowledged, once, in order; and whoever
 * reads is told that a connection broke. */
static void no_record_is_lost_or_doubled_when_each_broker_dies_once(void)
{
    start_brokers();
    struct kafka *kafka = made(new_fleet());
    struct kafka_reader *reader = reading(kafka, KAFKA_INTENTS, 0, 0);
    struct tally tally = {0};
    uint32_t sends = 0;
    unsigned shaken = 0;
    for (int node = 1; node <= 3; node++) {
        for (int phase = 0; phase < 2; phase++) {
            broker_tool(NULL, 0, phase == 0 ? "kill %s %d" : "start %s %d", broker_folder(), node);
            for (int i = 0; i < 300; i++, sends++) {
                NEED(kafka_send(kafka, KAFKA_INTENTS, 0, span_of(&sends, sizeof sends), -1, sends, &why));
                (void)kafka_acks(kafka, 2, count_ack, &tally);
            }
            struct kafka_event event;
            while (kafka_reader_next(reader, 0, &event) != KAFKA_NOTHING)
                shaken += event.kind == KAFKA_SHAKEN;
        }
        broker_tool(NULL, 0, "synced %s", broker_folder());
    }
    uint64_t end = now_ms() + 60000;
    while (kafka_unacked(kafka) > 0 && now_ms() < end)
        (void)kafka_acks(kafka, 1000, count_ack, &tally);
    EXPECT(tally.delivered == sends && tally.other == 0);
    EXPECT(in_order(kafka, sends) == sends);
    uint64_t first = 0, last = 0;
    NEED(kafka_bounds(kafka, KAFKA_INTENTS, 0, &first, &last, &why));
    EXPECT(last == sends);
    EXPECT(shaken >= 1);
    printf("%u records through three deaths, shaken %u times\n", sends, shaken);
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
}

/* With one of two needed replicas nothing may be acknowledged; a coordinator goes on trying. */
static void too_few_replicas_acknowledge_nothing(void)
{
    start_brokers();
    struct kafka *kafka = made(new_fleet());
    uint32_t number = 0;
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_of(&number, sizeof number), -1) == KAFKA_DELIVERED);
    broker_tool(NULL, 0, "kill %s 1", broker_folder());
    broker_tool(NULL, 0, "kill %s 2", broker_folder());
    struct tally tally = {0};
    number = 1;
    NEED(kafka_send(kafka, KAFKA_INTENTS, 0, span_of(&number, sizeof number), -1, 1, &why));
    EXPECT(kafka_acks(kafka, 3000, count_ack, &tally) == 0);
    broker_tool(NULL, 0, "start %s 1", broker_folder());
    broker_tool(NULL, 0, "start %s 2", broker_folder());
    EXPECT(kafka_acks(kafka, 60000, count_ack, &tally) == 1 && tally.delivered == 1);
    EXPECT(in_order(kafka, 2) == 2);
    kafka_close(kafka, false);
}

int main(int argc, char **argv)
{
    static const struct fact facts[] = {
        {"three brokers get three replicas and need two", three_brokers_get_three_replicas_and_need_two},
        {"settings that lose claims with one broker are named", settings_that_lose_claims_with_one_broker_are_named},
        {"no record is lost or doubled when each broker dies once",
         no_record_is_lost_or_doubled_when_each_broker_dies_once},
        {"too few replicas acknowledge nothing", too_few_replicas_acknowledge_nothing},
        {NULL, NULL},
    };
    return run_facts(facts, argc, argv);
}
