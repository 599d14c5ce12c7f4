/* Intents to bytes and back. */
#include <criterion/criterion.h>

#include "proto/codec.h"
#include "tests/unit/proto/any_struct.h"

static const enum verb verbs[] = {VERB_CLAIM,     VERB_RENEW, VERB_CLOSE,  VERB_CANCEL,    VERB_HANDOFF,
                                  VERB_TAKE,      VERB_QUERY, VERB_REVOKE, VERB_CONFIGURE, VERB_GENESIS,
                                  VERB_RECOVERED, VERB_SEAL,  VERB_TICK,   VERB_IMPORT};

static uint8_t first[LIMIT_IMPORT_BYTES], second[LIMIT_IMPORT_BYTES];
static struct intent given, read;

static struct span encode(const struct intent *intent, uint8_t *bytes)
{
    size_t used = 0;
    struct error_text why = {0};
    cr_assert_eq(intent_encode(intent, bytes, LIMIT_IMPORT_BYTES, &used, &why), DIBS_OK, "%s", why.text);
    return span_of(bytes, used);
}

Test(intent, comes_back_as_it_was_and_gives_the_same_bytes_again)
{
    for (size_t v = 0; v < sizeof verbs / sizeof verbs[0]; v++) {
        for (uint64_t seed = 0; seed < 300; seed++) {
            struct random random;
            random_init(&random, seed);
            any_intent(&random, verbs[v], &given);
            memset(&read, 0xff, sizeof read);
            struct span bytes = encode(&given, first);
            intent_decode(bytes, &read);
            cr_assert_eq(read.flaw, FLAW_NONE, "verb %d seed %d: flaw %d", (int)verbs[v], (int)seed, (int)read.flaw);
            cr_assert_eq(read.verb, verbs[v]);
            cr_assert_eq(read.has_head, given.has_head);
            cr_assert(same_struct(&wire_head, &given.head, &read.head));
            cr_assert(same_struct(wire_body(verbs[v]), &given.body, &read.body), "verb %d seed %d", (int)verbs[v],
                      (int)seed);
            cr_assert(span_equal(encode(&read, second), bytes));
        }
    }
}

Test(intent, of_a_claim_keeps_each_member)
{
    given = (struct intent){.verb = VERB_CLAIM, .has_head = true};
    given.head = (struct intent_head){.id = {1, UINT64_MAX}, .session = span_from_text("s"), .reply_partition = 7};
    memset(given.head.identity, 9, sizeof given.head.identity);
    struct claim_intent *claim = &given.body.claim;
    *claim = (struct claim_intent){.key_count = 2,
                                   .any = true,
                                   .shared = true,
                                   .fresh = true,
                                   .again = true,
                                   .dry_run = true,
                                   .has_ttl = true,
                                   .has_wait = true,
                                   .has_wait_ms = true,
                                   .has_waiter_lease = true,
                                   .ttl_ms = 0,
                                   .wait_ms = 2,
                                   .waiter_lease_ms = 3,
                                   .in = span_from_text("in"),
                                   .about = span_from_text("about"),
                                   .aka = span_from_text("aka"),
                                   .category = span_from_text("category"),
                                   .ref = span_from_text("ref"),
                                   .origin = span_from_text("origin")};
    claim->keys[0] = span_from_text("key");
    intent_decode(encode(&given, first), &read);
    const struct claim_intent *got = &read.body.claim;
    cr_assert(read.has_head && read.head.id.client == 1 && read.head.id.seq == UINT64_MAX);
    cr_assert(read.head.reply_partition == 7 && memcmp(read.head.identity, given.head.identity, 32) == 0);
    cr_assert(span_equal(read.head.session, given.head.session));
    cr_assert(got->key_count == 2 && span_equal(got->keys[0], claim->keys[0]) && got->keys[1].size == 0);
    cr_assert(got->any && got->shared && got->fresh && got->again && got->dry_run);
    cr_assert(got->has_ttl && got->has_wait && got->has_wait_ms && got->has_waiter_lease);
    cr_assert(got->ttl_ms == 0 && got->wait_ms == 2 && got->waiter_lease_ms == 3);
    cr_assert(span_equal(got->in, claim->in) && span_equal(got->about, claim->about) &&
              span_equal(got->aka, claim->aka));
    cr_assert(span_equal(got->category, claim->category) && span_equal(got->ref, claim->ref));
    cr_assert(span_equal(got->origin, claim->origin));
}

Test(intent, ttl_that_is_absent_is_not_a_ttl_of_zero)
{
    given = (struct intent){.verb = VERB_RENEW, .has_head = true};
    intent_decode(encode(&given, first), &read);
    cr_assert(read.flaw == FLAW_NONE && !read.body.renew.has_ttl);
    given.body.renew.has_ttl = true;
    intent_decode(encode(&given, first), &read);
    cr_assert(read.flaw == FLAW_NONE && read.body.renew.has_ttl && read.body.renew.ttl_ms == 0);
}

Test(intent, that_does_not_fit_is_refused)
{
    static uint8_t text[LIMIT_RECORD_BYTES];
    struct error_text why = {0};
    size_t used = 0;
    given = (struct intent){.verb = VERB_TAKE, .has_head = true, .body.take.origin = span_of(text, sizeof text)};
    cr_assert_eq(intent_encode(&given, first, sizeof first, &used, &why), DIBS_BAD_INPUT);
    cr_assert(why.text[0] != '\0');
    given.body.take.origin.size = 100;
    cr_assert_eq(intent_encode(&given, first, 100, &used, &why), DIBS_BAD_INPUT);
    cr_assert_eq(intent_encode(&given, first, 200, &used, &why), DIBS_OK);
}

Test(intent, of_the_largest_size_is_read_and_a_byte_more_is_too_large)
{
    static uint8_t text[LIMIT_RECORD_BYTES], more[LIMIT_RECORD_BYTES + 1];
    struct error_text why;
    size_t used = 0, size = sizeof text;
    given = (struct intent){.verb = VERB_TAKE, .has_head = true};
    do
        given.body.take.origin = span_of(text, size--);
    while (intent_encode(&given, first, sizeof first, &used, &why) != DIBS_OK);
    cr_assert_eq(used, LIMIT_RECORD_BYTES);
    intent_decode(span_of(first, used), &read);
    cr_assert_eq(read.flaw, FLAW_NONE);
    memcpy(more, first, used);
    intent_decode(span_of(more, used + 1), &read);
    cr_assert_eq(read.flaw, FLAW_TOO_LARGE);
    cr_assert(read.has_head);
}

Test(intent, of_the_log_itself_has_no_head)
{
    given = (struct intent){.verb = VERB_TICK};
    struct span bytes = encode(&given, first);
    cr_assert(span_equal(bytes, span_of("\x08\x01\x18\x0d", 4)));
    intent_decode(bytes, &read);
    cr_assert(read.flaw == FLAW_NONE && read.verb == VERB_TICK && !read.has_head);
}
