/* Rows of the state that only damage can have written: whoever reads one fails with DIBS_DAMAGED, and decides nothing
 * from it. One row of the table below for each thing that readers look at (state_expect). */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "coordinator/core/outcome.h"
#include "coordinator/state/claim_store.h"
#include "tests/unit/rules/play.h"

enum { KEEP = -1, GONE = -2, CUT_KEY = -3, ROWS_MAX = 96, HUGE_BYTES = 60000 };

struct hurt {
    const char *what;
    const char *before; /* the script, */
    enum table table;   /* then each row of this table that has a value, or whose key starts so, */
    const char *key;
    int size; /* gets this size, filled up with zeros, */
    int at;   /* and these bytes of its value become this number; -1: none */
    int width;
    uint64_t number;
    const char *probe; /* and this must fail */
};

#define HELD "0 ann claim x:a about=hello\n"
#define WAITING HELD "0 bob claim x:a wait\n"
#define DONE HELD "0 ann done x:a result=fine\n"
#define MANY "0 ann cancel ?101\n0 ann cancel ?102\n0 ann cancel ?103\n0 ann cancel ?104\n"
#define LOST "0 ann claim x:a ttl=1000\n1000 tick\n"
#define PREFIX "0 op configure prefix.RABBI=linear\n"
#define CLAIM(field) (int)offsetof(struct claim_row, field), (int)sizeof(((struct claim_row *)0)->field)
#define OUTCOME(field) (int)offsetof(struct outcome_row, field), (int)sizeof(((struct outcome_row *)0)->field)
#define IDEA "0 ann claim x:a about=hello\n"
#define WARNED "0 op configure idea_ask=1001 idea_deny=1001\n" IDEA "0 bob:1 claim x:b about=hello\n"
#define LABEL "0 ann same x:p x:q\n"
#define SCOPED "0 ann claim x:a\n0 bob claim x:a wait about=hello scope=s\n"
#define OFFERED "0 ann offer x:o after=x:p category=docs need=gpu\n"
#define SEEKER "0 bob next wait can=gpu\n"
#define READY "0 ann offer x:o category=docs\n"
#define OFFER(field) (int)offsetof(struct offer_row, field), (int)sizeof(((struct offer_row *)0)->field)
#define NOWHERE -1, 0, 0

