/* What would have helped. */
#include "hint.h"

#include <stdarg.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The session was not named, neither by --session nor by $DIBS_SESSION. */
static bool is_unnamed(const struct arguments *arguments)
{
    const char *given = getenv("DIBS_SESSION");

    return arguments->session == NULL && (given == NULL || given[0] == '\0');
}

/* A text as a shell takes it. */
static void add_quoted(char *out, size_t size, size_t *at, const char *text)
{
    bool plain = text[0] != '\0' && strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                                 "-_./:=@,+") == strlen(text);
    const char *quote = plain ? "" : "'";

    for (const char *c = quote; *c != '\0' && *at + 1 < size; c++)
        out[(*at)++] = *c;
    for (; *text != '\0' && *at + 4 < size; text++) {
        if (*text == '\'')
            *at += (size_t)snprintf(out + *at, size - *at, "'\\''");
        else
            out[(*at)++] = *text;
    }
    for (const char *c = quote; *c != '\0' && *at + 1 < size; c++)
        out[(*at)++] = *c;
    out[*at] = '\0';
}

/* Who holds the first key, or else the claim with that token. */
static bool find_holder(dibs_client *client, const struct arguments *arguments, char session[DIBS_SESSION_SIZE])
{
    struct dibs_answer *answer = NULL;
    bool found = false;

    if (arguments->word_count == 0 || dibs_show(client, arguments->words[0], arguments->in, &answer) != DIBS_OK)
        return false;
    for (size_t i = 0; i < answer->row_count && !found; i++) {
        found = answer->rows[i].kind == DIBS_ROW_CLAIM;
        if (found)
            snprintf(session, DIBS_SESSION_SIZE, "%s", answer->rows[i].session);
    }
    dibs_answer_free(answer);
    return found;
}

/* `session`: who claimed; NULL: not known. */
static bool write_command(const dibs_client *client, const struct arguments *arguments, const char *session,
                          struct hint *hint)
{
    char *out = hint->text;
    size_t at =
        (size_t)snprintf(out, HINT_BYTES, "no session was named, so \"%s\" asked. %s: dibs", dibs_session(client),
                         session != NULL ? "If the claim is yours" : "Name the one that claimed");

    hint->code = "no_session";
    for (int i = 0; i < arguments->given_count && at + 2 < HINT_BYTES; i++) {
        out[at++] = ' ';
        add_quoted(out, HINT_BYTES, &at, arguments->given[i]);
    }
    if (at + DIBS_SESSION_SIZE + 16 < HINT_BYTES) {
        at += (size_t)snprintf(out + at, HINT_BYTES - at, " --session ");
        add_quoted(out, HINT_BYTES, &at, session != NULL ? session : "NAME");
    }
    return true;
}

static bool say_no_session(dibs_client *client, const struct arguments *arguments, struct hint *hint)
{
    char session[DIBS_SESSION_SIZE];
    bool found = find_holder(client, arguments, session);

    return write_command(client, arguments, found ? session : NULL, hint);
}

/* A name that was made up for one command, as this one's was: most likely the command before, of the same script. */
static bool is_made_up(const char *session)
{
    return strncmp(session, "s-", 2) == 0 && strlen(session) == 18 && strspn(session + 2, "0123456789abcdef") == 16;
}

bool hint_say(struct hint *hint, const char *code, const char *format, ...)
{
    va_list list;

    hint->code = code;
    va_start(list, format);
    vsnprintf(hint->text, sizeof hint->text, format, list);
    va_end(list);
    return true;
}

/* What one row of a key that this session does not hold by that name says. */
static bool say_row(const dibs_client *client, const struct dibs_row *row, const char *key, bool by_token,
                    struct hint *hint)
{
    bool own = strcmp(row->session, dibs_session(client)) == 0, exact = strcmp(row->key, key) == 0;

    if (row->kind == DIBS_ROW_DONE)
        return hint_say(hint, "done_since", "%s was done by %s", key, row->session);
    if (row->kind != DIBS_ROW_CLAIM)
        return false;
    if (own && !exact)
        return hint_say(hint, "held_by_subtree", "this session has %s by its claim on %s: name that one", key,
                        row->key);
    if (own && by_token) /* whose secret it has is not known */
        return hint_say(hint, "other_token", "the claim on %s, by a session of this name, has the token %" PRIu64, key,
                        row->token);
    if (own)
        return hint_say(hint, "same_name",
                        "%s is held by a session of this name with another secret ($DIBS_SECRET, or the "
                        "key file of another user or home)",
                        key);
    return hint_say(hint, "held_now", "%s is held by %s now", key, row->session);
}

/* About the first key that is not this session's own by that very name. */
static bool say_key(dibs_client *client, const struct arguments *arguments, const struct dibs_answer *denial,
                    struct hint *hint)
{
    char key[DIBS_KEY_SIZE];
    struct dibs_answer *answer = NULL;
    const char *token = getenv("DIBS_TOKEN");
    bool said = false, by_token = arguments->has_token || (token != NULL && token[0] != '\0');

