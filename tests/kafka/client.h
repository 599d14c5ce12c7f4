/* For tests of the Kafka client on real brokers: facts with a name, fleets of their own, topics made as one likes. */
#ifndef TESTS_KAFKA_CLIENT_H
#define TESTS_KAFKA_CLIENT_H

#include <stdio.h>

#include "log/kafka.h"
#include "log/kafka_library.h"

struct fact {
    const char *name;
    void (*holds)(void);
};

/* Runs all, or those whose name has argv[1] in it. Returns what main returns. */
int run_facts(const struct fact *facts, int argc, char **argv);

/* A fact that doesn't hold: says where and what, and goes on. */
void expect_at(bool holds, const char *file, int line, const char *condition, const char *words);
#define EXPECT(condition) expect_at((condition), __FILE__, __LINE__, #condition, NULL)
#define EXPECT_SAID(condition, words) expect_at((condition), __FILE__, __LINE__, #condition, (words))
/* Without it nothing that follows makes sense: ends the program. */
#define NEED(call) need_at((call), __FILE__, __LINE__, #call)
void need_at(enum dibs_error error, const char *file, int line, const char *call);

extern struct error_text why; /* of the last call */

uint64_t now_ms(void); /* monotonic */

/* A fleet's name that nobody has used. */
const char *new_fleet(void);
/* Options for a fleet on $DIBS_TEST_BROKERS or on what use_brokers named. */
struct kafka_options options_for(const char *fleet);
void use_brokers(const char *addresses);
const char *brokers(void);
struct kafka *opened(const char *fleet);
/* With its topics made. */
struct kafka *made(const char *fleet);

/* A topic by the bare library; settings are name, value, …, NULL. */
void make_topic(const char *name, int partitions, int replication, const char *const *settings);
void delete_topic(const char *name);

/* Sends and waits for the ack; KAFKA_REFUSED also if it was at once. */
enum kafka_ack sent(struct kafka *kafka, enum kafka_topic topic, uint32_t partition, struct span payload, int rank);
extern char sent_words[256]; /* of the last ack */

/* A kafka_ack_taker whose context is a tally. */
struct tally {
    uint32_t delivered, other;
};
void count_ack(void *context, uint64_t cookie, enum kafka_ack ack, const char *words);

/* The next event that isn't one of the kinds to be left out (bits); KAFKA_NOTHING after the timeout. */
enum kafka_event_kind next_but(struct kafka_reader *reader, unsigned left_out, uint32_t timeout_ms,
                               struct kafka_event *event);
struct kafka_reader *reading(struct kafka *kafka, enum kafka_topic topic, uint32_t partition, uint64_t offset);

/* tools/broker COMMAND …; the first line of its output into `out` (NULL: not wanted). Ends the program if it fails. */
__attribute__((format(printf, 3, 4))) void broker_tool(char *out, size_t size, const char *format, ...);
/* A folder for brokers that are taken down when the program ends. */
const char *broker_folder(void);

#endif
