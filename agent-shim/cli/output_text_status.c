/* Printing what `dibs status` tells, for people. */
#include "output.h"

/* As people say it: three digits or fewer before the unit. */
static void print_bytes(uint64_t bytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    uint64_t left = bytes;

    for (; left >= 1024 && unit + 1 < sizeof units / sizeof units[0]; unit++)
        left /= 1024;
    printf("%llu %s", (unsigned long long)left, units[unit]);
}

void output_text_status(const struct dibs_answer *answer, const char *session)
{
    const struct dibs_status *status = answer->status;

    printf("store       ");
    output_text(stdout, answer->store);
    printf("%s\nid          %s\n", status->sealed ? " (sealed)" : "", status->store_id);
    if (session != NULL) {
        printf("session     ");
        output_text(stdout, session);
        putchar('\n');
    }
    printf("records     %llu (%llu bad)\n", (unsigned long long)status->log_records,
           (unsigned long long)status->bad_records);
    printf("claims      %llu live, %llu waiting\n", (unsigned long long)status->claims,
           (unsigned long long)status->waiters);
    printf("done        %llu remembered, %llu given up for want of room\n", (unsigned long long)status->done,
           (unsigned long long)status->done_evicted);
    printf("sessions    %llu\n", (unsigned long long)status->sessions);
    printf("last token  %llu\n", (unsigned long long)status->last_token);
    printf("state       ");
    if (status->map_bytes != 0) {
        print_bytes(status->map_used_bytes);
        printf(" of ");
        print_bytes(status->map_bytes);
        printf(", digest %s\n", status->digest);
    } else if (status->digest[0] != '\0') { /* a fleet's state is its coordinators' */
        printf("digest %s at record %llu, by the newest checkpoint\n", status->digest,
               (unsigned long long)status->digest_offset);
    } else {
        printf("no coordinator has written a checkpoint yet\n");
    }
}
