/* dibs offer, dibs withdraw: work that anybody may pick. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "interrupt.h"
#include "offer_batch.h"
#include "output.h"
#include "session.h"

/* The options that are of one item alone make no sense for many. */
static int check_usage(const struct command *command, const struct arguments *arguments)
{
    int sources = (arguments->from != NULL) + (arguments->from_github != NULL) + (arguments->from_markdown != NULL);

    if (sources > 1 || (sources == 1 && arguments->word_count > 0))
        return usage_error(command, arguments->json,
                           "name what to offer once: keys, or --from, --from-github or --from-markdown");
    if (sources == 0 && arguments->word_count == 0)
        return usage_error(command, arguments->json, "something is missing: dibs offer KEY..., or --from FILE");
    if (offer_never_begins(arguments->not_before_ts_ms, arguments->expires_ts_ms))
        return usage_error(command, arguments->json, "--expires is no later than --not-before: nobody could pick it");
    return EXIT_YES;
}

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

/* Whoever runs it, a shell's loop say, is to see that it was interrupted. */
static int end_source(int code, bool cut_short)
{
    if (cut_short && code != EXIT_YES) {
        (void)fflush(stdout);
        (void)raise(SIGINT);
    }
    return code;
}

static int offer_source(const struct command *command, const struct arguments *arguments)
{
    struct offer_batch *batch = malloc(sizeof *batch);
    int code;

    if (batch == NULL)
        return EXIT_STORE;
    dibs_client *client = session_open(arguments, SESSION_CLAIMS, &code);
    if (client != NULL) {
        offer_batch_begin(batch, command, arguments, client);
        if (interrupt_catch(on_interrupt)) /* it ends between two records, and says where */
            batch->interrupted = &interrupted;
        if (arguments->from != NULL)
            offer_lines(batch, arguments->from);
        else if (arguments->from_github != NULL)
            offer_github(batch, arguments->from_github);
        else
            offer_markdown(batch, arguments->from_markdown);
        code = session_close(client, offer_batch_end(batch));
    }
    bool cut_short = batch->cut_short;
    free(batch);
    return end_source(code, cut_short);
}

/* The keys that the command names, all with the same options. */
static int offer_words(const struct command *command, const struct arguments *arguments)
{
    struct dibs_offer_item items[DIBS_OFFER_ITEMS];
    const struct dibs_offer_options options = {
        .items = items, .item_count = arguments->word_count, .in = arguments->in};
    struct dibs_answer *answer = NULL;
    int code;

    if (arguments->word_count > DIBS_OFFER_ITEMS)
        return usage_error(command, arguments->json, "too many keys (%zu, at most %d): give more with --from FILE",
                           arguments->word_count, DIBS_OFFER_ITEMS);
    for (size_t i = 0; i < arguments->word_count; i++)
        items[i] = (struct dibs_offer_item){.key = arguments->words[i],
                                            .about = arguments->about,
                                            .aka = arguments->aka,
                                            .category = arguments->category,
                                            .scope = arguments->scope,
                                            .ref = arguments->ref,
                                            .after = arguments->after.words,
                                            .after_count = arguments->after.count,
                                            .needs = arguments->needs.words,
                                            .need_count = arguments->needs.count,
                                            .has_priority = arguments->has_priority,
                                            .priority = arguments->priority,
                                            .not_before_ts_ms = arguments->not_before_ts_ms,
                                            .expires_ts_ms = arguments->expires_ts_ms,
                                            .again = arguments->again};
    dibs_client *client = session_open(arguments, SESSION_CLAIMS, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_offer(client, &options, &answer);
    return session_finish(client, arguments, error, answer, "offered");
}

int cmd_offer(const struct command *command, const struct arguments *arguments)
{
    int code = check_usage(command, arguments);

    if (code != EXIT_YES)
        return code;
    return arguments->word_count > 0 ? offer_words(command, arguments) : offer_source(command, arguments);
}

int cmd_withdraw(const struct command *command, const struct arguments *arguments)
{
    const struct dibs_withdraw_options options = {.keys = arguments->words,
                                                  .key_count = arguments->word_count,
                                                  .in = arguments->in,
                                                  .as_operator = arguments->operator_key != NULL};
    struct dibs_answer *answer = NULL;
    int code;

    (void)command;
    dibs_client *client = session_open(arguments, SESSION_MUST_BE, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_withdraw(client, &options, &answer);
    return session_finish(client, arguments, error, answer, "withdrawn");
}
