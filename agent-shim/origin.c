/* Where a claim comes from: host and pid. */
#include "agent-shim/origin.h"

#include <stdio.h>
#include <unistd.h>

const char *origin_of_this_process(char out[ORIGIN_TEXT_MAX])
{
    char host[256] = "";
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    (void)snprintf(out, ORIGIN_TEXT_MAX, "%s pid %ld", host[0] == '\0' ? "host" : host, (long)getpid());
    return out;
}
