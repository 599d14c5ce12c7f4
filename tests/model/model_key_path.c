/* Files and folders: paths tidied by their letters alone. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tests/model/model_key.h"

static bool has_extension(const char *name)
{
    const char *dot = strrchr(name, '.');
    if (dot == NULL || strchr(name, ' ') != NULL || !isalpha((unsigned char)dot[1]) || strlen(dot + 1) > 10)
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

/* :12, :12:5, :12-20, but only behind what looks like a file */
static void drop_line(char *path)
{
    char *name = strrchr(path, '/');
    char *colon = strchr(name == NULL ? path : name, ':');
    if (colon == NULL || !isdigit((unsigned char)colon[1]) || strspn(colon, "0123456789:-") != strlen(colon))
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
    if (!job->tree && !is_dots && strpbrk(text, "/\\") == NULL && !looks_like_file(name))
        return false;
    return take_path(job, "", text);
}

/* Is it o/r, or a forge or a host and a path? Then `repo` is its canonical form. */
static bool read_repo_part(const char *text, size_t size, char *repo)
{
    static const struct repo nowhere = {.known = false};
    struct key_job job = {.in = &nowhere};
    char part[ROOM];
    snprintf(part, ROOM, "%.*s", (int)size, text);
    if (strchr(part, '/') == NULL || strpbrk(part, "#!&@~ ") != NULL)
        return false;
    if (strchr(part, ':') == NULL) {
        if (strchr(strchr(part, '/') + 1, '/') != NULL || part[0] == '.' || part[0] == '/')
            return false;
        snprintf(repo, ROOM, "github:%.1000s", part);
        lower_text(repo);
        return true;
    }
    if (!try_scheme(&job, part, true) || job.flaw != FLAW_NONE)
        return false;
    strcpy(repo, job.out);
    return true;
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
    if (first != NULL && first[1] != ':' && !isdigit((unsigned char)first[1]) &&
        read_repo_part(rest, (size_t)(first - rest), repo))
        return take_file(job, repo, first + 1);
    if (first != NULL && second == NULL && read_repo_part(rest, strlen(rest), repo))
        return refuse(job, FLAW_KEY_FORM); /* a repository and no path */
    return take_path(job, "file:", rest);
}
