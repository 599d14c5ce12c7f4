/* dibs handoff, dibs take: passing a claim on by a one-time code. */
#include <stdio.h>

#include "output.h"
#include "session.h"
#include "targets.h"

int cmd_handoff(const struct command *command, const struct arguments *arguments)
{
    struct targets targets;
    struct dibs_answer *answer = NULL;
    int code;

    targets_collect(arguments, &targets);
    if (targets.count == 0)
        return usage_error(command, arguments->json, "name the claim: dibs handoff KEY, or --token N");
    dibs_client *client = session_open(arguments, SESSION_MUST_BE, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_handoff(client, &targets.items[0], arguments->in, arguments->withdraw, &answer);
    if (answer == NULL)
        return session_close(client, output_error(error, dibs_store_url(client), arguments->json));
    code = dibs_answer_exit_code(answer);
    if (!arguments->json && answer->code != NULL)
        printf("%s\n", answer->code);
    else
        output_answer(answer, arguments->withdraw ? "withdrawn" : "handed_off", arguments->json);
    if (answer->reason == DIBS_REASON_NOT_HOLDER && arguments->word_count > 0)
        session_hint(client, command, arguments, arguments->words[0]);
    dibs_answer_free(answer);
    return session_close(client, code);
}

int cmd_take(const struct command *command, const struct arguments *arguments)
{
    struct dibs_answer *answer = NULL;
    int code;

    (void)command;
    dibs_client *client = session_open(arguments, SESSION_CLAIMS, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_take(client, arguments->words[0], arguments->origin, &answer);
    if (answer == NULL)
        return session_close(client, output_error(error, dibs_store_url(client), arguments->json));
    code = dibs_answer_exit_code(answer);
    output_answer(answer, "taken", arguments->json);
    dibs_answer_free(answer);
    return session_close(client, code);
}
