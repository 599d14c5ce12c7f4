/* Files and folders: paths tidied by their letters alone. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tests/model/model_key.h"

static bool has_extension(const char *name)
{
    const char *dot = strrchr(name, '.');
    if (dot == NULL || !isalpha((unsigned char)dot[1]) || strlen(dot + 1) > 10)
        return false;
    for (const char *at = dot + 1; *at != '\0'; at++)
        if (!isalnum((unsigned char)*at) || (unsigned char)*at >= 0x80)
            return false;
    return true;
}

/* Names that all repositories know. */
static bool is_known_name(const char *name)
{
    static const char *const names[] = {
        "Makefile", "makefile", "GNUmakefile", "Dockerfile",   "Containerfile", "Jenkinsfile", "Vagrantfile",
        "Procfile", "Gemfile",  "Rakefile",    "Justfile",     "justfile",      "README",      "LICENSE",
        "LICENCE",  "COPYING",  "CHANGELOG",   "CONTRIBUTING", "AUTHORS",       "NOTICE",      "CODEOWNERS"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static bool looks_like_file(const char *path)
{
    return has_extension(last_part(path)) || is_known_name(last_part(path));
}

/* #L10, #L10-L20, #L10C5-L20C6 at the end */
static void drop_anchor(char *path)
{
    char *mark = strstr(path, "#L");
    if (mark != NULL && isdigit((unsigned char)mark[2]) && strspn(mark + 1, "0123456789LC-") == strlen(mark + 1))
        *mark = '\0';
}

/* 12, 12:5 or 12-20 */
static bool is_line(const char *text)
{
    size_t line = strspn(text, "0123456789"), column;
    if (line == 0 || text[line] == '\0')
        return line > 0;
    column = strspn(text + line + 1, "0123456789");
    return (text[line] == ':' || text[line] == '-') && column > 0 && text[line + 1 + column] == '\0';
}

/* A line behind the last name, but only if that looks like a file's. */
static void drop_line(char *path)
{
    char *name = strrchr(path, '/');
    char *colon = strchr(name == NULL ? path : name, ':');
    if (colon == NULL || !is_line(colon + 1))
        return;
    *colon = '\0';
    if (!looks_like_file(path))
        *colon = ':';
}

static bool is_absolute(const char *path)
{
    return path[0] == '/' || (path[0] == '~' && path[1] == '/') ||
           (isalpha((unsigned char)path[0]) && path[1] == ':' && path[2] == '/');
}

/* Separators, `.` and `..` resolved. A root stays in front of what is absolute. */
static enum flaw tidy_path(char *path)
{
    char *parts[SEGMENTS_MAX], copy[ROOM];
    size_t kept = 0, root = 0;
    for (char *at = path; *at != '\0'; at++)
        *at = *at == '\\' ? '/' : *at;
    drop_anchor(path);
    drop_line(path);
    bool is_rooted = path[0] == '/';
    strcpy(copy, path);
    size_t count = split_at(copy, '/', parts);
    if (is_absolute(path) && !is_rooted)
        root = kept = 1; /* ~ or C: */
    for (size_t i = root; i < count; i++) {
        if (strcmp(parts[i], ".") == 0)
            continue;
        if (strcmp(parts[i], "..") != 0)
            parts[kept++] = parts[i];
        else if (kept-- == root)
            return FLAW_KEY_ESCAPES;
    }
    path[0] = '/';
    join(path + is_rooted, parts, kept, '/');
    return kept == root ? FLAW_KEY_FORM : FLAW_NONE;
}

bool take_file(struct key_job *job, const char *repo, const char *path)
{
    char tidy[ROOM];
    snprintf(tidy, ROOM, "%.1000s", path + (path[0] == '/')); /* file:repo:/src is the repository's root */
    enum flaw flaw = tidy_path(tidy);
    return flaw != FLAW_NONE ? refuse(job, flaw) : finish(job, "file:%.900s:%.1000s", repo, tidy);
}

/* In a repository it must not lead out; without one it is kept, tidied, behind `before`. */
static bool take_path(struct key_job *job, const char *before, const char *text)
{
    char path[ROOM], repo[ROOM];
    snprintf(path, ROOM, "%.1000s", text);
    enum flaw flaw = tidy_path(path);
    if (job->in->known && is_absolute(path))
        flaw = FLAW_KEY_ESCAPES;
    if (flaw != FLAW_NONE)
        return refuse(job, flaw);
    if (!job->in->known)
        return finish(job, "%s%.1000s", before, path);
    snprintf(repo, ROOM, "%.400s:%.900s", job->in->forge, job->in->path);
    return take_file(job, repo, path);
}

bool try_path(struct key_job *job, const char *text)
{
    char name[ROOM];
    snprintf(name, ROOM, "%.1000s", text);
    drop_anchor(name);
    drop_line(name);
    bool is_dots = strcmp(text, ".") == 0 || strcmp(text, "..") == 0;
    bool is_name = looks_like_file(name) && strchr(name, ' ') == NULL;
    if (!job->tree && !is_dots && strpbrk(text, "/\\") == NULL && !is_name)
        return false;
    return take_path(job, "", text);
}

/* Is it o/r, or a forge, a host or any other word, a colon and a path? Then `repo` is its canonical form. */
static bool read_repo_part(const char *text, size_t size, char *repo)
{
    char part[ROOM], joined[ROOM];
    char *parts[SEGMENTS_MAX], *path;
    snprintf(part, ROOM, "%.*s", (int)size, text);
    lower_text(part);
    if (strchr(part, '/') == NULL || part[0] == '.')
        return false;
    char *colon = strchr(part, ':');
    path = colon == NULL ? part : colon + 1;
    if (colon != NULL)
        *colon = '\0';
    if (colon != NULL &&
        (!isalpha((unsigned char)part[0]) || !all_of(part, "abcdefghijklmnopqrstuvwxyz0123456789+._-")))
        return false;
    if (colon == NULL && path[0] == '/')
        return false;
    size_t count = split_at(path, '/', parts);
    if (count == 0 || (colon == NULL && count != 2))
        return false;
    join(joined, parts, count, '/');
    const char *forge = colon == NULL ? "github" : forge_named(part);
    snprintf(repo, ROOM, "%.400s:%.900s", forge != NULL ? forge : part, joined);
    return true;
}

/* github:o/r and no path behind it */
static bool is_repo_alone(const char *rest)
{
    char scheme[ROOM];
    snprintf(scheme, ROOM, "%.*s", (int)strcspn(rest, ":"), rest);
    return forge_named(scheme) != NULL;
}

bool take_file_scheme(struct key_job *job, const char *rest)
{
    char repo[ROOM];
    if (starts(rest, "///"))
        rest += 2;
    const char *first = strchr(rest, ':'), *second = first == NULL ? NULL : strchr(first + 1, ':');
    if (second != NULL && strcspn(rest, "/") > (size_t)(first - rest) &&
        read_repo_part(rest, (size_t)(second - rest), repo))
        return take_file(job, repo, second + 1);
    if (first != NULL && first[1] != ':' && !is_line(first + 1) && read_repo_part(rest, (size_t)(first - rest), repo))
        return take_file(job, repo, first + 1);
    if (first != NULL && second == NULL && is_repo_alone(rest))
        return refuse(job, FLAW_KEY_FORM);
    return take_path(job, "file:", rest);
}
