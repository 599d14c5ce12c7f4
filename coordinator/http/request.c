/* What a request asks for. */
#include "coordinator/http/request.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

static bool parse_number(const char *text, uint64_t *out)
{
    uint64_t value = 0;
    size_t size = strlen(text);
    if (size == 0 || size > 19)
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        value = value * 10 + (uint64_t)(*text - '0');
    }
    *out = value;
    return true;
}

static bool take_text(char *to, size_t room, const char *value)
{
    size_t size = strlen(value);
    if (size >= room || !utf8_is_clean(span_of(value, size), false))
        return false;
    memcpy(to, value, size + 1);
    return true;
}

static bool take_flag(bool *to, const char *value)
{
    *to = strcasecmp(value, "true") == 0 || strcmp(value, "1") == 0;
    return *to || strcasecmp(value, "false") == 0 || strcmp(value, "0") == 0;
}

static bool take_of_page(struct mail *mail, const char *name, const char *value, bool *known)
{
    if (strcmp(name, "prefix") == 0)
        return take_text(mail->prefix, sizeof mail->prefix, value);
    if (strcmp(name, "session") == 0)
        return take_text(mail->session, sizeof mail->session, value);
    if (strcmp(name, "after") == 0)
        return take_text(mail->after_key, sizeof mail->after_key, value);
    if (strcmp(name, "after_token") == 0)
        return parse_number(value, &mail->after_token);
    if (strcmp(name, "after_done") == 0)
        return take_flag(&mail->after_done, value);
    if (strcmp(name, "done") == 0)
        return take_flag(&mail->with_done, value);
    *known = false;
    return false;
}

bool request_argument(struct mail *mail, const char *name, struct span bytes, char why[MAIL_TEXT_MAX])
{
    const char *value = (const char *)bytes.bytes;
    bool known = true, good = false;
    if (strlen(value) != bytes.size)
        good = false;
    else if (strcmp(name, "at_least") == 0)
        good = mail->has_at_least = parse_number(value, &mail->at_least);
    else if (mail->kind == MAIL_CLAIMS)
        good = take_of_page(mail, name, value, &known);
    else if (mail->kind == MAIL_CLAIM && strcmp(name, "key") == 0)
        good = take_text(mail->key, sizeof mail->key, value);
    else
        known = false;
    if (!good)
        (void)snprintf(why, MAIL_TEXT_MAX, known ? "the value of %.40s is no good" : "there is no argument %.40s here",
                       name);
    return good;
}

bool request_is_whole(const struct mail *mail, char why[MAIL_TEXT_MAX])
{
    if (mail->kind != MAIL_CLAIM || mail->key[0] != '\0')
        return true;
    (void)snprintf(why, MAIL_TEXT_MAX, "say which key: /claim?key=KEY");
    return false;
}

bool request_has_token(const char *header, const char *token)
{
    static const char scheme[] = "Bearer ";
    if (header == NULL || strncasecmp(header, scheme, sizeof scheme - 1) != 0)
        return false;
    const char *given = header + sizeof scheme - 1;
    size_t size = strlen(token), given_size = strlen(given);
    unsigned differs = size != given_size;
    for (size_t i = 0; i < size; i++) /* as many steps whatever was given */
        differs |= (unsigned char)token[i] ^ (unsigned char)(given_size == 0 ? 0 : given[i % given_size]);
    return differs == 0;
}

bool request_split_address(const char *address, char *host, size_t host_size, char *port, size_t port_size)
{
    const char *colon = strrchr(address, ':');
    uint64_t number;
    if (colon == NULL || !parse_number(colon + 1, &number) || number > 65535)
        return false;
    size_t size = (size_t)(colon - address);
    if (size >= 2 && address[0] == '[' && address[size - 1] == ']') {
        address++;
        size -= 2;
    } else if (memchr(address, ':', size) != NULL) {
        return false;
    }
    if (size == 0 || size >= host_size)
        return false;
    memcpy(host, address, size);
    host[size] = '\0';
    return snprintf(port, port_size, "%u", (unsigned)number) < (int)port_size;
}
