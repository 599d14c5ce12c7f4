/* Sits in a store's lock: takes it, says so, and stays until it is killed.
 *
 * usage: hold_lock STORE/lock DOING */
#include <stdio.h>
#include <unistd.h>

#include "base/check.h"
#include "log/store_lock.h"

int main(int count, char **arguments)
{
    struct store_lock *lock;
    struct error_text why;
    CHECK(count == 3);
    CHECK(store_lock_open(arguments[1], &lock, &why) == DIBS_OK);
    CHECK(store_lock_take(lock, 10000, arguments[2], &why) == DIBS_OK);
    printf("held\n");
    (void)fflush(stdout);
    for (;;)
        (void)pause();
}
