/* Hangs up on clients that are slower than a request may be: the server's own limit counts from the last byte, and one byte now
 * and then would keep a place for ever. Any thread. */
#ifndef HTTP_PATIENCE_H
#define HTTP_PATIENCE_H

#include <stddef.h>
#include <stdint.h>

struct patience;

/* At most `clients` at a time, each of which has `most_ms` for a request. NULL: no memory, or no thread. */
struct patience *patience_new(size_t clients, uint64_t most_ms);
/* When none is left. NULL is fine. */
void patience_free(struct patience *patience);

/* A client comes on the socket `fd`, which stays open until patience_end. Its place; `clients`: there is none, and it is not
 * looked after. */
size_t patience_begin(struct patience *patience, int fd);
/* It has got its answer, and may ask again. */
void patience_renew(struct patience *patience, size_t place);
void patience_end(struct patience *patience, size_t place);

#endif
