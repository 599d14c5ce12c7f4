/* Small files that must be whole or not there: keys that only their owner may read, and texts that are replaced. */
#ifndef BASE_PRIVATE_FILE_H
#define BASE_PRIVATE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/error.h"

enum { KEY_FILE_BYTES = 32 };

/* Makes the directory and those above it; the new ones get `mode`, less what the umask takes. */
MUST_USE enum dibs_error directory_make(const char *path, unsigned mode, struct error_text *why);

/* What the file's directory says of it is on the disk when it returns, where the file system can. */
void directory_sync_of(const char *path);

/* DIBS_BAD_INPUT unless nobody but this user and root can read or write the file: this user's with no rights for others,
 * or root's with none but reading by root's group: so a service manager hands over a credential, and lets its one
 * reader in by an access list. */
MUST_USE enum dibs_error file_check_private(const struct stat *status, const char *path, struct error_text *why);

/* Reads a key file: a regular file of 32 bytes, private as file_check_private says. Missing:
 * made with random bytes when `make`, in one step, so that of two makers both read the winner's; else DIBS_NO_STORE.
 * DIBS_BAD_INPUT: wider mode, another owner, kind or size. */
MUST_USE enum dibs_error key_file_read(const char *path, bool make, uint8_t out[KEY_FILE_BYTES],
                                       struct error_text *why);

/* Puts this key there in one step, on the disk when it returns; a file that is there already is left as it is. */
MUST_USE enum dibs_error key_file_put(const char *path, const uint8_t key[KEY_FILE_BYTES], struct error_text *why);

/* Replaces the file in one step; on the disk when it returns. Who may read it is for the umask to say: a store may be a
 * group's. */
MUST_USE enum dibs_error file_replace(const char *path, const char *text, struct error_text *why);

/* Reads a text file of less than `size` bytes; DIBS_NO_STORE when it is missing, DIBS_BAD_INPUT when it is not a regular
 * file. */
MUST_USE enum dibs_error file_read_text(const char *path, char *out, size_t size, struct error_text *why);

/* Copies from where one file stands to where the other does, at most so many bytes, or to the end; returns how many.
 * -1: one of them failed, and errno says why. */
MUST_USE int64_t file_copy_bytes(int from, int to, uint64_t most);

/* Fills with bytes of the kernel's generator. */
void random_fill(void *out, size_t size);

#endif
