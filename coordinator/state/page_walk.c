/* The walk: pages, nodes, and what the rows add up to. See page_walk.h. */
#include "coordinator/state/page_walk.h"

#include <stdlib.h>

#include "base/endian.h"
#include "base/span.h"
#include "coordinator/state/environment.h"

enum { PAGE_BRANCH = 1, PAGE_LEAF = 2, PAGE_OVERFLOW = 4, NODE_BIG = 1, NODE_BYTES = 8, DEPTH_MOST = 32 };
enum { LOWER_AT = 12, UPPER_AT = 14 };

struct page_walk {
    const uint8_t *file;
    uint64_t pages;
    uint32_t page_bytes;
    uint8_t *used; /* a bit for each page: reached, or free */

    const struct page_tree *tree;
    uint64_t branches, leaves, overflows, entries; /* of the tree in hand */

    struct stored_meta meta;
    bool has_meta;
    uint64_t counts[TABLE_NUMBERS];
    struct state_digest digest;
    struct row_image image;
};

/* A page as its header tells. */
struct page {
    const uint8_t *bytes;
    uint16_t flags;
    uint32_t nodes, upper;
};

/* Keys below this page: at or above `low`, below `high`; NULL bytes: no bound. */
struct bounds {
    struct span low, high;
};

struct page_walk *page_walk_new(const uint8_t *file, uint64_t pages, uint32_t page_bytes)
{
    struct page_walk *walk = calloc(1, sizeof *walk);
    if (walk != NULL)
        walk->used = calloc(1, (size_t)(pages / 8 + 1));
    if (walk == NULL || walk->used == NULL) {
        free(walk);
        return NULL;
    }
    walk->file = file;
    walk->pages = pages;
    walk->page_bytes = page_bytes;
    walk->used[0] = 3; /* the meta pages */
    return walk;
}

void page_walk_free(struct page_walk *walk)
{
    if (walk != NULL)
        free(walk->used);
    free(walk);
}

/* False: it is not in the file, or has been met before. */
static bool take_page(struct page_walk *walk, uint64_t number)
{
    if (number >= walk->pages || (walk->used[number / 8] & 1 << number % 8))
        return false;
    walk->used[number / 8] = (uint8_t)(walk->used[number / 8] | 1 << number % 8);
    return true;
}

static bool open_page(struct page_walk *walk, uint64_t number, struct page *page)
{
    if (!take_page(walk, number))
        return false;
    page->bytes = walk->file + number * walk->page_bytes;
    uint32_t lower = get_u16le(page->bytes + LOWER_AT);
    page->flags = get_u16le(page->bytes + PAGE_FLAGS_AT);
    page->upper = get_u16le(page->bytes + UPPER_AT);
    page->nodes = (lower - PAGE_HEADER_BYTES) / 2;
    return get_u64le(page->bytes) == number && (page->flags == PAGE_BRANCH || page->flags == PAGE_LEAF) &&
           lower > PAGE_HEADER_BYTES && lower % 2 == 0 && lower <= page->upper && page->upper <= walk->page_bytes;
}

/* A node of a page, found to lie within it. */
struct node {
    struct span key, data; /* data: of a leaf, not big */
    uint64_t child;        /* of a branch */
    uint32_t data_size;
    uint16_t flags;
    uint32_t size; /* as it lies in the page */
};

static bool read_node(const struct page_walk *walk, const struct page *page, uint32_t index, struct node *node)
{
    uint32_t at = get_u16le(page->bytes + PAGE_HEADER_BYTES + 2 * (size_t)index);
    if (at < page->upper || at % 2 != 0 || at + NODE_BYTES > walk->page_bytes)
        return false;
    const uint8_t *bytes = page->bytes + at;
    uint32_t low = get_u32le(bytes), key_size = get_u16le(bytes + 6), held = 0,
             room = walk->page_bytes - at - NODE_BYTES;
    node->flags = get_u16le(bytes + 4);
    node->data_size = low;
    node->child = low | (uint64_t)node->flags << 32;
    if (page->flags == PAGE_LEAF)
        held = node->flags & NODE_BIG ? 8 : low;
    if (key_size > TABLE_KEY_MAX + 1 || key_size > room || held > room - key_size ||
        (page->flags == PAGE_LEAF && (node->flags & ~NODE_BIG)))
        return false;
    node->key = span_of(bytes + NODE_BYTES, key_size);
    node->data = span_of(bytes + NODE_BYTES + key_size, held);
    node->size = (NODE_BYTES + key_size + held + 1) & ~UINT32_C(1);
    return true;
}

static int compare_keys(const struct page_walk *walk, struct span a, struct span b)
{
    if (!walk->tree->is_free_list || a.size != 8 || b.size != 8)
        return span_compare(a, b);
    uint64_t one = get_u64le(a.bytes), other = get_u64le(b.bytes);
    return (one > other) - (one < other);
}

static bool within(const struct page_walk *walk, struct span key, const struct bounds *bounds)
{
    return (bounds->low.bytes == NULL || compare_keys(walk, key, bounds->low) >= 0) &&
           (bounds->high.bytes == NULL || compare_keys(walk, key, bounds->high) < 0);
}

