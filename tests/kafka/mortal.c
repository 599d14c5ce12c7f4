/* Linked into a program of ours, gives its producers a death that can be ordered: at each SIGRTMIN every one that is in
 * use then dies as librdkafka's own do whose order of records can't be kept any more (an epoch or a sequence number that the
 * broker doesn't accept). It is done where the program asks about it, kafka_is_fatal, by the thread that uses the connection.
 * Each death is told on stderr, "mortal: died", and each connection, "mortal: opened". */
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#include "base/check.h"
#include "log/kafka_own.h"

enum { SEEN_MOST = 256 };

bool __real_kafka_is_fatal(struct kafka *kafka);                                           // NOLINT: the linker's names
bool __wrap_kafka_is_fatal(struct kafka *kafka);                                           // NOLINT
enum dibs_error __real_kafka_open(const struct kafka_options *options, struct kafka **out, // NOLINT
                                  struct error_text *why);
enum dibs_error __wrap_kafka_open(const struct kafka_options *options, struct kafka **out, // NOLINT
                                  struct error_text *why);

static atomic_uint orders;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    const struct kafka *kafka;
    unsigned obeyed;
} seen[SEEN_MOST]; /* under `lock` */

static void order(int signal)
{
    (void)signal;
    atomic_fetch_add(&orders, 1);
}

__attribute__((constructor)) static void listen_for_orders(void)
{
    const struct sigaction action = {.sa_handler = order, .sa_flags = SA_RESTART};
    CHECK(sigaction(SIGRTMIN, &action, NULL) == 0);
}

/* Its place in the table; a connection at an old one's address takes over that one's. Under the lock. */
static unsigned place_of(const struct kafka *kafka)
{
    unsigned at = 0;
    while (at < SEEN_MOST && seen[at].kafka != NULL && seen[at].kafka != kafka)
        at++;
    CHECK(at < SEEN_MOST);
    seen[at].kafka = kafka;
    return at;
}

/* Since it was opened. */
static bool is_ordered(const struct kafka *kafka)
{
    unsigned now = atomic_load(&orders);
    (void)pthread_mutex_lock(&lock);
    unsigned at = place_of(kafka);
    bool dies = seen[at].obeyed != now;
    seen[at].obeyed = now;
    (void)pthread_mutex_unlock(&lock);
    return dies;
}

enum dibs_error __wrap_kafka_open(const struct kafka_options *options, struct kafka **out, struct error_text *why)
{
    enum dibs_error error = __real_kafka_open(options, out, why);
    if (error == DIBS_OK) {
        (void)is_ordered(*out);
        (void)fprintf(stderr, "mortal: opened\n");
    }
    return error;
}

static void die(struct kafka *kafka)
{
    typedef rd_kafka_resp_err_t killer(rd_kafka_t *, rd_kafka_resp_err_t, const char *);
    killer *kill_it = NULL;
    void *library = dlopen("librdkafka.so.1", RTLD_LAZY | RTLD_NOLOAD);
    void *found = library == NULL ? NULL : dlsym(library, "rd_kafka_test_fatal_error");
    CHECK(found != NULL);
    memcpy(&kill_it, &found, sizeof kill_it);
    CHECK(kill_it(kafka->producer, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "ordered by a test") ==
          RD_KAFKA_RESP_ERR_NO_ERROR);
    (void)fprintf(stderr, "mortal: died\n");
}

bool __wrap_kafka_is_fatal(struct kafka *kafka)
{
    if (!__real_kafka_is_fatal(kafka) && is_ordered(kafka))
        die(kafka);
    return __real_kafka_is_fatal(kafka);
}
