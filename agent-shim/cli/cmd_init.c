/* dibs init: makes a store. */
#include <stdio.h>

#include <dibs/admin.h>

#include "output.h"
#include "command.h"

enum { URL_SIZE = 4200 };

int cmd_init(const struct command *command, const struct arguments *arguments)
{
    char url[URL_SIZE] = "";
    bool already = false;
    const char *store = arguments->word_count > 0 ? arguments->words[0] : arguments->store;
    struct dibs_init_options options = {
        .store = store,
        .operator_key = arguments->operator_key,
        .map_bytes = arguments->map_bytes,
        .sync = arguments->sync,
        .has_retain = arguments->has_retain,
        .retain_ms = arguments->retain_ms,
        .segment_bytes = arguments->segment_bytes,
    };

    if (arguments->word_count > 0 && arguments->store != NULL)
        return usage_error(command, arguments->json, "the store is named twice: as PATH and with --store");
    enum dibs_error error = dibs_store_init(&options, &already, url, sizeof url);
    if (error != DIBS_OK)
        return output_error(error, store, arguments->json);
    if (arguments->json)
        output_json_store(already ? "exists" : "made", url);
    else
        printf("%s  %s\n", url, already ? "is there already; nothing was changed" : "made");
    if (!arguments->json)
        output_how_to_use(url);
    return EXIT_YES;
}
