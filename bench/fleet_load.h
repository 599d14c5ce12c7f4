/* Load for a coordinator: intents that are encoded before the clock starts, sent by bare librdkafka; decisions are read and
 * looked at. As cheap as it can be, since it shares the processors with what it measures. */
#ifndef BENCH_FLEET_LOAD_H
#define BENCH_FLEET_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LOAD_SESSIONS = 2000 };

struct load;

/* Reads the decisions' partitions from their ends on. `fleet`: as in the store's URL. */
struct load *load_open(const char *brokers, const char *fleet, uint32_t partitions);
void load_close(struct load *load);

/* Claims of `claims` new keys, by sessions (each with a client id) by turns; each is released when `live` later ones are
 * claimed. Then what is left is released, too, unless it is to stay. Each answer must be yes. `window`: so many wait for
 * their answers at most. Returns the decisions a second. */
struct load_plan {
    size_t claims, live, window;
    bool stays;
};
double load_run(struct load *load, const struct load_plan *plan);

#endif
