/* Plays a scenario to the core and to the model: one record a line, and what must be decided.
 *
 *     TIME WHO VERB WORD… -> DECISION; DECISION
 *
 * The store begins with a genesis at time 0 (J unlimited, row_keep 10 min) unless the first line is a genesis.
 * WHO is NAME[/SECRET][@CLIENT][:SEQ]; without them one client a name, and the next seq. A word stands for what it
 * says: claim KEY… any shared fresh again dry wait wait=MS ttl=MS lease=MS about=TEXT in=REPO; renew, done, abandon,
 * release, handoff and revoke take KEY, #TOKEN or #TOKEN=KEY, renew also ?SEQ or ?CLIENT/SEQ; cancel ?SEQ; and so on
 * (play_intent.c). After the arrow stand words that must occur, in this order, in what play_describe.c says of each
 * decision, one decision after the other; `word*` is any that begins so; `!word` must not occur; `nothing` is no decision at all. Without an arrow
 * anything goes.
 *
 * The words must be said of the core's decisions. Then the model must have decided the same, field by field, with the
 * same tables, none of which breaks an invariant; and the whole told again to a core that crashes in each step and
 * commits after it must give the same decisions and, after each record, the same digest. With DIBS_PLAY_CORE_ALONE in
 * the environment the words alone judge: to see that a scenario says itself what its name promises. */
#ifndef TEST_RULES_PLAY_H
#define TEST_RULES_PLAY_H

#include <stddef.h>

#include "proto/messages.h"

enum { PLAY_TEXT_MAX = 16384, PLAY_WORDS_MAX = 128, PLAY_NAMES_MAX = 64, PLAY_CLIENTS_MAX = 1024 };

/* What reading a line needs to know of the lines before it. */
struct play {
    char clients[PLAY_NAMES_MAX][64]; /* the names whose own clients are 1, 2, 3 … */
    uint64_t last_seq[PLAY_CLIENTS_MAX];
    char texts[PLAY_TEXT_MAX * 2]; /* of the intent at hand */
    size_t text_count;
};

/* Ends the test with the line and what was decided, if that isn't what the line says. */
void play(const char *script);

/* As play, with the model and the second telling in any case; gives the most steps that a record took. */
size_t play_again(const char *script);

/* As play, and gives the core's tables as text (free it). */
char *play_and_dump(const char *script);

/* A core alone, whose tables may be looked into, and hurt, between two scripts. `play_core_begin` empties it; its state is
 * in an open transaction. False: the state failed, at the script's last line. */
struct state;
struct state *play_core_begin(void);
bool play_core_tell(const char *script);
void play_core_end(void);

/* play_intent.c: words[0] is WHO or a verb of the log's own. */
void play_read(struct play *play, char **words, size_t count, struct intent *intent);

/* play_describe.c: words about a decision. */
void play_describe(const struct decision *decision, char *out, size_t size);

#endif
