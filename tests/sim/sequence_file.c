/* Sequences as text files: what a dying child leaves behind, and what golden logs are. */
#include <inttypes.h>

#include "tests/sim/sequence.h"

void sequence_write(FILE *out, const struct sequence *sequence, uint32_t at)
{
    const struct sim_record *record = &sequence->records[at];
    struct span payload = sequence_payload(sequence, record);

    (void)fprintf(out, "%" PRIu64 " %" PRIu64 " ", record->offset, record->ts_ms);
    for (size_t i = 0; i < payload.size; i++)
        (void)fprintf(out, "%02x", payload.bytes[i]);
    if (payload.size == 0)
        (void)fputc('-', out);
    for (uint32_t i = 0; i < record->ref_count; i++)
        (void)fprintf(out, " %" PRIu32 " %" PRIu64 " %" PRIu64, record->refs[i].target, record->refs[i].id.client,
                      record->refs[i].id.seq);
    (void)fputc('\n', out);
}

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* The payload's hex at `text`; NULL when it is none, else what follows. */
static const char *read_payload(const char *text, struct bytes *payload)
{
    payload->size = 0;
    if (*text == '-')
        return text + 1;
    for (; hex_digit(text[0]) >= 0; text += 2) {
        if (hex_digit(text[1]) < 0)
            return NULL;
        uint8_t byte = (uint8_t)(hex_digit(text[0]) * 16 + hex_digit(text[1]));
        bytes_add(payload, &byte, 1);
    }
    return payload->size == 0 ? NULL : text;
}

static bool read_line(const char *line, struct sequence *sequence, struct bytes *payload)
{
    struct sim_record record = {0};
    struct token_ref ref = {0};
    int used = 0;

    if (sscanf(line, "%" SCNu64 " %" SCNu64 " %n", &record.offset, &record.ts_ms, &used) != 2 || used == 0)
        return false;
    const char *rest = read_payload(line + used, payload);
    if (rest == NULL)
        return false;
    while (record.ref_count < REFS_MAX && sscanf(rest, " %" SCNu32 " %" SCNu64 " %" SCNu64 "%n", &ref.target,
                                                 &ref.id.client, &ref.id.seq, &used) == 3) {
        record.refs[record.ref_count++] = ref;
        rest += used;
    }
    return (*rest == '\n' || *rest == '\0') && sequence_add(sequence, &record, bytes_span(payload));
}

bool sequence_read(FILE *in, struct sequence *sequence)
{
    struct bytes payload = {0};
    char *line = NULL;
    size_t room = 0;
    bool good = true;

    while (good && getline(&line, &room, in) > 0)
        good = line[0] == '#' || read_line(line, sequence, &payload);
    free(line);
    bytes_free(&payload);
    return good;
}
