/* Printing: choosing the form. */
#include "output.h"

#include <stdio.h>

void output_answer(const struct dibs_answer *answer, const char *accepted, bool json)
{
    if (json)
        output_json_answer(answer, accepted);
    else
        output_text_answer(answer, accepted);
}

int output_error(enum dibs_error error, const char *store, bool json)
{
    if (json)
        output_json_error(dibs_error_name(error), dibs_error_text(), store);
    else
        fprintf(stderr, "dibs: %s\n", dibs_error_text());
    return dibs_error_exit_code(error);
}
