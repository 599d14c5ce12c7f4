/* coordination work-list: what is claimed and what was completed, or what can be picked, the key at column 0. */
#include "coordination.h"

#include <stdio.h>

#include "output.h"
#include "session.h"

static void print_row(const struct dibs_row *row)
{
    char when[COORDINATION_TIME_BYTES];

    output_text(stdout, row->key);
    if (row->kind == DIBS_ROW_OFFER) {
        puts(" [available]");
        return;
    }
    printf(" [%s] by ", row->kind == DIBS_ROW_CLAIM ? "claimed" : "completed");
    output_text(stdout, row->session);
    if (row->kind == DIBS_ROW_CLAIM)
        printf(" expires %s", coordination_time(row->expires_ts_ms, when));
    putchar('\n');
}

/* All pages, each as of its own moment. */
static int list_pages(dibs_client *client, struct dibs_list_options options, size_t *count)
{
    struct dibs_answer *page = NULL, *before = NULL;
    int code = EXIT_YES;

    do {
        enum dibs_error error = dibs_list(client, &options, &page);
        if (page == NULL || error != DIBS_OK) {
            code = coordination_failed(error);
            dibs_answer_free(page);
            break;
        }
        if (page->verdict == DIBS_VERDICT_DENIED) { /* asked too often: not all was listed */
            output_note("coordination: %s", page->message);
            code = EXIT_NO;
        }
        for (size_t i = 0; i < page->row_count; i++) {
            if (page->rows[i].obstacle != DIBS_OBSTACLE_NONE)
                continue; /* offered, but it can't be picked now */
            print_row(&page->rows[i]);
            (*count)++;
        }
        dibs_answer_free(before);
        before = page; /* the next page's cursor points into it */
        options.after = page->next;
    } while (code == EXIT_YES && options.after != NULL);
    dibs_answer_free(before);
    return code;
}

int coordination_list(struct coordination *call)
{
    const struct dibs_list_options options = {
        .session = call->filter, .held = call->claimed, .offers = call->available};
    size_t count = 0;
    int code;

    dibs_client *client = session_open(&call->shared, SESSION_OWN, &code);
    if (client == NULL)
        return code == EXIT_USAGE ? code : EXIT_STORE;
    code = list_pages(client, options, &count);
    if (count == 0 && code == EXIT_YES)
        puts("(no work items)");
    return session_close(client, code);
}
