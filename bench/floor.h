/* The floor that claims are measured against: bare LMDB, three indexes, no sync, no digest, no log.
 *
 * A claim is three puts (key -> row, session and key -> nothing, expiry and key -> nothing), each into a database of its
 * own; a close is the three deletes. */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include <stddef.h>
#include <stdint.h>

struct floor;

struct floor *floor_open(void); /* in a temporary directory of its own */
void floor_close(struct floor *floor);

/* Claims number, closes number - live (once there is one), for count numbers, `batch` pairs a transaction. */
void floor_run(struct floor *floor, uint64_t from, uint64_t count, uint64_t live, uint64_t batch);

/* What every side of the comparison shares. */
void bench_key(char *text, size_t size, uint64_t number); /* keys in no order */
void bench_directory(char *path, size_t size);            /* makes one */
void bench_remove(const char *path);                      /* it and all below */
double bench_seconds(void);

#endif
