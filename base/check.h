/* CHECK: an invariant of our own code. Stays on in release builds; a failed one is a bug, never bad input.
 * Writes one line to stderr without stdio and aborts, so that the core may use it and stay pure. */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

_Noreturn void check_failed(const char *condition, const char *file, int line);

#define CHECK(condition) ((condition) ? (void)0 : check_failed(#condition, __FILE__, __LINE__))

#endif
