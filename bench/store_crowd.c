/* Many processes on one store claim and close for a while: how long a call takes, how evenly turns fall, and whether
 * the store keeps its word: tokens only grow and none is given twice, no two hold one key, no hold is lost.
 *
 * Each process claims a key of its own and closes it; one claim in eight is for one of a few keys that all want.
 * Exit status 1 when the store did not keep its word.
 *
 * usage: store_crowd [PROCESSES [SECONDS]]   (64 60) */
#include <dibs/admin.h>
#include <dibs/dibs.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/check.h"
#include "crowd.h"
#include "floor.h"

enum { WANTED_KEYS = 8, WANTED_EVERY = 8, TOKENS_MAX = 1 << 26 };

struct witness {
    _Atomic int holders[WANTED_KEYS];
    _Atomic uint64_t last_token[WANTED_KEYS]; /* of the key's last holder */
    _Atomic uint64_t grants, twice, shrunk, shared, lost, failed;
    _Atomic uint32_t given[TOKENS_MAX / 32]; /* a bit for each token */
};

struct party {
    struct witness *witness;
    const char *store;
};

static void see_token(struct witness *witness, uint64_t token, uint64_t *last)
{
    uint32_t bit = UINT32_C(1) << (token % 32);
    atomic_fetch_add(&witness->grants, 1);
    if (token >= TOKENS_MAX || (atomic_fetch_or(&witness->given[token / 32], bit) & bit) != 0)
        atomic_fetch_add(&witness->twice, 1);
    if (token <= *last)
        atomic_fetch_add(&witness->shrunk, 1);
    *last = token;
}

static void enter_wanted(struct witness *witness, int wanted, uint64_t token)
{
    if (atomic_fetch_add(&witness->holders[wanted], 1) != 0)
        atomic_fetch_add(&witness->shared, 1);
    if (atomic_exchange(&witness->last_token[wanted], token) >= token)
        atomic_fetch_add(&witness->shrunk, 1);
}

static void close_key(struct crowd *crowd, int number, dibs_client *client, const char *key, struct witness *witness)
{
    struct dibs_answer *answer = NULL;
    const struct dibs_target target = {.key = key};
    const struct dibs_close_options options = {.outcome = DIBS_OUTCOME_RELEASED, .targets = &target, .target_count = 1};
    double begun = crowd_seconds();
    enum dibs_error error = dibs_close_claims(client, &options, &answer);
    crowd_turn(crowd, number, crowd_seconds() - begun);
    if (error != DIBS_OK)
        atomic_fetch_add(&witness->failed, 1);
    else if (answer->verdict != DIBS_VERDICT_ACCEPTED)
        atomic_fetch_add(&witness->lost, 1);
    dibs_answer_free(answer);
}

static void claim_key(struct crowd *crowd, int number, dibs_client *client, const char *key, int wanted,
                      struct witness *witness, uint64_t *last)
{
    struct dibs_answer *answer = NULL;
    const struct dibs_claim_options options = {.keys = &key, .key_count = 1};
    double begun = crowd_seconds();
    enum dibs_error error = dibs_claim(client, &options, &answer);
    crowd_turn(crowd, number, crowd_seconds() - begun);
    if (error == DIBS_OK && answer->verdict == DIBS_VERDICT_GRANTED) {
        see_token(witness, answer->keys[0].token, last);
        if (wanted >= 0) {
            enter_wanted(witness, wanted, answer->keys[0].token);
            atomic_fetch_sub(&witness->holders[wanted], 1);
        }
        close_key(crowd, number, client, key, witness);
    } else if (error != DIBS_OK || wanted < 0) {
        atomic_fetch_add(&witness->failed, 1);
    }
    dibs_answer_free(answer);
}

static void work(struct crowd *crowd, int number, void *context)
{
    const struct party *party = context;
    char session[32], own[32], key[32];
    uint64_t last = 0;
    dibs_client *client;
    (void)snprintf(session, sizeof session, "member-%d", number);
    (void)snprintf(own, sizeof own, "task:own/%d", number);
    const struct dibs_client_options options = {.store = party->store, .session = session};
    CHECK(dibs_open(&options, &client) == DIBS_OK);
    crowd_start(crowd);
    for (unsigned turn = (unsigned)number; !crowd_is_over(crowd); turn++) {
        int wanted = turn % WANTED_EVERY == 0 ? (int)(turn / WANTED_EVERY % WANTED_KEYS) : -1;
        (void)snprintf(key, sizeof key, "task:wanted/%d", wanted);
        claim_key(crowd, number, client, wanted < 0 ? own : key, wanted, party->witness, &last);
    }
    dibs_close(client);
}

static bool kept_its_word(const struct witness *witness, const char *store)
{
    const struct dibs_client_options options = {.store = store, .session = "auditor"};
    struct dibs_verify_report report;
    dibs_client *client;
    CHECK(dibs_open(&options, &client) == DIBS_OK);
    bool whole = dibs_store_verify(client, &report) == DIBS_OK && report.equal;
    dibs_close(client);
    printf("%" PRIu64 " grants: %" PRIu64 " tokens given twice, %" PRIu64 " that did not grow, %" PRIu64
           " keys with two holders, %" PRIu64 " holds lost, %" PRIu64 " calls failed; %s\n",
           witness->grants, witness->twice, witness->shrunk, witness->shared, witness->lost, witness->failed,
           whole ? "state and log agree" : "STATE AND LOG DIFFER");
    return whole && witness->twice + witness->shrunk + witness->shared + witness->lost + witness->failed == 0;
}

int main(int argc, char **argv)
{
    int processes = argc > 1 ? atoi(argv[1]) : 64;
    double seconds = argc > 2 ? atof(argv[2]) : 60;
    char path[64], store[80];
    const struct dibs_setting often = {"claims_per_minute", "1000000"};
    struct dibs_init_options init = {.store = store, .settings = &often, .setting_count = 1};
    bench_directory(path, sizeof path);
    (void)snprintf(store, sizeof store, "%s/store", path);
    CHECK(setenv("XDG_CONFIG_HOME", path, 1) == 0 && dibs_store_init(&init, NULL, NULL, 0) == DIBS_OK);
    struct party party = {.store = store};
    party.witness = mmap(NULL, sizeof *party.witness, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(party.witness != MAP_FAILED);
    struct crowd *crowd = crowd_new(processes, seconds);
    crowd_run(crowd, work, &party);
    printf("%d processes on one store, %.0f s\n", processes, seconds);
    crowd_print_head();
    crowd_print(crowd, "claims and closes");
    bool kept = kept_its_word(party.witness, store);
    crowd_free(crowd);
    bench_remove(path);
    return kept ? 0 : 1;
}
