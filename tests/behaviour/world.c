/* A small world for tests of the public API: see world.h. */
#include "tests/behaviour/two.h"

#include "tests/behaviour/coordinator.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

dibs_client *alice, *bob;

enum { SETTINGS_MAX = 32 };

static char directory[PATH_MAX];

void world_must(enum dibs_error error, const char *call, const char *file, int line)
{
    if (error == DIBS_OK)
        return;
    fprintf(stderr, "%s:%d: %s: %s: %s\n", file, line, call, dibs_error_name(error), dibs_error_text());
    abort();
}

const char *world_path(const char *name)
{
    static char paths[4][PATH_MAX + 64];
    static unsigned turn;
    char *path = paths[turn++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", directory, name);
    return path;
}

static size_t parse(const char *const *settings, struct dibs_setting parsed[SETTINGS_MAX])
{
    static char texts[SETTINGS_MAX][64];
    size_t count = 0;
    for (; settings != NULL && settings[count] != NULL; count++) {
        (void)snprintf(texts[count], sizeof texts[0], "%s", settings[count]);
        char *equals = strchr(texts[count], '=');
        *equals = '\0';
        parsed[count] = (struct dibs_setting){texts[count], equals + 1};
    }
    return count;
}

static void make_store(const char *const *settings)
{
    struct dibs_setting parsed[SETTINGS_MAX];
    const struct dibs_init_options options = {.store = world_path("store"),
                                              .map_bytes = 1 << 28,
                                              .settings = parsed,
                                              .setting_count = parse(settings, parsed)};
    (void)setenv("DIBS_STORE", world_path("store"), 1);
    MUST(dibs_store_init(&options, NULL, NULL, 0));
}

/* A fleet's settings come by its operator, in the log. */
static void make_fleet(const char *const *settings)
{
    struct dibs_setting parsed[SETTINGS_MAX];
    size_t count = parse(settings, parsed);
    struct dibs_answer *answer = NULL;
    (void)setenv("DIBS_STORE", coordinator_begin(directory), 1);
    if (count == 0)
        return;
    dibs_client *client = world_open("the-operator");
    MUST(dibs_configure(client, parsed, count, &answer));
    if (answer->verdict != DIBS_VERDICT_ACCEPTED) {
        fprintf(stderr, "the fleet's settings: %s\n", answer->message);
        abort();
    }
    dibs_answer_free(answer);
    dibs_close(client);
}

void world_begin(const char *const *settings)
{
    static const char *const unset[] = {"DIBS_SESSION", "DIBS_SECRET", "DIBS_SECRET_FILE", "DIBS_OPERATOR_KEY_FILE"};
    const char *base = getenv("TMPDIR");
    (void)snprintf(directory, sizeof directory, "%s/dibs-world-XXXXXX", base == NULL ? "/tmp" : base);
    if (mkdtemp(directory) == NULL)
        abort();
    for (size_t i = 0; i < sizeof unset / sizeof unset[0]; i++)
        (void)unsetenv(unset[i]);
    (void)setenv("XDG_CONFIG_HOME", world_path("config"), 1);
    (void)setenv("XDG_STATE_HOME", world_path("state-home"), 1);
    (void)setenv("TMPDIR", directory, 1);
    if (coordinator_is_wanted())
        make_fleet(settings);
    else
        make_store(settings);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

void world_end(void)
{
    coordinator_end();
    (void)nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    (void)unsetenv("TMPDIR");
}

dibs_client *world_open(const char *session)
{
    const struct dibs_client_options options = {.session = session};
    dibs_client *client = NULL;
    MUST(dibs_open(&options, &client));
    return client;
}

struct dibs_answer *world_claim_with(dibs_client *client, const char *key, struct dibs_claim_options more)
{
    struct dibs_answer *answer = NULL;
    more.keys = &key;
    more.key_count = 1;
    MUST(dibs_claim(client, &more, &answer));
    return answer;
}

struct dibs_answer *world_claim(dibs_client *client, const char *key, uint64_t ttl_ms)
{
    return world_claim_with(client, key, (struct dibs_claim_options){.has_ttl = ttl_ms != 0, .ttl_ms = ttl_ms});
}

enum dibs_verdict world_try(dibs_client *client, const char *key, uint64_t *token)
{
    struct dibs_answer *answer = world_claim(client, key, 0);
    enum dibs_verdict verdict = answer->verdict;
    if (token != NULL)
        *token = answer->key_count > 0 ? answer->keys[0].token : 0;
    dibs_answer_free(answer);
    return verdict;
}

struct dibs_answer *world_offer(dibs_client *client, const struct dibs_offer_item *items, size_t count)
{
    const struct dibs_offer_options options = {.items = items, .item_count = count};
    struct dibs_answer *answer = NULL;
    MUST(dibs_offer(client, &options, &answer));
    return answer;
}

void world_must_offer(dibs_client *client, struct dibs_offer_item item)
{
    struct dibs_answer *answer = world_offer(client, &item, 1);
    if (dibs_answer_exit_code(answer) != 0) {
        fprintf(stderr, "the offer of %s: %s\n", item.key, answer->message);
        abort();
    }
    dibs_answer_free(answer);
}

struct dibs_answer *world_supply(dibs_client *client)
{
    struct dibs_answer *answer = NULL;
    MUST(dibs_get_supply(client, &answer));
    return answer;
}

struct dibs_answer *world_close(dibs_client *client, const char *key, uint64_t token, enum dibs_outcome outcome)
{
    const struct dibs_target target = {.key = key, .token = token};
    const struct dibs_close_options options = {.outcome = outcome, .targets = &target, .target_count = 1};
    struct dibs_answer *answer = NULL;
    MUST(dibs_close_claims(client, &options, &answer));
    return answer;
}

struct dibs_answer *world_renew(dibs_client *client, const char *key, uint64_t token)
{
    const struct dibs_target target = {.key = key, .token = token};
    const struct dibs_renew_options options = {.targets = &target, .target_count = 1};
    struct dibs_answer *answer = NULL;
    MUST(dibs_renew(client, &options, &answer));
    return answer;
}

void world_until_free(const char *key)
{
    dibs_client *stranger = world_open("a-stranger-who-waits");
    struct dibs_answer *answer = world_claim_with(stranger, key, (struct dibs_claim_options){.wait = true});
    if (answer->verdict != DIBS_VERDICT_GRANTED) {
        fprintf(stderr, "%s did not become free: %s\n", key, answer->message);
        abort();
    }
    dibs_answer_free(answer);
    dibs_answer_free(world_close(stranger, key, 0, DIBS_OUTCOME_RELEASED));
    dibs_close(stranger);
}

void world_verify(void)
{
    struct dibs_verify_report report;
    dibs_client *client = world_open("a-verifier");
    MUST(dibs_store_verify(client, &report));
    dibs_close(client);
    if (report.equal)
        return;
    fprintf(stderr, "the state is not what the log says: %s\n", report.difference);
    abort();
}

uint64_t world_now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

bool world_is_fleet(void)
{
    return coordinator_is_wanted();
}

bool world_is_left(int64_t expires_in_ms, int64_t ttl_ms)
{
    return expires_in_ms <= ttl_ms && expires_in_ms >= ttl_ms - (world_is_fleet() ? 20000 : 0);
}

bool world_is_left_since(int64_t expires_in_ms, int64_t ttl_ms, uint64_t begun_ms)
{
    int64_t gone_ms = (int64_t)(world_now_ms() - begun_ms) + 1; /* each clock's last one is cut off */
    return expires_in_ms <= ttl_ms && (expires_in_ms >= ttl_ms - gone_ms || world_is_left(expires_in_ms, ttl_ms));
}

void two_begin_with(const char *const *settings)
{
    world_begin(settings);
    alice = world_open("alice");
    bob = world_open("bob");
}

void two_begin(void)
{
    two_begin_with(NULL);
}

void two_end(void)
{
    world_verify();
    dibs_close(alice);
    dibs_close(bob);
    world_end();
}
