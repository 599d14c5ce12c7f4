/* A walk over the pages of a state's file, as page_check.h says: one tree after the other, then the sum. Nothing that a
 * page says is followed before it has been found to lie within the file. */
#ifndef STATE_PAGE_WALK_H
#define STATE_PAGE_WALK_H

#include <stdbool.h>
#include <stdint.h>

enum { PAGE_HEADER_BYTES = 16, PAGE_FLAGS_AT = 10, PAGE_META = 8, TREE_OF_NUMBERS = 8 };

/* What a meta page says of a tree. */
struct page_tree {
    bool is_free_list; /* keys are numbers, values lists of pages; else rows */
    uint16_t flags, depth;
    uint64_t branch_pages, leaf_pages, overflow_pages, entries;
    uint64_t root; /* UINT64_MAX: the tree is empty */
};

struct page_walk;

/* `file` has `pages` pages and stays as it is while the walk lasts. NULL: no memory. */
struct page_walk *page_walk_new(const uint8_t *file, uint64_t pages, uint32_t page_bytes);
void page_walk_free(struct page_walk *walk);

/* False: the page in *wrong isn't sound, or what is below it. */
bool page_walk_tree(struct page_walk *walk, const struct page_tree *tree, uint64_t *wrong);

/* After both trees: are the rows those that the meta row was made with? A file without any is fine. */
bool page_walk_adds_up(const struct page_walk *walk);

#endif
