/* Where HTTP listens. See address.h. */
#include "coordinator/http/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "coordinator/http/request.h"

enum { BACKLOG = 64 };

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
}

static int bind_to(const struct addrinfo *found)
{
    const int on = 1;
    int file = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (file < 0)
        return -1;
    (void)setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(file, found->ai_addr, found->ai_addrlen) == 0 && listen(file, BACKLOG) == 0)
        return file;
    (void)close(file);
    return -1;
}

void address_of(int file, char out[LISTENER_ADDRESS_MAX])
{
    struct sockaddr_storage bound = {0};
    socklen_t size = sizeof bound;
    char host[64] = "?", port[8] = "?";
    if (getsockname(file, (struct sockaddr *)&bound, &size) == 0)
        (void)getnameinfo((struct sockaddr *)&bound, size, host, sizeof host, port, sizeof port,
                          NI_NUMERICHOST | NI_NUMERICSERV);
    (void)snprintf(out, LISTENER_ADDRESS_MAX, bound.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

/* On success freeaddrinfo is due. */
static enum dibs_error find_address(const char *address, bool has_token, struct addrinfo **found,
                                    struct error_text *why)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    char host[LISTENER_ADDRESS_MAX], port[8];
    if (!request_split_address(address, host, sizeof host, port, sizeof port))
        return error_say(why, DIBS_BAD_INPUT, "http: %.100s is not HOST:PORT or `off`", address);
    int code = getaddrinfo(host, port, &hints, found);
    if (code != 0)
        return error_say(why, DIBS_BAD_INPUT, "http: %.100s: %s", address, gai_strerror(code));
    if (has_token || is_loopback((*found)->ai_addr))
        return DIBS_OK;
    freeaddrinfo(*found);
    return error_say(why, DIBS_BAD_INPUT,
                     "http: %.100s can be reached from other machines: give a token with --http-token-file FILE, or a "
                     "loopback address",
                     address);
}

enum dibs_error address_check(const char *address, bool has_token, struct error_text *why)
{
    struct addrinfo *found = NULL;
    enum dibs_error error = find_address(address, has_token, &found, why);
    if (error == DIBS_OK)
        freeaddrinfo(found);
    return error;
}

enum dibs_error address_listen(const char *address, bool has_token, int *file, struct error_text *why)
{
    struct addrinfo *found = NULL;
    enum dibs_error error = find_address(address, has_token, &found, why);
    if (error != DIBS_OK)
        return error;
    if ((*file = bind_to(found)) < 0)
        error = error_say(why, DIBS_UNAVAILABLE, "http: cannot listen on %.100s: %s", address, strerror(errno));
    freeaddrinfo(found);
    return error;
}
