/* The socket's own part: what is answered to whom before anybody is asked. */
#include "base/clock.h"
#include "coordinator/http/listener.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static struct error_text why;

static int connect_to(const struct listener *listener)
{
    const char *colon = strrchr(listener_address(listener), ':');
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10))};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(file >= 0 && connect(file, (const struct sockaddr *)&to, sizeof to) == 0);
    return file;
}

/* Sends the whole request and reads until the other side closes, or says nothing for 5 s. */
static void exchange(const struct listener *listener, const char *request, char *answer, size_t size)
{
    const struct timeval patience = {.tv_sec = 5};
    size_t have = 0;
    ssize_t got;
    int file = connect_to(listener);
    cr_assert_eq(setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    cr_assert_eq(write(file, request, strlen(request)), (ssize_t)strlen(request));
    while (have + 1 < size && (got = read(file, answer + have, size - 1 - have)) > 0)
        have += (size_t)got;
    answer[have] = '\0';
    (void)close(file);
}

Test(listener, what_is_no_question_is_told_so_also_with_a_body)
{
    static char answer[4096];
    struct mailbox *mailbox = mailbox_new();
    struct listener *listener = NULL;
    cr_assert_eq(listener_open("127.0.0.1:0", "", mailbox, &listener, &why), DIBS_OK, "%s", why.text);
    exchange(listener, "POST /metrics HTTP/1.0\r\n\r\n", answer, sizeof answer);
    cr_expect(strstr(answer, " 405 ") != NULL && strstr(answer, "Allow: GET, HEAD") != NULL, "%s", answer);
    exchange(listener, "POST /metrics HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello", answer, sizeof answer);
    cr_expect(strstr(answer, " 405 ") != NULL && strstr(answer, "Allow: GET, HEAD") != NULL, "with a body: '%s'",
              answer);
    exchange(listener, "POST /metrics HTTP/1.0\r\nContent-Length: 99999999\r\n\r\nhello", answer, sizeof answer);
    cr_expect_str_eq(answer, "", "one that is not worth reading is hung up on");
    exchange(listener, "GET /healthz HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello", answer, sizeof answer);
    cr_expect(strstr(answer, " 200 ") != NULL, "'%s'", answer);
    exchange(listener, "GET /claim?key=task:a%00b HTTP/1.0\r\n\r\n", answer, sizeof answer);
    cr_expect(strstr(answer, " 400 ") != NULL && strstr(answer, "the value of key is no good") != NULL,
              "not another key's, that ends at the NUL: '%s'", answer);
    listener_close(listener);
    mailbox_free(mailbox);
}

Test(listener, an_address_is_judged_without_serving_it)
{
    cr_expect_eq(listener_check("127.0.0.1:0", false, &why), DIBS_OK, "%s", why.text);
    cr_expect_eq(listener_check("[::1]:7420", false, &why), DIBS_OK, "%s", why.text);
    cr_expect_eq(listener_check("0.0.0.0:7420", true, &why), DIBS_OK, "%s", why.text);
    cr_expect_eq(listener_check("0.0.0.0:7420", false, &why), DIBS_BAD_INPUT);
    cr_expect(strstr(why.text, "--http-token-file") != NULL, "%s", why.text);
    cr_expect_eq(listener_check("7420", true, &why), DIBS_BAD_INPUT);
}

/* Byte after byte they would keep every place, and nobody else would be answered. */
Test(listener, who_never_comes_to_an_end_is_hung_up_on_and_others_are_answered, .timeout = 90)
{
    static char answer[4096];
    static const char begun[] = "GET /healthz HTTP/1.1\r\nX: ";
    struct pollfd slow[LISTENER_CONNECTIONS];
    struct mailbox *mailbox = mailbox_new();
    struct listener *listener = NULL;
    int still = LISTENER_CONNECTIONS;
    cr_assert_eq(listener_open("127.0.0.1:0", "", mailbox, &listener, &why), DIBS_OK, "%s", why.text);
    for (int i = 0; i < LISTENER_CONNECTIONS; i++) {
        slow[i] = (struct pollfd){.fd = connect_to(listener), .events = POLLIN};
        cr_assert_eq(send(slow[i].fd, begun, sizeof begun - 1, MSG_NOSIGNAL), (ssize_t)sizeof begun - 1);
    }
    uint64_t end_ms = clock_boot_ms() + 60000;
    while (still > 0 &&
           clock_boot_ms() < end_ms) { /* until they are hung up on, one after the other on a busy machine */
        (void)poll(slow, LISTENER_CONNECTIONS, 1000);
        for (int i = 0; i < LISTENER_CONNECTIONS; i++) {
            if (slow[i].fd < 0 || (slow[i].revents == 0 && send(slow[i].fd, "y", 1, MSG_NOSIGNAL) == 1))
                continue;
            (void)close(slow[i].fd);
            slow[i].fd = -1;
            still--;
        }
    }
    cr_expect_eq(still, 0, "%d go on", still);
    exchange(listener, "GET /healthz HTTP/1.0\r\n\r\n", answer, sizeof answer);
    cr_expect(strstr(answer, " 200 ") != NULL, "'%s'", answer);
    listener_close(listener);
    mailbox_free(mailbox);
}
