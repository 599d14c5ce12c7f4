/* The SQLite registry that fleets kept their claims in before: the table `work` of a file, read and never written. */
#ifndef CLI_COORDINATION_REGISTRY_H
#define CLI_COORDINATION_REGISTRY_H

#include <stdbool.h>
#include <stdint.h>

enum { REGISTRY_WHY_BYTES = 512 };

/* Texts are borrowed until the next row or the close; seconds are Unix time. */
struct registry_row {
    const char *key, *agent, *result; /* never NULL */
    bool done;                        /* completed; else claimed */
    int64_t at_s;                     /* when it was completed, or expires; 0: not told */
    int64_t now_s;                    /* by the clock that the file's times are compared with */
};

struct registry {
    void *db, *rows; /* closed: NULL */
};

/* False: `why` says what is wrong with the file. */
bool registry_open(struct registry *registry, const char *path, char why[REGISTRY_WHY_BYTES]);

/* Live claims and what was completed, by agent. False: no more, or the file failed, which `why` says then (else ""). */
bool registry_next(struct registry *registry, struct registry_row *row, char why[REGISTRY_WHY_BYTES]);

void registry_close(struct registry *registry);

#endif
