/* A small world for tests of the public API: a store and a user of its own in a temporary directory, and short words
 * for what tests do often. What must not fail ends the test with a message. Not for the API's refusals: those are
 * looked at. */
#ifndef BEHAVIOUR_WORLD_H
#define BEHAVIOUR_WORLD_H

#include <dibs/admin.h>
#include <dibs/dibs.h>

#include <stdbool.h>

/* Makes a temporary directory with a store in `store` and a user's settings in `config`, and points the environment at
 * them; with $DIBS_TEST_STORE=kafka the store is a fleet of its own instead (coordinator.h). `settings` are NAME=VALUE texts up to a NULL; NULL: defaults. */
void world_begin(const char *const *settings);
void world_end(void);                     /* deletes it */
const char *world_path(const char *name); /* a path in the directory; one of four static texts in turn */

/* Opens the world's store for that session; never NULL. */
dibs_client *world_open(const char *session);

/* Ends the program unless the call gave DIBS_OK. */
#define MUST(call) world_must((call), #call, __FILE__, __LINE__)
void world_must(enum dibs_error error, const char *call, const char *file, int line);

/* A claim on one key with that ttl (0: default); options are those of `more` when it is not NULL. The answer is the
 * caller's. */
struct dibs_answer *world_claim(dibs_client *client, const char *key, uint64_t ttl_ms);
struct dibs_answer *world_claim_with(dibs_client *client, const char *key, struct dibs_claim_options more);

/* Claims and forgets the answer's rest: verdict, and *token when not NULL. */
enum dibs_verdict world_try(dibs_client *client, const char *key, uint64_t *token);

/* Offers, one or more; the answer is the caller's. The second must be taken. */
struct dibs_answer *world_offer(dibs_client *client, const struct dibs_offer_item *items, size_t count);
void world_must_offer(dibs_client *client, struct dibs_offer_item item);
struct dibs_answer *world_supply(dibs_client *client);

struct dibs_answer *world_close(dibs_client *client, const char *key, uint64_t token, enum dibs_outcome outcome);
struct dibs_answer *world_renew(dibs_client *client, const char *key, uint64_t token);

/* Returns when nobody holds the key any more: a stranger waits for it, and lets it go. */
void world_until_free(const char *key);

/* Ends the program when the store, or what was published of a fleet, is not what its log says. */
void world_verify(void);

bool world_is_fleet(void);

/* Is that what is left of a new lease? Of a fleet's counts from when the claim was sent. */
bool world_is_left(int64_t expires_in_ms, int64_t ttl_ms);

/* The same of a lease that began at `begun_ms` (world_now_ms) or later, and is looked at by another record than its own. */
bool world_is_left_since(int64_t expires_in_ms, int64_t ttl_ms, uint64_t begun_ms);

uint64_t world_now_ms(void); /* CLOCK_MONOTONIC */

#endif
