/* Cursors of lists as text: `h`, `w`, `d` or `o` (held, waited for, done, offered), the token, a colon, the key. */
#include "agent-shim/cursor.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *cursor_print(struct pool *pool, const struct list_cursor *cursor)
{
    return pool_format(pool, "%c%" PRIu64 ":%.*s",
                       cursor->offers  ? 'o'
                       : cursor->done  ? 'd'
                       : cursor->waits ? 'w'
                                       : 'h',
                       cursor->token, (int)cursor->key.size,
                       cursor->key.size == 0 ? "" : (const char *)cursor->key.bytes);
}

enum dibs_error cursor_parse(const char *text, struct list_cursor *out, struct error_text *why)
{
    *out = (struct list_cursor){0};
    if (text == NULL)
        return DIBS_OK;
    size_t digits = text[0] == '\0' ? 0 : strspn(text + 1, "0123456789");
    if (strchr("hwdo", text[0]) == NULL || digits == 0 || digits > 19 || text[1 + digits] != ':')
        return error_say(why, DIBS_BAD_INPUT, "not the cursor of a list: '%.40s'; give the `next` of the page before",
                         text);
    *out = (struct list_cursor){.done = text[0] == 'd',
                                .waits = text[0] == 'w',
                                .offers = text[0] == 'o',
                                .token = strtoull(text + 1, NULL, 10),
                                .key = span_from_text(text + 2 + digits)};
    return DIBS_OK;
}
