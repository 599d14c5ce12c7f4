/* What the library's callbacks tell about a handle's connections, and what is wrong with them now. */
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/text.h"
#include "log/kafka_own.h"

static uint64_t name_of(const char *host, int port)
{
    uint64_t hash = 0xcbf29ce484222325u + (uint64_t)port; /* FNV-1a */
    for (; *host != '\0'; host++)
        hash = (hash ^ (uint8_t)*host) * 0x100000001b3u;
    return hash;
}

/* Under the lock. Index of the broker; KAFKA_LINK_BROKERS: no room. */
static uint32_t broker_index(struct kafka_link *link, uint64_t name)
{
    uint32_t i = 0;
    while (i < link->count && link->brokers[i].name != name)
        i++;
    if (i == link->count && i < KAFKA_LINK_BROKERS) {
        link->brokers[i].name = name;
        link->brokers[i].up = false;
        link->count++;
    }
    return i;
}

static void keep(char *out, size_t size, const char *words)
{
    (void)snprintf(out, size, "%s", words);
}

/* Under the lock. A refused login is not covered up by the broken connection that follows it. */
static void set_trouble(struct kafka *kafka, enum dibs_error error, const char *words)
{
    if (kafka->trouble == DIBS_BAD_INPUT && error != DIBS_BAD_INPUT && !atomic_load(&kafka->fatal))
        return;
    kafka->trouble = error;
    keep(kafka->trouble_words, sizeof kafka->trouble_words, words);
}

/* Under the lock. True: a connection broke. */
static bool broker_moved(struct kafka_link *link, uint64_t name, bool up)
{
    uint32_t i = broker_index(link, name);
    if (i == KAFKA_LINK_BROKERS)
        return !up;
    bool was = link->brokers[i].up;
    link->brokers[i].up = up;
    if (up && !was) {
        link->ups++;
        link->told_down = false;
        if (!atomic_load(&link->kafka->fatal))
            link->kafka->trouble = DIBS_OK;
    }
    if (!up && was && --link->ups == 0 && link->told_down)
        set_trouble(link->kafka, DIBS_UNAVAILABLE, link->kafka->last_words);
    return was && !up;
}

/* By a thread of the library, under a lock of its. Only here is a broken connection told reliably: the error callback
 * is not called for one that closes in silence. */
static rd_kafka_resp_err_t on_state(rd_kafka_t *rk, int32_t id, const char *protocol, const char *host, int port,
                                    const char *state, void *opaque)
{
    (void)rk, (void)id, (void)protocol;
    struct kafka_link *link = opaque;
    bool up = strcmp(state, "UP") == 0;
    if (!up && strcmp(state, "DOWN") != 0)
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    (void)pthread_mutex_lock(&link->kafka->lock);
    bool broke = broker_moved(link, name_of(host, port), up);
    (void)pthread_mutex_unlock(&link->kafka->lock);
    if (broke) {
        (void)atomic_fetch_add(&link->breaks, 1);
        if (link->reader != NULL)
            kafka_reader_wake(link->reader);
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_new(rd_kafka_t *rk, const rd_kafka_conf_t *conf, void *opaque, char *cause, size_t size)
{
    (void)conf, (void)cause, (void)size;
    return rdk.interceptor_add_on_broker_state_change(rk, "dibs", on_state, opaque);
}

/* Under the lock. */
static void take_error(struct kafka_link *link, rd_kafka_resp_err_t error, const char *reason)
{
    struct kafka *kafka = link->kafka;
    if (kafka_error_is_login(error, reason)) {
        keep(kafka->last_words, sizeof kafka->last_words, reason);
        set_trouble(kafka, DIBS_BAD_INPUT, reason);
    } else if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
        link->told_down = true; /* it may be news of long ago, or come before the last is down here */
        if (link->ups == 0)
            set_trouble(kafka, DIBS_UNAVAILABLE, kafka->last_words);
    } else {
        keep(kafka->last_words, sizeof kafka->last_words, reason);
    }
}

static void on_error(rd_kafka_t *rk, int error, const char *reason, void *opaque)
{
    struct kafka_link *link = opaque;
    struct kafka *kafka = link->kafka;
    char words[512];
    bool fatal = error == RD_KAFKA_RESP_ERR__FATAL;
    if (fatal) /* not under our lock: on_state comes to it with locks of the library's held */
        error = rdk.fatal_error(rk, words, sizeof words);
    (void)pthread_mutex_lock(&kafka->lock);
    if (fatal) {
        atomic_store(&kafka->fatal, true);
        set_trouble(kafka, kafka_error_of(error), words);
    } else {
        take_error(link, error, reason);
    }
    (void)pthread_mutex_unlock(&kafka->lock);
    if (link->reader != NULL)
        kafka_reader_note(link->reader, error, reason);
}

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    (void)rk;
    struct kafka_link *link = opaque;
    kafka_send_delivered(link->kafka, message);
}

