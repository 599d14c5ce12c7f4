/* One spelling for one key (section 7, kv=1). Works on C strings: control characters are refused before. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/model/model_state.h"

enum { ROOM = 4096 };

struct key_text {
    char text[ROOM];
};

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

/* ---------------------------------------------------------------- small text work */

static void lower_text(char *text)
{
    for (; *text != '\0'; text++)
        *text = (char)(*text >= 'A' && *text <= 'Z' ? *text + 32 : *text);
}

static void upper_text(char *text)
{
    for (; *text != '\0'; text++)
        *text = (char)(*text >= 'a' && *text <= 'z' ? *text - 32 : *text);
}

static void drop_front(char *text, size_t count)
{
    memmove(text, text + count, strlen(text) - count + 1);
}

static bool starts(const char *text, const char *start)
{
    return strncasecmp(text, start, strlen(start)) == 0;
}

static bool ends(const char *text, const char *end)
{
    return strlen(text) >= strlen(end) && strcasecmp(text + strlen(text) - strlen(end), end) == 0;
}

/* All of one kind, and something. */
static bool all_digits(const char *text)
{
    return *text != '\0' && strspn(text, "0123456789") == strlen(text);
}

static bool is_commit(const char *text)
{
    size_t size = strlen(text);
    return size >= 7 && size <= 40 && strspn(text, "0123456789abcdefABCDEF") == size;
}

/* ABC-1 */
static bool is_ticket(const char *text)
{
    size_t letters = 0;
    while (isalnum((unsigned char)text[letters]) || text[letters] == '_')
        letters++;
    return letters > 0 && isalpha((unsigned char)text[0]) && text[letters] == '-' && all_digits(text + letters + 1);
}

static const char *without_zeros(const char *digits)
{
    while (digits[0] == '0' && digits[1] != '\0')
        digits++;
    return digits;
}

static void drop_zero_width(char *text)
{
    static const char *const marks[] = {"\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d", "\xe2\x81\xa0", "\xef\xbb\xbf"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        for (char *at; (at = strstr(text, marks[i])) != NULL;)
            drop_front(at, 3);
}

/* Spaces, quotes and brackets around, punctuation behind; again until nothing changes. */
static void strip(char *text)
{
    for (size_t before = SIZE_MAX; before != strlen(text);) {
        before = strlen(text);
        while (*text != '\0' && strchr(" \"'`([{<", *text) != NULL)
            drop_front(text, 1);
        size_t size = strlen(text);
        while (size > 0 && strchr(" \"'`)]}>.,;:!?", text[size - 1]) != NULL)
            text[--size] = '\0';
    }
}

/* `fixes #5`, `PR 5`, `issue: 5` */
static void strip_words(char *text)
{
    static const char *const words[] = {"fixes", "fixed", "fix", "closes", "closed", "close", "resolves", "refs",
                                        "ref", "issue", "pull request", "pr", "mr"};
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            size_t size = strlen(words[i]);
            if (!starts(text, words[i]) || text[size] == '\0' || strchr(" :#", text[size]) == NULL)
                continue;
            size_t skip = size + strspn(text + size, " :");
            if (text[size] == ':' && text[size + 1] != ' ')
                continue; /* a scheme of that name */
            drop_front(text, skip);
            again = true;
        }
    }
}

/* ---------------------------------------------------------------- pieces of keys */

/* Lexically: `.` and `..` resolved, doubled slashes dropped, line numbers dropped. */
static enum flaw tidy_path(char *path)
{
    char *parts[ROOM], copy[ROOM];
    size_t count = 0;
    char *line = strstr(path, "#L");
    if (line != NULL)
        *line = '\0';
    for (char *colon; (colon = strrchr(path, ':')) != NULL && all_digits(colon + 1);)
        *colon = '\0';
    for (char *at = path; *at != '\0'; at++)
        *at = *at == '\\' ? '/' : *at;
    strcpy(copy, path);
    for (char *rest = copy, *part; (part = strsep(&rest, "/")) != NULL;) {
        if (*part == '\0' || strcmp(part, ".") == 0)
            continue;
        if (strcmp(part, "..") != 0)
            parts[count++] = part;
        else if (count-- == 0)
            return FLAW_KEY_ESCAPES;
    }
    *path = '\0';
    for (size_t i = 0; i < count; i++) {
        strcat(path, i > 0 ? "/" : "");
        strcat(path, parts[i]);
    }
    return count == 0 ? FLAW_KEY_FORM : FLAW_NONE;
}

static enum flaw file_key(struct key_text *key, const char *repo, char *path)
{
    if (*repo == '\0')
        return FLAW_KEY_NO_REPO;
    enum flaw flaw = tidy_path(path);
    snprintf(key->text, ROOM, "file:%.1500s:%.1500s", repo, path);
    return flaw;
}

