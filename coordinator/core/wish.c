/* Wishes judged. The law, in order (R5): one's own, done-memory, live claims, older waiters. Limits come after, where
 * the grant or the queueing is made. */
#include "coordinator/core/wish.h"

#include "coordinator/core/key/canonical_key.h"
#include "coordinator/core/done.h"
#include "coordinator/core/subtree.h"
#include "coordinator/state/keys.h"

static const uint64_t none = UINT64_MAX;

/* What one's own live claims are to each wanted key. */
struct own_view {
    uint64_t covered[LIMIT_ANY_KEYS]; /* the lowest own token on it or over it in the same mode; 0: none */
    bool other_mode[LIMIT_ANY_KEYS];  /* one overlaps it in the other mode */
    bool inside[LIMIT_ANY_KEYS];      /* one lies strictly inside the wanted subtree */
};

static void own_compare(struct own_view *view, const struct claim *wish, uint64_t token, const struct claim *own)
{
    bool same_mode = ((wish->row.flags ^ own->row.flags) & CLAIM_SHARED) == 0;

    for (uint32_t i = 0; i < wish->row.key_count; i++) {
        for (uint32_t j = 0; j < own->row.key_count; j++) {
            struct span wanted = wish->keys[i], held = own->keys[j];
            if (!key_overlaps(wanted, held))
                continue;
            bool covers = span_equal(wanted, held) || key_under(held, wanted);
            if (!same_mode)
                view->other_mode[i] = true;
            else if (!covers)
                view->inside[i] = true;
            else if (view->covered[i] == 0)
                view->covered[i] = token;
        }
    }
}

/* Does anybody's live claim overlap any of the keys, in either mode? Mostly none does, and none of one's own either. */
static bool is_any_overlapped(struct state *state, const struct claim *wish)
{
    for (uint32_t i = 0; i < wish->row.key_count; i++) {
        if (subtree_conflict(state, TABLE_HOLD, wish->keys[i], false, 0) != none)
            return true;
    }
    return false;
}

static void own_look(struct state *state, const struct claim *wish, struct own_view *view)
{
    struct claim own;
    struct row_key from;
    struct span found, value;
    uint64_t token = 0;

    *view = (struct own_view){0};
    if (wish->row.session == 0)
        return;
    /* At most as many as a session may hold (policy, at most 256). */
    for (;;) {
        row_key_begin(&from);
        row_key_u64(&from, wish->row.session);
        row_key_u64(&from, token + 1);
        if (!table_seek(state, TABLE_CLAIM_SESSION, row_key_as_span(&from), &found, &value) ||
            row_key_read_u64(found, 0) != wish->row.session)
            return;
        token = row_key_read_u64(found, 8);
        if (claim_load(state, TABLE_CLAIM, token, &own))
            own_compare(view, wish, token, &own);
    }
}

/* S13: an all-of wish is wholly one's own, not at all, or a mistake. True: *verdict tells. */
static bool judge_own_all(const struct claim *wish, const struct own_view *view, struct verdict *verdict)
{
    uint32_t covered = 0, first = 0;

    for (uint32_t i = 0; i < wish->row.key_count; i++) {
        if (view->covered[i] != 0 && covered++ == 0)
            first = i;
    }
    if (covered == wish->row.key_count) {
        *verdict = (struct verdict){.kind = VERDICT_YOURS};
        memcpy(verdict->yours, view->covered, sizeof verdict->yours);
        return true;
    }
    *verdict = (struct verdict){.kind = VERDICT_BAD, .key = first, .flaw = FLAW_PARTIAL};
    for (uint32_t i = 0; i < wish->row.key_count; i++) {
        if (!view->other_mode[i] && !view->inside[i])
            continue;
        verdict->key = i;
        verdict->flaw = view->other_mode[i] ? FLAW_MODE : FLAW_PARTIAL;
        return true;
    }
    return covered > 0;
}

