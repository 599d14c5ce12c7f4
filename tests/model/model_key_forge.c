/* Forges, and the addresses of their pages: owner/repo, issues, commits, branches, files; and trackers' pages. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tests/model/model_key.h"

static bool is_any(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    return false;
}

#define IS_ANY(text, ...) \
    is_any(text, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static bool is_forge(const char *forge, const char *name)
{
    return strcmp(forge, name) == 0;
}

const char *forge_named(char *scheme)
{
    static const char *const names[][2] = {{"gh", "github"},
                                           {"github", "github"},
                                           {"github.com", "github"},
                                           {"ssh.github.com", "github"},
                                           {"api.github.com", "github"},
                                           {"raw.githubusercontent.com", "github"},
                                           {"gl", "gitlab"},
                                           {"gitlab", "gitlab"},
                                           {"gitlab.com", "gitlab"},
                                           {"altssh.gitlab.com", "gitlab"},
                                           {"bb", "bitbucket"},
                                           {"bitbucket", "bitbucket"},
                                           {"bitbucket.org", "bitbucket"},
                                           {"api.bitbucket.org", "bitbucket"},
                                           {"codeberg", "codeberg"},
                                           {"codeberg.org", "codeberg"}};
    lower_text(scheme);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(scheme, names[i][0]) == 0)
            return names[i][1];
    return NULL;
}

static bool has_one_series(const char *forge)
{
    return is_forge(forge, "github") || is_forge(forge, "codeberg");
}

/* The project in lower case, without .git. */
static void tidy_project(char *path)
{
    lower_text(path);
    if (ends(path, ".git"))
        path[strlen(path) - 4] = '\0';
}

bool take_numbered(struct key_job *job, const char *forge, const char *path, char mark, const char *number,
                   const char *role)
{
    char project[ROOM];
    snprintf(project, ROOM, "%.1000s", path);
    tidy_project(project);
    if (mark == '!' && has_one_series(forge))
        mark = '#';
    return finish(job, "%.400s:%.900s%c%.20s%.400s", forge, project, mark, number, role);
}

/* What kind of thing a page's word is about: a series' mark, `c` commits, `t` a branch, `f` a file, 0 nothing. */
static char page_kind(const char *forge, const char *word)
{
    if (IS_ANY(word, "issues", "work_items"))
        return '#';
    if (IS_ANY(word, "pull", "pulls", "discussions") && !is_forge(forge, "gitlab") && !is_forge(forge, "bitbucket"))
        return '#';
    if (IS_ANY(word, "merge_requests", "pull-requests", "pullrequests"))
        return '!';
    if (is_forge(forge, "gitlab") && IS_ANY(word, "epics"))
        return '&';
    if (IS_ANY(word, "commit", "commits"))
        return 'c';
    if (IS_ANY(word, "tree") || (is_forge(forge, "bitbucket") && IS_ANY(word, "branch")))
        return 't';
    if (IS_ANY(word, "blob", "blame", "edit", "raw"))
        return 'f';
    if (IS_ANY(word, "src") && (is_forge(forge, "bitbucket") || is_forge(forge, "codeberg")))
        return 'f';
    return 0;
}

/* refs/heads/main/…, branch/main/… or main/…: how many parts name the version of a file. */
static size_t version_parts(const char *forge, char **parts)
{
    if (strcmp(parts[0], "refs") == 0)
        return 3;
    return is_forge(forge, "codeberg") && IS_ANY(parts[0], "branch", "commit", "tag") ? 2 : 1;
}

/* parts: the word of a page and what follows it. */
static bool take_page_of(struct key_job *job, const char *forge, const char *project, char **parts, size_t count)
{
    char number[ROOM], role[ROOM], rest[ROOM], repo[ROOM];
    char kind = page_kind(forge, parts[0]);
    if (kind == 0 || count < 2)
        return false;
    snprintf(repo, ROOM, "%.400s:%.900s", forge, project);
    join(rest, parts + 1, count - 1, '/');
    if (kind == 'c' && is_hash(parts[1])) {
        lower_text(parts[1]);
        return finish(job, "%.1400s@%.12s", repo, parts[1]);
    }
    if (kind == 't' || (kind == 'c' && IS_ANY(parts[0], "commits")))
        return finish(job, "branch:%.1400s@%.600s", repo, rest);
    if (kind == 'f') {
        size_t skip = 1 + version_parts(forge, parts + 1);
        if (count <= skip)
            return false;
        join(rest, parts + skip, count - skip, '/');
        return take_file(job, repo, rest);
    }
    if (kind == 'c' || !read_number(parts[1], number, role))
        return false;
    return take_numbered(job, forge, project, kind, number, role);
}