static const struct hurt hurts[] = {
    {"claim, fixed part alone", HELD, TABLE_CLAIM, NULL, 8, NOWHERE, "0 ann:1 claim x:a"},
    {"claim", HELD, TABLE_CLAIM, NULL, 8, NOWHERE, "0 ann release #1"},
    {"claim, larger than any", HELD, TABLE_CLAIM, NULL, HUGE_BYTES, NOWHERE, "0 ann release #1"},
    {"claim, number of keys", HELD, TABLE_CLAIM, NULL, sizeof(struct claim_row) + 2000, CLAIM(key_count), 100,
     "0 ann release #1"},
    {"claim, size of a key", HELD, TABLE_CLAIM, NULL, sizeof(struct claim_row) + 2000, (int)sizeof(struct claim_row), 2,
     500, "0 ann release #1"},
    {"claim, key beyond its end", HELD, TABLE_CLAIM, NULL, sizeof(struct claim_row) + 100,
     (int)sizeof(struct claim_row), 2, 300, "0 ann release #1"},
    {"claim, size of a text", HELD, TABLE_CLAIM, NULL, KEEP, CLAIM(text_sizes[0]), 1000, "0 ann release #1"},
    {"waiter, larger than any", WAITING, TABLE_WAITER, NULL, HUGE_BYTES, NOWHERE, "0 bob renew ?1"},
    {"text of a claim, larger than any",
     "0 op configure about_max=16384\n0 ann claim x:a about=" /* and over a KiB of it: see hurt_and_probe */,
     TABLE_TEXT, NULL, HUGE_BYTES, NOWHERE, "0 ann release #1"},
    {"code", HELD "0 ann handoff x:a code=0123456789abcdef\n", TABLE_CODE, NULL, 3, NOWHERE,
     "0 bob take 0123456789abcdef"},
    {"client", HELD, TABLE_CLIENT, NULL, 5, NOWHERE, "0 ann claim x:c"},
    {"client, with nothing busy", HELD, TABLE_CLIENT, NULL, KEEP, (int)offsetof(struct client_row, busy), 4, 0,
     "0 ann release #1"},
    {"session's name", HELD, TABLE_SESSION_NAME, NULL, 3, NOWHERE, "0 ann claim x:c"},
    {"session's name, of a revoke", HELD "0 op query status\n", TABLE_SESSION_NAME, "ann", 3, NOWHERE,
     "0 op revoke session=ann reason=no"},
    {"session", HELD, TABLE_SESSION, NULL, 10, NOWHERE, "0 ann claim x:c"},
    {"session, size of its name", HELD, TABLE_SESSION, NULL, KEEP, (int)offsetof(struct session_row, name_size), 4, 200,
     "0 ann claim x:c"},
    {"session that isn't there", HELD, TABLE_SESSION, NULL, GONE, NOWHERE, "0 ann claim x:c"},
    {"session that isn't there, of a revoke", "0 ann query status\n", TABLE_SESSION, NULL, GONE, NOWHERE,
     "0 op revoke session=ann reason=no"},
    {"ending", LOST, TABLE_ENDED, NULL, 2, NOWHERE, "1000 ann release #1"},
    {"ending, size of a name", LOST, TABLE_ENDED, NULL, KEEP, (int)offsetof(struct ended_row, by_size), 4, 500,
     "1000 ann release #1"},
    {"number of waiters", WAITING, TABLE_WANT_COUNT, NULL, 2, NOWHERE, "0 cat claim x:a"},
    {"number of waiters, none", WAITING, TABLE_WANT_COUNT, NULL, KEEP, 0, 4, 0, "0 bob cancel ?1"},
    {"what is due", HELD, TABLE_DUE, NULL, CUT_KEY, NOWHERE, "9000000 tick"},
    {"where a store has moved", "0 op seal to=there\n", TABLE_TEXT, NULL, 3000, NOWHERE, "0 ann claim x:a"},
    {"outcome", HELD, TABLE_OUTCOME, NULL, 10, NOWHERE, "0 ann:1 claim x:a"},
    {"outcome, fixed part alone", WAITING, TABLE_OUTCOME, NULL, 10, NOWHERE, "700000 tick"},
    {"outcome, looked at for room", HELD MANY MANY MANY MANY, TABLE_OUTCOME, NULL, 10, NOWHERE, "0 ann cancel ?1000"},
    {"outcome, number of keys", HELD, TABLE_OUTCOME, NULL, sizeof(struct outcome_row) + 3000, OUTCOME(key_count), 100,
     "0 ann:1 claim x:a"},
    {"outcome, size of a key", HELD, TABLE_OUTCOME, NULL, KEEP,
     (int)(sizeof(struct outcome_row) + offsetof(struct outcome_key, size)), 2, 60000, "0 ann:1 claim x:a"},
    {"outcome, larger than any", HELD, TABLE_OUTCOME, NULL, HUGE_BYTES, NOWHERE, "0 ann:1 claim x:a"},
    {"outcome, size of a text", HELD, TABLE_OUTCOME, NULL, KEEP, OUTCOME(text_sizes[0]), 1000, "0 ann:1 claim x:a"},
    {"tracker of a prefix", PREFIX, TABLE_PREFIX, NULL, 3, NOWHERE, "0 ann claim RABBI-5"},
    {"tracker of a prefix, listed", PREFIX, TABLE_PREFIX, NULL, 3, NOWHERE, "0 ann query policy"},
    {"prefix, counted", PREFIX, TABLE_PREFIX, NULL, CUT_KEY, NOWHERE, "0 op configure prefix.A=jira"},
    {"prefix, listed", PREFIX, TABLE_PREFIX, NULL, CUT_KEY, NOWHERE, "0 ann query policy"},
    {"scope", IDEA, TABLE_SCOPE, NULL, 5, NOWHERE, "0 bob claim x:b about=hello"},
    {"idea", IDEA, TABLE_IDEA, NULL, 5, NOWHERE, "0 bob claim x:b about=hello"},
    {"idea, number of features", IDEA, TABLE_IDEA, NULL, KEEP, (int)offsetof(struct idea_row, feature_count), 2, 60000,
     "0 bob claim x:b about=hello"},
    {"idea that isn't there, found", IDEA, TABLE_IDEA, NULL, GONE, NOWHERE, "0 bob claim x:b about=hello"},
    {"idea that isn't there, ended", IDEA, TABLE_IDEA, NULL, GONE, NOWHERE, "0 ann release x:a"},
    {"posting", IDEA, TABLE_POSTING, NULL, 5, NOWHERE, "0 bob claim x:b about=hello"},
    {"posting without the idea", IDEA "0 ann claim x:z about=hello\n", TABLE_POSTING, NULL, 6, 0, 2, 9,
     "0 ann release x:a"},
    {"number of postings", IDEA, TABLE_POSTING_COUNT, NULL, 3, NOWHERE, "0 bob claim x:b about=hello"},
    {"frequency", IDEA, TABLE_FREQUENCY, NULL, 3, NOWHERE, "0 bob claim x:b about=hello"},
    {"policy of a scope", "0 op configure scope=s idea_ask=5\n", TABLE_SCOPE_POLICY, NULL, 3, NOWHERE,
     "0 op query policy scope=s"},
    {"label", LABEL, TABLE_LABEL, NULL, 3, NOWHERE, "0 bob claim x:p"},
    {"what an outcome said of rivals", WARNED, TABLE_OUTCOME_RIVALS, NULL, 3, NOWHERE, "0 bob:1 claim x:b"},
    {"what an outcome said of rivals, how many", WARNED, TABLE_OUTCOME_RIVALS, NULL, KEEP, 4, 4, 9,
     "0 bob:1 claim x:b"},
    {"what an outcome said of rivals, size of a text", WARNED, TABLE_OUTCOME_RIVALS, NULL, KEEP,
     (int)(sizeof(struct outcome_rivals_row) + offsetof(struct outcome_rival, text_sizes[0])), 2, 9000,
     "0 bob:1 claim x:b"},
    {"scope of a waiter", SCOPED, TABLE_WAITER, NULL, sizeof(struct claim_row) + 40, NOWHERE, "0 ann release x:a"},
    {"offer", OFFERED, TABLE_OFFER, NULL, 5, NOWHERE, "0 bob claim x:o"},
    {"offer, where it stands", OFFERED, TABLE_OFFER, NULL, KEEP, OFFER(place), 9, "0 bob claim x:o"},
    {"offer, nowhere", OFFERED, TABLE_OFFER, NULL, KEEP, OFFER(place), 0, "0 bob claim x:o"},
    {"offer that waits for nothing", OFFERED "0 bob claim x:p\n", TABLE_OFFER, NULL, KEEP, OFFER(open), 0,
     "0 bob done x:p"},
    {"offer that isn't there, waiting", OFFERED READY "0 bob claim x:p\n0 ann offer x:q after=x:p\n", TABLE_OFFER,
     "x:q", GONE, NOWHERE, "0 bob done x:p"},
    {"what was offered", OFFERED, TABLE_OFFER_TOLD, NULL, 1, NOWHERE, "0 ann withdraw x:o"},
    {"what was offered, larger than any", OFFERED, TABLE_OFFER_TOLD, NULL, HUGE_BYTES, NOWHERE, "0 ann withdraw x:o"},
    {"what was offered, number of keys", OFFERED, TABLE_OFFER_TOLD, NULL, KEEP, 0, 1, 17, "0 ann withdraw x:o"},
    {"what was offered, number of needs", OFFERED, TABLE_OFFER_TOLD, NULL, KEEP, 1, 1, 17, "0 ann withdraw x:o"},
    {"what was offered, size of a text", OFFERED, TABLE_OFFER_TOLD, NULL, KEEP, 2, 2, 9000, "0 ann withdraw x:o"},
    {"what was offered, cut short", OFFERED, TABLE_OFFER_TOLD, NULL, 9, NOWHERE, "0 ann withdraw x:o"},
    {"who waits for a key", OFFERED "0 bob claim x:p\n", TABLE_AFTER, NULL, 500, NOWHERE, "0 bob done x:p"},
    {"how many are ready", READY, TABLE_READY_SET, NULL, 3, NOWHERE, "0 ann withdraw x:o"},
    {"how many are ready, none", READY, TABLE_READY_SET, NULL, KEEP, 0, 8, 0, "0 ann withdraw x:o"},
    {"category", READY, TABLE_CATEGORY, NULL, 3, NOWHERE, "0 ann withdraw x:o"},
    {"category, larger than any", READY, TABLE_CATEGORY, NULL, 3000, NOWHERE, "0 ann withdraw x:o"},
    {"category that isn't there", READY, TABLE_CATEGORY, NULL, GONE, NOWHERE, "0 ann withdraw x:o"},
    {"category, nothing ready", READY, TABLE_CATEGORY, NULL, KEEP, (int)offsetof(struct category_row, ready), 8, 0,
     "0 ann withdraw x:o"},
    {"category, its own target", READY, TABLE_CATEGORY, NULL, KEEP, (int)offsetof(struct category_row, target), 4,
     10002, "0 bob query steer"},
    {"name of a category", READY, TABLE_CATEGORY_NAME, NULL, 3, NOWHERE, "0 ann offer x:p category=docs"},
    {"set of needs, picked", "0 ann offer x:o need=gpu\n", TABLE_READY_SET, NULL, CUT_KEY, NOWHERE, "0 bob next"},
    {"set of needs without items", READY, TABLE_READY, NULL, GONE, NOWHERE, "0 bob next"},
    {"key of what is ready", READY, TABLE_READY, NULL, 450, NOWHERE, "0 bob next"},
    {"name of a category, told", READY, TABLE_CATEGORY, NULL, 3000, NOWHERE, "0 bob query steer"},
    {"what stands aside", OFFERED, TABLE_ASIDE, NULL, 450, NOWHERE, "0 bob next"},
    {"selections", READY "0 bob next\n", TABLE_SELECTIONS, NULL, 3, NOWHERE, "0 bob query steer"},
    {"who waits for work", SEEKER, TABLE_SEEKER, NULL, 2, NOWHERE, "0 ann offer x:o"},
    {"who waits for work, larger than any", SEEKER, TABLE_SEEKER, NULL, HUGE_BYTES, NOWHERE, "0 ann offer x:o"},
    {"who waits for work, number of categories", SEEKER, TABLE_SEEKER, NULL, KEEP, 1, 1, 17, "0 ann offer x:o"},
    {"who waits for work, number of capabilities", SEEKER, TABLE_SEEKER, NULL, KEEP, 2, 1, 17, "0 ann offer x:o"},
    {"who waits for work, no capability", SEEKER, TABLE_SEEKER, NULL, KEEP, 3, 2, 0, "0 ann offer x:o"},
    {"who waits for work, cut short", SEEKER, TABLE_SEEKER, NULL, 4, NOWHERE, "0 ann offer x:o"},
    {"supply", READY, TABLE_SUPPLY, NULL, 3, NOWHERE, "0 ann query supply"},
    {"supply that isn't there", READY, TABLE_SUPPLY, NULL, GONE, NOWHERE, "0 ann withdraw x:o"},
    {"supply, nothing ready", READY, TABLE_SUPPLY, NULL, KEEP,
     (int)offsetof(struct supply_row, counts) + 8 * PLACE_READY, 8, 0, "0 ann withdraw x:o"},
    {"done key", DONE, TABLE_DONE, NULL, 4, NOWHERE, "0 bob claim x:a"},
    {"done key, claimed again", DONE, TABLE_DONE, NULL, 4, NOWHERE, "0 bob claim x:a again"},
    {"done key, shown", DONE, TABLE_DONE, NULL, 4, NOWHERE, "0 bob query key x:a"},
    {"done key, larger than any", DONE, TABLE_DONE, NULL, HUGE_BYTES, NOWHERE, "0 bob query key x:a"},
    {"done key, size of a text", DONE, TABLE_DONE, NULL, KEEP, (int)offsetof(struct done_row, text_sizes), 2, 1000,
     "0 bob query key x:a"},
};

