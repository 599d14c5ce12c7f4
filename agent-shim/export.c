/* dibs_store_export: the log, applied once more from its start, goes into one file. */
#include <dibs/admin.h>

#include <stdlib.h>

#include "agent-shim/client.h"
#include "agent-shim/export_file.h"
#include "agent-shim/import_batch.h"
#include "agent-shim/note.h"
#include "agent-shim/replay.h"
#include "coordinator/state/state.h"
#include "proto/codec.h"
#include "proto/nobody.h"

enum { TELL_EVERY = 4096 };

struct exporting {
    const struct dibs_export_options *options;
    struct dibs_export_report *report;
    struct replay *replay;
    struct export_writer writer;
    struct import_batch batch;
    uint8_t encoded[LIMIT_IMPORT_BYTES];
};

static enum dibs_error write_intent(struct exporting *exporting, const struct intent *intent)
{
    size_t size = 0;
    enum dibs_error error = intent_encode(intent, exporting->encoded, sizeof exporting->encoded, &size, note());
    return error == DIBS_OK ? export_write(&exporting->writer, span_of(exporting->encoded, size), note()) : error;
}

static enum dibs_error flush(struct exporting *exporting)
{
    enum dibs_error error = DIBS_OK;
    if (import_batch_count(&exporting->batch) > 0)
        error = write_intent(exporting, &exporting->batch.import);
    import_batch_clear(&exporting->batch);
    return error;
}

static enum dibs_error begin(struct exporting *exporting, const struct intent *first)
{
    if (first->flaw != FLAW_NONE || first->verb != VERB_GENESIS)
        return error_say(note(), DIBS_UNSUPPORTED, "its log does not begin with a genesis, and cannot be exported");
    return write_intent(exporting, first);
}

static enum dibs_error one_record(struct exporting *exporting)
{
    struct log_record record;
    const struct intent *intent;
    enum dibs_error error = replay_read(exporting->replay, &record, &intent, note());
    if (error == DIBS_OK && exporting->report->records == 0)
        error = begin(exporting, intent);
    if (error == DIBS_OK)
        error = replay_apply(exporting->replay, nobody, note());
    if (error == DIBS_OK && import_batch_is_full(&exporting->batch))
        error = flush(exporting);
    if (error == DIBS_OK)
        error = import_batch_add(&exporting->batch, replay_record(exporting->replay), note());
    if (error == DIBS_OK)
        exporting->report->records++;
    return error;
}

static enum dibs_error finish(struct exporting *exporting)
{
    struct export_end end = {.records = exporting->report->records};
    struct state *state = NULL;
    enum dibs_error error = flush(exporting);
    if (error == DIBS_OK)
        error = replay_state(exporting->replay, &state, note());
    if (error != DIBS_OK)
        return error;
    state_digest_print(core_digest(state), end.digest);
    memcpy(exporting->report->digest, end.digest, sizeof exporting->report->digest);
    error = export_finish(&exporting->writer, &end, note());
    exporting->report->bytes = exporting->writer.bytes;
    return error;
}

static enum dibs_error run(struct exporting *exporting, dibs_client *client)
{
    const struct dibs_export_options *options = exporting->options;
    enum dibs_error error = export_create(&exporting->writer, options->path, note());
    if (error == DIBS_OK)
        error = client->backend->methods->replay(client->backend, NULL, &exporting->replay, note());
    if (error == DIBS_OK)
        error = replay_need_whole(exporting->replay, client->place.url, "exported", note());
    import_batch_clear(&exporting->batch);
    while (error == DIBS_OK) { /* bounded by the log's end */
        error = one_record(exporting);
        if (options->progress != NULL && exporting->report->records % TELL_EVERY == 0 && error == DIBS_OK)
            options->progress(options->context, replay_position(exporting->replay), replay_end(exporting->replay));
    }
    return error == DIBS_ENDED ? finish(exporting) : error;
}

enum dibs_error dibs_store_export(dibs_client *client, const struct dibs_export_options *options,
                                  struct dibs_export_report *report)
{
    enum dibs_error error = note_need(report, "report");
    if (error == DIBS_OK)
        error = note_need(options == NULL ? NULL : options->path, "path");
    if (error == DIBS_OK)
        error = client_check(client);
    if (error != DIBS_OK)
        return error;
    *report = (struct dibs_export_report){0};
    struct exporting *exporting = calloc(1, sizeof *exporting);
    if (exporting == NULL)
        return error_say(note(), DIBS_UNAVAILABLE, "there is no memory to export a store");
    exporting->options = options;
    exporting->report = report;
    error = run(exporting, client);
    export_abandon(&exporting->writer);
    replay_close(exporting->replay);
    free(exporting);
    return error;
}
