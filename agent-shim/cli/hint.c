/* The very command that would have helped. */
#include "hint.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool hint_is_due(const struct arguments *arguments)
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

void hint_write(dibs_client *client, const struct arguments *arguments, char out[HINT_BYTES])
{
    char session[DIBS_SESSION_SIZE] = "NAME";
    bool found = find_holder(client, arguments, session);
    size_t at = (size_t)snprintf(out, HINT_BYTES, "no session was named, so \"%s\" asked. %s: dibs",
                                 dibs_session(client), found ? "If the claim is yours" : "Name the one that claimed");

    for (int i = 0; i < arguments->given_count && at + 2 < HINT_BYTES; i++) {
        out[at++] = ' ';
        add_quoted(out, HINT_BYTES, &at, arguments->given[i]);
    }
    if (at + DIBS_SESSION_SIZE + 16 < HINT_BYTES) {
        at += (size_t)snprintf(out + at, HINT_BYTES - at, " --session ");
        add_quoted(out, HINT_BYTES, &at, session);
    }
}
