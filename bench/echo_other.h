/* The other end of an echo: a process of its own that answers each record as it is. */
#ifndef BENCH_ECHO_OTHER_H
#define BENCH_ECHO_OTHER_H

#include <sys/types.h>

#include "bench/echo_end.h"

enum { ECHO_RECORD = 150 };

/* It answers until it is stopped; returns when it is ready. To be called before this process has threads. */
pid_t echo_other_start(const struct echo_kind *kind, const char *brokers, const char *fleet);
void echo_other_stop(pid_t pid);

/* One record there and back. */
void echo_ask(const struct echo_kind *kind, struct echo_end *end);

/* For takers: adds one to the size_t at `context`. */
void echo_count(void *context, const void *bytes, size_t size);

/* Makes the topics of an echo's fleet, one partition each. */
void echo_topics(const char *brokers, const char *fleet);

/* Answers a second of so many records, as fast as they go. */
double echo_rate(const struct echo_kind *kind, struct echo_end *end, size_t records);

#endif
