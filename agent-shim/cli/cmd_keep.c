/* dibs renew, done, abandon, release: keeping and ending what one holds. */
#include "session.h"
#include "targets.h"

static int needs_target(const struct command *command, const struct arguments *arguments)
{
    return usage_error(command, arguments->json, "name what to act on: dibs %s KEY, or --token N", command->name);
}

int cmd_renew(const struct command *command, const struct arguments *arguments)
{
    struct targets targets;
    struct dibs_answer *answer = NULL;
    int code;

    if (!targets_collect(command, arguments, &targets))
        return EXIT_USAGE;
    if (targets.count == 0)
        return needs_target(command, arguments);
    dibs_client *client = session_open(arguments, SESSION_MUST_BE, &code);
    if (client == NULL)
        return code;
    struct dibs_renew_options options = {
        .targets = targets.items,
        .target_count = targets.count,
        .in = arguments->in,
        .has_ttl = arguments->has_ttl,
        .ttl_ms = arguments->ttl_ms,
        .shorten = arguments->shorten,
    };
    enum dibs_error error = dibs_renew(client, &options, &answer);
    return session_finish(client, arguments, error, answer, "renewed");
}

static int close_claims(const struct command *command, const struct arguments *arguments, enum dibs_outcome outcome,
                        const char *accepted)
{
    struct targets targets;
    struct dibs_answer *answer = NULL;
    int code;

    if (!targets_collect(command, arguments, &targets))
        return EXIT_USAGE;
    if (arguments->all && targets.count != 0)
        return usage_error(command, arguments->json, "--all ends everything that this session holds; name no keys");
    if (!arguments->all && targets.count == 0)
        return needs_target(command, arguments);
    dibs_client *client = session_open(arguments, SESSION_MUST_BE, &code);
    if (client == NULL)
        return code;
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
