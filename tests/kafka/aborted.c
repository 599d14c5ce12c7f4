/* Writes records to a topic in transactions of which every other is aborted. usage: aborted BROKERS TOPIC COUNT */
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>

enum { TIMEOUT_MS = 30000 };

static void must(rd_kafka_error_t *error, const char *what)
{
    if (error == NULL)
        return;
    fprintf(stderr, "%s: %s\n", what, rd_kafka_error_string(error));
    exit(1);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char why[256];
    if (rd_kafka_conf_set(conf, name, value, why, sizeof why) != RD_KAFKA_CONF_OK) {
        fprintf(stderr, "%s: %s\n", name, why);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    char why[256], nonsense[] = "nonsense";
    if (argc != 4)
        return 2;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", argv[1]);
    set(conf, "transactional.id", "aborted");
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (producer == NULL)
        return 1;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, argv[2], NULL);
    if (topic == NULL)
        return 1;
    must(rd_kafka_init_transactions(producer, TIMEOUT_MS), "init");
    for (long i = 0, count = strtol(argv[3], NULL, 10); i < count; i++) {
        must(rd_kafka_begin_transaction(producer), "begin");
        if (rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, nonsense, sizeof nonsense - 1, NULL, 0, NULL) != 0)
            return 1;
        (void)rd_kafka_flush(producer, TIMEOUT_MS);
        must(i % 2 == 0 ? rd_kafka_abort_transaction(producer, TIMEOUT_MS)
                        : rd_kafka_commit_transaction(producer, TIMEOUT_MS),
             "end");
    }
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
    return 0;
}
