/* coordination work-submit: a key that anybody may pick. */
#include "coordination.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "offer_json.h"
#include "output.h"
#include "session.h"

/* Of what is offered: is it held at the moment? */
static const char *status_of(dibs_client *client, const char *key)
{
    struct dibs_answer *shown = NULL;
    const char *status = "available";

    if (dibs_show(client, key, NULL, &shown) == DIBS_OK)
        for (size_t i = 0; i < shown->row_count; i++)
            if (shown->rows[i].kind == DIBS_ROW_CLAIM)
                status = "claimed";
    dibs_answer_free(shown);
    return status;
}

static int say_submitted(const struct coordination *call, dibs_client *client, const struct dibs_answer *answer)
{
    const struct dibs_offered *item = answer->offered_count > 0 ? &answer->offered[0] : NULL;
    bool taken = item != NULL && item->verdict == DIBS_VERDICT_ACCEPTED;
    bool done = item != NULL && item->reason == DIBS_REASON_ALREADY_DONE;

    if (!taken && !done) {
        output_note("coordination: %s was not submitted: %s", call->key,
                    item != NULL ? item->message : answer->message);
        return dibs_answer_exit_code(answer) == EXIT_USAGE ? EXIT_USAGE : EXIT_NO;
    }
    fputs("submitted ", stdout);
    output_text(stdout, call->key);
    printf(" (status: %s)\n", done ? "completed" : status_of(client, call->key));
    return EXIT_YES;
}

int coordination_submit(struct coordination *call)
{
    char *title = call->metadata != NULL ? offer_json_title(call->metadata) : NULL;
    const struct dibs_offer_item item = {.key = call->key, .about = title};
    const struct dibs_offer_options options = {.items = &item, .item_count = 1};
    struct dibs_answer *answer = NULL;
    int code;

    dibs_client *client = session_open(&call->shared, SESSION_OWN, &code);
    if (client == NULL) {
        free(title);
        return code == EXIT_USAGE ? code : EXIT_STORE;
    }
    enum dibs_error error = dibs_offer(client, &options, &answer);
    code = answer == NULL || error != DIBS_OK ? coordination_failed(error) : say_submitted(call, client, answer);
    dibs_answer_free(answer);
    free(title);
    return session_close(client, code);
}
