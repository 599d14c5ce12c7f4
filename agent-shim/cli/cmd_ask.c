/* dibs check, list, show, status, key: questions, which change nothing. */
#include <stdio.h>
#include <string.h>

#include "output.h"
#include "session.h"

int cmd_check(const struct command *command, const struct arguments *arguments)
{
    struct dibs_answer *answer = NULL;
    const char *text = arguments->words[1];
    uint64_t token;
    int code;

    if (!parse_number(text, &token) || token == 0)
        return usage_error(command, arguments->json, "\"%s\" is not a token: a whole number, as `dibs claim` shows it",
                           text);
    dibs_client *client = session_open(arguments, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_check(client, arguments->words[0], arguments->in, token, &answer);
    return session_finish(client, arguments, error, answer, "valid");
}

static void print_rows(const struct dibs_answer *answer, bool json)
{
    if (json)
        output_json_rows(answer);
    else
        output_text_rows(answer);
}

static bool begins(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* `owner/name` as in `owner/name#5`: what the keys of that repository begin with. No key begins so itself. */
static bool repository_prefix(const char *given, char key[DIBS_KEY_SIZE])
{
    char issue[DIBS_KEY_SIZE];
    int length = snprintf(issue, sizeof issue, "%s#1", given);

    if (strchr(given, '/') == NULL || strchr(given, ':') != NULL || strchr(given, '#') != NULL || length < 0 ||
        (size_t)length >= sizeof issue || dibs_canonical_key(issue, NULL, key) != DIBS_OK)
        return false;
    char *end = strrchr(key, '#');
    if (end == NULL)
        return false;
    *end = '\0';
    return true;
}

/* A prefix that is a whole key in another spelling means its canonical one; all else means itself. */
static const char *list_prefix(dibs_client *client, const struct arguments *arguments, char key[DIBS_KEY_SIZE])
{
    const char *given = arguments->word_count > 0 ? arguments->words[0] : NULL;

    if (given != NULL && repository_prefix(given, key))
        return key;
    if (given == NULL || dibs_store_key(client, given, NULL, key) != DIBS_OK || begins(given, key) ||
        begins(key, given))
        return given;
    return key;
}

static void note_nothing(const struct arguments *arguments)
{
    const char *prefix = arguments->word_count > 0 ? arguments->words[0] : "";
    bool of_session = arguments->session != NULL;

    output_note("there is nothing to list%s%s%s", of_session ? " of session " : "",
                of_session ? arguments->session : "",
                strchr(prefix, '*') != NULL ? "; a prefix is compared letter by letter: leave out the star" : "");
}

/* All pages; each is as of its own moment. */
static int list_pages(dibs_client *client, const struct arguments *arguments)
{
    char key[DIBS_KEY_SIZE];
    size_t row_count = 0;
    struct dibs_list_options options = {
        .prefix = list_prefix(client, arguments, key),
        .session = arguments->session,
        .held = arguments->held,
        .done = arguments->done,
        .waits = arguments->waits,
        .offers = arguments->offered,
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
            output_answer(page, "listed", NULL, arguments->json);
        else
            print_rows(page, arguments->json);
        row_count += page->row_count;
        dibs_answer_free(before);
        before = page; /* the next page's cursor points into it */
        options.after = page->next;
        if (code != EXIT_YES) {
            dibs_answer_free(page);
            return code;
        }
    } while (options.after != NULL);
    dibs_answer_free(before);
    if (row_count == 0 && !arguments->json)
        note_nothing(arguments);
    return EXIT_YES;
}

int cmd_list(const struct command *command, const struct arguments *arguments)
{
    struct arguments asker = *arguments;
    int code;

    if (!session_filter_is_good(command, arguments))
        return EXIT_USAGE;
    asker.session = NULL; /* it says whose claims to list, not who asks */
    dibs_client *client = session_open(&asker, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    return session_close(client, list_pages(client, arguments));
}

static void print_free(dibs_client *client, const struct dibs_answer *answer, const struct arguments *arguments)
{
    char key[DIBS_KEY_SIZE];

    if (dibs_store_key(client, arguments->words[0], arguments->in, key) != DIBS_OK)
        return; /* it had one when it was shown */
    if (arguments->json)
        output_json_free(answer, key);
    else
        output_text_free(key);
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
    if (answer == NULL || dibs_answer_exit_code(answer) != EXIT_YES)
        return session_finish(client, arguments, error, answer, "shown");
    if (answer->row_count > 0)
        print_rows(answer, arguments->json);
    else
        print_free(client, answer, arguments);
    dibs_answer_free(answer);
    return session_close(client, EXIT_YES);
}

int cmd_status(const struct command *command, const struct arguments *arguments)
{
    struct dibs_answer *answer = NULL;
    int code;

    if (arguments->check)
        return cmd_examine(command, arguments);
    dibs_client *client = session_open(arguments, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_get_status(client, &answer);
    if (answer == NULL || dibs_answer_exit_code(answer) != EXIT_YES)
        return session_finish(client, arguments, error, answer, "shown");
    if (arguments->json)
        output_json_status(answer);
    else
        output_text_status(answer, dibs_session_is_new(client) ? NULL : dibs_session(client));
    dibs_answer_free(answer);
    return session_close(client, EXIT_YES);
}

/* The keys' own store, opened when the first of them needs it. */
struct key_store {
    dibs_client *client; /* NULL: not opened, or there is none */
    bool tried;
    int code; /* not EXIT_YES: it is there and can't be asked, which has been said */
};

static void open_key_store(const struct arguments *arguments, struct key_store *store)
{
    store->tried = true;
    store->client = session_open_if_there(arguments, &store->code);
}

static enum dibs_error one_key(const struct arguments *arguments, const char *word, struct key_store *store,
                               char key[DIBS_KEY_SIZE])
{
    if (dibs_key_needs_store(word, arguments->in) && !store->tried)
        open_key_store(arguments, store);
    if (dibs_key_needs_store(word, arguments->in) && store->client != NULL)
        return dibs_store_key(store->client, word, arguments->in, key);
    return dibs_canonical_key(word, arguments->in, key);
}

int cmd_key(const struct command *command, const struct arguments *arguments)
{
    struct key_store store = {.code = EXIT_YES};
    char key[DIBS_KEY_SIZE];
    int code = EXIT_YES;

    for (size_t i = 0; i < arguments->word_count && store.code == EXIT_YES; i++) {
        enum dibs_error error = one_key(arguments, arguments->words[i], &store, key);
        if (store.code != EXIT_YES)
            break;
        if (error == DIBS_BAD_INPUT)
            code = usage_error(command, arguments->json, "\"%.200s\": %s", arguments->words[i], dibs_error_text());
        else if (error != DIBS_OK)
            store.code = output_error(error, dibs_store_url(store.client), arguments->json);
        else if (arguments->json)
            output_json_key(key);
        else
            printf("%s\n", key);
    }
    dibs_close(store.client);
    return store.code != EXIT_YES ? store.code : code;
}
