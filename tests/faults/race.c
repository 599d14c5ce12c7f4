/* Twenty-four processes race for twelve keys: each key is won exactly once, and the store is what its log says. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/behaviour/world.h"

enum { PROCESSES = 24, KEYS = 12, ROUNDS = 5 };

struct win {
    int round, key;
    uint64_t token;
};

static void key_name(int round, int key, char out[64])
{
    (void)snprintf(out, 64, "task:race/%d/%d", round, key);
}

/* Every racer starts at another key, so that all keys are fought for at once. */
static void race(int racer, int start, int results)
{
    char session[32], byte, name[64];
    (void)snprintf(session, sizeof session, "racer-%d", racer);
    dibs_client *client = world_open(session);
    for (int round = 0; round < ROUNDS; round++) {
        if (read(start, &byte, 1) != 1)
            _exit(1);
        for (int i = 0; i < KEYS; i++) {
            struct win win = {.round = round, .key = (racer + i) % KEYS};
            key_name(round, win.key, name);
            if (world_try(client, name, &win.token) == DIBS_VERDICT_GRANTED &&
                write(results, &win, sizeof win) != sizeof win)
                _exit(1);
        }
    }
    dibs_close(client);
    _exit(0);
}

static int count_wins(int results)
{
    int wins[ROUNDS][KEYS] = {0}, wrong = 0;
    uint64_t last_token = 0;
    struct win win;
    while (read(results, &win, sizeof win) == sizeof win) {
        wins[win.round][win.key]++;
        if (win.token > last_token)
            last_token = win.token;
    }
    for (int round = 0; round < ROUNDS; round++)
        for (int key = 0; key < KEYS; key++)
            if (wins[round][key] != 1) {
                fprintf(stderr, "round %d: key %d was won %d times\n", round, key, wins[round][key]);
                wrong++;
            }
    if (last_token != ROUNDS * KEYS) {
        fprintf(stderr, "the last token is %llu, not %d\n", (unsigned long long)last_token, ROUNDS * KEYS);
        wrong++;
    }
    return wrong;
}

int main(void)
{
    static const char *const settings[] = {"claims_per_minute=1000000", "claims_per_session=256", NULL};
    int start[2], results[2], failed = 0;
    world_begin(settings);
    if (pipe(start) != 0 || pipe(results) != 0)
        return 1;
    for (int racer = 0; racer < PROCESSES; racer++)
        if (fork() == 0)
            race(racer, start[0], results[1]);
    (void)close(results[1]);
    char bytes[PROCESSES * ROUNDS] = {0};
    if (write(start[1], bytes, sizeof bytes) != sizeof bytes)
        return 1;
    failed += count_wins(results[0]);
    for (int status; wait(&status) > 0;)
        failed += status != 0;
    world_verify();
    world_end();
    if (failed == 0)
        printf("%d processes, %d keys: each won exactly once\n", PROCESSES, ROUNDS * KEYS);
    return failed != 0;
}
