/* One spelling for one key (section 7, kv=1): which form a text has. The forms themselves: model_key_form.c. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/model/model_key.h"
#include "tests/model/model_state.h"

/* ---------------------------------------------------------------- subtrees */

static const char STARS[] = "/**";

bool is_subtree(struct span key)
{
    return key.size > 3 && memcmp(key.bytes + key.size - 3, STARS, 3) == 0;
}

struct span subtree_root(struct span key)
{
    return is_subtree(key) ? span_first(key, key.size - 3) : key;
}

/* R26: a, a/b and a subtree under a all lie under a's subtree, and so does it itself. */
bool lies_under(struct span tree, struct span key)
{
    if (!is_subtree(tree))
        return false;
    struct span root = subtree_root(tree), path = subtree_root(key);
    return span_starts_with(path, root) && (path.size == root.size || path.bytes[root.size] == '/');
}

bool overlaps(struct span a, struct span b)
{
    return span_equal(a, b) || lies_under(a, b) || lies_under(b, a);
}

/* ---------------------------------------------------------------- addresses */

static enum flaw address_key(struct key_text *key, char *url, const char *repo)
{
    char host[ROOM], query[ROOM] = "";
    (void)repo;
    url[strcspn(url, "#")] = '\0';
    if (strchr(url, '?') != NULL) {
        strcpy(query, strchr(url, '?') + 1);
        *strchr(url, '?') = '\0';
    }
    while (ends(url, "/"))
        url[strlen(url) - 1] = '\0';
    size_t host_size = strcspn(url, "/");
    snprintf(host, ROOM, "%.*s", (int)host_size, url);
    drop_front(url, host_size + (url[host_size] == '/'));
    char *user = strrchr(host, '@');
    if (user != NULL)
        drop_front(host, (size_t)(user - host) + 1);
    host[strcspn(host, ":")] = '\0';
    lower_text(host);
    if (starts(host, "www."))
        drop_front(host, 4);
    if (strcmp(host, "api.github.com") == 0 && starts(url, "repos/")) {
        strcpy(host, "github.com");
        drop_front(url, strlen("repos/"));
    }
    if (ends(host, ".atlassian.net")) {
        char *at = strstr(query, "selectedIssue=");
        char *ticket = at != NULL ? at + strlen("selectedIssue=") : strrchr(url, '/') ? strrchr(url, '/') + 1 : url;
        ticket[strcspn(ticket, "&")] = '\0';
        return ticket_key(key, "jira", ticket);
    }
    if (strcmp(host, "linear.app") == 0 && strstr(url, "issue/") != NULL) {
        char *ticket = strstr(url, "issue/") + strlen("issue/");
        ticket[strcspn(ticket, "/")] = '\0';
        return ticket_key(key, "linear", ticket);
    }
    static const char *const forges[][2] = {{"github.com", "github"},
                                            {"gitlab.com", "gitlab"},
                                            {"bitbucket.org", "bitbucket"},
                                            {"codeberg.org", "codeberg"}};
    const char *forge = host;
    for (size_t i = 0; i < sizeof forges / sizeof forges[0]; i++)
        if (strcmp(host, forges[i][0]) == 0)
            forge = forges[i][1];
    char *commit = strstr(url, "/commit/");
    if (commit != NULL) {
        memmove(commit + 1, commit + strlen("/commit/"), strlen(commit + strlen("/commit/")) + 1);
        *commit = '@';
    }
    char *blob = strstr(url, "/blob/");
    if (blob != NULL && strchr(blob + 6, '/') != NULL) {
        struct key_text place;
        char path[ROOM];
        strcpy(path, strchr(blob + 6, '/') + 1);
        *blob = '\0';
        enum flaw flaw = forge_key(&place, forge, url);
        return flaw != FLAW_NONE ? flaw : file_key(key, place.text, path);
    }
    return forge_key(key, forge, url);
}

/* ---------------------------------------------------------------- every form */

static enum flaw any_key(struct key_text *key, char *text, const char *repo);

static enum flaw schemed_key(struct key_text *key, const char *scheme, char *rest, const char *whole, const char *repo)
{
    if (*rest == '\0')
        return FLAW_KEY_FORM;
    if (strcmp(scheme, "gh") == 0 || strcmp(scheme, "github") == 0)
        return forge_key(key, "github", rest);
    if (strcmp(scheme, "gitlab") == 0 || strcmp(scheme, "bitbucket") == 0 || strcmp(scheme, "codeberg") == 0)
        return forge_key(key, scheme, rest);
    if (strcmp(scheme, "jira") == 0 || strcmp(scheme, "linear") == 0)
        return ticket_key(key, scheme, rest);
    if (strcmp(scheme, "task") == 0 || strcmp(scheme, "idea") == 0)
        return slug_key(key, scheme, rest);
    if (strcmp(scheme, "branch") == 0) {
        struct key_text place = {""};
        char *at = strchr(rest, '@');
        if (at == NULL) {
            strcpy(place.text, repo);
        } else {
            *at = '\0';
            if (any_key(&place, rest, "") != FLAW_NONE)
                return FLAW_KEY_FORM;
        }
        if (*place.text == '\0')
            return FLAW_KEY_NO_REPO;
        snprintf(key->text, ROOM, "branch:%.1500s@%.1500s", place.text, at == NULL ? rest : at + 1);
        return FLAW_NONE;
    }
    if (strcmp(scheme, "file") == 0) {
        char *first = strchr(rest, ':');
        char *second = first == NULL ? NULL : strchr(first + 1, ':');
        if (second == NULL || all_digits(first + 1) || strcspn(rest, "/") < (size_t)(first - rest))
            return file_key(key, repo, rest);
        struct key_text place;
        char path[ROOM];
        strcpy(path, second + 1);
        *second = '\0';
        enum flaw flaw = any_key(&place, rest, "");
        return flaw != FLAW_NONE ? flaw : file_key(key, place.text, path);
    }
    snprintf(key->text, ROOM, "%.4000s", whole); /* any other is kept */
    return FLAW_NONE;
}

