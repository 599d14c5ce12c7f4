/* Holds a claim while it works: cc hold.c $(pkg-config --cflags --libs dibs) */
#include <dibs/keep.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    const char *key = argc > 1 ? argv[1] : "task:nightly-report";
    const struct dibs_claim_options options = {.keys = &key, .key_count = 1, .fresh = true, .wait = true};
    struct dibs_answer *answer = NULL, *ended = NULL;
    dibs_client *client = NULL;
    dibs_kept *kept = NULL;
    if (dibs_open(NULL, &client) != DIBS_OK || dibs_claim(client, &options, &answer) != DIBS_OK)
        return fprintf(stderr, "%s\n", dibs_error_text()), 4;
    puts(answer->message);
    int code = dibs_answer_exit_code(answer);
    if (code == 0 && dibs_keep(client, answer, NULL, &kept) == DIBS_OK) {
        printf("working for as long as it takes; safe for another %llu ms\n",
               (unsigned long long)dibs_kept_safe_ms(kept));
        const struct dibs_target mine = {.token = answer->keys[0].token};
        const struct dibs_close_options end = {.outcome = DIBS_OUTCOME_RELEASED, .targets = &mine, .target_count = 1};
        dibs_keep_end(kept);
        if (dibs_close_claims(client, &end, &ended) != DIBS_OK) /* the lease then ends by itself */
            fprintf(stderr, "%s\n", dibs_error_text());
    }
    dibs_answer_free(ended);
    dibs_answer_free(answer);
    dibs_close(client);
    return code;
}
