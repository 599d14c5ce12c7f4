/* Any text as a ticket: what is taken is exactly what ticket_format makes. */
#include "base/check.h"
#include "proto/ticket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[1024], again[TICKET_SIZE];
    struct error_text why = {0};
    struct ticket ticket = {.reply_partition = 77};
    size_t length = size < sizeof text ? size : sizeof text - 1;
    memcpy(text, data, length);
    text[length] = '\0';
    if (ticket_parse(text, &ticket, &why) != DIBS_OK) {
        CHECK(why.text[0] != '\0' && ticket.reply_partition == 77);
        return 0;
    }
    ticket_format(ticket.id, ticket.reply_partition, span_from_text(ticket.session), again);
    CHECK(strcmp(text, again) == 0);
    return 0;
}
