/* dibs log: what happened, record by record, with what was decided. */
#include <dibs/admin.h>

#include "output.h"
#include "session.h"
#include "when.h"

static enum dibs_error print_entries(dibs_log *log, const struct arguments *arguments, const char *store)
{
    const struct dibs_log_entry *entry;
    enum dibs_error error;

    while ((error = dibs_log_next(log, &entry)) == DIBS_OK) {
        if (arguments->json)
            output_json_log(entry, store);
        else
            output_text_log(entry);
    }
    return error;
}

static int print_log(dibs_client *client, const struct arguments *arguments, const struct dibs_log_options *options)
{
    dibs_log *log = NULL;
    enum dibs_error error = dibs_log_open(client, options, &log);

    if (error == DIBS_OK)
        error = print_entries(log, arguments, dibs_store_url(client));
    int code = error == DIBS_ENDED ? EXIT_YES : output_error(error, dibs_store_url(client), arguments->json);
    dibs_log_close(log);
    return code;
}

/* All that can be read, and then what is wrong: that the log is damaged at a byte, or why else the store doesn't open. */
static int print_damaged(const struct arguments *arguments, const struct dibs_log_options *options)
{
    dibs_log *log = NULL;
    int code = EXIT_STORE;
    enum dibs_error error = dibs_log_open_damaged(arguments->store, NULL, options, &log);

    if (error == DIBS_OK)
        error = print_entries(log, arguments, arguments->store);
    dibs_log_close(log);
    if (error != DIBS_ENDED)
        return output_error(error, arguments->store, arguments->json);
    dibs_client *client = session_open(arguments, SESSION_NONE, &code);
    return client == NULL ? code : session_close(client, EXIT_YES); /* somebody has mended it meanwhile */
}

int cmd_log(const struct command *command, const struct arguments *arguments)
{
    struct dibs_log_options options = {.key = arguments->key, .in = arguments->in, .session = arguments->session};
    struct arguments asker = *arguments;
    bool damaged;
    int code;

    if (arguments->from != NULL && !parse_when(arguments->from, &options.has_from_offset, &options.from_offset,
                                               &options.has_from_ts, &options.from_ts_ms))
        return usage_error(command, arguments->json,
                           "--from %s: an offset, a time such as 2026-03-01T12:00:00Z, or how "
                           "long ago, such as 2h",
                           arguments->from);
    if (arguments->to != NULL &&
        !parse_when(arguments->to, &options.has_to_offset, &options.to_offset, &options.has_to_ts, &options.to_ts_ms))
        return usage_error(command, arguments->json,
                           "--to %s: an offset, a time such as 2026-03-01T12:00:00Z, or how "
                           "long ago, such as 2h",
                           arguments->to);
    if (!session_filter_is_good(command, arguments))
        return EXIT_USAGE;
    asker.session = NULL; /* it says whose records to show, not who asks */
    dibs_client *client = session_open_or_damaged(&asker, &damaged, &code);
    if (damaged)
        return print_damaged(&asker, &options);
    if (client == NULL)
        return code;
    return session_close(client, print_log(client, arguments, &options));
}