/* Lower-case runs of letters and digits with dashes between; slashes stay. */
static enum flaw slug_key(struct key_text *key, const char *scheme, const char *rest)
{
    size_t size = (size_t)snprintf(key->text, ROOM, "%s:", scheme), start = size;
    bool gap = false;
    for (; *rest != '\0'; rest++) {
        bool is_slash = *rest == '/';
        if (!isalnum((unsigned char)*rest) && (unsigned char)*rest < 0x80 && !is_slash) {
            gap = true;
            continue;
        }
        if (gap && size > start && key->text[size - 1] != '/' && !is_slash)
            key->text[size++] = '-';
        gap = false;
        if (is_slash && (size == start || key->text[size - 1] == '/'))
            continue;
        key->text[size++] = (char)tolower((unsigned char)*rest);
    }
    while (size > start && key->text[size - 1] == '/')
        size--;
    key->text[size] = '\0';
    return size == start ? FLAW_KEY_FORM : FLAW_NONE;
}

/* What follows a forge's name: owner/repo, lower-cased, then a number, a commit, a role, or a deeper path. */
static enum flaw forge_key(struct key_text *key, const char *forge, char *rest)
{
    while (*rest == '/')
        drop_front(rest, 1);
    while (ends(rest, "/"))
        rest[strlen(rest) - 1] = '\0';
    size_t repo_size = strcspn(rest, "#!&@~");
    char repo[ROOM], mark = rest[repo_size], tail[ROOM] = "";
    snprintf(repo, ROOM, "%.*s", (int)repo_size, rest);
    if (mark != '\0')
        strcpy(tail, rest + repo_size + 1);
    bool is_github = strcmp(forge, "github") == 0;
    /* owner/repo/pull/5 and the like */
    static const struct { const char *word; char mark; } series[] = {
        {"/issues/", '#'}, {"/pull/", '#'}, {"/pulls/", '#'}, {"/discussions/", '#'}, {"/-/issues/", '#'},
        {"/-/work_items/", '#'}, {"/-/merge_requests/", '!'}, {"/-/epics/", '&'}, {"/pull-requests/", '!'}};
    for (size_t i = 0; i < sizeof series / sizeof series[0]; i++) {
        char *at = strstr(repo, series[i].word);
        size_t digits = at == NULL ? 0 : strspn(at + strlen(series[i].word), "0123456789");
        if (digits == 0)
            continue;
        snprintf(tail, ROOM, "%.*s", (int)digits, at + strlen(series[i].word));
        mark = series[i].mark;
        *at = '\0';
        if (ends(repo, "/-"))
            at[-2] = '\0';
    }
    if (ends(repo, ".git"))
        repo[strlen(repo) - 4] = '\0';
    size_t slashes = 0;
    for (char *at = repo; *at != '\0'; at++) {
        slashes += *at == '/';
        if (!is_github || slashes < 2)
            *at = (char)tolower((unsigned char)*at);
    }
    if (slashes == 0 || *repo == '/' || ends(repo, "/"))
        return FLAW_KEY_FORM;
    if (mark == '\0') {
        snprintf(key->text, ROOM, "%s:%.2000s", forge, repo);
        return FLAW_NONE;
    }
    if (mark == '@') {
        if (!is_commit(tail))
            return FLAW_KEY_FORM;
        lower_text(tail);
        snprintf(key->text, ROOM, "%s:%.2000s@%.12s", forge, repo, tail);
        return FLAW_NONE;
    }
    char *role = tail + strspn(tail, "0123456789");
    if (role == tail)
        return FLAW_KEY_FORM;
    char role_text[ROOM] = "";
    if (*role == ':' || *role == '~')
        snprintf(role_text, ROOM, "~%.1000s", role + 1);
    *role = '\0';
    snprintf(key->text, ROOM, "%s:%.1000s%c%.1000s%.1000s", forge, repo, mark, without_zeros(tail), role_text);
    return FLAW_NONE;
}

static enum flaw ticket_key(struct key_text *key, const char *scheme, char *rest)
{
    upper_text(rest);
    char *dash = strrchr(rest, '-');
    if (!is_ticket(rest))
        return FLAW_KEY_FORM;
    snprintf(key->text, ROOM, "%s:%.*s-%.2000s", scheme, (int)(dash - rest), rest, without_zeros(dash + 1));
    return FLAW_NONE;
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
    static const char *const forges[][2] = {{"github.com", "github"}, {"gitlab.com", "gitlab"},
                                            {"bitbucket.org", "bitbucket"}, {"codeberg.org", "codeberg"}};
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

static enum flaw schemed_key(struct key_text *key, const char *scheme, char *rest, const char *whole,
                             const char *repo)
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
    return file_key(key, repo, text);
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