static void hurt_row(struct state *state, const struct hurt *hurt, struct span key, struct span value)
{
    static uint8_t bytes[HUGE_BYTES];
    size_t size = hurt->size >= 0 ? (size_t)hurt->size : value.size;
    uint8_t copy[512];
    memset(bytes, 0, sizeof bytes);
    if (value.size != 0)
        memcpy(bytes, value.bytes, value.size < size ? value.size : size);
    if (hurt->at >= 0)
        memcpy(bytes + hurt->at, &hurt->number, (size_t)hurt->width);
    memcpy(copy, key.bytes, key.size);
    if (hurt->size == GONE || hurt->size == CUT_KEY)
        (void)table_delete(state, hurt->table, span_of(copy, key.size));
    if (hurt->size == CUT_KEY)
        table_put(state, hurt->table, span_of(copy, key.size - 5), (struct span){0});
    else if (hurt->size != GONE)
        table_put(state, hurt->table, span_of(copy, key.size), span_of(bytes, size));
}

/* False: there was no such row. */
static bool hurt_rows(struct state *state, const struct hurt *hurt)
{
    uint8_t keys[ROWS_MAX][512];
    size_t sizes[ROWS_MAX], count = 0;
    struct span key = {0}, value, starts = span_from_text(hurt->key);
    for (bool more = table_seek(state, hurt->table, key, &key, &value); more && count < ROWS_MAX;
         more = table_next(state, hurt->table, key, &key, &value)) {
        if (!span_starts_with(key, starts) || (value.size == 0 && hurt->table == TABLE_ENDED))
            continue;
        memcpy(keys[count], key.bytes, key.size);
        sizes[count++] = key.size;
    }
    for (size_t i = 0; i < count; i++) {
        cr_assert(table_get(state, hurt->table, span_of(keys[i], sizes[i]), &value));
        hurt_row(state, hurt, span_of(keys[i], sizes[i]), value);
    }
    return count > 0;
}

static void hurt_and_probe(const struct hurt *hurt)
{
    static char before[8192];
    struct state *state = play_core_begin();
    size_t used = (size_t)snprintf(before, sizeof before, "%s", hurt->before);
    if (before[used - 1] == '=') { /* a text over CLAIM_TEXT_INLINE */
        memset(before + used, 't', 2000);
        before[used + 2000] = '\0';
    }
    cr_assert(play_core_tell(before), "%s", hurt->what);
    cr_assert(hurt_rows(state, hurt), "%s: there is none", hurt->what);
    cr_expect_not(play_core_tell(hurt->probe), "%s: nobody noticed", hurt->what);
    cr_expect_eq(state_failure(state, NULL), DIBS_DAMAGED, "%s", hurt->what);
}

/* One by one, by the number in the environment, or all. */
Test(damaged_rows, fail_whoever_reads_them)
{
    const char *only = getenv("DIBS_HURT");
    for (size_t i = 0; i < sizeof hurts / sizeof hurts[0]; i++)
        if (only == NULL || strtoul(only, NULL, 10) == i)
            hurt_and_probe(&hurts[i]);
    play_core_end();
}
