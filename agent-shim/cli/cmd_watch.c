/* dibs watch: decisions as they are made, one a line, until it is ended. */
#include <stdio.h>

#include "output.h"
#include "session.h"
#include "waiting.h"

static int watch(dibs_client *client, const struct arguments *arguments, dibs_watch *watch)
{
    uint64_t timeout_ms = arguments->has_timeout ? arguments->timeout_ms : UINT64_MAX;

    for (;;) { /* until nothing comes for that long, or Ctrl-C */
        const struct dibs_answer *event;
        enum dibs_error error = dibs_watch_next(watch, timeout_ms, &event);
        if (error != DIBS_OK)
            return output_error(error, dibs_store_url(client), arguments->json);
        if (event == NULL)
            return EXIT_YES;
        if (arguments->json)
            output_json_event(event);
        else
            output_text_event(event);
        if (fflush(stdout) != 0)
            return EXIT_YES; /* main says so */
    }
}

int cmd_watch(const struct command *command, const struct arguments *arguments)
{
    const struct dibs_watch_options options = {.key = arguments->word_count > 0 ? arguments->words[0] : NULL,
                                               .in = arguments->in,
                                               .session = arguments->session};
    struct arguments asker = *arguments;
    dibs_watch *opened = NULL;
    int code;

    (void)command;
    asker.session = NULL; /* it says whose to show, not who asks */
    dibs_client *client = session_open(&asker, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    waiting_catch_interrupt(client);
    enum dibs_error error = dibs_watch_open(client, &options, &opened);
    if (error != DIBS_OK)
        return session_close(client, output_error(error, dibs_store_url(client), arguments->json));
    output_note("watching %s", dibs_store_url(client));
    code = watch(client, arguments, opened);
    dibs_watch_close(opened);
    return session_close(client, code);
}
