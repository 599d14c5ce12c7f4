/* The harness of the client's tests. */
#include "tests/kafka/client.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct error_text why;
char sent_words[256];
static bool failed;
static char addresses[1024];
static char folder[64];

uint64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void expect_at(bool holds, const char *file, int line, const char *condition, const char *words)
{
    if (holds)
        return;
    failed = true;
    printf("%s:%d: does not hold: %s%s%s\n", file, line, condition,
           words == NULL ? "" : "; said: ", words == NULL ? "" : words);
}

void need_at(enum dibs_error error, const char *file, int line, const char *call)
{
    if (error == DIBS_OK)
        return;
    printf("%s:%d: %s: %s: %s\n", file, line, call, dibs_error_name(error), why.text);
    exit(1);
}

int run_facts(const struct fact *facts, int argc, char **argv)
{
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    NEED(kafka_library_load(&why));
    bool any_failed = false, any = false;
    for (; facts->name != NULL; facts++) {
        if (argc > 1 && strstr(facts->name, argv[1]) == NULL)
            continue;
        uint64_t began = now_ms();
        failed = false;
        facts->holds();
        any = true;
        any_failed = any_failed || failed;
        printf("%s %s (%llu ms)\n", failed ? "FAILED" : "holds ", facts->name, (unsigned long long)(now_ms() - began));
    }
    if (!any)
        printf("no fact has '%s' in its name\n", argv[1]);
    return any && !any_failed ? 0 : 1;
}

const char *new_fleet(void)
{
    static char names[64][64];
    static unsigned count;
    char *name = names[count++ % 64];
    (void)snprintf(name, sizeof names[0], "client-%lld-%d-%u", (long long)time(NULL), (int)getpid(), count);
    return name;
}

void use_brokers(const char *given)
{
    (void)snprintf(addresses, sizeof addresses, "%s", given);
}

const char *brokers(void)
{
    if (addresses[0] == '\0') {
        const char *given = getenv("DIBS_TEST_BROKERS");
        if (given == NULL || *given == '\0') {
            printf("$DIBS_TEST_BROKERS is not set: run this by ctest or with_broker.sh\n");
            exit(1);
        }
        use_brokers(given);
    }
    return addresses;
}

struct kafka_options options_for(const char *fleet)
{
    return (struct kafka_options){.brokers = brokers(), .fleet = fleet, .role = KAFKA_COORDINATOR, .timeout_ms = 15000};
}

struct kafka *opened(const char *fleet)
{
    struct kafka *kafka;
    struct kafka_options options = options_for(fleet);
    NEED(kafka_open(&options, &kafka, &why));
    return kafka;
}

struct kafka *made(const char *fleet)
{
    struct kafka *kafka = opened(fleet);
    unsigned new = 0;
    struct kafka_plan plan = {.decision_partitions = 2};
    NEED(kafka_create_topics(kafka, &plan, &new, &why));
    EXPECT(new == 7);
    return kafka;
}

struct admin {
    rd_kafka_t *rk;
    rd_kafka_queue_t *queue;
};

static struct admin admin_begin(void)
{
    char cause[256];
    rd_kafka_conf_t *conf = rdk.conf_new();
    (void)rdk.conf_set(conf, "bootstrap.servers", brokers(), cause, sizeof cause);
    rd_kafka_t *rk = rdk.new(RD_KAFKA_PRODUCER, conf, cause, sizeof cause);
    return (struct admin){.rk = rk, .queue = rdk.queue_new(rk)};
}

static void admin_end(struct admin *admin, const char *doing)
{
    rd_kafka_event_t *event = rdk.queue_poll(admin->queue, 20000);
    size_t count = 0;
    const rd_kafka_topic_result_t **results = NULL;
    if (event != NULL && rdk.event_type(event) == RD_KAFKA_EVENT_CREATETOPICS_RESULT)
        results = rdk.CreateTopics_result_topics(rdk.event_CreateTopics_result(event), &count);
    if (event != NULL && rdk.event_type(event) == RD_KAFKA_EVENT_DELETETOPICS_RESULT)
        results = rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count);
    for (size_t i = 0; i < count; i++)
        if (rdk.topic_result_error(results[i]) != RD_KAFKA_RESP_ERR_NO_ERROR)
            count = 0, printf("%s: %s\n", doing, rdk.topic_result_error_string(results[i]));
    if (count == 0) {
        printf("the test could not %s a topic\n", doing);
        exit(1);
    }
    rdk.event_destroy(event);
    rdk.queue_destroy(admin->queue);
    rdk.destroy(admin->rk);
}

