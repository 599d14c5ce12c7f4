/* Any text as a value that the command line takes: a reward, a time ahead, a number, a priority, a setting, a cursor. What
 * is taken is within its bounds, and shown it is read as the same. The first byte says which. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent-shim/cli/offer_batch.h"
#include "agent-shim/cli/when.h"
#include "agent-shim/cursor.h"
#include "agent-shim/policy_info.h"
#include "base/check.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_BYTES = 512 };

/* argument_values.c asks which command it is. */
int cmd_next(const struct command *command, const struct arguments *arguments)
{
    return command == NULL && arguments == NULL;
}

int cmd_exec(const struct command *command, const struct arguments *arguments)
{
    return command == NULL && arguments == NULL;
}

static void check_reward(const char *text)
{
    uint32_t reward = 77777, again;
    char shown[16];
    if (dibs_parse_reward(text, &reward) != DIBS_OK) {
        CHECK(reward == 77777 && utf8_is_clean(span_from_text(dibs_error_text()), false));
        return;
    }
    snprintf(shown, sizeof shown, "%u.%04u", (unsigned)(reward / 10000), (unsigned)(reward % 10000));
    CHECK(reward <= 10000 && dibs_parse_reward(shown, &again) == DIBS_OK && again == reward);
}

static void check_when(const char *text)
{
    char shown[DIBS_TIME_TEXT_SIZE];
    int64_t ts_ms = 0, again = 0;
    if (!when_ahead(text, &ts_ms))
        return;
    CHECK(ts_ms > 0 && when_ahead(dibs_format_time(ts_ms, shown, sizeof shown), &again) && again == ts_ms);
}

static void check_number(const char *text)
{
    uint64_t number = 77, again = 0;
    char shown[24];
    if (!parse_number(text, &number)) {
        CHECK(number == 77);
        return;
    }
    snprintf(shown, sizeof shown, "%" PRIu64, number);
    CHECK(parse_number(shown, &again) && again == number);
    CHECK(strcmp(shown, text + strspn(text, "0")) == 0 || number == 0);
}

static void check_priority(const char *text)
{
    uint32_t priority = 77;
    bool taken = offer_priority_of(text, &priority);
    CHECK(taken ? priority <= 9 : priority == 77);
}

/* NAME=VALUE; the value alone shown as a number is the same setting. */
static void check_setting(char *text)
{
    static struct configure_intent intent, second;
    struct error_text why = {0};
    const struct policy_domain everything = {0};
    char shown[24], *equals = strchr(text, '=');
    if (equals == NULL)
        return;
    *equals = '\0';
    struct dibs_setting setting = {.name = text, .value = equals + 1};
    if (policy_parse(&setting, 1, everything, &intent, &why) != DIBS_OK) {
        CHECK(why.text[0] != '\0');
        return;
    }
    CHECK(intent.entry_count + intent.prefix_count == 1);
    if (intent.entry_count == 0)
        return;
    const struct policy_info *info = policy_info_of(intent.entries[0].id);
    uint64_t value = intent.entries[0].value;
    CHECK(strcmp(info->name, text) == 0 && value >= info->least && value <= info->most);
    snprintf(shown, sizeof shown, "%" PRIu64, value);
    setting.value = shown;
    CHECK(policy_parse(&setting, 1, everything, &second, &why) == DIBS_OK && second.entries[0].value == value);
}

static void check_cursor(const char *text)
{
    struct list_cursor cursor, again;
    struct error_text why = {0};
    struct pool pool = {0};
    if (cursor_parse(text, &cursor, &why) != DIBS_OK) {
        CHECK(why.text[0] != '\0');
        return;
    }
    CHECK(!(cursor.done && cursor.waits));
    CHECK(cursor_parse(cursor_print(&pool, &cursor), &again, &why) == DIBS_OK);
    CHECK(again.done == cursor.done && again.waits == cursor.waits && again.token == cursor.token);
    CHECK(span_equal(again.key, cursor.key));
    pool_deinit(&pool);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[TEXT_BYTES];
    size_t length = size == 0 ? 0 : size - 1 < sizeof text ? size - 1 : sizeof text - 1;
    if (length > 0)
        memcpy(text, data + 1, length);
    text[length] = '\0';
    switch (size == 0 ? 0 : data[0] % 6) {
    case 0:
        check_reward(text);
        break;
    case 1:
        check_when(text);
        break;
    case 2:
        check_number(text);
        break;
    case 3:
        check_priority(text);
        break;
    case 4:
        check_setting(text);
        break;
    default:
        check_cursor(text);
        break;
    }
    return 0;
}