/* Where the project ends and the page begins: at `-`, or at a page's word behind two parts (on GitLab, any number). */
static size_t project_parts(const char *forge, char **parts, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (strcmp(parts[i], "-") == 0)
            return i;
    if (has_one_series(forge) || is_forge(forge, "bitbucket"))
        return count < 2 ? count : 2;
    for (size_t i = 2; i + 1 < count && (i == 2 || is_forge(forge, "gitlab")); i++)
        if (page_kind(forge, parts[i]) != 0)
            return i;
    return count;
}

bool take_page(struct key_job *job, const char *forge, char *path)
{
    char *parts[SEGMENTS_MAX], project[ROOM], rest[ROOM];
    size_t count = split_at(path, '/', parts), end, first = 0;
    if (is_forge(forge, "gitlab") && count > 2 && strcmp(parts[0], "groups") == 0)
        first = 1;
    end = first + project_parts(forge, parts + first, count - first);
    if (end == first)
        return refuse(job, FLAW_KEY_FORM);
    join(project, parts + first, end - first, '/');
    tidy_project(project);
    if (end == count)
        return finish(job, "%.400s:%.1200s", forge, project);
    size_t word = end + (strcmp(parts[end], "-") == 0);
    if (word < count && take_page_of(job, forge, project, parts + word, count - word))
        return true;
    join(rest, parts + end, count - end, '/');
    return finish(job, "%.400s:%.900s/%.700s", forge, project, rest);
}

/* ---------------------------------------------------------------- addresses */

