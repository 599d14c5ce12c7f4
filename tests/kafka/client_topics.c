/* The fleet's topics on a real broker: made, and each setting that would lose or reorder claims named. */
#include "tests/kafka/client.h"

#include <string.h>

/* The intents topic as it ought to be but for one setting; the rest of the fleet is made well. */
static const char *fleet_with(enum kafka_topic which, int partitions, const char *name, const char *value)
{
    static const char *const suffixes[] = {"intents", "decisions", "checkpoints"};
    const char *fleet = new_fleet();
    char topic[128];
    (void)snprintf(topic, sizeof topic, "%s.%s", fleet, suffixes[which]);
    const char *settings[] = {"message.timestamp.type", "LogAppendTime", "retention.ms", "-1", name, value, NULL};
    make_topic(topic, partitions, 1, settings);
    struct kafka *kafka = opened(fleet);
    unsigned new = 0;
    struct kafka_plan plan = {.decision_partitions = 2};
    NEED(kafka_create_topics(kafka, &plan, &new, &why));
    EXPECT(new == (7u & ~(1u << which)));
    kafka_close(kafka, false);
    return fleet;
}

static const struct kafka_finding *found(const char *fleet, enum kafka_topic topic, const char *words)
{
    static struct kafka_findings findings;
    struct kafka *kafka = opened(fleet);
    NEED(kafka_check_topics(kafka, &findings, &why));
    kafka_close(kafka, false);
    for (uint32_t i = 0; i < findings.count; i++)
        if (findings.items[i].topic == topic && strstr(findings.items[i].words, words) != NULL)
            return &findings.items[i];
    return NULL;
}

static unsigned fatal_findings(struct kafka *kafka)
{
    struct kafka_findings findings;
    NEED(kafka_check_topics(kafka, &findings, &why));
    unsigned fatal = 0;
    for (uint32_t i = 0; i < findings.count; i++)
        fatal += findings.items[i].fatal;
    return fatal;
}

static void what_is_made_is_found_good(void)
{
    const char *fleet = new_fleet();
    struct kafka *kafka = opened(fleet);
    EXPECT(fatal_findings(kafka) == 3);
    EXPECT(found(fleet, KAFKA_CHECKPOINTS, "is not there") != NULL);
    unsigned new = 0;
    struct kafka_plan plan = {.decision_partitions = 5};
    NEED(kafka_create_topics(kafka, &plan, &new, &why));
    EXPECT(new == 7);
    EXPECT(fatal_findings(kafka) == 0);
    NEED(kafka_create_topics(kafka, &plan, &new, &why));
    EXPECT(new == 0);
    uint32_t count = 0;
    NEED(kafka_partitions(kafka, KAFKA_DECISIONS, &count, &why));
    EXPECT(count == 5);
    NEED(kafka_partitions(kafka, KAFKA_INTENTS, &count, &why));
    EXPECT(count == 1);
    kafka_close(kafka, false);
}

