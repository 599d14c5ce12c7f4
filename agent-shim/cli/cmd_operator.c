/* dibs revoke, dibs configure: what operators do. */
#include <string.h>

#include "output.h"
#include "session.h"

enum { SETTINGS_MOST = 64, SETTING_BYTES = 128 };

int cmd_revoke(const struct command *command, const struct arguments *arguments)
{
    struct dibs_answer *answer = NULL;
    bool by_key = arguments->word_count > 0;
    int named = by_key + arguments->has_token + (arguments->session != NULL);
    struct dibs_revoke_options options = {
        .key = by_key ? arguments->words[0] : NULL,
        .in = arguments->in,
        .token = arguments->token,
        .session = arguments->session,
        .reason = arguments->reason,
    };
    struct arguments operator_arguments = *arguments;
    int code;

    if (named != 1)
        return usage_error(command, arguments->json, "name one thing: a KEY, --token N, or --session NAME");
    if (arguments->reason == NULL || arguments->reason[0] == '\0')
        return usage_error(command, arguments->json, "--reason TEXT is needed: whoever loses the claim is told it");
    operator_arguments.session = NULL; /* it names whom to revoke, not who asks */
    dibs_client *client = session_open(&operator_arguments, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_revoke(client, &options, &answer);
    return session_finish(client, arguments, error, answer, "revoked");
}

static int show_policy(dibs_client *client, const struct arguments *arguments)
{
    struct dibs_answer *answer = NULL;
    enum dibs_error error = arguments->scope != NULL ? dibs_get_scope_policy(client, arguments->scope, &answer)
                            : arguments->category != NULL
                                ? dibs_get_category_policy(client, arguments->category, &answer)
                                : dibs_get_policy(client, &answer);

    if (answer == NULL || dibs_answer_exit_code(answer) != EXIT_YES)
        return session_finish(client, arguments, error, answer, "shown");
    if (arguments->json)
        output_json_policy(answer);
    else
        output_text_policy(answer);
    dibs_answer_free(answer);
    return session_close(client, EXIT_YES);
}

/* NAME=VALUE words as settings; `names` keeps the names. */
static int collect_settings(const struct command *command, const struct arguments *arguments,
                            struct dibs_setting settings[SETTINGS_MOST], char names[SETTINGS_MOST][SETTING_BYTES])
{
    for (size_t i = 0; i < arguments->word_count; i++) {
        const char *equals = strchr(arguments->words[i], '=');
        size_t size = equals != NULL ? (size_t)(equals - arguments->words[i]) : 0;
        if (size == 0 || size >= SETTING_BYTES)
            return usage_error(command, arguments->json, "\"%s\" is not NAME=VALUE; `dibs configure` lists the names",
                               arguments->words[i]);
        memcpy(names[i], arguments->words[i], size);
        names[i][size] = '\0';
        settings[i] = (struct dibs_setting){.name = names[i], .value = equals + 1};
    }
    return EXIT_YES;
}

int cmd_configure(const struct command *command, const struct arguments *arguments)
{
    struct dibs_setting settings[SETTINGS_MOST];
    char names[SETTINGS_MOST][SETTING_BYTES];
    struct dibs_answer *answer = NULL;
    int code = collect_settings(command, arguments, settings, names);

    if (code != EXIT_YES)
        return code;
    if (arguments->scope != NULL && arguments->category != NULL)
        return usage_error(command, arguments->json, "give --scope or --category, not both: no setting is of both");
    if (arguments->category != NULL && arguments->category[0] == '\0')
        return usage_error(command, arguments->json, "--category is empty: name one (is a variable unset?)");
    dibs_client *client = session_open(arguments, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    if (arguments->word_count == 0)
        return show_policy(client, arguments);
    enum dibs_error error =
        arguments->category != NULL
            ? dibs_configure_category(client, arguments->category, settings, arguments->word_count, &answer)
            : dibs_configure_scope(client, arguments->scope, settings, arguments->word_count, &answer);
    return session_finish(client, arguments, error, answer, "configured");
}
