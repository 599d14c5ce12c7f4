/* Holding the numbers of standard files that are closed. */
#include "base/standard_files.h"

#include <fcntl.h>
#include <unistd.h>

void standard_files_hold(void)
{
    for (int number = STDIN_FILENO; number <= STDERR_FILENO; number++) {
        if (fcntl(number, F_GETFD) >= 0)
            continue;
        int taken = open("/", O_PATH); /* is the lowest that is free, so this one; programs that it runs have it, too */
        if (taken > STDERR_FILENO)     /* another thread was faster */
            (void)close(taken);
    }
}