/* %41 is A. False: what comes out is no text. */
static bool decode_percent(char *text)
{
    char *to = text;
    for (char *at = text; *at != '\0'; at++) {
        unsigned code;
        if (at[0] == '%' && isxdigit((unsigned char)at[1]) && isxdigit((unsigned char)at[2]) &&
            sscanf(at + 1, "%2x", &code) == 1) {
            if (code == 0)
                return false;
            *to++ = (char)code;
            at += 2;
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
    char clean[ROOM];
    if (clean_text(span_from_text(text), clean) != FLAW_NONE)
        return false;
    strcpy(text, clean);
    return true;
}

/* The value of a parameter of an address, up to the next. */
static bool parameter_of(const char *query, const char *name, char *value)
{
    for (const char *at = query; at != NULL && *at != '\0'; at = strchr(at, '&') ? strchr(at, '&') + 1 : NULL) {
        size_t size = strlen(name);
        if (!starts(at, name) || at[size] != '=')
            continue;
        snprintf(value, ROOM, "%.*s", (int)strcspn(at + size + 1, "&"), at + size + 1);
        return *value != '\0';
    }
    return false;
}

static bool try_tracker_page(struct key_job *job, const char *host, char *path, const char *query)
{
    char copy[ROOM], ticket[ROOM], value[ROOM];
    char *parts[SEGMENTS_MAX];
    strcpy(copy, path);
    size_t count = split_at(copy, '/', parts);
    if (ends(host, ".atlassian.net") && parameter_of(query, "selectedIssue", value) && read_ticket(value, ticket))
        return finish(job, "jira:%s", ticket);
    for (size_t i = 0; i + 1 < count; i++) {
        if (!read_ticket(parts[i + 1], ticket))
            continue;
        if (IS_ANY(parts[i], "browse") || (ends(host, ".atlassian.net") && IS_ANY(parts[i], "issues")))
            return finish(job, "jira:%s", ticket);
        if (strcmp(host, "linear.app") == 0 && IS_ANY(parts[i], "issue"))
            return finish(job, "linear:%s", ticket);
    }
    return false;
}

/* A host that dibs doesn't know: a repository when it looks like one, else kept under url: */
static bool take_other_host(struct key_job *job, const char *host, char *path, const char *query, bool is_git)
{
    char copy[ROOM], project[ROOM], id[ROOM];
    char *parts[SEGMENTS_MAX];
    strcpy(copy, path);
    size_t count = split_at(copy, '/', parts);
    bool has_id = parameter_of(query, "id", id);
    size_t end = project_parts(host, parts, count);
    if (end > 0 && end < count) {
        char whole[ROOM];
        join(project, parts, end, '/');
        tidy_project(project);
        size_t word = end + (strcmp(parts[end], "-") == 0);
        if (word < count && take_page_of(job, host, project, parts + word, count - word))
            return true;
        strcpy(whole, path);
    }
    strcpy(copy, path);
    count = split_at(copy, '/', parts);
    join(project, parts, count, '/');
    bool is_repo = count == 2 || (count > 1 && (is_git || ends(project, ".git")));
    if (is_repo && !has_id && strstr(project, ";id=") == NULL) {
        tidy_project(project);
        return finish(job, "%.400s:%.1200s", host, project);
    }
    return finish(job, "url:%.400s%s%.900s%s%.300s", host, count > 0 ? "/" : "", project, has_id ? ";id=" : "",
                  has_id ? id : "");
}

bool take_address(struct key_job *job, char *address, bool is_git)
{
    char host[ROOM], query[ROOM] = "", fragment[ROOM] = "", number[ROOM], role[ROOM];
    size_t fragment_at = strcspn(address, "#");
    if (address[fragment_at] == '#')
        strcpy(fragment, address + fragment_at + 1);
    address[fragment_at] = '\0';
    size_t query_at = strcspn(address, "?");
    if (address[query_at] == '?')
        strcpy(query, address + query_at + 1);
    address[query_at] = '\0';
    size_t host_size = strcspn(address, "/");
    snprintf(host, ROOM, "%.*s", (int)host_size, address);
    char *path = address + host_size;
    if (strrchr(host, '@') != NULL)
        drop_front(host, (size_t)(strrchr(host, '@') - host) + 1);
    host[strcspn(host, ":")] = '\0';
    lower_text(host);
    if (starts(host, "www."))
        drop_front(host, 4);
    if (!decode_percent(path))
        return refuse(job, FLAW_KEY_BYTES);
    if (*host == '\0')
        return refuse(job, FLAW_KEY_FORM);
    static const char *const inner[] = {"/api/v4/projects/", "/api/v1/repos/", "/2.0/repositories/"};
    for (size_t i = 0; i < sizeof inner / sizeof inner[0]; i++)
        if (starts(path, inner[i]))
            drop_front(path, strlen(inner[i]) - 1);
    if (strcmp(host, "api.github.com") == 0 && starts(path, "/repos/"))
        drop_front(path, strlen("/repos"));
    if (try_tracker_page(job, host, path, query))
        return true;
    char name[ROOM], copy[ROOM];
    char *parts[SEGMENTS_MAX];
    strcpy(name, host);
    const char *forge = forge_named(name);
    if (forge == NULL)
        return take_other_host(job, host, path, query, is_git);
    strcpy(copy, path);
    size_t count = split_at(copy, '/', parts);
    if (count == 0)
        return finish(job, "url:%s", host);
    if (count == 2 && read_number(fragment, number, role))
        return take_numbered(job, forge, path + 1, '#', number, role);
    if (strcmp(host, "raw.githubusercontent.com") == 0 && count > 3) {
        char raw[ROOM];
        join(name, parts + 2, count - 2, '/');
        snprintf(raw, ROOM, "%.400s/%.400s/raw/%.900s", parts[0], parts[1], name);
        return take_page(job, forge, raw);
    }
    return take_page(job, forge, path);
}

/* Is it an address without its scheme: of a forge or tracker that is known, or with GitLab's `/-/`? */
static bool is_bare_address(const char *text)
{
    char host[ROOM];
    size_t size = strcspn(text, "/:#?@ ");
    if (text[size] != '/' || memchr(text, '.', size) == NULL || text[0] == '.')
        return false;
    snprintf(host, ROOM, "%.*s", (int)size, text);
    lower_text(host);
    if (starts(host, "www."))
        drop_front(host, 4);
    return forge_named(host) != NULL || ends(host, ".atlassian.net") || strcmp(host, "linear.app") == 0 ||
           strstr(text, "/-/") != NULL;
}

bool try_address(struct key_job *job, const char *text)
{
    static const struct {
        const char *scheme;
        bool is_git;
    } schemes[] = {{"https://", false}, {"http://", false},     {"ssh://", true},
                   {"git://", true},    {"git+https://", true}, {"git+ssh://", true}};
    char address[ROOM];
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (!starts(text, schemes[i].scheme))
            continue;
        strcpy(address, text + strlen(schemes[i].scheme));
        return take_address(job, address, schemes[i].is_git);
    }
    size_t user = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    size_t host = text[user] == '@' && user > 0 ? strcspn(text + user + 1, ":/ ") : 0;
    if (host > 0 && text[user + 1 + host] == ':' && memchr(text + user + 1, '.', host) != NULL) { /* git@host:o/r.git */
        snprintf(address, ROOM, "%.*s/%.1000s", (int)host, text + user + 1, text + user + host + 2);
        return take_address(job, address, true);
    }
    if (!is_bare_address(text))
        return false;
    strcpy(address, text);
    return take_address(job, address, false);
}