/* Nothing of the library's goes to stderr: what matters comes by the other callbacks. */
static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *words)
{
    (void)rk, (void)level, (void)facility, (void)words;
}

void kafka_link_attach(struct kafka_link *link, rd_kafka_conf_t *conf)
{
    rdk.conf_set_opaque(conf, link);
    rdk.conf_set_error_cb(conf, on_error);
    rdk.conf_set_log_cb(conf, on_log);
    if (link->reader == NULL)
        rdk.conf_set_dr_msg_cb(conf, on_delivery);
    (void)rdk.conf_interceptor_add_on_new(conf, "dibs", on_new, link);
}

enum dibs_error kafka_link_say(struct kafka *kafka, struct error_text *why, enum dibs_error error, const char *doing)
{
    (void)pthread_mutex_lock(&kafka->lock);
    const char *more = kafka->last_words;
    if (*more == '\0' && kafka->link.ups == 0) /* one that hangs up at once says nothing */
        more =
            "no connection lasts: is the address right, and does it ask for another security.protocol (SSL, SASL_SSL)?";
    (void)error_say(why, error, "%s %s%s%s", kafka->options.brokers, doing, *more == '\0' ? "" : ": ", more);
    (void)pthread_mutex_unlock(&kafka->lock);
    return error;
}

enum dibs_error kafka_trouble(struct kafka *kafka, struct error_text *why)
{
    (void)pthread_mutex_lock(&kafka->lock);
    enum dibs_error error = kafka->trouble;
    const char *brokers = kafka->options.brokers, *words = kafka->trouble_words;
    if (atomic_load(&kafka->fatal) && error == DIBS_BAD_INPUT)
        (void)error_say(why, error,
                        "%s does not let this user write (%s): it needs Write on topics %s, %s and %s, which their "
                        "administrator must allow, see docs/OPERATIONS.md",
                        brokers, words, kafka->names[KAFKA_INTENTS], kafka->names[KAFKA_DECISIONS],
                        kafka->names[KAFKA_CHECKPOINTS]);
    else if (atomic_load(&kafka->fatal))
        (void)error_say(why, error, "sending to %s has ended for good and must be begun anew: %s", brokers, words);
    else if (error == DIBS_BAD_INPUT)
        (void)error_say(why, error,
                        "%s refuses the login (%s): look at security.protocol, sasl.mechanism, sasl.username, "
                        "sasl.password and ssl.ca.location in the file that $DIBS_KAFKA_CONFIG names",
                        brokers, words);
    else if (error != DIBS_OK)
        (void)error_say(why, error, "no broker of %s can be reached%s%s: are they up, and is the address right?",
                        brokers, words[0] == '\0' ? "" : ": ", words);
    (void)pthread_mutex_unlock(&kafka->lock);
    return error;
}

bool kafka_is_reached(struct kafka *kafka)
{
    (void)pthread_mutex_lock(&kafka->lock);
    bool reached = kafka->link.ups > 0;
    (void)pthread_mutex_unlock(&kafka->lock);
    return reached;
}

bool kafka_is_fatal(struct kafka *kafka)
{
    return atomic_load(&kafka->fatal);
}
