/* What a verb acts on. */
#include "targets.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 4096 }; /* a key in any spelling: some are longer than the canonical one */

/* Is the key, in any spelling, one of the lines of $DIBS_KEYS? */
static bool is_listed(dibs_client *client, const char *key, const char *in, const char *lines)
{
    char wanted[DIBS_KEY_SIZE], line[LINE_BYTES], listed[DIBS_KEY_SIZE];

    if (dibs_store_key(client, key, in, wanted) != DIBS_OK)
        return false;
    while (*lines != '\0') {
        size_t size = strcspn(lines, "\n");
        if (size < sizeof line) {
            memcpy(line, lines, size);
            line[size] = '\0';
            if (size > 0 && dibs_store_key(client, line, in, listed) == DIBS_OK && strcmp(listed, wanted) == 0)
                return true;
        }
        lines += size + (lines[size] == '\n');
    }
    return false;
}

/* The token that the environment gives for this key: 0 when it gives none. False: it gives something else. */
static bool environment_token(dibs_client *client, const char *key, const char *in, uint64_t *token)
{
    const char *text = getenv("DIBS_TOKEN"), *keys = getenv("DIBS_KEYS");

    *token = 0;
    if (text == NULL || text[0] == '\0' || keys == NULL || !is_listed(client, key, in, keys))
        return true;
    return parse_number(text, token) && *token != 0;
}

bool targets_named(const struct arguments *arguments)
{
    return arguments->word_count > 0 || arguments->has_token;
}

bool targets_collect(const struct command *command, const struct arguments *arguments, dibs_client *client,
                     struct targets *targets)
{
    *targets = (struct targets){0};
    for (size_t i = 0; i < arguments->word_count && i < TARGETS_MOST; i++) {
        const char *key = arguments->words[i];
        uint64_t token = arguments->token;
        if (!arguments->has_token && !environment_token(client, key, arguments->in, &token)) {
            usage_error(command, arguments->json,
                        "$DIBS_TOKEN is not a token: a whole number, as `dibs claim` shows it");
            return false;
        }
        targets->items[targets->count++] = (struct dibs_target){.key = key, .token = token};
    }
    if (targets->count == 0 && arguments->has_token)
        targets->items[targets->count++] = (struct dibs_target){.token = arguments->token};
    return true;
}
