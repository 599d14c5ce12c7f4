/* Addresses: https://…, ssh://…, git@host:path, github.com/… without a scheme. Scheme, user, port, query and fragment
 * go; what is left is a forge's page, an issue of Jira or Linear, or a page under url:. */
#include "coordinator/core/key/key_parts.h"

struct address {
    struct span host, path, query, fragment;
};

/* Cuts host/path?query#fragment; the path keeps no slash in front. */
static struct address address_of(struct span text)
{
    struct address out = {0};
    size_t hash = span_find(text, '#');
    out.fragment = span_skip(text, hash < text.size ? hash + 1 : hash);
    text = span_first(text, hash);
    size_t mark = span_find(text, '?');
    out.query = span_skip(text, mark < text.size ? mark + 1 : mark);
    text = span_first(text, mark);
    size_t slash = span_find(text, '/');
    out.host = span_first(text, slash);
    out.path = span_skip(text, slash);
    while (out.path.size > 0 && out.path.bytes[0] == '/')
        out.path = span_skip(out.path, 1);

    size_t user = span_find_last(out.host, '@');
    if (user < out.host.size)
        out.host = span_skip(out.host, user + 1);
    size_t colon = span_find_last(out.host, ':');
    size_t digits = colon;
    while (digits + 1 < out.host.size && byte_is_digit(out.host.bytes[digits + 1]))
        digits++;
    if (colon < out.host.size && digits + 1 == out.host.size)
        out.host = span_first(out.host, colon);
    if (span_begins_with_word(out.host, "www."))
        out.host = span_skip(out.host, 4);
    return out;
}

/* The value of `name` in a=1&b=2; empty when it isn't there. */
static struct span query_value(struct span query, const char *name)
{
    size_t size = strlen(name);
    while (query.size > 0) {
        size_t end = span_find(query, '&');
        struct span part = span_first(query, end);
        if (part.size > size && part.bytes[size] == '=' && span_begins_with_word(part, name))
            return span_skip(part, size + 1);
        query = span_skip(query, end < query.size ? end + 1 : end);
    }
    return (struct span){0};
}

/* BOB-17 */
static bool is_issue_id(struct span text)
{
    size_t dash = span_find(text, '-');
    struct numbered number;
    if (dash == 0 || dash == text.size || !byte_is_letter(text.bytes[0]))
        return false;
    for (size_t i = 0; i < dash; i++) {
        if (!byte_is_alnum(text.bytes[i]) && text.bytes[i] != '_')
            return false;
    }
    return numbered_parse(span_skip(text, dash + 1), &number);
}

static bool host_is_below(struct span host, const char *domain)
{
    size_t size = strlen(domain);
    return host.size > size && span_is_word(span_skip(host, host.size - size), domain);
}

/* acme.atlassian.net, any host's /browse/BOB-17, linear.app/team/issue/ENG-5/slug */
static bool key_from_tracker(const struct address *address, struct span path, struct key_draft *out)
{
    bool atlassian = host_is_below(address->host, ".atlassian.net");
    bool linear = span_is_word(address->host, "linear.app");
    struct span selected = query_value(address->query, "selectedissue");
    if (atlassian && is_issue_id(selected)) {
        key_put_issue_id(out, span_from_text("jira"), selected);
        return true;
    }
    struct segments segments = segments_of(path);
    for (size_t i = 1; i < segments.count; i++) {
        struct span before = segments.at[i - 1];
        bool jira = span_is_word(before, "browse") || (atlassian && span_is_word(before, "issues"));
        if ((!jira && !(linear && span_is_word(before, "issue"))) || !is_issue_id(segments.at[i]))
            continue;
        key_put_issue_id(out, span_from_text(linear ? "linear" : "jira"), segments.at[i]);
        return true;
    }
    return false;
}

/* The path without what an API puts before the project: repos/, api/v4/projects/, 2.0/repositories/. */
static struct span without_api(const struct address *address, struct span path)
{
    struct segments s = segments_of(path);
    size_t skip = 0;
    if (span_is_word(address->host, "api.github.com") && s.count > 1 && span_is_word(s.at[0], "repos"))
        skip = 1;
    else if (s.count > 2 && span_is_word(s.at[0], "2.0") && span_is_word(s.at[1], "repositories"))
        skip = 2;
    else if (s.count > 3 && span_is_word(s.at[0], "api") && s.at[1].size == 2 && byte_lower(s.at[1].bytes[0]) == 'v' &&
             (span_is_word(s.at[2], "repos") || span_is_word(s.at[2], "projects")))
        skip = 3;
    return skip == 0 ? path : span_skip(path, (size_t)(s.at[skip].bytes - path.bytes));
}

/* raw.githubusercontent.com/o/r/REF/path, REF perhaps refs/heads/NAME. */
static bool key_from_raw_file(const struct address *address, struct span path, struct key_draft *out)
{
    struct segments s = segments_of(path);
    size_t file = s.count > 2 && span_is_word(s.at[2], "refs") ? 5 : 3;
    if (!span_is_word(address->host, "raw.githubusercontent.com") || file >= s.count)
        return false;
    struct forge forge;
    forge_find(address->host, &forge);
    struct span project = span_first(path, (size_t)(s.at[2].bytes - path.bytes));
    forge_put_file(out, &forge, project, span_skip(path, (size_t)(s.at[file].bytes - path.bytes)));
    return true;
}

