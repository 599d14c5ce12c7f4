/* The loop of an agent in C: claim a piece of work, do it if it is ours, say that it is done.
 *
 *     cc -std=c17 -Iinclude examples/first_claim.c -Lbuild/release/lib -l:libdibs.a -llmdb -lxxhash -lsodium */
#include <stdio.h>

#include <dibs/dibs.h>

static int finish(dibs_client *client, const char *key, uint64_t token)
{
    struct dibs_target target = {.key = key, .token = token}; /* fenced: that very claim or none */
    struct dibs_close_options options = {
        .outcome = DIBS_OUTCOME_DONE, .targets = &target, .target_count = 1, .result = "worked on"};
    struct dibs_answer *answer = NULL;
    enum dibs_error error = dibs_close_claims(client, &options, &answer);

    puts(answer != NULL ? answer->message : dibs_error_text());
    int code = answer != NULL ? dibs_answer_exit_code(answer) : dibs_error_exit_code(error);
    dibs_answer_free(answer);
    return code;
}

int main(int argc, char **argv)
{
    const char *key = argc > 1 ? argv[1] : "github:acme/app#5";
    struct dibs_claim_options options = {.keys = &key, .key_count = 1, .about = "a first claim from C"};
    struct dibs_client_options whose = {.session = argc > 2 ? argv[2] : NULL};
    struct dibs_answer *answer = NULL;
    dibs_client *client = NULL;

    enum dibs_error error = dibs_open(&whose, &client);
    if (error == DIBS_OK)
        error = dibs_claim(client, &options, &answer);
    if (answer == NULL) { /* no answer at all: held by somebody else is one */
        puts(dibs_error_text());
        dibs_close(client);
        return dibs_error_exit_code(error);
    }
    puts(answer->message);
    int code = dibs_answer_exit_code(answer);
    if (answer->verdict == DIBS_VERDICT_GRANTED) {
        /* the work itself goes here */
        code = finish(client, key, answer->keys[0].token);
    }
    dibs_answer_free(answer);
    dibs_close(client);
    return code;
}