void make_topic(const char *name, int partitions, int replication, const char *const *settings)
{
    char cause[256];
    struct admin admin = admin_begin();
    rd_kafka_NewTopic_t *topic = rdk.NewTopic_new(name, partitions, replication, cause, sizeof cause);
    for (; *settings != NULL; settings += 2)
        (void)rdk.NewTopic_set_config(topic, settings[0], settings[1]);
    rdk.CreateTopics(admin.rk, &topic, 1, NULL, admin.queue);
    admin_end(&admin, "make");
    rdk.NewTopic_destroy(topic);
}

void delete_topic(const char *name)
{
    struct admin admin = admin_begin();
    rd_kafka_DeleteTopic_t *topic = rd_kafka_DeleteTopic_new(name);
    rd_kafka_DeleteTopics(admin.rk, &topic, 1, NULL, admin.queue);
    admin_end(&admin, "delete");
    rd_kafka_DeleteTopic_destroy(topic);
}

static void take_ack(void *context, uint64_t cookie, enum kafka_ack ack, const char *words)
{
    EXPECT(cookie == 77);
    *(enum kafka_ack *)context = ack;
    (void)snprintf(sent_words, sizeof sent_words, "%s", words);
}

enum kafka_ack sent(struct kafka *kafka, enum kafka_topic topic, uint32_t partition, struct span payload, int rank)
{
    enum kafka_ack ack = KAFKA_MAYBE;
    enum dibs_error error = kafka_send(kafka, topic, partition, payload, rank, 77, &why);
    if (error != DIBS_OK) { /* what is known to be refused is refused at once */
        (void)snprintf(sent_words, sizeof sent_words, "%.200s", why.text);
        return error == DIBS_BAD_INPUT || error == DIBS_NO_STORE ? KAFKA_REFUSED : KAFKA_NOT;
    }
    EXPECT(kafka_acks(kafka, 20000, take_ack, &ack) == 1);
    return ack;
}

void count_ack(void *context, uint64_t cookie, enum kafka_ack ack, const char *words)
{
    (void)cookie, (void)words;
    struct tally *tally = context;
    if (ack == KAFKA_DELIVERED)
        tally->delivered++;
    else
        tally->other++;
}

enum kafka_event_kind next_but(struct kafka_reader *reader, unsigned left_out, uint32_t timeout_ms,
                               struct kafka_event *event)
{
    uint64_t end = now_ms() + timeout_ms;
    enum kafka_event_kind kind = KAFKA_NOTHING;
    do {
        uint64_t now = now_ms();
        kind = kafka_reader_next(reader, now < end ? (uint32_t)(end - now) : 0, event);
    } while (kind != KAFKA_NOTHING && (left_out & (1u << kind)) != 0);
    return kind;
}

struct kafka_reader *reading(struct kafka *kafka, enum kafka_topic topic, uint32_t partition, uint64_t offset)
{
    struct kafka_reader *reader;
    NEED(kafka_reader_open(kafka, &reader, &why));
    NEED(kafka_reader_start(reader, topic, partition, offset, &why));
    return reader;
}

void broker_tool(char *out, size_t size, const char *format, ...)
{
    char command[1024] = "tools/broker ";
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(command + strlen(command), sizeof command - strlen(command), format, arguments);
    va_end(arguments);
    FILE *pipe = popen(command, "r"); // NOLINT: a test's own words
    char line[1024] = "";
    if (pipe != NULL && fgets(line, sizeof line, pipe) != NULL)
        line[strcspn(line, "\n")] = '\0';
    if (pipe == NULL || pclose(pipe) != 0) {
        printf("%s: failed\n", command);
        exit(1);
    }
    if (out != NULL)
        (void)snprintf(out, size, "%s", line);
}

static void take_down(void)
{
    char command[256];
    (void)snprintf(command, sizeof command, "tools/broker down %s/brokers; rm -rf %s", folder, folder);
    if (system(command) != 0) // NOLINT: a test's own words
        printf("the brokers of %s could not be taken down\n", folder);
}

const char *broker_folder(void)
{
    static char path[128];
    if (folder[0] == '\0') {
        (void)snprintf(folder, sizeof folder, "/tmp/dibs-client-XXXXXX");
        if (mkdtemp(folder) == NULL)
            exit(1);
        (void)snprintf(path, sizeof path, "%s/brokers", folder);
        (void)atexit(take_down);
    }
    return path;
}
