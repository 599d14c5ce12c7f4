/* The store that fuzzed readers offer to: what stands here in the library's place takes and answers, and checks. */
#include "tests/fuzz/offers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <jansson.h>

#include "agent-shim/cli/output.h"
#include "base/utf8.h"

enum { RECORD_TEXT_BYTES = 64 * 1024, LINE_BYTES = 64 * 1024 };

static struct offers now;
static FILE *kept;

/* ---------------------------------------------------------------- what is handed over */

/* What is no UTF-8 (a heading of a file) is for the store to refuse. */
static void put_text(json_t *object, const char *name, const char *text)
{
    if (text != NULL)
        CHECK(json_object_set_new(object, name, json_string(utf8_is_valid(span_from_text(text)) ? text : "no text")) ==
              0);
}

static void put_list(json_t *object, const char *name, const char *const *words, size_t count)
{
    json_t *list = json_array();
    CHECK(count <= WORD_LIST_MOST);
    for (size_t i = 0; i < count; i++)
        CHECK(words[i] != NULL && json_array_append_new(list, json_string(words[i])) == 0);
    json_object_set_new(object, name, list);
}

/* A time that can be shown, and is read as the same. */
static void put_time(json_t *object, const char *name, int64_t ts_ms)
{
    char text[DIBS_TIME_TEXT_SIZE];
    int64_t again = 0;
    if (ts_ms == 0)
        return;
    CHECK(dibs_parse_time(dibs_format_time(ts_ms, text, sizeof text), &again) == DIBS_OK && again == ts_ms);
    put_text(object, name, text);
}

static void keep_item(const struct dibs_offer_item *item)
{
    json_t *object = json_object();
    CHECK(item->key != NULL && (!item->has_priority || item->priority <= 9));
    put_text(object, "key", item->key);
    put_text(object, "about", item->about);
    put_text(object, "aka", item->aka);
    put_text(object, "category", item->category);
    put_text(object, "scope", item->scope);
    put_text(object, "ref", item->ref);
    put_list(object, "after", item->after, item->after_count);
    put_list(object, "needs", item->needs, item->need_count);
    put_time(object, "not_before", item->not_before_ts_ms);
    put_time(object, "expires", item->expires_ts_ms);
    if (item->has_priority)
        json_object_set_new(object, "priority", json_integer(item->priority));
    if (item->again)
        json_object_set_new(object, "again", json_true());
    CHECK(json_dumpf(object, kept, JSON_COMPACT) == 0 && fputc('\n', kept) == '\n');
    json_decref(object);
}

static size_t text_bytes(const struct dibs_offer_item *item)
{
    const char *const texts[] = {item->key, item->about, item->aka, item->category, item->scope, item->ref};
    size_t bytes = 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        bytes += texts[i] != NULL ? strlen(texts[i]) : 0;
    for (size_t i = 0; i < item->after_count; i++)
        bytes += strlen(item->after[i]);
    for (size_t i = 0; i < item->need_count; i++)
        bytes += strlen(item->needs[i]);
    return bytes;
}

/* ---------------------------------------------------------------- in the library's place */

static struct dibs_offered judge(const char *key)
{
    if (strstr(key, "bad") != NULL)
        return (struct dibs_offered){DIBS_VERDICT_DENIED, DIBS_REASON_BAD_REQUEST, 0, false, key, "it is bad", false};
    if (strstr(key, "done") != NULL)
        return (struct dibs_offered){DIBS_VERDICT_DENIED, DIBS_REASON_ALREADY_DONE, 0, false, key, "it is done", false};
    return (struct dibs_offered){DIBS_VERDICT_ACCEPTED, 0, 0, strlen(key) % 2 == 1, key, "", false};
}

enum dibs_error dibs_offer(dibs_client *client, const struct dibs_offer_options *options, struct dibs_answer **out)
{
    static struct dibs_offered offered[DIBS_OFFER_ITEMS];
    static struct dibs_answer answer;
    size_t bytes = 0;

    (void)client;
    CHECK(options->item_count >= 1 && options->item_count <= DIBS_OFFER_ITEMS && now.code == EXIT_YES);
    answer = (struct dibs_answer){.verdict = DIBS_VERDICT_ACCEPTED, .offered = offered};
    answer.offered_count = options->item_count;
    now.unanswered = options->item_count;
    for (size_t i = 0; i < options->item_count; i++) {
        const struct dibs_offer_item *item = &options->items[i];
        if (strstr(item->key, "fail") != NULL)
            return now.code = EXIT_STORE, DIBS_UNAVAILABLE;
        if (strstr(item->key, "refuse") != NULL)
            return now.code = EXIT_USAGE, DIBS_BAD_INPUT;
        if (strstr(item->key, "stop") != NULL)
            answer.verdict = DIBS_VERDICT_DENIED;
        bytes += text_bytes(item);
        offered[i] = judge(item->key);
    }
    CHECK(options->item_count == 1 || bytes <= RECORD_TEXT_BYTES);
    *out = &answer;
    if (answer.verdict == DIBS_VERDICT_DENIED)
        return now.code = EXIT_NO, DIBS_OK;
    now.unanswered = 0;
    if (bytes > RECORD_TEXT_BYTES)
        return *out = NULL, DIBS_BAD_INPUT; /* that item alone is */
    for (size_t i = 0; i < options->item_count; i++)
        keep_item(&options->items[i]);
    now.handed += options->item_count;
    now.records++;
    return DIBS_OK;
}