static enum flaw numbered_key(struct key_text *key, const char *digits, const char *repo)
{
    if (*repo == '\0')
        return FLAW_KEY_NO_REPO;
    snprintf(key->text, ROOM, "%.2000s#%.1000s", repo, without_zeros(digits));
    return FLAW_NONE;
}

static enum flaw bare_key(struct key_text *key, char *text, const char *repo)
{
    const char *number = text[0] == '#' ? text + 1 : starts(text, "GH-") ? text + 3 : text;
    if (all_digits(number))
        return numbered_key(key, number, repo);
    if (is_ticket(text))
        return FLAW_KEY_FORM; /* only with a prefix set by policy, of which there is none yet */
    if (starts(text, "origin/")) {
        if (*repo == '\0')
            return FLAW_KEY_NO_REPO;
        snprintf(key->text, ROOM, "branch:%.1500s@%.1500s", repo, text + strlen("origin/"));
        return FLAW_NONE;
    }
    char *mark = strpbrk(text, "#@");
    char *slash = strchr(text, '/');
    bool is_repo = slash != NULL && slash != text && text[0] != '.';
    if (is_repo && mark != NULL && strncmp(mark, "#L", 2) != 0)
        return forge_key(key, "github", text);
    static const char *const series[] = {"/pull/", "/issues/", "/discussions/"};
    for (size_t i = 0; i < sizeof series / sizeof series[0]; i++)
        if (is_repo && starts(strchr(slash + 1, '/') == NULL ? "" : strchr(slash + 1, '/'), series[i]))
            return forge_key(key, "github", text);
    if (strpbrk(text, "/.\\") != NULL)
        return file_key(key, repo, text);
    snprintf(key->text, ROOM, "%.4000s", text); /* a word of one's own is kept */
    return FLAW_NONE;
}

static enum flaw any_key(struct key_text *key, char *text, const char *repo)
{
    static const char *const schemes[] = {"https://", "http://", "ssh://", "git://"};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (starts(text, schemes[i])) {
            drop_front(text, strlen(schemes[i]));
            return address_key(key, text, repo);
        }
    }
    size_t size = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");
    if (size > 0 && text[size] == ':' && isalpha((unsigned char)text[0]) &&
        !(memchr(text, '.', size) != NULL && all_digits(text + size + 1))) {
        char scheme[ROOM], rest[ROOM], whole[ROOM];
        snprintf(scheme, ROOM, "%.*s", (int)size, text);
        strcpy(rest, text + size + 1);
        strcpy(whole, text);
        lower_text(scheme);
        return schemed_key(key, scheme, rest, whole, repo);
    }
    return bare_key(key, text, repo);
}

/* The repository that bare references mean; it must be one. */
static enum flaw read_repo(struct span in, char *repo)
{
    char text[ROOM];
    struct key_text key;
    *repo = '\0';
    snprintf(text, ROOM, "%.*s", (int)in.size, in.size > 0 ? (const char *)in.bytes : "");
    drop_zero_width(text);
    strip(text);
    if (*text == '\0')
        return FLAW_NONE;
    bool is_bare = strchr(text, ':') == NULL;
    if ((is_bare ? forge_key(&key, "github", text) : any_key(&key, text, "")) != FLAW_NONE ||
        strpbrk(key.text, "#!&@~*") != NULL || strchr(key.text, '/') == NULL || starts(key.text, "file:") ||
        starts(key.text, "task:") || starts(key.text, "idea:") || starts(key.text, "branch:"))
        return FLAW_KEY_NO_REPO;
    snprintf(repo, ROOM, "%s", key.text);
    return FLAW_NONE;
}

enum flaw canonical(struct model *model, struct span given, struct span in, struct span *out)
{
    char text[ROOM], repo[ROOM];
    struct key_text key = {""};
    if (given.size == 0)
        return FLAW_KEY_EMPTY;
    if (given.size > LIMIT_KEY_BYTES)
        return FLAW_KEY_LONG;
    if (!form_text(given, LIMIT_KEY_BYTES) || memchr(given.bytes, '\n', given.size) != NULL ||
        memchr(given.bytes, '\t', given.size) != NULL)
        return FLAW_KEY_BYTES;
    snprintf(text, ROOM, "%.*s", (int)given.size, (const char *)given.bytes);
    drop_zero_width(text);
    strip(text);
    bool tree = ends(text, STARS);
    if (tree)
        text[strlen(text) - 3] = '\0';
    strip_words(text);
    if (*text == '\0')
        return tree ? FLAW_KEY_FORM : FLAW_KEY_EMPTY;
    if (strchr(text, '*') != NULL)
        return FLAW_KEY_GLOB;
    enum flaw flaw = read_repo(in, repo);
    if (flaw == FLAW_NONE)
        flaw = any_key(&key, text, repo);
    if (flaw != FLAW_NONE)
        return flaw;
    if (strpbrk(key.text, "*?") != NULL)
        return FLAW_KEY_GLOB;
    if (tree)
        strcat(key.text, STARS);
    size_t segments = 1;
    for (const char *at = key.text; *at != '\0'; at++)
        segments += *at == '/';
    if (segments > LIMIT_KEY_SEGMENTS)
        return FLAW_KEY_SEGMENTS;
    if (strlen(key.text) > LIMIT_KEY_BYTES)
        return FLAW_KEY_LONG;
    *out = text_scratch(model, span_from_text(key.text));
    return FLAW_NONE;
}
