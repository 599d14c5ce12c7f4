/* Memory that is used over and over for as long as a process lives. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>
#include <string.h>

/* Fills it with ones, so that its pages are there from now on: what a process will need after a month, it has at its
 * start, and a lack of memory shows then. (Zeros would not do: malloc and zeros are calloc to a compiler, which touches
 * nothing.) */
static inline void memory_take(void *memory, size_t size)
{
    memset(memory, 0xff, size);
}

#endif
