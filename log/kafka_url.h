/* A fleet's address, taken apart: kafka://host:port[,host:port]/FLEET[?option=value&…]. Pure; needs no librdkafka. */
#ifndef LOG_KAFKA_URL_H
#define LOG_KAFKA_URL_H

#include <stddef.h>

#include "base/error.h"

enum { KAFKA_BROKERS_MAX = 1024, KAFKA_FLEET_MAX = 200, KAFKA_SETTINGS_MAX = 2048 };

struct kafka_url {
    char brokers[KAFKA_BROKERS_MAX]; /* host:port[,host:port]; 9092 is added where no port is given */
    char fleet[KAFKA_FLEET_MAX + 1]; /* 1–200 of a–z A–Z 0–9 . _ - : topics are named FLEET.intents and so on */
    char settings[KAFKA_SETTINGS_MAX]; /* name=value lines, percent-decoded; "" when there are none */
};

/* DIBS_BAD_INPUT says what is wrong: form, a password or key (they belong into the file that $DIBS_KAFKA_CONFIG names),
 * an option that dibs sets itself, one that would run a program. The words never show the value of an option. */
MUST_USE enum dibs_error kafka_url_parse(const char *url, struct kafka_url *out, struct error_text *why);

/* The URL as it may be shown: without options. At most KAFKA_BROKERS_MAX + KAFKA_FLEET_MAX + 16 bytes. */
void kafka_url_shown(const struct kafka_url *url, char *out, size_t size);

#endif
