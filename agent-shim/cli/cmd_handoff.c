/* dibs handoff, dibs take: passing a claim on by a one-time code. */
#include <stdio.h>

#include "session.h"
#include "targets.h"

int cmd_handoff(const struct command *command, const struct arguments *arguments)
{
    struct targets targets;
    struct dibs_answer *answer = NULL;
    int code;

    if (!targets_collect(command, arguments, &targets))
        return EXIT_USAGE;
    if (targets.count == 0)
        return usage_error(command, arguments->json, "name the claim: dibs handoff KEY, or --token N");
    dibs_client *client = session_open(arguments, SESSION_MUST_BE, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_handoff(client, &targets.items[0], arguments->in, arguments->withdraw, &answer);
    if (answer == NULL || arguments->json || answer->code == NULL)
        return session_finish(client, arguments, error, answer, arguments->withdraw ? "withdrawn" : "handed_off");
    int exit_code = dibs_answer_exit_code(answer);
    printf("%s\n", answer->code); /* alone, so that a script can take it */
    dibs_answer_free(answer);
    return session_close(client, exit_code);
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
    return session_finish(client, arguments, error, answer, "taken");
}
