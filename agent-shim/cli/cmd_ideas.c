/* dibs similar, same, different: whose work is like this, and what is one piece of work. */
#include "output.h"
#include "session.h"

int cmd_similar(const struct command *command, const struct arguments *arguments)
{
    const struct dibs_similar_options options = {
        .about = arguments->words[0],
        .aka = arguments->aka,
        .scope = arguments->scope,
        .category = arguments->category,
        .key = arguments->key,
        .in = arguments->in,
    };
    struct dibs_answer *answer = NULL;
    int code;

    (void)command;
    dibs_client *client = session_open(arguments, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_similar(client, &options, &answer);
    if (answer == NULL || dibs_answer_exit_code(answer) != EXIT_YES)
        return session_finish(client, arguments, error, answer, "shown");
    if (arguments->json)
        output_json_answer(answer, "report", NULL);
    else
        output_text_similar(answer);
    dibs_answer_free(answer);
    return session_close(client, EXIT_YES);
}

static int label(const struct arguments *arguments, bool same)
{
    struct dibs_answer *answer = NULL;
    int code;

    dibs_client *client = session_open(arguments, SESSION_OWN, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_label(client, arguments->words[0], arguments->words[1], arguments->in, same, &answer);
    return session_finish(client, arguments, error, answer, "labelled");
}

int cmd_same(const struct command *command, const struct arguments *arguments)
{
    (void)command;
    return label(arguments, true);
}

int cmd_different(const struct command *command, const struct arguments *arguments)
{
    (void)command;
    return label(arguments, false);
}
