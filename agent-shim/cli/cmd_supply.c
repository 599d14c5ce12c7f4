/* dibs supply, dibs steer: is there enough to do, and which kind of work is picked next, and why. */
#include <stdio.h>

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

/* All pages; each is as of its own moment. */
static int steer_pages(dibs_client *client, const struct arguments *arguments)
{
    struct dibs_answer *page = NULL, *before = NULL;
    const char *after = NULL;
    int code = EXIT_YES;

    do {
        enum dibs_error error = dibs_get_steering(client, after, &page);
        if (page == NULL) {
            code = output_error(error, dibs_store_url(client), arguments->json);
            break;
        }
        code = dibs_answer_exit_code(page);
        if (code != EXIT_YES || arguments->json)
            output_answer(page, "report", NULL, arguments->json);
        else
            output_text_steering(page, after == NULL);
        dibs_answer_free(before);
        before = page; /* the next page's cursor points into it */
        after = page->next;
    } while (code == EXIT_YES && after != NULL);
    dibs_answer_free(before);
    return code;
}

int cmd_steer(const struct command *command, const struct arguments *arguments)
{
    int code;

    (void)command;
    dibs_client *client = session_open(arguments, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    return session_close(client, steer_pages(client, arguments));
}