/* The value of a big node: a run of pages of its own, of which a smaller value that took its place may leave some. */
static bool open_big(struct page_walk *walk, struct node *node)
{
    uint64_t first = get_u64le(node->data.bytes);
    if (first >= walk->pages)
        return false;
    const uint8_t *bytes = walk->file + first * walk->page_bytes;
    uint64_t run = get_u32le(bytes + LOWER_AT);
    bool sound = get_u64le(bytes) == first && get_u16le(bytes + PAGE_FLAGS_AT) == PAGE_OVERFLOW && run > 0 &&
                 run <= walk->pages - first &&
                 run >= ((uint64_t)PAGE_HEADER_BYTES + node->data_size + walk->page_bytes - 1) / walk->page_bytes;
    for (uint64_t i = 0; sound && i < run; i++)
        sound = take_page(walk, first + i);
    walk->overflows += run;
    node->data = span_of(bytes + PAGE_HEADER_BYTES, node->data_size);
    return sound;
}

/* A list of free pages: their number, then they; none of them is used. */
static bool take_free(struct page_walk *walk, struct span list)
{
    if (list.size < 8 || get_u64le(list.bytes) > list.size / 8 - 1)
        return false;
    for (uint64_t i = 1; i <= get_u64le(list.bytes); i++)
        if (!take_page(walk, get_u64le(list.bytes + 8 * i)))
            return false;
    return true;
}

static bool take_row(struct page_walk *walk, struct span key, struct span value)
{
    if (key.size == 0 || value.size > TABLE_VALUE_MAX)
        return false;
    uint8_t table = key.bytes[0];
    if (table == 0) {
        if (key.size != 1 || !stored_meta_is_sound(value))
            return false;
        walk->has_meta = stored_meta_read(value, &walk->meta);
        return true;
    }
    if (table >= TABLE_NUMBERS) {
        walk->counts[0] += table == TABLE_LOCAL;
        return true;
    }
    walk->counts[table]++;
    row_image_set(&walk->image, (enum table)table, span_skip(key, 1), value);
    walk->digest = digest_plus(walk->digest, row_image_digest(&walk->image));
    return true;
}

static bool take_leaf(struct page_walk *walk, const struct page *page, const struct bounds *bounds)
{
    struct bounds rest = *bounds;
    uint32_t sum = page->upper;
    struct node node;

    walk->leaves++;
    walk->entries += page->nodes;
    for (uint32_t i = 0; i < page->nodes; i++) {
        if (!read_node(walk, page, i, &node) || !within(walk, node.key, &rest) ||
            (i > 0 && compare_keys(walk, node.key, rest.low) == 0))
            return false;
        rest.low = node.key;
        sum += node.size;
        if (node.flags & NODE_BIG && !open_big(walk, &node))
            return false;
        if (walk->tree->is_free_list ? !take_free(walk, node.data) : !take_row(walk, node.key, node.data))
            return false;
    }
    return sum == walk->page_bytes; /* the nodes lie close, so none is missing */
}

static bool walk_page(struct page_walk *walk, uint64_t number, uint32_t depth, const struct bounds *bounds,
                      uint64_t *wrong);

/* Child after child; the first one's key says nothing. */
static bool take_branch(struct page_walk *walk, const struct page *page, uint32_t depth, const struct bounds *bounds,
                        uint64_t *wrong)
{
    struct bounds child = {.low = bounds->low};
    uint32_t sum = page->upper;
    struct node node, next;

    walk->branches++;
    bool sound = read_node(walk, page, 0, &node);
    for (uint32_t i = 0; sound && i < page->nodes; i++) {
        bool is_last = i + 1 == page->nodes;
        sum += node.size;
        sound = is_last || (read_node(walk, page, i + 1, &next) && within(walk, next.key, bounds) &&
                            (i == 0 || compare_keys(walk, next.key, child.low) > 0));
        if (!sound)
            break;
        child.high = is_last ? bounds->high : next.key;
        if (!walk_page(walk, node.child, depth - 1, &child, wrong))
            return false;
        child.low = child.high;
        node = next;
    }
    *wrong = get_u64le(page->bytes);
    return sound && sum == walk->page_bytes;
}

static bool walk_page(struct page_walk *walk, uint64_t number, uint32_t depth, const struct bounds *bounds,
                      uint64_t *wrong)
{
    struct page page;

    *wrong = number;
    if (depth == 0 || !open_page(walk, number, &page))
        return false;
    if (page.flags == PAGE_BRANCH)
        return depth > 1 && take_branch(walk, &page, depth, bounds, wrong);
    return depth == 1 && take_leaf(walk, &page, bounds);
}

bool page_walk_tree(struct page_walk *walk, const struct page_tree *tree, uint64_t *wrong)
{
    const struct bounds all = {{0}, {0}};

    *wrong = 0;
    walk->tree = tree;
    walk->branches = walk->leaves = walk->overflows = walk->entries = 0;
    if (tree->root == UINT64_MAX)
        return tree->depth == 0 && tree->entries == 0;
    if (tree->depth > DEPTH_MOST || !walk_page(walk, tree->root, tree->depth, &all, wrong))
        return false;
    *wrong = 0; /* whose numbers these are */
    return walk->branches == tree->branch_pages && walk->leaves == tree->leaf_pages &&
           walk->overflows == tree->overflow_pages && walk->entries == tree->entries;
}

bool page_walk_adds_up(const struct page_walk *walk)
{
    const struct state_digest stored = {walk->meta.meta.digest_low, walk->meta.meta.digest_high};

    return !walk->has_meta || (memcmp(walk->counts, walk->meta.counts, sizeof walk->counts) == 0 &&
                               state_digest_equal(walk->digest, stored));
}
