/* dibs renew, done, abandon, release: keeping and ending what one holds. */
#include "output.h"
#include "session.h"
#include "targets.h"

static int needs_target(const struct command *command, const struct arguments *arguments)
{
    return usage_error(command, arguments->json, "name what to act on: dibs %s KEY, or --token N", command->name);
}

/* A ttl that was asked for and did not show: the lease lasts longer than that already. */
static void note_not_shortened(const struct arguments *arguments, const struct dibs_answer *answer)
{
    bool longer = false;

    for (size_t i = 0; answer != NULL && i < answer->item_count; i++)
        longer = longer || (answer->items[i].verdict == DIBS_VERDICT_ACCEPTED &&
                            answer->items[i].expires_in_ms > (int64_t)arguments->ttl_ms + 1000);
    if (arguments->has_ttl && !arguments->shorten && longer)
        output_note("the lease lasts longer than --ttl says and was left so; --shorten ends it sooner");
}

int cmd_renew(const struct command *command, const struct arguments *arguments)
{
    struct targets targets;
    struct dibs_answer *answer = NULL;
    int code;

    if (!targets_named(arguments))
        return needs_target(command, arguments);
    dibs_client *client = session_open(arguments, SESSION_MUST_BE, &code);
    if (client == NULL)
        return code;
    if (!targets_collect(command, arguments, client, &targets))
        return session_close(client, EXIT_USAGE);
    struct dibs_renew_options options = {
        .targets = targets.items,
        .target_count = targets.count,
        .in = arguments->in,
        .has_ttl = arguments->has_ttl,
        .ttl_ms = arguments->ttl_ms,
        .shorten = arguments->shorten,
    };
    enum dibs_error error = dibs_renew(client, &options, &answer);
    note_not_shortened(arguments, answer);
    return session_finish(client, arguments, error, answer, "renewed");
}

static int close_claims(const struct command *command, const struct arguments *arguments, enum dibs_outcome outcome,
                        const char *accepted)
{
    struct targets targets;
    struct dibs_answer *answer = NULL;
    int code;

    if (arguments->all && targets_named(arguments))
        return usage_error(command, arguments->json, "--all ends everything that this session holds; name no keys");
    if (!arguments->all && !targets_named(arguments))
        return needs_target(command, arguments);
    dibs_client *client = session_open(arguments, SESSION_MUST_BE, &code);
    if (client == NULL)
        return code;
    if (!targets_collect(command, arguments, client, &targets))
        return session_close(client, EXIT_USAGE);
    if (arguments->all && dibs_session_is_new(client))
        return session_close(client, usage_error(command, arguments->json,
                                                 "whose? name the session: dibs release --all --session NAME, or "
                                                 "$DIBS_SESSION"));
    struct dibs_close_options options = {
        .outcome = outcome,
        .targets = targets.items,
        .target_count = targets.count,
        .all = arguments->all,
        .in = arguments->in,
        .result = arguments->result,
        .reason = arguments->reason,
        .has_reward = arguments->has_reward,
        .reward = arguments->reward,
    };
    enum dibs_error error = dibs_close_claims(client, &options, &answer);
    return session_finish(client, arguments, error, answer, accepted);
}

int cmd_done(const struct command *command, const struct arguments *arguments)
{
    return close_claims(command, arguments, DIBS_OUTCOME_DONE, "done");
}

int cmd_abandon(const struct command *command, const struct arguments *arguments)
{
    return close_claims(command, arguments, DIBS_OUTCOME_ABANDONED, "abandoned");
}

int cmd_release(const struct command *command, const struct arguments *arguments)
{
    return close_claims(command, arguments, DIBS_OUTCOME_RELEASED, "released");
}
