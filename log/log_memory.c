/* A log in memory: an array of records, a clock set by hand, and faults on demand. */
#include "log/log_memory.h"

#include <stdlib.h>

struct memory_record {
    uint64_t ts_ms;
    size_t size;
    uint8_t *bytes; /* owned */
};

struct log_memory {
    struct log log;
    uint64_t now_ms;
    struct memory_record *records; /* owned; the index is the offset */
    size_t count, capacity;
    enum log_memory_fault append_fault;
    bool read_fault;
};

static struct log_memory *memory_of(struct log *log)
{
    return (struct log_memory *)log; /* `log` is its first member */
}

static bool grow(struct log_memory *memory)
{
    if (memory->count < memory->capacity)
        return true;
    size_t capacity = memory->capacity == 0 ? 64 : memory->capacity * 2;
    struct memory_record *records = realloc(memory->records, capacity * sizeof *records);
    if (records == NULL)
        return false;
    memory->records = records;
    memory->capacity = capacity;
    return true;
}

static enum dibs_error add(struct log_memory *memory, struct span payload, struct error_text *why)
{
    uint8_t *bytes = malloc(payload.size + 1); /* + 1: an empty payload has an address too */
    if (bytes == NULL || !grow(memory)) {
        free(bytes);
        return error_say(why, DIBS_UNAVAILABLE, "no memory for record %zu of the log", memory->count);
    }
    if (payload.size > 0)
        memcpy(bytes, payload.bytes, payload.size);
    memory->records[memory->count++] =
        (struct memory_record){.ts_ms = memory->now_ms, .size = payload.size, .bytes = bytes};
    return DIBS_OK;
}

static enum dibs_error memory_append(struct log *log, struct span payload, uint64_t *offset, uint64_t *ts_ms,
                                     struct error_text *why)
{
    struct log_memory *memory = memory_of(log);
    enum log_memory_fault fault = memory->append_fault;
    memory->append_fault = LOG_MEMORY_FAULT_NONE;
    if (fault == LOG_MEMORY_FAULT_FAIL)
        return error_say(why, DIBS_UNAVAILABLE, "the log refused record %zu, as it was told to", memory->count);
    if (fault == LOG_MEMORY_FAULT_NO_ANSWER_LOST)
        return error_say(why, DIBS_NO_ANSWER, "the log did not say whether it took the record");

    uint64_t first = memory->count;
    enum dibs_error error = add(memory, payload, why);
    if (error == DIBS_OK && fault == LOG_MEMORY_FAULT_DUPLICATED)
        error = add(memory, payload, why);
    if (error != DIBS_OK) {
        log_memory_cut(log, first);
        return error;
    }
    if (fault == LOG_MEMORY_FAULT_NO_ANSWER_APPENDED)
        return error_say(why, DIBS_NO_ANSWER, "the log did not say whether it took the record");
    *offset = first;
    *ts_ms = memory->now_ms;
    return DIBS_OK;
}

static enum dibs_error memory_read(struct log *log, uint64_t offset, struct log_record *record, struct error_text *why)
{
    struct log_memory *memory = memory_of(log);
    if (memory->read_fault) {
        memory->read_fault = false;
        return error_say(why, DIBS_UNAVAILABLE, "the log did not give record %llu, as it was told to",
                         (unsigned long long)offset);
    }
    if (offset >= memory->count)
        return error_say(why, DIBS_ENDED, "the log ends at offset %zu", memory->count);
    const struct memory_record *found = &memory->records[offset];
    *record =
        (struct log_record){.offset = offset, .ts_ms = found->ts_ms, .payload = span_of(found->bytes, found->size)};
    return DIBS_OK;
}

static enum dibs_error memory_end(struct log *log, uint64_t *offset, struct error_text *why)
{
    (void)why;
    *offset = memory_of(log)->count;
    return DIBS_OK;
}

static uint64_t memory_now_ms(struct log *log)
{
    return memory_of(log)->now_ms;
}

/* Time is data here: nothing would come of waiting. */
static enum dibs_error memory_wait(struct log *log, uint64_t offset, uint32_t timeout_ms, struct error_text *why)
{
    (void)log, (void)offset, (void)timeout_ms, (void)why;
    return DIBS_OK;
}

static void memory_close(struct log *log)
{
    log_memory_cut(log, 0);
    free(memory_of(log)->records);
    free(log);
}

struct log *log_memory_new(uint64_t now_ms)
{
    static const struct log_methods methods = {.append = memory_append,
                                               .read = memory_read,
                                               .end = memory_end,
                                               .now_ms = memory_now_ms,
                                               .wait = memory_wait,
                                               .close = memory_close};
    struct log_memory *memory = calloc(1, sizeof *memory);
    if (memory == NULL)
        return NULL;
    memory->log.methods = &methods;
    memory->now_ms = now_ms;
    return &memory->log;
}

void log_memory_set_now(struct log *log, uint64_t now_ms)
{
    memory_of(log)->now_ms = now_ms;
}

void log_memory_step(struct log *log, int64_t by_ms)
{
    struct log_memory *memory = memory_of(log);
    if (by_ms >= 0) {
        uint64_t left = UINT64_MAX - memory->now_ms;
        memory->now_ms += (uint64_t)by_ms < left ? (uint64_t)by_ms : left;
        return;
    }
    uint64_t back = 0 - (uint64_t)by_ms;
    memory->now_ms -= back < memory->now_ms ? back : memory->now_ms;
}

void log_memory_fail_append(struct log *log, enum log_memory_fault fault)
{
    memory_of(log)->append_fault = fault;
}

void log_memory_fail_read(struct log *log)
{
    memory_of(log)->read_fault = true;
}

void log_memory_cut(struct log *log, uint64_t end)
{
    struct log_memory *memory = memory_of(log);
    while (memory->count > end)
        free(memory->records[--memory->count].bytes);
}
