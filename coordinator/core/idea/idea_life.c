/* The life of an idea. */
#include "coordinator/core/idea/idea_life.h"

#include "coordinator/core/idea/idea_index.h"
#include "coordinator/core/session.h"
#include "coordinator/state/keys.h"

static void done_key(struct row_key *row, uint64_t id, struct span key)
{
    row_key_begin(row);
    row_key_u64(row, id);
    row_key_span(row, key);
}

static void holder_set(struct apply *apply, uint64_t session, struct idea_row *row)
{
    memcpy(row->verifier, session_use(apply, session)->row.verifier, sizeof row->verifier);
}

void idea_begin(struct apply *apply, const struct claim *claim, const struct idea *idea)
{
    struct idea_row row = {.token = claim->row.idea};

    holder_set(apply, claim->row.session, &row);
    idea_add(apply->state, claim->row.idea, idea, &row);
}

void idea_taken(struct apply *apply, uint64_t token, const struct claim *claim)
{
    struct idea_row row;

    if (claim->row.idea == 0 || !state_expect(apply->state, idea_load_row(apply->state, claim->row.idea, &row)))
        return;
    row.token = token;
    holder_set(apply, claim->row.session, &row);
    idea_save_row(apply->state, claim->row.idea, &row);
}

/* It goes with the last thing that is of it. */
static void idea_settle(struct apply *apply, uint64_t id, const struct idea_row *row)
{
    if (row->token == 0 && row->done_count == 0)
        idea_erase(apply->state, id);
    else
        idea_save_row(apply->state, id, row);
}

void idea_ended(struct apply *apply, const struct claim *claim)
{
    struct idea_row row;

    if (claim->row.idea == 0 || !state_expect(apply->state, idea_load_row(apply->state, claim->row.idea, &row)))
        return;
    row.token = 0;
    idea_settle(apply, claim->row.idea, &row);
}

void idea_done(struct apply *apply, uint64_t id, struct span key)
{
    struct idea_row row;
    struct row_key at;

    if (!state_expect(apply->state, idea_load_row(apply->state, id, &row)))
        return;
    row.done_count++;
    idea_save_row(apply->state, id, &row);
    done_key(&at, id, key);
    table_put(apply->state, TABLE_IDEA_DONE, row_key_as_span(&at), (struct span){0});
}

void idea_undone(struct apply *apply, uint64_t id, struct span key)
{
    struct idea_row row;
    struct row_key at;

    if (!state_expect(apply->state, idea_load_row(apply->state, id, &row) && row.done_count > 0))
        return;
    row.done_count--;
    done_key(&at, id, key);
    (void)table_delete(apply->state, TABLE_IDEA_DONE, row_key_as_span(&at));
    idea_settle(apply, id, &row);
}
