/* What else people take for a lock or a claim, for the same table: SQLite and Redis from the distribution. Each side does the
 * same pair: claim number, close number - live (once there is one). */
#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

#include <stdbool.h>
#include <stdint.h>

/* One table with a primary key, WAL, synchronous=NORMAL; a claim is one upsert, a close one delete, a transaction each. */
struct sqlite_side;
struct sqlite_side *sqlite_side_open(void); /* in a temporary directory; NULL: built without SQLite */
void sqlite_side_claim(struct sqlite_side *side, uint64_t number);
void sqlite_side_close_one(struct sqlite_side *side, uint64_t number);
void sqlite_side_free(struct sqlite_side *side);

/* SET key value NX PX, and DEL, on one connection to the server at that Unix socket. */
struct redis_side;
struct redis_side *redis_side_open(const char *socket_path); /* NULL: there is no server */
void redis_side_claim(struct redis_side *side, uint64_t number);
void redis_side_close_one(struct redis_side *side, uint64_t number);
void redis_side_free(struct redis_side *side);

#endif
