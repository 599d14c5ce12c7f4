/* Offering many: sixteen an intent, and what became of each is counted. */
#include "offer_batch.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

enum { BATCH_BYTES = 48 * 1024, PROGRESS_EVERY = 1000, ROOM_NAMED_MOST = 3, ROOM_MISSED_MOST = 100 };

void offer_batch_begin(struct offer_batch *batch, const struct command *command, const struct arguments *arguments,
                       dibs_client *client)
{
    memset(batch, 0, sizeof *batch);
    batch->command = command;
    batch->arguments = arguments;
    batch->client = client;
    batch->shows_progress = !arguments->json && isatty(STDERR_FILENO) != 0;
}

struct offer_slot *offer_batch_slot(struct offer_batch *batch)
{
    const struct arguments *arguments = batch->arguments;
    struct offer_slot *slot = &batch->slots[batch->count];

    memset(slot, 0, sizeof *slot);
    slot->item = (struct dibs_offer_item){
        .about = arguments->about,
        .aka = arguments->aka,
        .category = arguments->category,
        .scope = arguments->scope,
        .ref = arguments->ref,
        .has_priority = arguments->has_priority,
        .priority = arguments->priority,
        .not_before_ts_ms = arguments->not_before_ts_ms,
        .expires_ts_ms = arguments->expires_ts_ms,
        .again = arguments->again,
        .after_count = arguments->after.count,
        .need_count = arguments->needs.count,
    };
    memcpy(slot->after, arguments->after.words, sizeof slot->after);
    memcpy(slot->needs, arguments->needs.words, sizeof slot->needs);
    return slot;
}

static size_t text_bytes(const char *text)
{
    return text != NULL ? strlen(text) + 8 : 0;
}

static size_t item_bytes(const struct offer_slot *slot)
{
    const struct dibs_offer_item *item = &slot->item;
    size_t bytes = 64 + text_bytes(item->key) + text_bytes(item->about) + text_bytes(item->aka) +
                   text_bytes(item->category) + text_bytes(item->scope) + text_bytes(item->ref);

    for (size_t i = 0; i < item->after_count; i++)
        bytes += text_bytes(slot->after[i]);
    for (size_t i = 0; i < item->need_count; i++)
        bytes += text_bytes(slot->needs[i]);
    return bytes;
}

static void release(struct offer_slot *slot)
{
    if (slot->release != NULL)
        slot->release(slot->owner);
    slot->release = NULL;
}

static void clear_line(const struct offer_batch *batch)
{
    if (!batch->shows_progress)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
}

static void show_progress(struct offer_batch *batch)
{
    if (!batch->shows_progress || batch->seen / PROGRESS_EVERY == batch->told / PROGRESS_EVERY)
        return;
    batch->told = batch->seen;
    fprintf(stderr, "\rdibs: item %llu ", (unsigned long long)batch->seen);
    fflush(stderr); /* there is no end of line, till the end */
}

static void tell_bad(struct offer_batch *batch, const char *name, const char *why)
{
    clear_line(batch);
    output_note("%s: %s; it is not offered", name, why);
    batch->bad++;
}

static bool stop_for_bad(struct offer_batch *batch, const char *name)
{
    if (batch->code != EXIT_YES)
        return false;
    output_note("%s: so many are bad that it stopped here; those before it that are good are offered, it and what "
                "follows isn't",
                name);
    batch->code = EXIT_USAGE;
    return false;
}

/* There is no room for it, in the store, or among those that wait for one key. Those that follow may be offered already, and
 * change. */
static void count_no_room(struct offer_batch *batch, const struct offer_slot *slot, const char *why)
{
    batch->no_room++;
    if (batch->no_room <= ROOM_NAMED_MOST)
        output_note("%s: %s; it is not offered%s", slot->name, why,
                    batch->no_room == ROOM_NAMED_MOST ? "; more of these are only counted" : "");
}

static void stop_for_room(struct offer_batch *batch, const char *name)
{
    output_note(
        "%s: there was no room for %llu in a row, so it stopped here; what follows isn't offered; make room and "
        "offer it again to finish",
        name, (unsigned long long)batch->no_room_in_row);
    batch->code = batch->bad > 0 ? EXIT_USAGE : EXIT_NO;
}

static void count_item(struct offer_batch *batch, const struct offer_slot *slot, const struct dibs_offered *told)
{
    if (told->verdict == DIBS_VERDICT_DENIED && told->reason == DIBS_REASON_QUOTA) {
        batch->no_room_in_row += told->after_full ? 0 : 1; /* no sign that the store is full */
        count_no_room(batch, slot, told->message);
        return;
    }
    batch->no_room_in_row = 0;
    if (told->verdict == DIBS_VERDICT_ACCEPTED)
        *(told->updated ? &batch->updated : &batch->offered) += 1;
    else if (told->reason == DIBS_REASON_ALREADY_DONE)
        batch->done++;
    else
        tell_bad(batch, slot->name, told->message);
}