    if (arguments->word_count != 1 || dibs_store_key(client, arguments->words[0], arguments->in, key) != DIBS_OK ||
        dibs_show(client, key, NULL, &answer) != DIBS_OK)
        return false;
    for (size_t i = 0; i < answer->row_count && !said; i++)
        said = say_row(client, &answer->rows[i], key, by_token, hint);
    if (!said && denial->why == DIBS_WHY_EXPIRED)
        said = hint_say(hint, "free_again",
                        "nobody has %s since: if the work is finished, claim it again and then `dibs done` it", key);
    dibs_answer_free(answer);
    return said;
}

static bool say_not_remembered(struct hint *hint, const char *key)
{
    size_t at = (size_t)snprintf(hint->text, sizeof hint->text,
                                 "the store does not remember how that claim ended (released, abandoned, long ago), or "
                                 "there was none: dibs log --key ");
    add_quoted(hint->text, sizeof hint->text, &at, key);
    hint->code = "not_remembered";
    return true;
}

/* How a claim ended of which the store has no more than what was done: by the done row, which has its token. */
static bool say_done_row(const struct dibs_answer *rows, uint64_t token, struct hint *hint)
{
    for (size_t i = 0; i < rows->row_count; i++) {
        const struct dibs_row *row = &rows->rows[i];
        if (row->kind == DIBS_ROW_DONE && row->token == token)
            return hint_say(hint, "done_since", "its claim ended as done, by %s%s%s", row->session,
                            row->result[0] != '\0' ? ", with the result: " : "", row->result);
    }
    return false;
}

/* Of a token that isn't the live one: how its claim ended, or who has the key now. */
static bool say_ended(dibs_client *client, const struct arguments *arguments, enum dibs_why why, struct hint *hint)
{
    char key[DIBS_KEY_SIZE];
    struct dibs_answer *answer = NULL;
    uint64_t token = 0;

    if (arguments->word_count != 2 || !parse_number(arguments->words[1], &token) ||
        dibs_store_key(client, arguments->words[0], arguments->in, key) != DIBS_OK ||
        dibs_show(client, key, NULL, &answer) != DIBS_OK)
        return false;
    bool said = why == DIBS_WHY_NONE && say_done_row(answer, token, hint);
    for (size_t i = 0; i < answer->row_count && !said; i++)
        said = answer->rows[i].kind == DIBS_ROW_CLAIM && say_row(client, &answer->rows[i], key, true, hint);
    dibs_answer_free(answer);
    return said || (why == DIBS_WHY_NONE && say_not_remembered(hint, key));
}

static bool say_waited_for(const struct arguments *arguments, struct hint *hint)
{
    size_t at = (size_t)snprintf(hint->text, sizeof hint->text, "it was the wait for");

    hint->code = "waited_for";
    for (size_t i = 0; i < arguments->word_count && at < sizeof hint->text; i++)
        at +=
            (size_t)snprintf(hint->text + at, sizeof hint->text - at, "%s %s", i == 0 ? "" : ",", arguments->words[i]);
    return true;
}

static bool is_command(const struct arguments *arguments, const char *names)
{
    const char *at = arguments->given_count > 0 ? strstr(names, arguments->given[0]) : NULL;

    return at != NULL && (at == names || at[-1] == ' ');
}

bool hint_find(dibs_client *client, const struct arguments *arguments, const struct dibs_answer *answer,
               struct hint *hint)
{
    const char *token = getenv("DIBS_TOKEN");
    bool stale = answer->reason == DIBS_REASON_STALE_TOKEN, stranger = answer->reason == DIBS_REASON_NOT_HOLDER;

    if (answer->verdict != DIBS_VERDICT_DENIED)
        return false;
    if (answer->reason == DIBS_REASON_DEADLINE && is_command(arguments, "claim"))
        return say_waited_for(arguments, hint);
    if (answer->reason == DIBS_REASON_HELD && is_command(arguments, "claim") && dibs_session_is_new(client) &&
        answer->holder != NULL && is_made_up(answer->holder->session))
        return write_command(client, arguments, answer->holder->session, hint);
    if (answer->reason == DIBS_REASON_DRAINED)
        return hint_no_category(client, arguments, hint);
    if (answer->reason == DIBS_REASON_BAD_REQUEST && arguments->has_ttl)
        return hint_longest_lease(client, arguments, hint);
    if (stale && is_command(arguments, "check"))
        return say_ended(client, arguments, answer->why, hint);
    if (!(stale || stranger) || !is_command(arguments, "renew done abandon release handoff cancel"))
        return false;
    if (stranger && dibs_answer_exit_code(answer) == EXIT_NO && is_unnamed(arguments))
        return say_no_session(client, arguments, hint);
    if (stale && !arguments->has_token && token != NULL && token[0] != '\0')
        return hint_say(hint, "environment_token", "token %s is that of $DIBS_TOKEN, for the keys in $DIBS_KEYS",
                        token);
    return stranger && say_key(client, arguments, answer, hint);
}
