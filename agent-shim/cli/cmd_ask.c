/* dibs check, list, show, status, key: questions, which change nothing. */
#include <stdio.h>
#include <stdlib.h>

#include "output.h"
#include "session.h"

int cmd_check(const struct command *command, const struct arguments *arguments)
{
    struct dibs_answer *answer = NULL;
    const char *text = arguments->words[1];
    char *end;
    int code;

    uint64_t token = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0')
        return usage_error(command, arguments->json, "\"%s\" is not a token: a whole number, as `dibs claim` shows it",
                           text);
    dibs_client *client = session_open(arguments, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_check(client, arguments->words[0], arguments->in, token, &answer);
    if (answer == NULL)
        return session_close(client, output_error(error, dibs_store_url(client), arguments->json));
    code = dibs_answer_exit_code(answer);
    output_answer(answer, "valid", arguments->json);
    dibs_answer_free(answer);
    return session_close(client, code);
}

static void print_rows(const struct dibs_answer *answer, bool json)
{
    if (json)
        output_json_rows(answer);
    else
        output_text_rows(answer);
}

/* All pages; each is as of its own moment. */
static int list_pages(dibs_client *client, const struct arguments *arguments)
{
    struct dibs_list_options options = {
        .prefix = arguments->word_count > 0 ? arguments->words[0] : NULL,
        .session = arguments->session,
        .held = arguments->held,
        .done = arguments->done,
    };
    struct dibs_answer *page = NULL, *before = NULL;

    do {
        enum dibs_error error = dibs_list(client, &options, &page);
        if (page == NULL) {
            dibs_answer_free(before);
            return output_error(error, dibs_store_url(client), arguments->json);
        }
        int code = dibs_answer_exit_code(page);
        if (code != EXIT_YES)
            output_answer(page, "listed", arguments->json);
        else
            print_rows(page, arguments->json);
        dibs_answer_free(before);
        before = page; /* the next page's cursor points into it */
        options.after = page->next;
        if (code != EXIT_YES) {
            dibs_answer_free(page);
            return code;
        }
    } while (options.after != NULL);
    dibs_answer_free(before);
    return EXIT_YES;
}

int cmd_list(const struct command *command, const struct arguments *arguments)
{
    struct arguments asker = *arguments;
    int code;

    (void)command;
    asker.session = NULL; /* it says whose claims to list, not who asks */
    dibs_client *client = session_open(&asker, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    return session_close(client, list_pages(client, arguments));
}

int cmd_show(const struct command *command, const struct arguments *arguments)
{
    struct dibs_answer *answer = NULL;
    int code;

    (void)command;
    dibs_client *client = session_open(arguments, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_show(client, arguments->words[0], arguments->in, &answer);
    if (answer == NULL)
        return session_close(client, output_error(error, dibs_store_url(client), arguments->json));
    code = dibs_answer_exit_code(answer);
    if (code != EXIT_YES)
        output_answer(answer, "shown", arguments->json);
    else if (answer->row_count > 0)
        print_rows(answer, arguments->json);
    else if (arguments->json)
        output_json_answer(answer, "free");
    else
        printf("%s  free: nobody holds it, waits for it, or has lately done it\n", arguments->words[0]);
    dibs_answer_free(answer);
    return session_close(client, code);
}

int cmd_status(const struct command *command, const struct arguments *arguments)
{
    struct dibs_answer *answer = NULL;
    int code;

    (void)command;
    dibs_client *client = session_open(arguments, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_get_status(client, &answer);
    if (answer == NULL)
        return session_close(client, output_error(error, dibs_store_url(client), arguments->json));
    if (arguments->json)
        output_json_status(answer);
    else
        output_text_status(answer);
    dibs_answer_free(answer);
    return session_close(client, EXIT_YES);
}

int cmd_key(const struct command *command, const struct arguments *arguments)
{
    char key[DIBS_KEY_SIZE];
    int code = EXIT_YES;

    (void)command;
    for (size_t i = 0; i < arguments->word_count; i++) {
        enum dibs_error error = dibs_canonical_key(arguments->words[i], arguments->in, key);
        if (error != DIBS_OK)
            code = output_error(error, NULL, arguments->json);
        else if (arguments->json)
            output_json_pair("key", key);
        else
            printf("%s\n", key);
    }
    return code;
}