/* The first of them that the store has no answer for: what was done and what wasn't. */
static void say_stopped(struct offer_batch *batch, int code)
{
    output_note(
        "it stopped at %s; what stands before it is offered, it and what follows isn't; offer it again to finish",
        batch->slots[0].name);
    batch->code = code;
}

static enum dibs_error offer_gathered(struct offer_batch *batch, struct dibs_answer **answer)
{
    struct dibs_offer_item items[DIBS_OFFER_ITEMS];
    const struct dibs_offer_options options = {.items = items, .item_count = batch->count, .in = batch->arguments->in};

    for (size_t i = 0; i < batch->count; i++) {
        items[i] = batch->slots[i].item;
        items[i].after = batch->slots[i].after;
        items[i].needs = batch->slots[i].needs;
    }
    return dibs_offer(batch->client, &options, answer);
}

static void flush(struct offer_batch *batch)
{
    struct dibs_answer *answer = NULL;

    if (batch->count == 0 || batch->code != EXIT_YES)
        return;
    enum dibs_error error = offer_gathered(batch, &answer);
    clear_line(batch);
    if (error == DIBS_BAD_INPUT && batch->bytes > BATCH_BYTES) { /* one that is too large: the others are good */
        tell_bad(batch, batch->slots[0].name, dibs_error_text());
    } else if (error != DIBS_OK) {
        say_stopped(batch, output_error(error, dibs_store_url(batch->client), batch->arguments->json));
    } else if (answer->verdict != DIBS_VERDICT_ACCEPTED) {
        output_answer(answer, "offered", NULL, batch->arguments->json);
        say_stopped(batch, dibs_answer_exit_code(answer));
    }
    for (size_t i = 0; answer != NULL && batch->code == EXIT_YES && i < answer->offered_count; i++)
        count_item(batch, &batch->slots[i], &answer->offered[i]);
    if (batch->code == EXIT_YES && batch->no_room_in_row >= ROOM_MISSED_MOST)
        stop_for_room(batch, batch->slots[batch->count - 1].name);
    dibs_answer_free(answer);
    for (size_t i = 0; i < batch->count; i++)
        release(&batch->slots[i]);
    batch->count = batch->bytes = 0;
    show_progress(batch);
}

bool offer_batch_bad(struct offer_batch *batch, const char *name, const char *why)
{
    tell_bad(batch, name, why);
    if (batch->bad < OFFER_BAD_MOST)
        return true;
    flush(batch); /* what stands before it */
    return stop_for_bad(batch, name);
}

void offer_batch_stop(struct offer_batch *batch, const char *name, const char *why)
{
    flush(batch);
    if (batch->code != EXIT_YES)
        return;
    clear_line(batch);
    output_note("%s: %s; what stands before it is offered, it and what follows isn't; offer it again to finish", name,
                why);
    batch->code = EXIT_USAGE;
}

bool offer_batch_is_interrupted(struct offer_batch *batch)
{
    if (batch->interrupted != NULL && *batch->interrupted != 0)
        batch->cut_short = true;
    return batch->cut_short;
}

bool offer_batch_add(struct offer_batch *batch, struct offer_slot *slot)
{
    size_t bytes = item_bytes(slot);

    if (offer_batch_is_interrupted(batch)) {
        offer_batch_stop(batch, slot->name, OFFER_INTERRUPTED);
        release(slot);
        return false;
    }
    if (batch->count == DIBS_OFFER_ITEMS || (batch->count > 0 && batch->bytes + bytes > BATCH_BYTES)) {
        const struct offer_slot next = *slot;
        flush(batch);
        batch->slots[0] = next;
        if (batch->bad >= OFFER_BAD_MOST)
            stop_for_bad(batch, next.name);
    }
    batch->count++;
    batch->seen++;
    batch->bytes += bytes;
    if (batch->code == EXIT_YES)
        return true;
    release(&batch->slots[0]);
    batch->count = 0;
    return false;
}

int offer_batch_end(struct offer_batch *batch)
{
    flush(batch);
    clear_line(batch);
    if (batch->code != EXIT_YES && batch->seen == 0 && batch->bad == 0)
        return batch->code;
    const struct output_offers all = {.store = dibs_store_url(batch->client),
                                      .offered = batch->offered,
                                      .updated = batch->updated,
                                      .done = batch->done,
                                      .no_room = batch->no_room,
                                      .bad = batch->bad};
    if (batch->arguments->json)
        output_json_offers(&all);
    else
        output_text_offers(&all);
    if (batch->code != EXIT_YES)
        return batch->code;
    return batch->bad > 0 ? EXIT_USAGE : batch->no_room > 0 ? EXIT_NO : EXIT_YES;
}
