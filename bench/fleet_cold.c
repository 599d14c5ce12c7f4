/* One cold start of an agent: says how many milliseconds went by from main until its first claim was granted. A program
 * of its own, since it must not have librdkafka before it needs it. usage: fleet_cold STORE */
#include <stdio.h>

#include "bench/figures.h"
#include "bench/fleet_agent.h"

int main(int argc, char **argv)
{
    double begun = figures_now_ms();
    if (argc != 2) {
        (void)fprintf(stderr, "usage: fleet_cold STORE\n");
        return 2;
    }
    dibs_client *client = agent_open(argv[1], "cold");
    agent_claim(client, "bench:cold");
    printf("%.3f\n", figures_now_ms() - begun);
    (void)fflush(stdout);
    agent_release(client, "bench:cold"); /* so that the next one's claim is new, too */
    dibs_close(client);
    return 0;
}