/* url:host/path, with the one parameter that tells a tracker's pages apart: show_bug.cgi?id=5 is …;id=5 */
static void put_page(const struct address *address, struct key_draft *out)
{
    if (address->host.size == 0)
        draft_fail(out, FLAW_KEY_FORM);
    draft_put_text(out, "url:");
    draft_put_lower(out, address->host);
    struct span path = address->path;
    while (path.size > 0 && path.bytes[path.size - 1] == '/')
        path = span_first(path, path.size - 1);
    draft_put_text(out, path.size > 0 ? "/" : "");
    draft_put(out, path);
    struct span id = query_value(address->query, "id");
    draft_put_text(out, id.size > 0 ? ";id=" : "");
    draft_put(out, id);
}

/* Does an address on an unknown host name a repository? Two segments, or an end in .git. */
static bool is_repository_path(struct span path)
{
    struct segments segments = segments_of(path);
    return segments.count == 2 || (segments.count > 2 && span_ends_with(path, ".git"));
}

static void key_from_address(struct span text, bool is_remote, struct key_draft *out)
{
    struct address address = address_of(text);
    struct key_draft decoded = {0};
    draft_put_decoded(&decoded, address.path);
    struct span path = draft_span(&decoded);
    while (path.size > 0 && path.bytes[path.size - 1] == '/')
        path = span_first(path, path.size - 1);

    struct forge forge;
    bool known = forge_find(address.host, &forge);
    if (key_from_tracker(&address, path, out) || key_from_raw_file(&address, path, out))
        return;
    path = without_api(&address, path);
    struct numbered number;
    if (known && segments_of(path).count == 2 && numbered_parse(address.fragment, &number)) {
        forge_put_reference(out, &forge, path, '#', number); /* github.com/o/r#5: nobody means a page's fragment */
        return;
    }
    if (address.host.size > 0 && key_from_forge_page(&forge, path, out))
        return;
    bool repository = (is_remote || is_repository_path(path)) && query_value(address.query, "id").size == 0;
    if (path.size > 0 && address.host.size > 0 && (known || repository))
        key_from_forge_rest(&forge, path, &(struct key_context){0}, out);
    else
        put_page(&address, out);
}

/* A name with a dot in it whose last label is letters. */
static bool is_host_name(struct span text)
{
    size_t dot = span_find_last(text, '.');
    if (dot == 0 || text.size - dot < 3)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = text.bytes[i];
        if (!byte_is_alnum(byte) && byte != '-' && byte != '.')
            return false;
        if (i > dot && !byte_is_letter(byte))
            return false;
    }
    return true;
}

/* git@github.com:o/r.git, in the manner of scp. */
static bool key_from_remote(struct span text, struct key_draft *out)
{
    size_t at = span_find(text, '@'), colon = span_find(text, ':');
    if (at == 0 || at > colon || colon == text.size || span_find(text, '/') < colon || span_find(text, ' ') < colon)
        return false;
    struct span host = span_of(text.bytes + at + 1, colon - at - 1);
    struct forge forge;
    if (!is_host_name(host))
        return false;
    forge_find(host, &forge);
    key_from_forge_rest(&forge, span_skip(text, colon + 1), &(struct key_context){0}, out);
    return true;
}

/* github.com/o/r/pull/5, www.…, and git.corp.example/o/r/issues/5 when the page is one we know. */
static bool key_from_bare_address(struct span text, struct key_draft *out)
{
    size_t slash = span_find(text, '/');
    struct span host = span_first(text, slash);
    if (slash == text.size || !is_host_name(host))
        return false;
    struct forge forge;
    struct address address = address_of(text);
    bool known = forge_find(host, &forge) || span_begins_with_word(host, "www.") ||
                 host_is_below(host, ".atlassian.net") || span_is_word(host, "linear.app");
    struct key_draft page = {0};
    if (!known && !key_from_forge_page(&forge, address.path, &page))
        return false;
    key_from_address(text, false, out);
    return true;
}

bool key_from_page_url(struct span address, struct key_draft *out)
{
    if (!key_from_url(address, out))
        key_from_address(address, false, out);
    return true;
}

bool key_from_url(struct span text, struct key_draft *out)
{
    static const struct {
        const char *scheme;
        bool is_remote; /* names a repository and nothing else */
    } schemes[] = {{"https://", false},    {"http://", false},    {"ssh://", true},    {"git://", true},
                   {"git+https://", true}, {"git+http://", true}, {"git+ssh://", true}};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (span_begins_with_word(text, schemes[i].scheme)) {
            key_from_address(span_skip(text, strlen(schemes[i].scheme)), schemes[i].is_remote, out);
            return true;
        }
    }
    return key_from_remote(text, out) || key_from_bare_address(text, out);
}
