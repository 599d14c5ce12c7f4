/* A store for the readers of what is offered: it checks what they hand over, answers it, and keeps it as lines that
 * `offer --from` takes. One reading at a time. */
#ifndef FUZZ_OFFERS_H
#define FUZZ_OFFERS_H

#include "agent-shim/cli/offer_batch.h"
#include "base/check.h"

/* What one reading came to. */
struct offers {
    char *lines; /* the items that were handed over, a JSON object a line; owned */
    size_t size;
    size_t handed, withdrawn, records;
    size_t unanswered;                    /* items of the record with which it stopped */
    uint64_t offered, updated, done, bad; /* as it was summed up at the end */
    int code;
    bool refused; /* usage_error: the source as a whole */
};

typedef void offers_reader(struct offer_batch *batch, const char *path);

/* Reads `path` with no options given. The store refuses keys that hold "bad", remembers those that hold "done" as done,
 * refuses a whole record for "stop", is away for "fail", and takes no more records (bad input, say that of a broker) after
 * "refuse". What always holds is checked: everything that was handed over
 * is counted once, and if all was handed over the end's code says whether any was bad. */
struct offers offers_read(offers_reader *reader, const char *path);
void offers_free(struct offers *offers);

/* The path of a file that holds these bytes, good until the next call with the same number (0 or 1). */
const char *offers_file(int number, const void *bytes, size_t size);

/* Reads offers->lines by offer_lines and hands over the same again. */
void offers_check_again(const struct offers *offers);

#endif
