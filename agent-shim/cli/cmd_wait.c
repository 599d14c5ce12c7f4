/* dibs wait, dibs cancel: coming back to an earlier claim by its ticket. */
#include <string.h>

#include "output.h"
#include "session.h"
#include "waiting.h"

int cmd_wait(const struct command *command, const struct arguments *arguments)
{
    uint64_t timeout_ms = arguments->has_timeout ? arguments->timeout_ms : UINT64_MAX;
    int code;

    (void)command;
    dibs_client *client = session_open(arguments, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    waiting_catch_interrupt(client);
    return waiting_ticket(client, arguments, arguments->words[0], timeout_ms);
}

/* Does a session of the client's name hold that row with another secret? A dry run is told so. */
static bool is_anothers(dibs_client *client, const struct dibs_row *row)
{
    struct dibs_answer *answer = NULL;
    const char *key = row->key;
    const struct dibs_claim_options options = {.keys = &key, .key_count = 1, .shared = row->shared, .dry_run = true};
    bool found = false;

    if (row->kind != DIBS_ROW_CLAIM || dibs_claim_submit(client, &options, &answer) != DIBS_OK)
        return false;
    for (size_t i = 0; i < answer->warning_count; i++)
        found = found || strcmp(answer->warnings[i].code, "same_name") == 0;
    dibs_answer_free(answer);
    return found;
}

/* Looks at the first page of what the ticket's session holds. */
static bool name_has_another_secret(const struct arguments *arguments, const char *session)
{
    struct arguments asker = *arguments;
    struct dibs_answer *page = NULL;
    const struct dibs_list_options options = {.session = session, .held = true};
    bool found = false;
    int code;

    asker.session = session;
    dibs_client *client = session_open(&asker, SESSION_NONE, &code);
    if (client == NULL)
        return false;
    if (dibs_list(client, &options, &page) == DIBS_OK)
        for (size_t i = 0; i < page->row_count && !found; i++)
            found = is_anothers(client, &page->rows[i]);
    dibs_answer_free(page);
    return session_close(client, found) != 0;
}

/* Nothing was found to take back, and the ticket may be of the one whose claim lives on: that is no yes. */
static int say_not_known(dibs_client *client, const struct arguments *arguments, struct dibs_answer *answer)
{
    struct dibs_answer told = *answer;

    told.verdict = DIBS_VERDICT_DENIED;
    told.reason = DIBS_REASON_FORGOTTEN;
    told.message = "Nothing was given back: the ticket is not known under this secret, and a session of its name with "
                   "another secret holds claims; cancel it with the secret that claimed.";
    output_answer(&told, "cancelled", NULL, arguments->json);
    dibs_answer_free(answer);
    return session_close(client, EXIT_NO);
}

int cmd_cancel(const struct command *command, const struct arguments *arguments)
{
    struct dibs_answer *answer = NULL;
    int code;

    (void)command;
    dibs_client *client = session_open(arguments, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_cancel(client, arguments->words[0], &answer);
    bool found_none = error == DIBS_OK && answer->verdict == DIBS_VERDICT_ACCEPTED && answer->ended_count == 0;
    if (found_none && name_has_another_secret(arguments, answer->session))
        return say_not_known(client, arguments, answer);
    return session_finish(client, arguments, error, answer, "cancelled");
}
