/* Tickets: `t1-` and base64url without padding of: client (8 bytes LE), seq and reply partition (varints), the session's
 * name, CRC-32C (4 bytes LE) of all that comes before it, `t1-` included. docs/WIRE.md. */
#include "proto/ticket.h"

#include "base/check.h"
#include "base/endian.h"
#include "base/hash.h"
#include "base/utf8.h"

enum {
    PREFIX_BYTES = 3,
    CLIENT_BYTES = 8,
    CHECKSUM_BYTES = 4,
    VARINTS_BYTES = 15, /* at most: 10 and 5 */
    PAYLOAD_BYTES = CLIENT_BYTES + VARINTS_BYTES + LIMIT_SESSION_BYTES + CHECKSUM_BYTES,
    SHOWN_BYTES = 60
};

_Static_assert(PREFIX_BYTES + (PAYLOAD_BYTES * 4 + 2) / 3 < TICKET_SIZE, "any ticket fits");

static const char prefix[] = "t1-";
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static uint32_t checksum(struct span payload)
{
    return hash_crc32c(hash_crc32c(0, span_of(prefix, PREFIX_BYTES)), payload);
}

/* ---------------------------------------------------------------- base64url */

static size_t base64_write(struct span bytes, char *out)
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
    return length;
}

/* Exactly what base64_write makes of at most `size` bytes; false for anything else. */
static bool base64_read(struct span text, uint8_t *out, size_t size, size_t *used)
{
    size_t length = 0;
    uint32_t bits = 0;
    unsigned pending = 0;
    for (size_t i = 0; i < text.size; i++) {
        const char *found = memchr(alphabet, text.bytes[i], sizeof alphabet - 1);
        if (found == NULL)
            return false;
        bits = (bits << 6 | (uint32_t)(found - alphabet)) & 0xffff;
        pending += 6;
        if (pending < 8)
            continue;
        if (length == size)
            return false;
        pending -= 8;
        out[length++] = (uint8_t)(bits >> pending);
    }
    *used = length;
    return pending < 6 && (bits & ((1u << pending) - 1)) == 0;
}

/* ---------------------------------------------------------------- numbers */

static size_t varint_write(uint64_t value, uint8_t *out)
{
    size_t size = 0;
    for (; value >= 0x80; value >>= 7)
        out[size++] = (uint8_t)(value | 0x80);
    out[size++] = (uint8_t)value;
    return size;
}

/* Takes a varint off the front; false unless it is the shortest form of a number up to `most`. */
static bool varint_take(struct span *from, uint64_t most, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < from->size && i < 10; i++) {
        uint8_t byte = from->bytes[i];
        if (i == 9 && byte > 1)
            return false;
        *value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte >= 0x80)
            continue;
        *from = span_skip(*from, i + 1);
        return *value <= most && (byte != 0 || i == 0);
    }
    return false;
}

/* ---------------------------------------------------------------- tickets */

void ticket_format(struct intent_id id, uint32_t reply_partition, struct span session, char out[TICKET_SIZE])
{
    CHECK(session.size > 0 && session.size <= LIMIT_SESSION_BYTES);
    uint8_t payload[PAYLOAD_BYTES];
    put_u64le(payload, id.client);
    size_t size = CLIENT_BYTES;
    size += varint_write(id.seq, payload + size);
    size += varint_write(reply_partition, payload + size);
    memcpy(payload + size, session.bytes, session.size);
    size += session.size;
    put_u32le(payload + size, checksum(span_of(payload, size)));
    size += CHECKSUM_BYTES;
    memcpy(out, prefix, PREFIX_BYTES);
    out[PREFIX_BYTES + base64_write(span_of(payload, size), out + PREFIX_BYTES)] = '\0';
}

static enum dibs_error refuse(struct span text, const char *what, struct error_text *why)
{
    struct span shown = utf8_is_clean(text, false) ? utf8_cut(text, SHOWN_BYTES) : (struct span){0};
    return error_say(why, DIBS_BAD_INPUT, "'%.*s%s' %s; give it exactly as a claim printed it", (int)shown.size,
                     shown.size == 0 ? "" : (const char *)shown.bytes, shown.size < text.size ? "..." : "", what);
}

/* Is it `t`, a number and a dash: a ticket of another version? */
static bool is_of_other_version(struct span text)
{
    size_t digits = 0;
    while (1 + digits < text.size && text.bytes[1 + digits] >= '0' && text.bytes[1 + digits] <= '9')
        digits++;
    return text.size > 0 && text.bytes[0] == 't' && digits > 0 && 1 + digits < text.size &&
           text.bytes[1 + digits] == '-';
}

/* The payload without its checksum, which was right. */
static bool read_payload(struct span payload, struct ticket *out)
{
    uint64_t partition;
    if (payload.size < CLIENT_BYTES)
        return false;
    out->id.client = get_u64le(payload.bytes);
    struct span rest = span_skip(payload, CLIENT_BYTES);
    if (!varint_take(&rest, UINT64_MAX, &out->id.seq) || !varint_take(&rest, UINT32_MAX, &partition))
        return false;
    out->reply_partition = (uint32_t)partition;
    if (rest.size == 0 || rest.size > LIMIT_SESSION_BYTES || !utf8_is_clean(rest, false))
        return false;
    memcpy(out->session, rest.bytes, rest.size);
    return true;
}

enum dibs_error ticket_parse(const char *text, struct ticket *out, struct error_text *why)
{
    struct span whole = span_from_text(text);
    uint8_t payload[PAYLOAD_BYTES];
    size_t size;
    if (!span_starts_with(whole, span_of(prefix, PREFIX_BYTES))) {
        if (is_of_other_version(whole))
            return error_say(why, DIBS_NEWER, "the ticket is of a newer form than this version of dibs knows");
        return refuse(whole, "is not a ticket", why);
    }
    if (!base64_read(span_skip(whole, PREFIX_BYTES), payload, sizeof payload, &size) || size < CHECKSUM_BYTES)
        return refuse(whole, "is not a whole ticket", why);
    struct ticket ticket = {0};
    struct span content = span_of(payload, size - CHECKSUM_BYTES);
    if (get_u32le(payload + content.size) != checksum(content))
        return refuse(whole, "is a mistyped or cut ticket", why);
    if (!read_payload(content, &ticket))
        return refuse(whole, "is not a ticket that dibs made", why);
    *out = ticket;
    return DIBS_OK;
}