static void each_bad_setting_is_named(void)
{
    const struct {
        enum kafka_topic topic;
        int partitions;
        const char *name, *value;
        bool fatal;
        const char *words;
    } rows[] = {
        {KAFKA_INTENTS, 2, "cleanup.policy", "delete", true, "has 2 partitions and must have 1"},
        {KAFKA_CHECKPOINTS, 3, "cleanup.policy", "delete", true, "has 3 partitions and must have 1"},
        {KAFKA_INTENTS, 1, "message.timestamp.type", "CreateTime", true, "message.timestamp.type=CreateTime"},
        {KAFKA_INTENTS, 1, "cleanup.policy", "compact", true, "cleanup.policy=compact"},
        {KAFKA_DECISIONS, 2, "cleanup.policy", "compact,delete", true, "cleanup.policy=compact,delete"},
        {KAFKA_INTENTS, 1, "retention.ms", "604800000", true, "retention.ms=604800000"},
        {KAFKA_INTENTS, 1, "retention.ms", "7776000000", false, "retention.ms=7776000000"},
        {KAFKA_INTENTS, 1, "retention.bytes", "1000000000", true, "retention.bytes=1000000000"},
        {KAFKA_CHECKPOINTS, 1, "retention.ms", "7776000000", true, "retention.ms=7776000000"},
        {KAFKA_DECISIONS, 2, "retention.ms", "60000", true, "retention.ms=60000"},
        {KAFKA_INTENTS, 1, "max.message.bytes", "10000", true, "max.message.bytes=10000"},
        {KAFKA_INTENTS, 1, "max.message.bytes", "20000000", false, "max.message.bytes=20000000"},
        {KAFKA_INTENTS, 1, "min.insync.replicas", "2", true, "min.insync.replicas=2"},
        {KAFKA_INTENTS, 1, "unclean.leader.election.enable", "true", false, "unclean.leader.election.enable=true"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *fleet = fleet_with(rows[i].topic, rows[i].partitions, rows[i].name, rows[i].value);
        const struct kafka_finding *finding = found(fleet, rows[i].topic, rows[i].words);
        EXPECT_SAID(finding != NULL && finding->fatal == rows[i].fatal, rows[i].words);
        if (finding != NULL && rows[i].partitions != 2 && rows[i].partitions != 3)
            EXPECT_SAID(strstr(finding->words, "--add-config") != NULL && strstr(finding->words, fleet) != NULL,
                        finding->words);
        struct kafka *kafka = opened(fleet);
        EXPECT_SAID(fatal_findings(kafka) == rows[i].fatal, rows[i].words); /* and nothing else */
        kafka_close(kafka, false);
    }
}

static void a_missing_topic_is_told_at_once(void)
{
    const char *fleet = new_fleet();
    struct kafka *kafka = opened(fleet);
    uint64_t first, end, began = now_ms();
    uint32_t count;
    EXPECT(kafka_ready(kafka, 1u << KAFKA_INTENTS, 10000, &why) == DIBS_NO_STORE);
    EXPECT_SAID(strstr(why.text, fleet) != NULL && strstr(why.text, "--create-topics") != NULL, why.text);
    EXPECT(kafka_partitions(kafka, KAFKA_INTENTS, &count, &why) == DIBS_NO_STORE);
    EXPECT(kafka_bounds(kafka, KAFKA_INTENTS, 0, &first, &end, &why) == DIBS_NO_STORE);
    EXPECT(kafka_offset_at(kafka, KAFKA_INTENTS, 0, 1, &first, &why) == DIBS_NO_STORE);
    EXPECT_SAID(kafka_delete_before(kafka, KAFKA_INTENTS, 0, 1, &why) == DIBS_NO_STORE, why.text);
    EXPECT(now_ms() - began < 5000);
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("x"), -1) == KAFKA_REFUSED);
    EXPECT(now_ms() - began < 9000);
    kafka_close(kafka, false);
    kafka = made(fleet);
    EXPECT(kafka_bounds(kafka, KAFKA_INTENTS, 1, &first, &end, &why) == DIBS_NO_STORE);
    EXPECT_SAID(strstr(why.text, "no partition 1") != NULL, why.text);
    kafka_close(kafka, false);
}

static void a_plan_that_cannot_be_is_refused(void)
{
    struct kafka *kafka = opened(new_fleet());
    unsigned new = 0;
    struct kafka_plan plan = {.replication = 7};
    EXPECT_SAID(kafka_create_topics(kafka, &plan, &new, &why) == DIBS_BAD_INPUT, why.text);
    EXPECT_SAID(strstr(why.text, "eplication") != NULL, why.text);
    plan = (struct kafka_plan){.replication = 1, .min_insync = 2};
    EXPECT(kafka_create_topics(kafka, &plan, &new, &why) == DIBS_BAD_INPUT);
    EXPECT(new == 0);
    kafka_close(kafka, false);
}

int main(int argc, char **argv)
{
    static const struct fact facts[] = {
        {"what is made is found good", what_is_made_is_found_good},
        {"each bad setting is named", each_bad_setting_is_named},
        {"a missing topic is told at once", a_missing_topic_is_told_at_once},
        {"a plan that cannot be is refused", a_plan_that_cannot_be_is_refused},
        {NULL, NULL},
    };
    return run_facts(facts, argc, argv);
}
