/* Bad bytes in the log are data (INV-10): counted, shown as such, and in nobody's way. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "agent-shim/manifest.h"
#include "base/random.h"
#include "log/log_local.h"
#include "log/store_lock.h"
#include "proto/codec.h"
#include "tests/behaviour/world.h"

enum { ROTTEN = 200 };

TestSuite(bad_records);

static void open_log(struct store_lock **lock, struct log **log)
{
    char text[MANIFEST_TEXT_MAX] = "";
    struct manifest manifest;
    struct error_text why;
    FILE *file = fopen(world_path("store/store.json"), "r");
    cr_assert_not_null(file);
    (void)!fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    MUST(manifest_parse(text, "store.json", &manifest, &why));
    struct log_local_options options = {.clock = manifest.clock};
    memcpy(options.store_id, manifest.store_id, sizeof options.store_id);
    MUST(store_lock_open(world_path("store/lock"), lock, &why));
    MUST(store_lock_take(*lock, 1000, "writing rot", &why));
    MUST(log_local_open(world_path("store/log"), &options, log, &why));
    MUST(log_local_recover(*log, 0, &why));
}

static size_t encode_claim(uint8_t bytes[LIMIT_RECORD_BYTES])
{
    struct intent intent = {.has_head = true, .verb = VERB_CLAIM};
    struct error_text why;
    size_t size = 0;
    intent.head.id = (struct intent_id){77, 1};
    intent.head.session = span_from_text("mallory");
    intent.body.claim.keys[0] = span_from_text("task:rot");
    intent.body.claim.key_count = 1;
    MUST(intent_encode(&intent, bytes, LIMIT_RECORD_BYTES, &size, &why));
    return size;
}

/* Nothing, noise, and good records that were cut off or had a byte changed. */
static void append_rot(struct log *log, uint64_t seed)
{
    static uint8_t bytes[LIMIT_RECORD_BYTES], good[LIMIT_RECORD_BYTES];
    struct random random;
    struct error_text why;
    uint64_t offset, ts_ms;
    size_t good_size = encode_claim(good);
    random_init(&random, seed);
    for (int i = 0; i < ROTTEN; i++) {
        size_t size = random_below(&random, good_size);
        if (i % 3 == 0)
            random_bytes(&random, bytes, (uint32_t)size);
        else
            memcpy(bytes, good, good_size);
        if (i % 3 == 2) {
            size = good_size;
            bytes[random_below(&random, size)] ^= (uint8_t)(1 + random_below(&random, 255));
        }
        MUST(log_append(log, span_of(bytes, size), &offset, &ts_ms, &why));
    }
}

Test(bad_records, are_counted_shown_and_in_nobodys_way)
{
    struct store_lock *lock;
    struct log *log;
    struct dibs_answer *answer;
    const struct dibs_log_entry *entry;
    dibs_log *reading;
    world_begin(NULL);
    dibs_client *client = world_open("alice");
    open_log(&lock, &log);
    append_rot(log, 1);
    log_close(log);
    store_lock_close(lock);

    cr_assert_eq(world_try(client, "task:one", NULL), DIBS_VERDICT_GRANTED);
    MUST(dibs_get_status(client, &answer));
    uint64_t counted = answer->status->bad_records, shown = 0, records = 0;
    cr_assert_eq(answer->status->log_records, 1 + ROTTEN + 1);
    dibs_answer_free(answer);
    cr_assert_geq(counted, ROTTEN / 2);
    MUST(dibs_log_open(client, NULL, &reading));
    for (; dibs_log_next(reading, &entry) == DIBS_OK; records++)
        shown += strcmp(entry->verb, "bad") == 0;
    dibs_log_close(reading);
    cr_assert_eq(records, 1 + ROTTEN + 1);
    cr_assert_eq(shown, counted);
    world_verify();
    dibs_close(client);
    world_end();
}
