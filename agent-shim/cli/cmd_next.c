/* dibs next: picks from what is offered, and claims it. */
#include "session.h"
#include "waiting.h"

struct dibs_next_options next_options(const struct arguments *arguments)
{
    return (struct dibs_next_options){
        .categories = arguments->categories.words,
        .category_count = arguments->categories.count,
        .can = arguments->can.words,
        .can_count = arguments->can.count,
        .has_ttl = arguments->has_ttl,
        .ttl_ms = arguments->ttl_ms,
        .wait = arguments->wait,
        .has_wait_ms = arguments->has_wait_ms,
        .wait_ms = arguments->wait_ms,
        .origin = arguments->origin,
        .scope = arguments->scope,
        .explain = arguments->explain,
    };
}

int cmd_next(const struct command *command, const struct arguments *arguments)
{
    struct dibs_next_options options = next_options(arguments);
    struct dibs_answer *answer = NULL;
    char origin[ORIGIN_BYTES];
    int code;

    (void)command;
    options.origin = session_origin(arguments, origin);
    dibs_client *client = session_open(arguments, SESSION_CLAIMS, &code);
    if (client == NULL)
        return code;
    if (arguments->wait || session_is_fleet(client))
        waiting_catch_interrupt(client);
    enum dibs_error error = dibs_next_submit(client, &options, &answer);
    return waiting_settle(client, arguments, error, answer);
}
