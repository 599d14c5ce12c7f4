/* Sits in a store's lock: takes it, says so, and stays until it is ended; by SIGTERM it lets go first.
 *
 * usage: hold_lock STORE/lock DOING */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/check.h"
#include "log/store_lock.h"

int main(int count, char **arguments)
{
    struct store_lock *lock;
    struct error_text why;
    sigset_t term;
    int signal;
    CHECK(count == 3);
    CHECK(sigemptyset(&term) == 0 && sigaddset(&term, SIGTERM) == 0 && sigprocmask(SIG_BLOCK, &term, NULL) == 0);
    CHECK(store_lock_open(arguments[1], &lock, &why) == DIBS_OK);
    CHECK(store_lock_take(lock, 10000, arguments[2], &why) == DIBS_OK);
    printf("held\n");
    (void)fflush(stdout);
    CHECK(sigwait(&term, &signal) == 0);
    store_lock_close(lock);
    return 0;
}
