/* Requests of those who wait for a lock. See request_page.h. */
#include "log/request_page.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log/boot_clock.h"
#include "log/lock_page.h"

enum {
    SLOTS = 256,                  /* as many as the queue has words; a power of two */
    NO_ANSWER = REQUEST_BYTES + 1 /* as the size of one */
};

/* What a slot is for: the low bits of its mark. Above them is the boot's stamp, since tickets begin anew when a crash of the
 * machine takes the queue's page and leaves a request; then the ticket. */
enum phase { PHASE_FREE, PHASE_WRITING, PHASE_POSTED, PHASE_TAKEN, PHASE_DONE };
enum { PHASE_BITS = 8, STAMP_BITS = 24 };

struct slot {
    _Atomic uint64_t mark;
    uint32_t size; /* of the request, then of the answer */
    uint32_t reserved;
    uint8_t bytes[REQUEST_BYTES];
};

struct request_page {
    struct slot *slots; /* SLOTS, in the file */
    uint64_t stamp;
};

enum { SLOTS_BYTES = SLOTS * (int)sizeof(struct slot) };
_Static_assert(sizeof(struct slot) == 1024, "the file's layout");

/* Through an open file of its own, and real blocks, as in lock_page.c. What is there already stays: others may use it. */
static struct slot *map_slots(const char *path)
{
    const off_t end = LOCK_PAGE_BYTES + (off_t)SLOTS_BYTES;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    struct stat status;
    if (fd < 0)
        return NULL;
    void *slots = MAP_FAILED;
    if (fstat(fd, &status) == 0 &&
        (status.st_size >= end || posix_fallocate(fd, LOCK_PAGE_BYTES, end - LOCK_PAGE_BYTES) == 0))
        slots = mmap(NULL, SLOTS_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, LOCK_PAGE_BYTES);
    (void)close(fd);
    return slots == MAP_FAILED ? NULL : slots;
}

static uint64_t stamp_of_boot(void)
{
    const struct clock_source *source = clock_source_system();
    char boot_id[BOOT_ID_BYTES];
    uint64_t stamp = 0;
    source->boot_id(source->context, boot_id);
    for (int i = 0; i < BOOT_ID_BYTES; i++)
        stamp = (stamp ^ (uint8_t)boot_id[i]) * UINT64_C(0x100000001b3);
    return stamp >> (64 - STAMP_BITS);
}

struct request_page *request_page_map(const char *path)
{
    struct request_page *page = malloc(sizeof *page);
    struct slot *slots = page != NULL ? map_slots(path) : NULL;
    if (slots == NULL) {
        free(page);
        return NULL;
    }
    *page = (struct request_page){.slots = slots, .stamp = stamp_of_boot()};
    return page;
}

void request_page_unmap(struct request_page *page)
{
    if (page != NULL)
        (void)munmap(page->slots, SLOTS_BYTES);
    free(page);
}

static uint64_t mark_of(const struct request_page *page, uint32_t ticket, enum phase phase)
{
    return (uint64_t)ticket << (PHASE_BITS + STAMP_BITS) | page->stamp << PHASE_BITS | phase;
}

static struct slot *slot_of(struct request_page *page, uint32_t ticket)
{
    return &page->slots[ticket % SLOTS];
}

static bool is_marked(const struct request_page *page, uint32_t ticket, enum phase phase)
{
    return page != NULL && atomic_load(&page->slots[ticket % SLOTS].mark) == mark_of(page, ticket, phase);
}

static bool move(struct slot *slot, uint64_t from, uint64_t to)
{
    return atomic_compare_exchange_strong(&slot->mark, &from, to);
}

/* May a slot with this mark be written over? Its owner has what it wants, or was passed over; whoever took its request
 * would have answered before the turn passed it, so that one is dead. */
static bool is_over(const struct request_page *page, uint64_t mark, uint32_t turn)
{
    uint64_t phase = mark & ((1u << PHASE_BITS) - 1);
    uint32_t ticket = (uint32_t)(mark >> (PHASE_BITS + STAMP_BITS));
    bool of_this_boot = mark == mark_of(page, ticket, (enum phase)phase);
    return !of_this_boot || phase == PHASE_FREE || phase == PHASE_DONE || (int32_t)(ticket - turn) < 0;
}

bool request_page_post(struct request_page *page, uint32_t ticket, uint32_t turn, struct span request)
{
    if (page == NULL || request.size == 0 || request.size > REQUEST_BYTES)
        return false;
    struct slot *slot = slot_of(page, ticket);
    uint64_t before = atomic_load(&slot->mark);
    if (!is_over(page, before, turn) || !move(slot, before, mark_of(page, ticket, PHASE_WRITING)))
        return false;
    memcpy(slot->bytes, request.bytes, request.size);
    slot->size = (uint32_t)request.size;
    return move(slot, mark_of(page, ticket, PHASE_WRITING), mark_of(page, ticket, PHASE_POSTED));
}

/* The slot may be another's by the time it is copied: then the answer is lost, as if it had never been told. */
bool request_page_is_done(const struct request_page *page, uint32_t ticket, uint8_t room[REQUEST_BYTES],
                          struct span *answer)
{
    *answer = (struct span){0};
    if (!is_marked(page, ticket, PHASE_DONE))
        return false;
    const struct slot *slot = &page->slots[ticket % SLOTS];
    uint32_t size = slot->size;
    if (size > REQUEST_BYTES)
        return true;
    memcpy(room, slot->bytes, size);
    atomic_thread_fence(memory_order_acquire);
    if (is_marked(page, ticket, PHASE_DONE))
        *answer = span_of(room, size);
    return true;
}

bool request_page_withdraw(struct request_page *page, uint32_t ticket)
{
    return page != NULL &&
           move(slot_of(page, ticket), mark_of(page, ticket, PHASE_POSTED), mark_of(page, ticket, PHASE_FREE));
}

bool request_page_take(struct request_page *page, uint32_t ticket, uint8_t room[REQUEST_BYTES], struct span *request)
{
    if (page == NULL)
        return false;
    struct slot *slot = slot_of(page, ticket);
    if (!move(slot, mark_of(page, ticket, PHASE_POSTED), mark_of(page, ticket, PHASE_TAKEN)))
        return false;
    uint32_t size = slot->size < REQUEST_BYTES ? slot->size : REQUEST_BYTES;
    memcpy(room, slot->bytes, size);
    *request = span_of(room, size);
    slot->size = NO_ANSWER;
    return true;
}

void request_page_answer(struct request_page *page, uint32_t ticket, struct span answer)
{
    if (!is_marked(page, ticket, PHASE_TAKEN) || answer.size > REQUEST_BYTES)
        return;
    struct slot *slot = slot_of(page, ticket);
    if (answer.size != 0)
        memcpy(slot->bytes, answer.bytes, answer.size);
    slot->size = (uint32_t)answer.size;
}

void request_page_forget_answer(struct request_page *page, uint32_t ticket)
{
    if (is_marked(page, ticket, PHASE_TAKEN))
        slot_of(page, ticket)->size = NO_ANSWER;
}

void request_page_done(struct request_page *page, uint32_t ticket)
{
    if (page != NULL)
        (void)move(slot_of(page, ticket), mark_of(page, ticket, PHASE_TAKEN), mark_of(page, ticket, PHASE_DONE));
}
