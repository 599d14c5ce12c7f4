/* store.json: what was printed is read again, and nothing that was not. */
#include "agent-shim/manifest.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct error_text why;
static const struct manifest some = {
    .store_id = {1, 2, 0xff},
    .map_bytes = UINT64_MAX,
    .sync = true,
    .clock = {.boot_id = "0b5a1e2c-0000-4000-8000-000000000001", .base_ts_ms = 1700000000000, .base_boottime_ms = 5},
    .state_device = 66,
    .state_inode = 77,
    .state_born_ns = 1700000000123456789};

/* `from` is replaced by `to` in a good one. */
static enum dibs_error parse_changed(const char *from, const char *to)
{
    char text[MANIFEST_TEXT_MAX], changed[2 * MANIFEST_TEXT_MAX];
    struct manifest out;
    manifest_print(&some, text);
    char *at = strstr(text, from);
    cr_assert_not_null(at, "%s", from);
    (void)snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return manifest_parse(changed, "store.json", &out, &why);
}

Test(manifest, is_read_as_it_was_printed)
{
    char text[MANIFEST_TEXT_MAX];
    struct manifest out;
    manifest_print(&some, text);
    cr_assert_eq(manifest_parse(text, "store.json", &out, &why), DIBS_OK, "%s", why.text);
    cr_assert_eq(memcmp(out.store_id, some.store_id, sizeof out.store_id), 0);
    cr_assert_str_eq(out.clock.boot_id, some.clock.boot_id);
    cr_assert_eq(out.map_bytes, UINT64_MAX);
    cr_assert(out.sync);
    cr_assert_eq(out.clock.base_ts_ms, 1700000000000);
    cr_assert_eq(out.clock.base_boottime_ms, 5);
    cr_assert_eq(out.state_device, 66);
    cr_assert_eq(out.state_inode, 77);
    cr_assert_eq(out.state_born_ns, 1700000000123456789);
}

Test(manifest, a_field_of_a_later_version_is_let_pass)
{
    cr_assert_eq(parse_changed("\"sync\"", "\"new\": \"thing\",\n  \"sync\""), DIBS_OK, "%s", why.text);
}

Test(manifest, a_newer_format_is_told_from_damage)
{
    cr_assert_eq(parse_changed("\"format\": 1", "\"format\": 2"), DIBS_NEWER);
    cr_assert_eq(parse_changed("\"format\": 1", "\"format\": 0"), DIBS_DAMAGED);
}

Test(manifest, a_number_too_large_is_damage_and_not_another_number)
{
    cr_assert_eq(parse_changed("\"state_inode\": 77", "\"state_inode\": 18446744073709551616"), DIBS_DAMAGED);
    cr_assert_eq(parse_changed("\"state_inode\": 77", "\"state_inode\": 18446744073709551693"), DIBS_DAMAGED);
}

Test(manifest, what_is_missing_cut_off_or_malformed_is_damage)
{
    char text[MANIFEST_TEXT_MAX];
    struct manifest out;
    cr_assert_eq(parse_changed("\"sync\": true,", ""), DIBS_DAMAGED);
    cr_assert_eq(parse_changed("true", "maybe"), DIBS_DAMAGED);
    cr_assert_eq(parse_changed("0102ff", "0102f"), DIBS_DAMAGED);
    cr_assert_eq(parse_changed("77", "-7"), DIBS_DAMAGED);
    cr_assert_eq(parse_changed("0b5a1e2c-", "0b5a1e2c-and-much-more-than-a-boot-id-is-"), DIBS_DAMAGED);
    cr_assert_eq(parse_changed("}\n", "}\nx"), DIBS_DAMAGED);
    manifest_print(&some, text);
    for (size_t size = strlen(text) - 2; size > 0; size--) {
        text[size] = '\0';
        cr_assert_neq(manifest_parse(text, "store.json", &out, &why), DIBS_OK, "cut to %zu bytes", size);
    }
}
