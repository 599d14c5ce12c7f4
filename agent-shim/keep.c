/* dibs_keep and what belongs to it. */
#include "agent-shim/client.h"

#include <stdlib.h>

#include "agent-shim/keeper.h"
#include "agent-shim/note.h"

enum dibs_error dibs_keep(dibs_client *client, const struct dibs_answer *held, const struct dibs_keep_options *options,
                          dibs_kept **out)
{
    struct keeper *keeper;
    enum dibs_error error = note_need(out, "out");
    if (error != DIBS_OK)
        return error;
    *out = NULL;
    error = client_check(client);
    if (error == DIBS_OK)
        error = note_need(held, "held");
    if (error != DIBS_OK)
        return error;
    struct dibs_kept *kept = kept_new(options);
    if (kept == NULL)
        return error_say(note(), DIBS_UNAVAILABLE, "there is no memory to keep a claim");
    if (!kept_add(kept, held))
        error = error_say(note(), DIBS_BAD_INPUT,
                          "there is nothing to keep: the answer grants or renews no claim that is live");
    if (error == DIBS_OK)
        error = keeper_of(client, &keeper);
    if (error != DIBS_OK) {
        free(kept);
        return error;
    }
    keeper_add(keeper, kept);
    *out = kept;
    return DIBS_OK;
}

enum dibs_kept_state dibs_kept_state(const dibs_kept *kept)
{
    uint64_t left_ms;
    return keeper_state(kept, &left_ms);
}

uint64_t dibs_kept_safe_ms(const dibs_kept *kept)
{
    uint64_t left_ms;
    (void)keeper_state(kept, &left_ms);
    return left_ms;
}

const char *dibs_kept_trouble(const dibs_kept *kept, char *out, size_t size)
{
    keeper_trouble(kept, out, size);
    return out;
}

void dibs_keep_end(dibs_kept *kept)
{
    if (kept != NULL)
        keeper_take_out(kept);
}
