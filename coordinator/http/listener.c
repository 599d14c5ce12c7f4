/* HTTP on one address. */
#include "coordinator/http/listener.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "coordinator/http/address.h"
#include "coordinator/http/metrics.h"
#include "coordinator/http/patience.h"
#include "coordinator/http/request.h"

enum { REQUEST_MOST_MS = 15000 }; /* from its first byte to its answer, which may wait for MAIL_WAIT_MS */
enum { IDLE_S = 10, METRICS_MAX = 65536, MEMORY_BYTES = 16384, BODY_MOST = 65536 };

struct listener {
    struct MHD_Daemon *daemon;
    struct mailbox *mailbox;
    struct patience *patience;
    char token[LISTENER_TOKEN_MAX];
    char address[LISTENER_ADDRESS_MAX];
};

/* ---------------------------------------------------------------- answers */

static enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, const char *type, char *body,
                             size_t size, enum MHD_ResponseMemoryMode mode)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(size, body, mode);
    if (response == NULL) {
        if (mode == MHD_RESPMEM_MUST_FREE)
            free(body);
        return MHD_NO;
    }
    (void)MHD_add_response_header(response, "Content-Type", type);
    (void)MHD_add_response_header(response, "Cache-Control", "no-store");
    if (status == MHD_HTTP_UNAUTHORIZED)
        (void)MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        (void)MHD_add_response_header(response, "Allow", "GET, HEAD");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result say(struct MHD_Connection *connection, unsigned status, const char *words)
{
    char line[MAIL_TEXT_MAX + 2];
    int size = snprintf(line, sizeof line, "%s\n", words);
    return reply(connection, status, "text/plain; charset=utf-8", line, (size_t)size, MHD_RESPMEM_MUST_COPY);
}

static unsigned status_of(enum mail_answer answer)
{
    switch (answer) {
    case MAIL_ANSWERED:
        return MHD_HTTP_OK;
    case MAIL_BAD:
        return MHD_HTTP_BAD_REQUEST;
    case MAIL_LATE:
        return MHD_HTTP_GATEWAY_TIMEOUT;
    case MAIL_OPEN:
    case MAIL_UNAVAILABLE:
        break;
    }
    return MHD_HTTP_SERVICE_UNAVAILABLE;
}

static enum MHD_Result ask(struct listener *listener, struct MHD_Connection *connection, struct mail *mail)
{
    mailbox_ask(listener->mailbox, mail);
    if (mail->answer != MAIL_ANSWERED)
        return say(connection, status_of(mail->answer), mail->text);
    if (mail->kind != MAIL_NUMBERS)
        return reply(connection, MHD_HTTP_OK, "application/json", mail->body, strlen(mail->body),
                     MHD_RESPMEM_MUST_FREE);
    char *body = malloc(METRICS_MAX);
    struct text text;
    if (body == NULL)
        return MHD_NO;
    text_begin(&text, body, METRICS_MAX);
    metrics_render(&mail->numbers, &text);
    return reply(connection, MHD_HTTP_OK, "application/openmetrics-text; version=1.0.0; charset=utf-8", body, text.size,
                 MHD_RESPMEM_MUST_FREE);
}

static enum MHD_Result answer_readyz(struct listener *listener, struct MHD_Connection *connection)
{
    char words[256];
    bool ready = mailbox_status(listener->mailbox, words);
    return say(connection, ready ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, words);
}

/* ---------------------------------------------------------------- requests */

struct arguments {
    struct mail *mail;
    char why[MAIL_TEXT_MAX];
    bool good;
};

static enum MHD_Result take_argument(void *context, enum MHD_ValueKind kind, const char *name, size_t name_size,
                                     const char *value, size_t value_size)
{
    struct arguments *arguments = context;
    (void)kind;
    (void)name_size;
    const struct span given = value == NULL ? span_from_text("") : span_of(value, value_size);
    arguments->good = arguments->good && request_argument(arguments->mail, name, given, arguments->why);
    return MHD_YES;
}

static bool may_ask(const struct listener *listener, struct MHD_Connection *connection)
{
    const char *given = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION);
    return listener->token[0] == '\0' || request_has_token(given, listener->token);
}

static enum MHD_Result answer_question(struct listener *listener, struct MHD_Connection *connection,
                                       enum mail_kind kind)
{
    struct mail *mail = calloc(1, sizeof *mail);
    if (mail == NULL)
        return MHD_NO;
    mail->kind = kind;
    struct arguments arguments = {.mail = mail, .good = true};
    enum MHD_Result result;
    (void)MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, take_argument, &arguments);
    if (arguments.good)
        arguments.good = request_is_whole(mail, arguments.why);
    if (!may_ask(listener, connection))
        result = say(connection, MHD_HTTP_UNAUTHORIZED, "the bearer token of http_token_file is needed");
    else if (!arguments.good)
        result = say(connection, MHD_HTTP_BAD_REQUEST, arguments.why);
    else
        result = ask(listener, connection, mail);
    free(mail);
    return result;
}

