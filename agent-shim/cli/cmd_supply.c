/* dibs supply: is there enough to do? */
#include "output.h"
#include "session.h"

int cmd_supply(const struct command *command, const struct arguments *arguments)
{
    struct dibs_answer *answer = NULL;
    int code;

    (void)command;
    dibs_client *client = session_open(arguments, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_get_supply(client, &answer);
    if (answer == NULL || dibs_answer_exit_code(answer) != EXIT_YES)
        return session_finish(client, arguments, error, answer, "shown");
    if (arguments->json)
        output_json_answer(answer, "report", NULL);
    else
        output_text_supply(answer);
    code = dibs_supply_exit_code(answer->supply);
    dibs_answer_free(answer);
    return session_close(client, code);
}
