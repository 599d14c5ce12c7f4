/* What a process has brought to the disk: a program that links this has its own fsync, fdatasync and ftruncate, which note
 * how much of a file is there. The disk itself isn't asked: power loss is simulated, too (power_loss.h). */
#ifndef FAULTS_SYNCED_H
#define FAULTS_SYNCED_H

#include <stddef.h>

/* Before the first fork: all processes that come of this one note in one place. */
void synced_begin(void);

/* This process, and those that come of it, are killed when they would bring something to the disk. */
void synced_die_instead(void);

/* So many bytes from the file's beginning on are on the disk; 0: nothing is known of it. */
size_t synced_bytes(const char *path);

#endif