/* None is asked for; one that tells its size is read and forgotten, so that the answer can be read. */
static bool is_body_small(struct MHD_Connection *connection)
{
    const char *size = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    bool is_chunked =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL;
    return !is_chunked && (size == NULL || strtoull(size, NULL, 10) <= BODY_MOST);
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *data, size_t *size, void **state)
{
    static const int seen;
    struct listener *listener = context;
    (void)version;
    (void)data;
    if (*state == NULL) { /* headers only: the answer is for the second call */
        *state = (void *)(uintptr_t)&seen;
        return is_body_small(connection) ? MHD_YES : MHD_NO;
    }
    if (*size > 0) { /* a body that nobody asked for: the answer is due after it */
        *size = 0;
        return MHD_YES;
    }
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return say(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "GET and HEAD only");
    if (strcmp(path, "/healthz") == 0)
        return say(connection, MHD_HTTP_OK, "alive");
    if (strcmp(path, "/readyz") == 0)
        return answer_readyz(listener, connection);
    if (strcmp(path, "/metrics") == 0)
        return answer_question(listener, connection, MAIL_NUMBERS);
    if (strcmp(path, "/claims") == 0)
        return answer_question(listener, connection, MAIL_CLAIMS);
    if (strcmp(path, "/claim") == 0)
        return answer_question(listener, connection, MAIL_CLAIM);
    return say(connection, MHD_HTTP_NOT_FOUND, "there are /healthz, /readyz, /metrics, /claims and /claim?key=KEY");
}

/* ---------------------------------------------------------------- slow clients */

static void on_connection(void *context, struct MHD_Connection *connection, void **place,
                          enum MHD_ConnectionNotificationCode code)
{
    struct listener *listener = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        *place = (void *)(uintptr_t)patience_begin(listener->patience, info->connect_fd);
    } else {
        patience_end(listener->patience, (size_t)(uintptr_t)*place);
    }
}

static void on_answered(void *context, struct MHD_Connection *connection, void **state,
                        enum MHD_RequestTerminationCode code)
{
    struct listener *listener = context;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    (void)state;
    (void)code;
    patience_renew(listener->patience, (size_t)(uintptr_t)info->socket_context);
}

/* ---------------------------------------------------------------- begun and ended */

enum dibs_error listener_check(const char *address, bool has_token, struct error_text *why)
{
    return address_check(address, has_token, why);
}

static struct MHD_Daemon *start(struct listener *listener, int file)
{
    return MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ITC, 0, NULL,
                            NULL, answer, listener, MHD_OPTION_LISTEN_SOCKET, file, MHD_OPTION_CONNECTION_LIMIT,
                            (unsigned)LISTENER_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_BYTES, MHD_OPTION_THREAD_STACK_SIZE,
                            (size_t)(256 * 1024), MHD_OPTION_NOTIFY_CONNECTION, on_connection, listener,
                            MHD_OPTION_NOTIFY_COMPLETED, on_answered, listener, MHD_OPTION_END);
}

enum dibs_error listener_open(const char *address, const char *token, struct mailbox *mailbox, struct listener **out,
                              struct error_text *why)
{
    struct listener *listener = calloc(1, sizeof *listener);
    int file = -1;
    if (listener == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "http: no memory");
    listener->mailbox = mailbox;
    (void)snprintf(listener->token, sizeof listener->token, "%s", token);
    enum dibs_error error = address_listen(address, listener->token[0] != '\0', &file, why);
    if (error == DIBS_OK) {
        address_of(file, listener->address);
        listener->patience = patience_new(LISTENER_CONNECTIONS, REQUEST_MOST_MS);
        listener->daemon = listener->patience != NULL ? start(listener, file) : NULL;
        if (listener->daemon == NULL) {
            (void)close(file);
            error = error_say(why, DIBS_UNAVAILABLE, "http: cannot start its threads");
        }
    }
    if (error != DIBS_OK) {
        patience_free(listener->patience);
        free(listener);
        return error;
    }
    *out = listener;
    return DIBS_OK;
}

const char *listener_address(const struct listener *listener)
{
    return listener->address;
}

void listener_close(struct listener *listener)
{
    if (listener == NULL)
        return;
    MHD_stop_daemon(listener->daemon);
    patience_free(listener->patience);
    explicit_bzero(listener->token, sizeof listener->token);
    free(listener);
}
