/* dibs handoff, dibs take: passing a claim on by a one-time code. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"
#include "targets.h"

int cmd_handoff(const struct command *command, const struct arguments *arguments)
{
    struct targets targets;
    struct dibs_answer *answer = NULL;
    int code;

    if (!targets_named(arguments))
        return usage_error(command, arguments->json, "name the claim: dibs handoff KEY, or --token N");
    dibs_client *client = session_open(arguments, SESSION_MUST_BE, &code);
    if (client == NULL)
        return code;
    if (!targets_collect(command, arguments, client, &targets))
        return session_close(client, EXIT_USAGE);
    enum dibs_error error = dibs_handoff(client, &targets.items[0], arguments->in, arguments->withdraw, &answer);
    if (answer == NULL || arguments->json || answer->code == NULL)
        return session_finish(client, arguments, error, answer, arguments->withdraw ? "withdrawn" : "handed_off");
    int exit_code = dibs_answer_exit_code(answer);
    printf("%s\n", answer->code); /* alone, so that a script can take it */
    dibs_answer_free(answer);
    return session_close(client, exit_code);
}

/* An argument can be seen by every user of the machine; a pipe and the environment cannot. NULL: none, which was said. */
static const char *find_code(const struct command *command, const struct arguments *arguments,
                             char line[DIBS_CODE_SIZE + 2])
{
    const char *given = arguments->word_count > 0 ? arguments->words[0] : getenv("DIBS_CODE");

    if (given == NULL || (arguments->word_count == 0 && given[0] == '\0')) {
        usage_error(command, arguments->json,
                    "name the code: `dibs take -` reads it, $DIBS_CODE has it, or dibs take CODE");
        return NULL;
    }
    if (strcmp(given, "-") != 0)
        return given;
    if (fgets(line, DIBS_CODE_SIZE + 2, stdin) == NULL)
        line[0] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    return line;
}

int cmd_take(const struct command *command, const struct arguments *arguments)
{
    struct dibs_answer *answer = NULL;
    char line[DIBS_CODE_SIZE + 2], origin[ORIGIN_BYTES];
    int code;
    const char *secret = find_code(command, arguments, line);

    if (secret == NULL)
        return EXIT_USAGE;
    dibs_client *client = session_open(arguments, SESSION_CLAIMS, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_take(client, secret, session_origin(arguments, origin), &answer);
    return session_finish(client, arguments, error, answer, "taken");
}
