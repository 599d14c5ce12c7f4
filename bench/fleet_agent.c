/* An agent of the bench. */
#include "bench/fleet_agent.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

static void must(enum dibs_error error, const char *what)
{
    if (error == DIBS_OK)
        return;
    (void)fprintf(stderr, "%s: %s\n", what, dibs_error_text());
    exit(1);
}

dibs_client *agent_open(const char *store, const char *session)
{
    const struct dibs_client_options options = {.store = store, .session = session};
    dibs_client *client = NULL;
    must(dibs_open(&options, &client), "open");
    return client;
}

void agent_claim(dibs_client *client, const char *key)
{
    const struct dibs_claim_options options = {.keys = &key, .key_count = 1};
    struct dibs_answer *answer = NULL;
    must(dibs_claim(client, &options, &answer), "claim");
    CHECK(answer->verdict == DIBS_VERDICT_GRANTED);
    dibs_answer_free(answer);
}

void agent_release(dibs_client *client, const char *key)
{
    const struct dibs_target target = {.key = key};
    const struct dibs_close_options options = {.outcome = DIBS_OUTCOME_RELEASED, .targets = &target, .target_count = 1};
    struct dibs_answer *answer = NULL;
    must(dibs_close_claims(client, &options, &answer), "release");
    CHECK(answer->verdict == DIBS_VERDICT_ACCEPTED);
    dibs_answer_free(answer);
}

void agent_lift_quotas(const char *store)
{
    static const struct dibs_setting settings[] = {{"claims_per_minute", "1000000"}, {"claims_per_session", "256"}};
    struct dibs_answer *answer = NULL;
    dibs_client *client = agent_open(store, "operator");
    must(dibs_configure(client, settings, sizeof settings / sizeof settings[0], &answer), "configure");
    CHECK(answer->verdict == DIBS_VERDICT_ACCEPTED);
    dibs_answer_free(answer);
    dibs_close(client);
}
