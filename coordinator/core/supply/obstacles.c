/* What stands aside is indexed by where it stands, so the one to be shown is the first there. */
#include "coordinator/core/supply/obstacles.h"

#include "coordinator/core/subtree.h"
#include "coordinator/core/supply/after.h"
#include "coordinator/core/supply/supply.h"
#include "coordinator/state/keys.h"

/* The first offer that stands there; its key is borrowed as by table_seek. */
static bool first_aside(struct state *state, enum offer_place place, struct span *key, uint64_t *until_ms)
{
    const uint8_t prefix = (uint8_t)place;
    struct span row;

    if (!table_seek(state, TABLE_ASIDE, span_of(&prefix, 1), &row, key) || row.bytes[0] != prefix ||
        !state_expect(state, row.size == 17 && key->size <= LIMIT_KEY_BYTES))
        return false;
    *until_ms = row_key_read_u64(row, 1);
    return true;
}

/* Who has the key, and until when. */
static void show_claimed(struct apply *apply, struct pick *pick, struct span key)
{
    uint64_t token = subtree_exact_any(apply->state, TABLE_HOLD, key, 0);
    struct session_name name;
    struct claim_row row;

    if (claim_load_row(apply->state, TABLE_CLAIM, token, &row) && session_name_of(apply, row.session, &name)) {
        pick->found[OBSTACLE_CLAIMED].key_size = 0; /* instead of an overlapped one */
        obstacle_show(pick, OBSTACLE_CLAIMED, key, session_name_span(&name), row.expires_ms);
    }
}

/* The first key that it still waits for. */
static void show_blocked(struct apply *apply, struct pick *pick, struct span key)
{
    struct offer_told told;

    if (!offer_load_told(apply->state, key, &told, pick->wish->storage))
        return; /* only after a failure of the state */
    for (uint32_t i = 0; i < told.after_count; i++) {
        if (after_is_open(apply->state, told.after[i], key)) {
            obstacle_show(pick, OBSTACLE_BLOCKED, key, told.after[i], 0);
            return;
        }
    }
}

static void find_aside(struct apply *apply, struct pick *pick, enum offer_place place, uint64_t count)
{
    static const enum obstacle kinds[PLACES] = {[PLACE_CLAIMED] = OBSTACLE_CLAIMED,
                                                [PLACE_BLOCKED] = OBSTACLE_BLOCKED,
                                                [PLACE_COOLING] = OBSTACLE_COOLING,
                                                [PLACE_NOT_YET] = OBSTACLE_NOT_YET};
    uint64_t until_ms;
    struct span key;

    pick->found[kinds[place]].count += count;
    if (count == 0 || !first_aside(apply->state, place, &key, &until_ms))
        return;
    if (place == PLACE_CLAIMED)
        show_claimed(apply, pick, key);
    else if (place == PLACE_BLOCKED)
        show_blocked(apply, pick, key);
    else
        obstacle_show(pick, kinds[place], key, (struct span){0}, until_ms);
}

/* Ready items that nobody looked at, or that don't concern the asker. */
static void find_ready(struct apply *apply, struct pick *pick, const struct steering *steering)
{
    uint64_t seen =
        pick->found[OBSTACLE_NEEDS].count + pick->found[OBSTACLE_SIMILAR].count + pick->found[OBSTACLE_CLAIMED].count;
    uint8_t name[LIMIT_CATEGORY_BYTES];

    pick->found[OBSTACLE_BEYOND].count = steering->all_ready > seen ? steering->all_ready - seen : 0;
    pick->found[OBSTACLE_CATEGORY].count = steering->others;
    if (steering->others != 0)
        obstacle_show(pick, OBSTACLE_CATEGORY, (struct span){0},
                      category_name(apply->state, steering->other_most, name), 0);
}

void obstacles_tell(struct apply *apply, struct pick *pick, const struct steering *steering)
{
    struct decision *decision = pick->decision;
    struct supply_row row;

    find_ready(apply, pick, steering); /* before the claimed ones are counted */
    if (supply_load(apply->state, &row))
        for (int place = PLACE_CLAIMED; place < PLACES; place++)
            find_aside(apply, pick, (enum offer_place)place, row.counts[place]);
    decision->obstacle_count = 0;
    for (int kind = OBSTACLE_CLAIMED; kind < OBSTACLE_KINDS; kind++) {
        const struct obstacle_found *found = &pick->found[kind];

        if (found->count != 0)
            decision->obstacles[decision->obstacle_count++] =
                (struct report_obstacle){.kind = (enum obstacle)kind,
                                         .count = found->count,
                                         .key = span_of(found->key, found->key_size),
                                         .by = span_of(found->by, found->by_size),
                                         .until_ms = found->until_ms};
    }
}
