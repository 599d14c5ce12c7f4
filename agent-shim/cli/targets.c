/* What a verb acts on. */
#include "targets.h"

#include <stdlib.h>
#include <string.h>

/* Is the key, in any spelling, one of the lines of $DIBS_KEYS? */
static bool is_listed(const char *key, const char *in, const char *lines)
{
    char wanted[DIBS_KEY_SIZE], line[DIBS_KEY_SIZE], listed[DIBS_KEY_SIZE];

    if (dibs_canonical_key(key, in, wanted) != DIBS_OK)
        return false;
    while (*lines != '\0') {
        size_t size = strcspn(lines, "\n");
        if (size < sizeof line) {
            memcpy(line, lines, size);
            line[size] = '\0';
            if (size > 0 && dibs_canonical_key(line, in, listed) == DIBS_OK && strcmp(listed, wanted) == 0)
                return true;
        }
        lines += size + (lines[size] == '\n');
    }
    return false;
}

static uint64_t environment_token(const char *key, const char *in)
{
    const char *token = getenv("DIBS_TOKEN"), *keys = getenv("DIBS_KEYS");
    char *end;

    if (token == NULL || keys == NULL || token[0] < '0' || token[0] > '9' || !is_listed(key, in, keys))
        return 0;
    uint64_t number = strtoull(token, &end, 10);
    return *end == '\0' ? number : 0;
}

void targets_collect(const struct arguments *arguments, struct targets *targets)
{
    *targets = (struct targets){0};
    for (size_t i = 0; i < arguments->word_count && i < TARGETS_MOST; i++) {
        const char *key = arguments->words[i];
        uint64_t token = arguments->has_token ? arguments->token : environment_token(key, arguments->in);
        targets->items[targets->count++] = (struct dibs_target){.key = key, .token = token};
    }
    if (targets->count == 0 && arguments->has_token)
        targets->items[targets->count++] = (struct dibs_target){.token = arguments->token};
}
