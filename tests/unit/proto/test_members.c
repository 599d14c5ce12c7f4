/* Every member of every struct on the wire is in its table, each once: what a table forgets would be lost in silence.
 * The members are counted in the text of messages.h; tests run in the repository's root. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "proto/wire.h"

enum { FILE_MAX = 1 << 17 };

static char header[FILE_MAX];
static uint8_t touched[sizeof(struct decision)];

/* The text without its comments. */
static void read_header(void)
{
    FILE *file = fopen("proto/messages.h", "r");
    cr_assert_not_null(file, "tests run in the repository's root");
    size_t size = fread(header, 1, FILE_MAX - 1, file);
    fclose(file);
    header[size] = '\0';
    for (char *at; (at = strstr(header, "/*")) != NULL;) {
        char *end = strstr(at, "*/");
        cr_assert_not_null(end);
        memmove(at, end + 2, strlen(end + 2) + 1);
    }
}

/* One for each declaration, and one more for each comma in it. */
static size_t members_in_text(const char *name)
{
    char opening[64];
    snprintf(opening, sizeof opening, "\nstruct %s {", name);
    const char *at = strstr(header, opening);
    cr_assert_not_null(at, "no struct %s", name);
    size_t count = 0;
    for (at += strlen(opening); *at != '}'; at++)
        count += *at == ';' || *at == ',';
    return count;
}

static void touch(size_t offset, size_t size, uint8_t number)
{
    for (size_t at = offset; at < offset + size; at++) {
        cr_assert_eq(touched[at], 0, "field %d is of the same bytes as another", number);
        touched[at] = 1;
    }
}

/* How many members a field is; an intent_id is one of two fields, the first of which is fixed64. */
static size_t members_of_field(const struct wire_field *field)
{
    static const size_t sizes[] = {
        [WIRE_BOOL] = sizeof(bool),        [WIRE_U32] = 4,  [WIRE_U64] = 8,     [WIRE_FIXED64] = 8,
        [WIRE_SPAN] = sizeof(struct span), [WIRE_BLOB] = 0, [WIRE_MESSAGE] = 0, [WIRE_FORMAT] = 0};
    size_t size = sizes[field->kind] != 0 ? sizes[field->kind] : field->size;
    size_t members = field->kind == WIRE_FIXED64 || field->kind == WIRE_FORMAT ? 0 : 1;
    touch(field->offset, size * (field->count == WIRE_NONE ? 1 : field->bound), field->number);
    if (field->count != WIRE_NONE)
        touch(field->count, sizeof(uint32_t), field->number);
    if (field->has != WIRE_NONE)
        touch(field->has, sizeof(bool), field->number);
    return members + (field->count != WIRE_NONE) + (field->has != WIRE_NONE);
}

static void expect_all(const char *name, const struct wire_message *table)
{
    size_t count = 0;
    memset(touched, 0, sizeof touched);
    for (uint8_t i = 0; i < table->field_count; i++)
        count += members_of_field(&table->fields[i]);
    cr_assert_eq(count, members_in_text(name), "struct %s has %d members, its table %d", name,
                 (int)members_in_text(name), (int)count);
}

static const struct wire_message *inside(const struct wire_message *table, uint8_t number)
{
    return table->fields[number - 1].message;
}

Test(members, of_all_intents_are_on_the_wire)
{
    read_header();
    expect_all("intent_head", &wire_head);
    expect_all("claim_intent", wire_body(VERB_CLAIM));
    expect_all("renew_intent", wire_body(VERB_RENEW));
    expect_all("target", inside(wire_body(VERB_RENEW), 1));
    expect_all("close_intent", wire_body(VERB_CLOSE));
    expect_all("cancel_intent", wire_body(VERB_CANCEL));
    expect_all("handoff_intent", wire_body(VERB_HANDOFF));
    expect_all("take_intent", wire_body(VERB_TAKE));
    expect_all("query_intent", wire_body(VERB_QUERY));
    expect_all("list_cursor", &wire_list_cursor);
    expect_all("revoke_intent", wire_body(VERB_REVOKE));
    expect_all("configure_intent", wire_body(VERB_CONFIGURE));
    expect_all("policy_entry", &wire_policy_entry);
    expect_all("prefix_entry", &wire_prefix_entry);
    expect_all("genesis_intent", wire_body(VERB_GENESIS));
    expect_all("recovered_intent", wire_body(VERB_RECOVERED));
    expect_all("seal_intent", wire_body(VERB_SEAL));
    expect_all("label_intent", wire_body(VERB_SAME));
    expect_all("offer_intent", wire_body(VERB_OFFER));
    expect_all("offer_item", inside(wire_body(VERB_OFFER), 1));
    expect_all("withdraw_intent", wire_body(VERB_WITHDRAW));
    expect_all("next_intent", wire_body(VERB_NEXT));
    expect_all("import_intent", wire_body(VERB_IMPORT));
    expect_all("imported_record", inside(wire_body(VERB_IMPORT), 2));
}

Test(members, of_a_decision_are_on_the_wire)
{
    read_header();
    expect_all("decision", &wire_decision);
    expect_all("granted_key", inside(&wire_decision, 25));
    expect_all("holder", inside(&wire_decision, 30));
    expect_all("renewed_item", inside(&wire_decision, 35));
    expect_all("report_row", inside(&wire_decision, 38));
    expect_all("report_status", inside(&wire_decision, 41));
    expect_all("rival", inside(&wire_decision, 43));
    expect_all("report_thresholds", inside(&wire_decision, 45));
    expect_all("offered_item", inside(&wire_decision, 46));
    expect_all("report_pick", inside(&wire_decision, 49));
    expect_all("report_supply", inside(&wire_decision, 50));
    expect_all("report_steering", inside(&wire_decision, 51));
    expect_all("report_obstacle", inside(&wire_decision, 52));
    expect_all("report_draw", inside(&wire_decision, 53));
}
