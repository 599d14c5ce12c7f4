/* Whom a turn at a store has news for. See wakers.h. */
#include "agent-shim/wakers.h"

uint64_t wakers_hash(struct intent_id id)
{
    const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15); /* 2^64 over the golden ratio: spreads neighbours */
    return ((id.client ^ id.seq * odd) * odd) >> 32;
}

void wakers_note(struct wakers *wakers, struct intent_id id)
{
    if (wakers->count == WAKERS_PENDING)
        wakers->all = true;
    else
        wakers->pending[wakers->count++] = wakers_hash(id);
}

void wakers_flush(struct wakers *wakers, const char *path)
{
    if (wakers->page == NULL)
        wakers->page = wake_page_map(path, false); /* not there: nobody has ever waited */
    if (wakers->page != NULL && wakers->all)
        for (unsigned word = 0; word < WAKE_PAGE_WORDS; word++)
            wake_page_wake(wakers->page, word);
    else if (wakers->page != NULL)
        for (unsigned i = 0; i < wakers->count; i++)
            wake_page_wake(wakers->page, wakers->pending[i]);
    wakers->count = 0;
    wakers->all = false;
}

struct wake_page *wakers_page(struct wakers *wakers, const char *path)
{
    if (wakers->page == NULL)
        wakers->page = wake_page_map(path, true);
    return wakers->page;
}

void wakers_will_sleep(struct wakers *wakers, uint64_t hash)
{
    uint32_t word = (uint32_t)(hash % WAKE_PAGE_WORDS);
    atomic_fetch_or(&wakers->asleep[word / 32], UINT32_C(1) << (word % 32));
}

void wakers_interrupt(struct wakers *wakers)
{
    for (uint32_t word = 0; word < WAKE_PAGE_WORDS; word++)
        if ((atomic_load(&wakers->asleep[word / 32]) >> (word % 32) & 1) != 0)
            wake_page_wake(wakers->page, word);
}

void wakers_close(struct wakers *wakers)
{
    wake_page_unmap(wakers->page);
    wakers->page = NULL;
}
