/* Checkpoints to bytes and back, and as another implementation reads them. */
#include <criterion/criterion.h>
#include <dibs.pb-c.h>

#include "proto/codec.h"
#include "tests/unit/proto/any_struct.h"

static uint8_t bytes[CHECKPOINT_BYTES], again[CHECKPOINT_BYTES];
static struct checkpoint given, read;

Test(checkpoint, comes_back_as_it_was_and_another_implementation_reads_it)
{
    struct error_text why = {0};
    for (uint64_t seed = 0; seed < 500; seed++) {
        struct random random;
        size_t size = 0;
        random_init(&random, seed);
        memset(&given, 0, sizeof given);
        any_struct(&random, &wire_checkpoint, 256, &given);
        cr_assert_eq(checkpoint_encode(&given, bytes, sizeof bytes, &size, &why), DIBS_OK, "%s", why.text);
        cr_assert_eq(checkpoint_decode(span_of(bytes, size), &read, &why), DIBS_OK, "%s", why.text);
        cr_assert(same_struct(&wire_checkpoint, &given, &read), "seed %d", (int)seed);
        Dibs__Wire__Checkpoint *theirs = dibs__wire__checkpoint__unpack(NULL, size, bytes);
        cr_assert(theirs != NULL && theirs->base.n_unknown_fields == 0 && theirs->offset == given.offset);
        cr_assert_eq(dibs__wire__checkpoint__pack(theirs, again), size);
        cr_assert(span_equal(span_of(again, size), span_of(bytes, size)));
        dibs__wire__checkpoint__free_unpacked(theirs, NULL);
    }
}

/* The MAC is over the bytes that a MAC of zeros gives. */
Test(checkpoint, without_a_mac_is_the_beginning_of_the_one_with_it)
{
    struct error_text why;
    size_t bare = 0, whole = 0;
    given = (struct checkpoint){.offset = 7, .rules = 1, .build = span_from_text("0.1"), .rank = 2};
    cr_assert_eq(checkpoint_encode(&given, bytes, sizeof bytes, &bare, &why), DIBS_OK);
    memset(given.mac, 9, sizeof given.mac);
    cr_assert_eq(checkpoint_encode(&given, again, sizeof again, &whole, &why), DIBS_OK);
    cr_assert_eq(whole, bare + 2 + sizeof given.mac);
    cr_assert_eq(memcmp(bytes, again, bare), 0);
}

Test(checkpoint, that_is_none_is_damaged_or_newer)
{
    struct error_text why;
    size_t size = 0;
    given = (struct checkpoint){.offset = 7};
    cr_assert_eq(checkpoint_encode(&given, bytes, sizeof bytes, &size, &why), DIBS_OK);
    for (size_t cut = 0; cut < size; cut++)
        cr_assert_neq(checkpoint_decode(span_of(bytes, cut), &read, &why), DIBS_OK);
    cr_assert_eq(checkpoint_decode(span_of("\x08\x02", 2), &read, &why), DIBS_NEWER);
    struct intent tick = {.verb = VERB_TICK};
    cr_assert_eq(intent_encode(&tick, bytes, sizeof bytes, &size, &why), DIBS_OK);
    cr_assert_eq(checkpoint_decode(span_of(bytes, size), &read, &why), DIBS_DAMAGED, "a record is no checkpoint");
    cr_assert_eq(checkpoint_encode(&given, bytes, 10, &size, &why), DIBS_BAD_INPUT);
}
