/* Memory as /proc tells it. */
#include "bench/memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

double memory_beyond_map_mib(int pid)
{
    char path[64], line[512];
    unsigned long kib, sum = 0;
    bool is_map = false;
    (void)snprintf(path, sizeof path, "/proc/%d/smaps", pid);
    FILE *file = fopen(path, "re");
    CHECK(file != NULL);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strchr(line, '-') != NULL && strchr(line, ':') > strchr(line, '-')) /* a mapping's first line: from-to … */
            is_map = strstr(line, "/data.mdb") != NULL;
        else if (!is_map && sscanf(line, "Rss: %lu kB", &kib) == 1) // NOLINT: the kernel's own format
            sum += kib;
    }
    (void)fclose(file);
    CHECK(sum > 0);
    return (double)sum / 1024;
}
