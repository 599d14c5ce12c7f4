/* One rival. */
#include "coordinator/core/idea/rival.h"

#include "base/check.h"
#include "base/utf8.h"
#include "coordinator/core/done.h"
#include "coordinator/core/idea/label.h"
#include "coordinator/core/key/canonical_key.h"
#include "coordinator/state/keys.h"

static struct span keep(struct rivals *rivals, struct span text)
{
    struct span kept = span_of(rivals->storage + rivals->used, text.size);

    CHECK(text.size <= sizeof rivals->storage - rivals->used);
    if (text.size != 0)
        memcpy(rivals->storage + rivals->used, text.bytes, text.size);
    rivals->used += text.size;
    return kept;
}

static void keep_texts(struct rivals *rivals, struct span key, struct span session, struct span about, struct span ref,
                       struct rival *out)
{
    out->key = keep(rivals, key);
    out->session = keep(rivals, session);
    out->about = keep(rivals, utf8_cut(about, LIMIT_RIVAL_ABOUT));
    out->ref = keep(rivals, ref);
}

void rival_asker(struct apply *apply, const struct claim *wish, struct rivals *rivals)
{
    const struct intent_head *head = apply_head(apply);

    if (wish->row.session != 0 && session_name_of(apply, wish->row.session, &rivals->asker))
        return;
    rivals->asker.size = head->session.size;
    memcpy(rivals->asker.bytes, head->session.bytes, head->session.size);
    memcpy(rivals->asker.verifier, head->identity, sizeof rivals->asker.verifier);
}

static void fill_from_claim(struct apply *apply, struct rivals *rivals, uint64_t token, const struct claim *claim,
                            struct rival *out)
{
    struct session_name name;

    if (!session_name_of(apply, claim->row.session, &name))
        return; /* only after a failure of the state */
    *out = (struct rival){.token = token, .since_ms = claim->row.since_ms, .expires_ms = claim->row.expires_ms};
    keep_texts(rivals, claim->keys[0], session_name_span(&name), claim->texts[CLAIM_ABOUT], claim->texts[CLAIM_REF],
               out);
}

bool rival_of_claim(struct apply *apply, struct rivals *rivals, uint64_t token, struct rival *out)
{
    struct claim claim;

    if (!claim_load(apply->state, TABLE_CLAIM, token, &claim))
        return false;
    fill_from_claim(apply, rivals, token, &claim, out);
    return true;
}

static void fill_from_done(struct rivals *rivals, struct span key, const struct done *done, struct rival *out)
{
    *out = (struct rival){
        .token = done->row.token, .done = true, .since_ms = done->row.since_ms, .expires_ms = done->row.expires_ms};
    keep_texts(rivals, key, done->texts[DONE_SESSION], done->texts[DONE_ABOUT], done->texts[DONE_REF], out);
}

bool rival_of_done(struct apply *apply, struct rivals *rivals, struct span key, struct rival *out)
{
    struct done done;

    if (!done_load(apply->state, key, &done))
        return false;
    fill_from_done(rivals, key, &done, out);
    return true;
}

/* Is this key of another's idea settled by keys, or labelled different? */
static bool is_apart(struct state *state, const struct claim *wish, struct span key)
{
    for (uint32_t i = 0; i < wish->row.key_count; i++) {
        if (key_overlaps(wish->keys[i], key) || label_parts(state, wish->keys[i], key))
            return true;
    }
    return false;
}

/* Are any of the done keys of the idea apart? The first of them is kept in `first`. */
static bool done_is_apart(struct state *state, const struct claim *wish, uint64_t id, struct canonical_key *first)
{
    struct row_key prefix;
    struct span found, value;

    row_key_begin(&prefix);
    row_key_u64(&prefix, id);
    first->size = 0;
    /* As many as a claim has keys. */
    for (bool more = table_seek(state, TABLE_IDEA_DONE, row_key_as_span(&prefix), &found, &value);
         more && span_starts_with(found, row_key_as_span(&prefix));
         more = table_next(state, TABLE_IDEA_DONE, found, &found, &value)) {
        struct span key = span_skip(found, prefix.size);
        if (!state_expect(state, key.size != 0 && key.size <= LIMIT_KEY_BYTES) || is_apart(state, wish, key))
            return true;
        if (first->size == 0) {
            memcpy(first->bytes, key.bytes, key.size);
            first->size = key.size;
        }
    }
    return false;
}

static bool live_of_idea(struct apply *apply, const struct claim *wish, struct rivals *rivals, uint64_t token,
                         bool *is_live, struct rival *out)
{
    struct claim claim;

    *is_live = claim_load(apply->state, TABLE_CLAIM, token, &claim) && claim.row.expires_ms > apply->meta->now_ms;
    if (!*is_live)
        return false; /* over, though no record has said so yet (core_query) */
    bool own = claim.row.session == wish->row.session && wish->row.session != 0;
    if (own && !rivals->all_own)
        return false;
    for (uint32_t i = 0; i < claim.row.key_count; i++) {
        if (is_apart(apply->state, wish, claim.keys[i]))
            return false;
    }
    fill_from_claim(apply, rivals, token, &claim, out);
    out->own = own;
    return true;
}

static bool done_of_idea(struct apply *apply, struct rivals *rivals, const struct idea_row *row, struct span key,
                         struct rival *out)
{
    struct done done;

    if (!done_load(apply->state, key, &done) || done.row.expires_ms <= apply->meta->now_ms)
        return false;
    bool own = span_equal(done.texts[DONE_SESSION], session_name_span(&rivals->asker)) &&
               memcmp(row->verifier, rivals->asker.verifier, sizeof row->verifier) == 0;
    if (own && !rivals->all_own)
        return false;
    fill_from_done(rivals, key, &done, out);
    out->own = own;
    return true;
}

bool rival_of_idea(struct apply *apply, const struct claim *wish, struct rivals *rivals, uint64_t id, struct rival *out)
{
    struct idea_row row;
    struct canonical_key first;
    bool is_live = false;

    if (!idea_load_row(apply->state, id, &row) || done_is_apart(apply->state, wish, id, &first))
        return false;
    if (row.token != 0 && live_of_idea(apply, wish, rivals, row.token, &is_live, out))
        return true;
    return !is_live && first.size != 0 && done_of_idea(apply, rivals, &row, span_of(first.bytes, first.size), out);
}
