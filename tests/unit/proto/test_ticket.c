/* Tickets. */
#include <criterion/criterion.h>

#include "base/random.h"
#include "proto/ticket.h"

static char text[TICKET_SIZE];
static struct ticket ticket;
static struct error_text why;

static enum dibs_error parse(const char *from)
{
    why.text[0] = '\0';
    return ticket_parse(from, &ticket, &why);
}

static void round_trip(struct intent_id id, uint32_t partition, const char *session)
{
    ticket_format(id, partition, span_from_text(session), text);
    cr_assert_eq(parse(text), DIBS_OK, "%s: %s", text, why.text);
    cr_assert(ticket.id.client == id.client && ticket.id.seq == id.seq && ticket.reply_partition == partition);
    cr_assert_str_eq(ticket.session, session);
}

Test(ticket, comes_back_as_it_was)
{
    char session[LIMIT_SESSION_BYTES + 1] = "";
    struct random random;
    random_init(&random, 3);
    for (size_t size = 1; size <= LIMIT_SESSION_BYTES; size++) {
        session[size - 1] = (char)random_between(&random, 0x20, 0x7e);
        round_trip((struct intent_id){random_next(&random), random_next(&random) >> random_below(&random, 64)},
                   (uint32_t)random_next(&random) >> random_below(&random, 32), session);
    }
    round_trip((struct intent_id){0, 0}, 0, "s");
    round_trip((struct intent_id){UINT64_MAX, UINT64_MAX}, UINT32_MAX, "größe");
}

Test(ticket, is_at_most_256_ascii_characters)
{
    char session[LIMIT_SESSION_BYTES + 1];
    memset(session, 'x', LIMIT_SESSION_BYTES);
    session[LIMIT_SESSION_BYTES] = '\0';
    round_trip((struct intent_id){UINT64_MAX, UINT64_MAX}, UINT32_MAX, session);
    cr_assert_leq(strlen(text), 256);
    for (const char *c = text; *c != '\0'; c++)
        cr_assert(*c > 0x20 && *c < 0x7f);
}

Test(ticket, is_the_same_text_for_good)
{
    ticket_format((struct intent_id){0x0123456789abcdef, 300}, 2, span_from_text("alpha"), text);
    cr_assert_str_eq(text, "t1-782riWdFIwGsAgJhbHBoYd5oTdE");
}

Test(ticket, with_any_character_changed_left_out_or_doubled_is_refused)
{
    static const char others[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=/+ \n\x80";
    ticket_format((struct intent_id){0x0123456789abcdef, 300}, 2, span_from_text("alpha"), text);
    size_t size = strlen(text);
    for (size_t at = 0; at < size; at++) {
        char wrong[TICKET_SIZE];
        for (const char *other = others; *other != '\0'; other++) {
            strcpy(wrong, text);
            wrong[at] = *other;
            if (*other != text[at])
                cr_assert_neq(parse(wrong), DIBS_OK, "%s", wrong);
        }
        strcpy(wrong, text);
        memmove(wrong + at, text + at + 1, size - at);
        cr_assert_neq(parse(wrong), DIBS_OK, "%s", wrong);
        strcpy(wrong + at, text + at);
        memmove(wrong + at + 1, text + at, size - at + 1);
        cr_assert_neq(parse(wrong), DIBS_OK, "%s", wrong);
        strcpy(wrong, text);
        wrong[at] = '\0';
        cr_assert_neq(parse(wrong), DIBS_OK, "%s", wrong);
    }
}

Test(ticket, that_is_none_is_bad_input_and_changes_nothing)
{
    char many[2000];
    memset(many, 'A', sizeof many);
    memcpy(many, "t1-", 3);
    many[sizeof many - 1] = '\0';
    static const char *const none[] = {NULL, "",        "t",      "t1",          "t1-",        "t1-A",
                                       "t-", "tx-AAAA", "ticket", "T1-AAAAAAAA", "t1-\xff\xff"};
    ticket = (struct ticket){.reply_partition = 77};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        cr_assert_eq(parse(none[i]), DIBS_BAD_INPUT);
    cr_assert_eq(parse(many), DIBS_BAD_INPUT);
    cr_assert(ticket.reply_partition == 77 && why.text[0] != '\0');
}

Test(ticket, of_another_version_is_newer)
{
    cr_assert_eq(parse("t2-AAAAAAAA"), DIBS_NEWER);
}
