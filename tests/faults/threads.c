/* Sixteen threads share one client and race for the same keys, some waiting in the queue: each key has one holder at a
 * time, every wait comes to its end, and the store is what its log says. */
#include <dibs/keep.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "tests/behaviour/world.h"

enum { THREADS = 16, KEYS = 4, ROUNDS = 25 };

static dibs_client *client;
static atomic_int holders[KEYS], wrong, grants;

static void hold_once(int key, const struct dibs_answer *granted)
{
    dibs_kept *kept = NULL;
    uint64_t token = granted->keys[0].token;
    MUST(dibs_keep(client, granted, NULL, &kept));
    if (atomic_fetch_add(&holders[key], 1) != 0)
        atomic_fetch_add(&wrong, 1);
    atomic_fetch_add(&grants, 1);
    atomic_fetch_sub(&holders[key], 1);
    if (dibs_kept_state(kept) != DIBS_KEPT_LIVE)
        atomic_fetch_add(&wrong, 1);
    dibs_keep_end(kept);
    struct dibs_answer *closed = world_close(client, NULL, token, DIBS_OUTCOME_RELEASED);
    if (closed->verdict != DIBS_VERDICT_ACCEPTED)
        atomic_fetch_add(&wrong, 1);
    dibs_answer_free(closed);
}

static void *race(void *context)
{
    const int *number = context;
    char name[32];
    for (int round = 0; round < ROUNDS; round++) {
        int key = (*number + round) % KEYS;
        (void)snprintf(name, sizeof name, "task:threads/%d", key);
        /* fresh: to the store all threads are one session, and would be told `yours` */
        struct dibs_answer *answer =
            world_claim_with(client, name, (struct dibs_claim_options){.fresh = true, .wait = round % 2 == 0});
        if (answer->verdict == DIBS_VERDICT_GRANTED)
            hold_once(key, answer);
        else if (round % 2 == 0)
            atomic_fetch_add(&wrong, 1); /* who waits is served in the end */
        dibs_answer_free(answer);
    }
    return NULL;
}

int main(void)
{
    static const char *const settings[] = {"claims_per_minute=1000000", "waiters_per_session=64", "served_lease=1h",
                                           "denial_window=0", NULL};
    pthread_t threads[THREADS];
    int numbers[THREADS];
    world_begin(settings);
    client = world_open("all-of-us");
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        if (pthread_create(&threads[i], NULL, race, &numbers[i]) != 0)
            return 1;
    }
    for (int i = 0; i < THREADS; i++)
        (void)pthread_join(threads[i], NULL);
    dibs_close(client);
    world_verify();
    world_end();
    printf("%d threads, %d grants, %d wrong\n", THREADS, atomic_load(&grants), atomic_load(&wrong));
    return atomic_load(&wrong) != 0 || atomic_load(&grants) < THREADS * ROUNDS / 2;
}
