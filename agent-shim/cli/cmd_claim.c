/* dibs claim: claims keys, and with --wait stays until there is an answer. */
#include <string.h>

#include "output.h"
#include "session.h"
#include "waiting.h"

struct dibs_claim_options claim_options(const struct arguments *arguments)
{
    return (struct dibs_claim_options){
        .keys = arguments->words,
        .key_count = arguments->word_count,
        .any = arguments->any,
        .shared = arguments->shared,
        .fresh = arguments->fresh,
        .again = arguments->again,
        .dry_run = arguments->dry_run,
        .has_ttl = arguments->has_ttl,
        .ttl_ms = arguments->ttl_ms,
        .wait = arguments->wait,
        .has_wait_ms = arguments->has_wait_ms,
        .wait_ms = arguments->wait_ms,
        .in = arguments->in,
        .about = arguments->about,
        .aka = arguments->aka,
        .scope = arguments->scope,
        .not_same_as = arguments->not_same_as,
        .not_same_count = arguments->not_same_count,
        .category = arguments->category,
        .ref = arguments->ref,
        .origin = arguments->origin,
    };
}

/* A sentence without quotes is as many keys as it has words, and each can be had. */
static void note_words(const struct arguments *arguments, const struct dibs_answer *answer)
{
    size_t plain = 0;

    for (size_t i = 0; i < arguments->word_count; i++) {
        size_t size = strlen(arguments->words[i]);
        plain += size > 0 && strspn(arguments->words[i], "abcdefghijklmnopqrstuvwxyz") == size;
    }
    if (plain >= 3 && !arguments->json && answer->verdict == DIBS_VERDICT_GRANTED && answer->key_count >= 3)
        output_note("these are %zu keys; a key with blanks needs quotes, and words belong to --about",
                    answer->key_count);
}

int cmd_claim(const struct command *command, const struct arguments *arguments)
{
    struct dibs_claim_options options = claim_options(arguments);
    struct dibs_answer *answer = NULL;
    char origin[ORIGIN_BYTES];
    int code;

    if (arguments->from != NULL)
        return claim_lines(command, arguments);
    if (arguments->word_count == 0)
        return usage_error(command, arguments->json, "something is missing: dibs claim KEY..., or --from FILE");
    options.origin = session_origin(arguments, origin);
    dibs_client *client = session_open(arguments, SESSION_CLAIMS, &code);
    if (client == NULL)
        return code;
    if (arguments->wait || session_is_fleet(client))
        waiting_catch_interrupt(client);
    enum dibs_error error = dibs_claim_submit(client, &options, &answer);
    if (answer != NULL)
        note_words(arguments, answer);
    return waiting_settle(client, arguments, error, answer);
}
