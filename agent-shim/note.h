/* The words of the last failure, one set for each thread: what dibs_error_text shows. */
#ifndef SHIM_NOTE_H
#define SHIM_NOTE_H

#include "base/error.h"

/* This thread's words; never NULL, good for the thread's life. */
struct error_text *note(void);

/* DIBS_BAD_INPUT when a pointer that must be there is NULL; `what` is how the header calls it. */
__attribute__((warn_unused_result)) enum dibs_error note_need(const void *pointer, const char *what);

#endif
