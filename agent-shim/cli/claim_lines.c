/* dibs claim --from: many claims in one process, each line of the file one of its own, answered in their order. All lines
 * are looked at before the first is claimed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "key_lines.h"
#include "output.h"
#include "session.h"

struct batch {
    const struct command *command;
    const struct arguments *arguments;
    struct key_line *lines; /* owned */
    size_t count, room;
};

static int refuse_line(const struct batch *batch, size_t number, const char *why)
{
    return usage_error(batch->command, batch->arguments->json, "%s, line %zu: %s; nothing was claimed",
                       batch->arguments->from, number, why);
}

static int check_line(const struct batch *batch, const struct key_line *line)
{
    size_t most = batch->arguments->any ? KEY_LINE_KEYS : 32;
    char key[DIBS_KEY_SIZE], why[64];

    if (line->count > most) {
        snprintf(why, sizeof why, "it has %zu keys, of at most %zu", line->count, most);
        return refuse_line(batch, line->number, why);
    }
    for (size_t i = 0; i < line->count; i++) {
        if (dibs_canonical_key(line->keys[i], batch->arguments->in, key) != DIBS_OK)
            return refuse_line(batch, line->number, dibs_error_text());
    }
    return EXIT_YES;
}

static bool add_line(struct batch *batch, const struct key_line *line)
{
    if (batch->count == batch->room) {
        size_t room = batch->room == 0 ? 64 : batch->room * 2;
        struct key_line *more = realloc(batch->lines, room * sizeof *more);
        if (more == NULL)
            return false;
        batch->lines = more;
        batch->room = room;
    }
    batch->lines[batch->count++] = *line;
    return true;
}

static int read_lines(struct batch *batch, struct key_lines *lines)
{
    char why[KEY_LINE_WHY_BYTES];
    struct key_line line = {0};

    if (!key_lines_open(lines, batch->arguments->from, why))
        return usage_error(batch->command, batch->arguments->json, "--from %s: %s", batch->arguments->from, why);
    while (key_lines_next(lines, &line, why)) {
        int code = check_line(batch, &line);
        if (code != EXIT_YES)
            return code;
        if (!add_line(batch, &line))
            return refuse_line(batch, line.number, "there is no memory for so many");
    }
    if (why[0] != '\0')
        return refuse_line(batch, line.number, why);
    return batch->count > 0 ? EXIT_YES
                            : usage_error(batch->command, batch->arguments->json, "--from %s: there is no key in it",
                                          batch->arguments->from);
}

/* Nothing more is asked: what was done and what was not. */
static int say_stopped(const struct batch *batch, size_t at, int code)
{
    output_note(
        "claim: %s, line %zu: that is where it stopped; %zu of %zu lines were answered before, %zu were not asked",
        batch->arguments->from, batch->lines[at].number, at, batch->count, batch->count - at - 1);
    return code;
}

/* The worst of all answers' codes: a claim that was denied is no error of the others. */
static int claim_all(const struct batch *batch, dibs_client *client)
{
    struct dibs_claim_options options = claim_options(batch->arguments);
    char origin[ORIGIN_BYTES];
    int worst = EXIT_YES;

    options.origin = session_origin(batch->arguments, origin);
    for (size_t i = 0; i < batch->count; i++) {
        struct dibs_answer *answer = NULL;
        options.keys = batch->lines[i].keys;
        options.key_count = batch->lines[i].count;
        enum dibs_error error = dibs_claim_submit(client, &options, &answer);
        if (answer == NULL)
            return say_stopped(batch, i, output_error(error, dibs_store_url(client), batch->arguments->json));
        if (error != DIBS_OK)
            output_note("%s", dibs_error_text());
        int code = dibs_answer_exit_code(answer);
        output_answer(answer, "accepted", NULL, batch->arguments->json);
        dibs_answer_free(answer);
        fflush(stdout);
        if (code > EXIT_NO)
            return say_stopped(batch, i, code);
        worst = code > worst ? code : worst;
    }
    return worst;
}

int claim_lines(const struct command *command, const struct arguments *arguments)
{
    struct batch batch = {.command = command, .arguments = arguments};
    struct key_lines lines = {0};
    int code;

    if (arguments->word_count > 0)
        return usage_error(command, arguments->json, "keys are named twice: as words and by --from");
    if (arguments->wait)
        return usage_error(command, arguments->json, "--wait stays for one claim; with --from there are many");
    code = read_lines(&batch, &lines);
    dibs_client *client = code == EXIT_YES ? session_open(arguments, SESSION_CLAIMS, &code) : NULL;
    if (client != NULL)
        code = session_close(client, claim_all(&batch, client));
    free(batch.lines);
    key_lines_close(&lines);
    return code;
}
