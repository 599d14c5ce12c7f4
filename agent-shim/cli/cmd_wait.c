/* dibs wait, dibs cancel: coming back to an earlier claim by its ticket. */
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

int cmd_cancel(const struct command *command, const struct arguments *arguments)
{
    struct dibs_answer *answer = NULL;
    int code;

    (void)command;
    dibs_client *client = session_open(arguments, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_cancel(client, arguments->words[0], &answer);
    return session_finish(client, arguments, error, answer, "cancelled");
}
