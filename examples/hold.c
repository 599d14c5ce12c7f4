/* Holds a claim while it works: cc hold.c $(pkg-config --cflags --libs dibs) */
#include <dibs/keep.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    const char *key = argc > 1 ? argv[1] : "task:nightly-report";
    const struct dibs_claim_options options = {.keys = &key, .key_count = 1, .fresh = true, .wait = true};
    struct dibs_answer *answer = NULL;
    dibs_client *client = NULL;
    dibs_kept *kept = NULL;
    if (dibs_open(NULL, &client) != DIBS_OK || dibs_claim(client, &options, &answer) != DIBS_OK)
        return fprintf(stderr, "%s\n", dibs_error_text()), 4;
    puts(answer->message);
    if (answer->verdict == DIBS_VERDICT_GRANTED && dibs_keep(client, answer, NULL, &kept) == DIBS_OK)
        printf("working for as long as it takes; safe for another %llu ms\n",
               (unsigned long long)dibs_kept_safe_ms(kept));
    int code = dibs_answer_exit_code(answer);
    dibs_answer_free(answer);
    dibs_close(client); /* ends the keeping; the lease then ends by itself */
    return code;
}
