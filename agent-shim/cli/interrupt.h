/* Ctrl-C, once. */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdbool.h>

/* The first one calls `handler`, a second one ends the process. False: whoever began this process has it ignored, and so it
 * stays. */
bool interrupt_catch(void (*handler)(int signal));

#endif
