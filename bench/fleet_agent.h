/* An agent of the bench: the public API, with answers that must be as expected. */
#ifndef BENCH_FLEET_AGENT_H
#define BENCH_FLEET_AGENT_H

#include <dibs/dibs.h>

dibs_client *agent_open(const char *store, const char *session);
void agent_claim(dibs_client *client, const char *key);
void agent_release(dibs_client *client, const char *key);
void agent_lift_quotas(const char *store); /* the operator's key: $DIBS_OPERATOR_KEY_FILE */

#endif
