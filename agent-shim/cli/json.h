/* The pieces of JSON that all answers are made of. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* A new object with what every object has: `answer`, and keys, session, ticket, offset, rules, store and warnings, which
 * are empty or null until they are set. The caller's. */
json_t *json_envelope(const char *answer);

/* Prints the object on one line of standard output and frees it. */
void json_print(json_t *object);

/* Members; a text that is empty or NULL and a time that is not told are left out. Bytes that are no UTF-8 become `?`. */
void json_put_text(json_t *object, const char *name, const char *text);
void json_put_time(json_t *object, const char *name, int64_t ts_ms);
void json_put_number(json_t *object, const char *name, uint64_t number);
void json_put_flag(json_t *object, const char *name, bool set); /* left out when it is not */

/* token, expires and expires_in_ms: left out (or null, when they must be there) where they are not told. */
void json_put_lease(json_t *object, uint64_t token, int64_t expires_ts_ms, int64_t expires_in_ms);
void json_put_lease_or_null(json_t *object, uint64_t token, int64_t expires_ts_ms, int64_t expires_in_ms);

/* One more entry of `keys`; with `only` its fields stand beside the array, too. `since_ts_ms` -1: not told. */
void json_add_key(json_t *object, const char *key, uint64_t token, int64_t since_ts_ms, int64_t expires_ts_ms,
                  int64_t expires_in_ms, bool only);

/* output_json_supply.c: what an answer has of offers, picks, supply and steering. */
struct dibs_answer;
void output_json_put_supply(json_t *object, const struct dibs_answer *answer, const char *accepted);
struct dibs_row;
void output_json_put_offer(json_t *object, const struct dibs_row *row); /* what lines of offers alone have */

void json_add_warning(json_t *object, const char *code, const char *message);

#endif
