/* The service manager's socket, with a socket of the test's in its place. */
#include "coordinator/daemon/notify.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct error_text why;

static int listen_at(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, name, strlen(name));
    if (name[0] == '@')
        address.sun_path[0] = '\0';
    int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
    cr_assert(file >= 0 && bind(file, (struct sockaddr *)&address, size) == 0);
    cr_assert_eq(setenv("NOTIFY_SOCKET", name, 1), 0);
    return file;
}

static void expect(int file, const char *words)
{
    char got[256] = "";
    cr_assert_eq(recv(file, got, sizeof got - 1, MSG_DONTWAIT), (ssize_t)strlen(words));
    cr_assert_str_eq(got, words);
    cr_assert_eq(close(file), 0);
}

Test(notify, reaches_a_path_and_an_abstract_name)
{
    char path[64], name[64];
    (void)snprintf(path, sizeof path, "/tmp/dibsd-notify-%d", (int)getpid());
    (void)snprintf(name, sizeof name, "@dibsd-notify-%d", (int)getpid());
    int file = listen_at(path);
    cr_assert_eq(notify_send("READY=1\nSTATUS=serving", &why), DIBS_OK, "%s", why.text);
    expect(file, "READY=1\nSTATUS=serving");
    cr_assert_eq(unlink(path), 0);
    file = listen_at(name);
    cr_assert_eq(notify_send("STOPPING=1", &why), DIBS_OK, "%s", why.text);
    expect(file, "STOPPING=1");
}

Test(notify, without_a_manager_says_nothing_and_with_a_dead_one_an_error)
{
    cr_assert_eq(unsetenv("NOTIFY_SOCKET"), 0);
    cr_assert_eq(notify_send("READY=1", &why), DIBS_OK);
    cr_assert_eq(setenv("NOTIFY_SOCKET", "/nonexistent/socket", 1), 0);
    cr_assert_eq(notify_send("READY=1", &why), DIBS_UNAVAILABLE);
    cr_assert_eq(setenv("NOTIFY_SOCKET", "relative", 1), 0);
    cr_assert_eq(notify_send("READY=1", &why), DIBS_BAD_INPUT);
    cr_assert_eq(setenv("NOTIFY_SOCKET", "", 1), 0);
    cr_assert_eq(notify_send("READY=1", &why), DIBS_OK);
    char longer[200] = "/";
    memset(longer + 1, 'x', sizeof longer - 2);
    cr_assert_eq(setenv("NOTIFY_SOCKET", longer, 1), 0);
    cr_assert_eq(notify_send("READY=1", &why), DIBS_BAD_INPUT);
}

Test(notify, the_watchdog_is_for_this_process_alone)
{
    char pid[24];
    (void)snprintf(pid, sizeof pid, "%d", (int)getpid());
    cr_assert_eq(notify_watchdog_ms(), 0);
    cr_assert_eq(setenv("WATCHDOG_USEC", "3000000", 1) + setenv("WATCHDOG_PID", pid, 1), 0);
    cr_assert_eq(notify_watchdog_ms(), 3000);
    cr_assert_eq(setenv("WATCHDOG_USEC", "3000000x", 1), 0);
    cr_assert_eq(notify_watchdog_ms(), 0);
    cr_assert_eq(setenv("WATCHDOG_USEC", "3000000", 1) + setenv("WATCHDOG_PID", "1", 1), 0);
    cr_assert_eq(notify_watchdog_ms(), 0);
}