/* R24: one's own key comes first, even before a free one earlier in the list. */
static bool judge_own_any(const struct claim *wish, const struct own_view *view, struct verdict *verdict)
{
    for (uint32_t i = 0; i < wish->row.key_count; i++) {
        if (view->covered[i] == 0)
            continue;
        *verdict = (struct verdict){.kind = VERDICT_YOURS, .key = i};
        verdict->yours[i] = view->covered[i];
        return true;
    }
    return false;
}

static bool is_done(struct state *state, const struct claim *wish, uint32_t key)
{
    return done_refuses(state, wish->keys[key], (wish->row.flags & CLAIM_AGAIN) != 0, wish->row.offset);
}

/* INV-1: what live claim stands in the way of this key? The lowest token, or none. */
static uint64_t held_by(struct state *state, const struct claim *wish, uint32_t key)
{
    return subtree_conflict(state, TABLE_HOLD, wish->keys[key], (wish->row.flags & CLAIM_SHARED) != 0, 0);
}

/* INV-5: what older waiter does? The lowest offset, or none. */
static uint64_t queued_by(struct state *state, const struct claim *wish, uint32_t key)
{
    uint64_t first = subtree_conflict(state, TABLE_WANT, wish->keys[key], (wish->row.flags & CLAIM_SHARED) != 0, 0);

    return first < wish->row.offset ? first : none;
}

/* S15; INV-4: every key must be free. */
static struct verdict judge_all(struct state *state, const struct claim *wish, bool overlapped)
{
    for (uint32_t i = 0; i < wish->row.key_count; i++) {
        if (is_done(state, wish, i))
            return (struct verdict){.kind = VERDICT_DONE, .key = i};
    }
    for (uint32_t i = 0; overlapped && i < wish->row.key_count; i++) {
        uint64_t token = held_by(state, wish, i);
        if (token != none)
            return (struct verdict){.kind = VERDICT_HELD, .key = i, .id = token};
    }
    for (uint32_t i = 0; i < wish->row.key_count; i++) {
        uint64_t offset = queued_by(state, wish, i);
        if (offset != none)
            return (struct verdict){.kind = VERDICT_QUEUED, .key = i, .id = offset};
    }
    return (struct verdict){.kind = VERDICT_FREE};
}

/* S14: the first free candidate; else held before queued before done. */
static struct verdict judge_any(struct state *state, const struct claim *wish, bool overlapped)
{
    struct verdict worst = {.kind = VERDICT_DONE};
    bool found = false;

    for (uint32_t i = 0; i < wish->row.key_count; i++) {
        struct verdict here = {.kind = VERDICT_DONE, .key = i};
        if (!is_done(state, wish, i)) {
            here.id = overlapped ? held_by(state, wish, i) : none;
            here.kind = VERDICT_HELD;
            if (here.id == none) {
                here.id = queued_by(state, wish, i);
                here.kind = VERDICT_QUEUED;
            }
            if (here.id == none)
                return (struct verdict){.kind = VERDICT_FREE, .key = i};
        }
        bool outranks = (here.kind == VERDICT_HELD && worst.kind != VERDICT_HELD) ||
                        (here.kind == VERDICT_QUEUED && worst.kind == VERDICT_DONE);
        if (!found || outranks)
            worst = here;
        found = true;
    }
    return worst;
}

struct verdict wish_judge(struct apply *apply, const struct claim *wish)
{
    bool any = (wish->row.flags & CLAIM_ANY) != 0;
    bool overlapped = is_any_overlapped(apply->state, wish);
    struct own_view view;
    struct verdict verdict;

    if (overlapped && !(wish->row.flags & CLAIM_FRESH)) {
        own_look(apply->state, wish, &view);
        if (any ? judge_own_any(wish, &view, &verdict) : judge_own_all(wish, &view, &verdict))
            return verdict;
    }
    return any ? judge_any(apply->state, wish, overlapped) : judge_all(apply->state, wish, overlapped);
}
