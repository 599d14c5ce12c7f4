/* One simulated day of a fleet, second by second. */
#include "day_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/random.h"
#include "day_store.h"

/* What is true of an item, whatever anybody was told. */
struct truth {
    bool offered, done, begun;
    uint32_t workers;
};

enum phase { RESTING, DECIDING, WORKING };

struct session {
    enum phase phase;
    uint32_t until_s;       /* of deciding or working */
    uint32_t turn, start_s; /* the next start is in this interval of DAY_EVERY_S, at that second */
    size_t list[DAY_TRIES], listed, tried;
    size_t item;
};

struct run {
    const struct day_items *items;
    const struct day_side *side;
    struct day_figures figures;
    struct truth *truths;
    struct session *sessions;
    struct day_store *store; /* NULL: nobody claims */
    size_t offered, free;
    uint32_t now_s;
    uint64_t seed;
};

/* Numbers that depend on who draws which for what, and not on what was drawn before: the sides differ in that. */
static struct random dice(const struct run *run, uint64_t what, uint64_t which, uint64_t number)
{
    struct random random;

    random_init(&random, ((run->seed * 3 + what) * 1000003 + which) * 1000003 + number);
    return random;
}

static void plan(const struct run *run, struct session *session, uint32_t number)
{
    struct random random = dice(run, 0, number, session->turn);

    session->start_s = session->turn * DAY_EVERY_S + (uint32_t)random_below(&random, DAY_EVERY_S);
}

static uint32_t work_s(const struct run *run, size_t item)
{
    struct random random = dice(run, 1, item, 0);

    return (uint32_t)random_between(&random, DAY_WORK_LEAST_S, DAY_WORK_MOST_S);
}

static bool is_free(const struct truth *truth)
{
    return truth->offered && !truth->done && truth->workers == 0;
}

static void deny(struct run *run, size_t refused)
{
    run->figures.denied++;
    run->figures.denied_free += run->free > refused;
}

static void give_up(struct run *run, struct session *session)
{
    session->phase = RESTING;
    run->figures.idle++;
    run->figures.idle_free += run->free > 0;
}

static void work(struct run *run, struct session *session, size_t item)
{
    struct truth *truth = &run->truths[item];

    run->figures.grants++;
    run->figures.doubled += truth->workers > 0 || truth->done;
    if (!truth->begun) {
        run->figures.begun++;
        run->figures.waited_s += run->now_s - run->items->items[item].at_s;
    }
    run->free -= is_free(truth);
    truth->begun = true;
    truth->workers++;
    session->phase = WORKING;
    session->item = item;
    session->until_s = run->now_s + work_s(run, item);
}

static void finish(struct run *run, struct session *session, uint32_t number)
{
    struct truth *truth = &run->truths[session->item];

    run->figures.done += !truth->done;
    truth->done = true;
    truth->workers--;
    session->phase = RESTING;
    if (run->store != NULL)
        day_store_done(run->store, run->now_s, number, run->items->items[session->item].key);
}

/* Of what its list shows, oldest first; unfinished work of others is on it only where nobody claims. */
static void read_list(struct run *run, struct session *session, struct random *random)
{
    size_t top[DAY_SPREAD], count = 0, most = run->side->spread ? DAY_SPREAD : DAY_TRIES;

    for (size_t i = 0; i < run->offered && count < most; i++) {
        if (!run->truths[i].done && (run->store == NULL || run->truths[i].workers == 0))
            top[count++] = i;
    }
    session->tried = session->listed = 0;
    while (session->listed < DAY_TRIES && count > 0) {
        size_t at = run->side->spread ? (size_t)random_below(random, count) : 0;

        session->list[session->listed++] = top[at];
        memmove(&top[at], &top[at + 1], (--count - at) * sizeof *top);
    }
}

static void decide(struct run *run, struct session *session, uint32_t number)
{
    struct random random = dice(run, 2, number, (uint64_t)session->turn * DAY_TRIES + session->tried);

    session->phase = DECIDING;
    session->until_s = run->now_s + (uint32_t)random_between(&random, DAY_DECIDE_LEAST_S, DAY_DECIDE_MOST_S);
}

static void ask_next(struct run *run, struct session *session, uint32_t number)
{
    struct day_answer answer = day_store_next(run->store, run->now_s, number);
    size_t item = 0;

    if (!answer.granted) {
        deny(run, run->side->ideas ? answer.similar : 0);
        give_up(run, session);
        return;
    }
    while (item < run->items->count && strcmp(run->items->items[item].key, answer.key) != 0)
        item++;
    CHECK(item < run->items->count);
    work(run, session, item);
}

static void start(struct run *run, struct session *session, uint32_t number)
{
    struct random random = dice(run, 2, number, UINT32_MAX + (uint64_t)session->turn);

    run->figures.started++;
    if (run->side->way == DAY_NEXT) {
        ask_next(run, session, number);
        return;
    }
    read_list(run, session, &random);
    if (session->listed > 0) {
        decide(run, session, number);
        return;
    }
    deny(run, 0);
    give_up(run, session);
}

static void decided(struct run *run, struct session *session, uint32_t number)
{
    size_t item = session->list[session->tried++];

    if (run->store == NULL || day_store_claim(run->store, run->now_s, number, run->items->items[item].key).granted) {
        work(run, session, item);
        return;
    }
    deny(run, 0);
    if (session->tried < session->listed)
        decide(run, session, number);
    else
        give_up(run, session);
}

static void session_step(struct run *run, uint32_t number)
{
    struct session *session = &run->sessions[number];

    if (session->phase == WORKING && session->until_s == run->now_s)
        finish(run, session, number);
    if (session->phase == DECIDING && session->until_s == run->now_s)
        decided(run, session, number);
    if (session->start_s == run->now_s) {
        if (session->phase == RESTING)
            start(run, session, number);
        session->turn++;
        plan(run, session, number);
    }
}

static void offer_due(struct run *run)
{
    for (; run->offered < run->items->count && run->items->items[run->offered].at_s <= run->now_s; run->offered++) {
        if (run->store != NULL)
            day_store_offer(run->store, run->now_s, &run->items->items[run->offered]);
        run->truths[run->offered].offered = true;
        run->free++;
    }
}

struct day_figures day_run(const struct day_items *items, const struct day_side *side, uint32_t sessions,
                           uint32_t seconds, uint64_t seed)
{
    struct run run = {.items = items, .side = side, .seed = seed};

    run.truths = calloc(items->count, sizeof *run.truths);
    run.sessions = calloc(sessions, sizeof *run.sessions);
    CHECK(run.truths != NULL && run.sessions != NULL);
    if (side->way != DAY_UNCLAIMED)
        run.store = day_store_open(side->ideas);
    for (uint32_t i = 0; i < sessions; i++)
        plan(&run, &run.sessions[i], i);
    for (; run.now_s < seconds; run.now_s++) {
        offer_due(&run);
        for (uint32_t i = 0; i < sessions; i++)
            session_step(&run, i);
    }
    if (run.store != NULL)
        day_store_close(run.store);
    free(run.truths);
    free(run.sessions);
    return run.figures;
}
