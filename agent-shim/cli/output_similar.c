/* Printing what is like something: a line a rival, the key at column 0. */
#include "output.h"

static void print_rival(FILE *out, const struct dibs_rival *rival)
{
    char when[DIBS_TIME_TEXT_SIZE];

    output_text(out, rival->key);
    fprintf(out, "  %s by ", rival->done ? "done" : "held");
    output_text(out, rival->session);
    if (rival->own)
        fprintf(out, " (this session)");
    fprintf(out, "  like it by %u of 1000%s  token %llu  since %s", (unsigned)rival->score,
            rival->linked ? " (labelled the same)" : "", (unsigned long long)rival->token,
            dibs_format_time(rival->since_ts_ms, when, sizeof when));
    output_named(out, "about", rival->about);
    output_named(out, "ref", rival->ref);
    fputc('\n', out);
}

void output_text_rivals(FILE *out, const struct dibs_answer *answer)
{
    for (size_t i = 0; i < answer->rival_count; i++)
        print_rival(out, &answer->rivals[i]);
}

void output_text_similar(const struct dibs_answer *answer)
{
    output_text_rivals(stdout, answer);
    if (answer->rival_count == 0)
        output_note("%s", answer->message);
    if (answer->thresholds != NULL)
        output_note(
            "from %u on a claim is denied as the same, from %u on it is left to the claimer, from %u on warned of",
            (unsigned)answer->thresholds->deny, (unsigned)answer->thresholds->ask, (unsigned)answer->thresholds->warn);
}
