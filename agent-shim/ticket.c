/* Tickets: `1-CLIENT-SEQ-PARTITION-SESSION`, numbers in hexadecimal, the session's name in base64url. */
#include "agent-shim/ticket.h"

#include <inttypes.h>
#include <stdio.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static size_t base64_print(struct span bytes, char *out)
{
    size_t length = 0;
    uint32_t bits = 0;
    unsigned pending = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        bits = (bits << 8 | bytes.bytes[i]) & 0xffff;
        for (pending += 8; pending >= 6; pending -= 6)
            out[length++] = alphabet[bits >> (pending - 6) & 63];
    }
    if (pending > 0)
        out[length++] = alphabet[bits << (6 - pending) & 63];
    out[length] = '\0';
    return length;
}

/* False unless `text` is exactly what base64_print makes of 1 to size-1 bytes without NUL. */
static bool base64_parse(const char *text, char *out, size_t size)
{
    size_t length = 0;
    uint32_t bits = 0;
    unsigned pending = 0;
    for (; *text != '\0'; text++) {
        const char *found = strchr(alphabet, *text);
        if (found == NULL)
            return false;
        bits = (bits << 6 | (uint32_t)(found - alphabet)) & 0xffff;
        pending += 6;
        if (pending < 8)
            continue;
        pending -= 8;
        char byte = (char)(uint8_t)(bits >> pending);
        if (length + 1 >= size || byte == '\0')
            return false;
        out[length++] = byte;
    }
    out[length] = '\0';
    return length > 0 && pending < 6 && (bits & ((1u << pending) - 1)) == 0;
}

void ticket_print(struct intent_id id, uint32_t reply_partition, struct span session, char out[DIBS_TICKET_SIZE])
{
    char name[DIBS_TICKET_SIZE / 2 + 64];
    (void)base64_print(span_first(session, session.size < DIBS_SESSION_SIZE ? session.size : DIBS_SESSION_SIZE - 1),
                       name);
    (void)snprintf(out, DIBS_TICKET_SIZE, "1-%016" PRIx64 "-%" PRIx64 "-%" PRIx32 "-%s", id.client, id.seq,
                   reply_partition, name);
}

/* A hexadecimal number of at most 16 lower-case digits and the dash behind it. */
static bool take_number(const char **at, uint64_t *out)
{
    uint64_t value = 0;
    size_t digits = strspn(*at, "0123456789abcdef");
    if (digits == 0 || digits > 16 || (*at)[digits] != '-')
        return false;
    for (size_t i = 0; i < digits; i++) {
        char c = (*at)[i];
        value = value << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    *at += digits + 1;
    *out = value;
    return true;
}

enum dibs_error ticket_parse(const char *text, struct ticket *out, struct error_text *why)
{
    const char *at = text == NULL ? "" : text;
    struct ticket ticket = {0};
    uint64_t version, partition;
    if (!take_number(&at, &version) || version != 1 || !take_number(&at, &ticket.id.client) ||
        !take_number(&at, &ticket.id.seq) || !take_number(&at, &partition) || partition > UINT32_MAX ||
        !base64_parse(at, ticket.session, sizeof ticket.session) || ticket.id.client == 0 || ticket.id.seq == 0)
        return error_say(why, DIBS_BAD_INPUT,
                         "not a ticket: '%.60s'; give the text after `ticket` exactly as a claim printed it",
                         text == NULL ? "" : text);
    ticket.reply_partition = (uint32_t)partition;
    *out = ticket;
    return DIBS_OK;
}
