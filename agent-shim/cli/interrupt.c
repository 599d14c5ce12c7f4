/* Catching Ctrl-C. */
#include "interrupt.h"

#include <signal.h>
#include <string.h>

bool interrupt_catch(void (*handler)(int signal))
{
    struct sigaction action, before;

    if (sigaction(SIGINT, NULL, &before) != 0 || before.sa_handler == SIG_IGN)
        return false;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = (int)SA_RESETHAND;
    sigemptyset(&action.sa_mask);
    return sigaction(SIGINT, &action, NULL) == 0;
}
