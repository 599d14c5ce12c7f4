/* Two texts of lines, shown beside each other. */
#ifndef SIM_SIDE_BY_SIDE_H
#define SIM_SIDE_BY_SIDE_H

#include <stddef.h>
#include <stdio.h>

/* Writes the name (up to the first blank) of the first line in which they differ to `name`. */
void side_by_side_first(const char *left, const char *right, char *name, size_t size);

/* Prints both, differing lines marked. */
void side_by_side_print(FILE *out, const char *left_title, const char *left, const char *right_title,
                        const char *right);

#endif
