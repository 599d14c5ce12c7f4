/* A sequence of records as a log would hold them: offset, time, encoded bytes. Beside each record stands which of its
 * tokens came from whose grant, so that a sequence with records cut away still speaks of the same claims. */
#ifndef SIM_SEQUENCE_H
#define SIM_SEQUENCE_H

#include "proto/messages.h"
#include "tests/sim/bytes.h"
#include "tests/sim/sim_codec.h"

enum { SEQUENCE_MAX = 4096, REFS_MAX = 4, GRANTS_MAX = 4096 };

/* Target number `target` of the record names the first token granted to intent `id`. */
struct token_ref {
    uint32_t target;
    struct intent_id id;
    uint64_t token; /* what it was in the last telling; 0: not granted yet */
};

struct sim_record {
    uint64_t offset, ts_ms;
    size_t payload_at, payload_size; /* in sequence.payloads */
    uint32_t ref_count;
    struct token_ref refs[REFS_MAX];
};

struct sequence {
    uint32_t count;
    struct sim_record records[SEQUENCE_MAX];
    struct bytes payloads;
};

/* Tokens granted so far in one run of a sequence. `= {0}` is none. */
struct grants {
    uint32_t count;
    struct {
        struct intent_id id;
        uint64_t token;
    } list[GRANTS_MAX];
};

void sequence_clear(struct sequence *sequence);
void sequence_free(struct sequence *sequence);

/* The record is added with its refs; false when the sequence is full. */
bool sequence_add(struct sequence *sequence, const struct sim_record *record, struct span payload);
struct span sequence_payload(const struct sequence *sequence, const struct sim_record *record);

void grants_note(struct grants *grants, const struct decision *decision);
uint64_t grants_find(const struct grants *grants, struct intent_id id); /* 0: none */

/* Decodes record `at` and puts in the tokens its refs name; tokens not granted yet stay as they are. Without `grants`,
 * the tokens of the last call with some. The intent is valid until the next call with the same decoder. */
const struct intent *sequence_intent(struct sequence *sequence, uint32_t at, const struct grants *grants,
                                     struct sim_decoder *decoder);

/* Where target number `target` of the intent keeps its token; NULL: it has none. Target 0 of a query is its token. */
uint64_t *intent_token(struct intent *intent, uint32_t target);

/* One record a line: offset, ts, payload in hex ("-": empty), then for each ref: its target, client and seq. */
void sequence_write(FILE *out, const struct sequence *sequence, uint32_t at);
/* Reads until the end of the file; false when a line is none of those. */
bool sequence_read(FILE *in, struct sequence *sequence);

/* One readable line. */
void intent_line(FILE *out, const struct sim_record *record, const struct intent *intent);

#endif
