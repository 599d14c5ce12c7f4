/* The first three file descriptors are standard input, output and error, or nobody's. */
#ifndef BASE_STANDARD_FILES_H
#define BASE_STANDARD_FILES_H

/* A program that was begun without one of them (`2>&-`) would be given its number for the next file that it opens, and
 * print into that. Takes the numbers that are free, with what can be neither read nor written (EBADF, as if it were
 * closed). For the beginning of main, before anything is opened or printed; and for whoever opens files in a process that is not its own. */
void standard_files_hold(void);

#endif