enum dibs_error dibs_withdraw(dibs_client *client, const struct dibs_withdraw_options *options,
                              struct dibs_answer **out)
{
    static struct dibs_answer answer = {.verdict = DIBS_VERDICT_ACCEPTED};
    (void)client;
    *out = &answer;
    CHECK(options->key_count >= 1 && options->key_count <= DIBS_WITHDRAW_KEYS);
    now.withdrawn += options->key_count;
    return DIBS_OK;
}

void dibs_answer_free(struct dibs_answer *answer)
{
    (void)answer;
}

const char *dibs_store_url(const dibs_client *client)
{
    (void)client;
    return "file:/somewhere";
}

int dibs_answer_exit_code(const struct dibs_answer *answer)
{
    (void)answer;
    return EXIT_NO;
}

/* ---------------------------------------------------------------- in the place of what is printed */

int output_error(enum dibs_error error, const char *store, bool json)
{
    (void)store;
    (void)json;
    CHECK(error == DIBS_UNAVAILABLE || error == DIBS_BAD_INPUT);
    return now.code;
}

void output_answer(const struct dibs_answer *answer, const char *accepted, const struct hint *hint, bool json)
{
    (void)accepted;
    (void)hint;
    (void)json;
    CHECK(answer->verdict == DIBS_VERDICT_DENIED);
}

void output_note(const char *format, ...)
{
    CHECK(format[0] != '\0');
}

int usage_error(const struct command *command, bool json, const char *format, ...)
{
    (void)command;
    (void)json;
    CHECK(format[0] != '\0');
    now.refused = true;
    return EXIT_USAGE;
}

void output_text_offers(const struct output_offers *offers)
{
    now.offered = offers->offered;
    now.updated = offers->updated;
    now.done = offers->done;
    now.bad = offers->bad;
}

void output_json_offers(const struct output_offers *offers)
{
    output_text_offers(offers);
}

/* ---------------------------------------------------------------- a reading */

const char *offers_file(int number, const void *bytes, size_t size)
{
    static int files[2] = {-1, -1};
    static char paths[2][64];

    if (files[number] < 0)
        files[number] = memfd_create("offers", MFD_CLOEXEC);
    CHECK(files[number] >= 0 && ftruncate(files[number], 0) == 0);
    CHECK(pwrite(files[number], bytes, size, 0) == (ssize_t)size);
    snprintf(paths[number], sizeof paths[number], "/proc/self/fd/%d", files[number]);
    return paths[number];
}

struct offers offers_read(offers_reader *reader, const char *path)
{
    static const struct arguments arguments;
    static struct offer_batch batch;

    now = (struct offers){0};
    kept = open_memstream(&now.lines, &now.size);
    CHECK(kept != NULL);
    offer_batch_begin(&batch, NULL, &arguments, NULL);
    reader(&batch, path);
    bool was_refused = now.refused;
    int code = offer_batch_end(&batch);
    bool stopped = now.code != EXIT_YES;
    now.code = code;
    CHECK(fclose(kept) == 0);
    CHECK(now.offered + now.updated + now.done <= now.handed);
    CHECK(now.offered + now.updated + now.done + now.bad >= now.handed);
    CHECK(was_refused || stopped || batch.bad >= OFFER_BAD_MOST || now.code == (now.bad > 0 ? EXIT_USAGE : EXIT_YES) ||
          now.code == EXIT_NO || now.code == EXIT_STORE);
    return now;
}

void offers_free(struct offers *offers)
{
    free(offers->lines);
    *offers = (struct offers){0};
}

void offers_check_again(const struct offers *offers)
{
    for (const char *at = offers->lines; *at != '\0'; at = strchr(at, '\n') + 1) {
        if (strcspn(at, "\n") > LINE_BYTES)
            return; /* written so, it is too long */
    }
    struct offers again = offers_read(offer_lines, offers_file(1, offers->lines, offers->size));
    CHECK(again.handed == offers->handed && again.size == offers->size);
    CHECK(memcmp(again.lines, offers->lines, again.size) == 0);
    offers_free(&again);
}
