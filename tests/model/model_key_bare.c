/* Short forms: schemes, numbers, owner/repo#5, branches, hashes, and the words that stand before a reference. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tests/model/model_key.h"
#include "tests/model/model_state.h"

static const char NAME[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.~-";

/* ---------------------------------------------------------------- numbers in the claim's repository */

static bool take_number(struct key_job *job, char mark, const char *number, const char *role)
{
    const struct repo *in = job->in;
    char path[ROOM];
    if (!in->known)
        return refuse(job, FLAW_KEY_NO_REPO);
    snprintf(path, ROOM, "%.1000s", in->path);
    bool many_series = strcmp(in->forge, "gitlab") == 0 || strcmp(in->forge, "bitbucket") == 0;
    if (mark != '&' && job->series == '!' && (many_series || job->is_mr))
        mark = '!'; /* PR #7 is !7 on GitLab; on a host that isn't known only MR says so */
    bool has_epics =
        strcmp(in->forge, "github") != 0 && strcmp(in->forge, "codeberg") != 0 && strcmp(in->forge, "bitbucket") != 0;
    if (mark == '&' && !has_epics)
        return refuse(job, FLAW_KEY_NO_REPO);
    if (mark == '&')
        *strrchr(path, '/') = '\0'; /* epics are the group's */
    return take_numbered(job, in->forge, path, mark, number, role);
}

/* #42, !42, &42, 42, GH-42 */
bool try_number(struct key_job *job, const char *text)
{
    char number[ROOM], role[ROOM], mark = '#';
    if (*text != '\0' && strchr("#!&", *text) != NULL)
        mark = *text++;
    else if (starts(text, "GH-"))
        text += 3;
    return read_number(text, number, role) && take_number(job, mark, number, role);
}

/* ---------------------------------------------------------------- owner/repo and a mark */

/* Where a/b is taken to be: the claim's own forge; without one GitHub, but for `!` and `&`, which are GitLab's. */
static const char *forge_meant(const struct key_job *job, char mark)
{
    if (job->in->known)
        return job->in->forge;
    return mark == '!' || mark == '&' ? "gitlab" : "github";
}

static bool is_repo_path(const char *path)
{
    size_t slashes = 0;
    for (const char *at = path; *at != '\0'; at++) {
        if (*at != '/' && strchr(NAME, *at) == NULL)
            return false;
        slashes += *at == '/';
    }
    return slashes >= 1 && *path != '/' && *path != '.' && strstr(path, "//") == NULL && !ends(path, "/");
}

/* o/r#5, g/p!7, g/s&7, lib#7, o/r@hash, o/r/pull/5 */
static bool try_repo_reference(struct key_job *job, const char *text)
{
    char path[ROOM], number[ROOM], role[ROOM];
    size_t size = strcspn(text, "#!&@");
    char mark = text[size];
    snprintf(path, ROOM, "%.*s", (int)size, text);
    const char *forge = forge_meant(job, mark);
    if (mark == '@' && is_repo_path(path) && is_hash(text + size + 1)) {
        lower_text(path);
        char hash[ROOM];
        snprintf(hash, ROOM, "%.12s", text + size + 1);
        lower_text(hash);
        return finish(job, "%.400s:%.900s@%.12s", forge, path, hash);
    }
    if (mark == '&' && job->in->known && strcmp(job->in->forge, "gitlab") != 0)
        return false;
    if (mark != '\0' && mark != '@' && read_number(text + size + 1, number, role)) {
        if (is_repo_path(path))
            return take_numbered(job, forge, path, mark, number, role);
        if (mark == '&' || !job->in->known || !all_of(path, NAME))
            return false;
        char sibling[ROOM]; /* lib#7: its neighbour in the same owner */
        const char *owner_end = strrchr(job->in->path, '/');
        snprintf(sibling, ROOM, "%.*s/%.900s", (int)(owner_end - job->in->path), job->in->path, path);
        return take_numbered(job, job->in->forge, sibling, mark, number, role);
    }
    char copy[ROOM];
    char *parts[SEGMENTS_MAX];
    strcpy(copy, text);
    size_t count = split_at(copy, '/', parts);
    bool is_page = count >= 4 && text[0] != '.' && text[0] != '/' && read_number(parts[3], number, role) &&
                   (strcasecmp(parts[2], "pull") == 0 || strcasecmp(parts[2], "pulls") == 0 ||
                    strcasecmp(parts[2], "issues") == 0 || strcasecmp(parts[2], "discussions") == 0);
    if (!is_page)
        return false;
    snprintf(path, ROOM, "%.400s/%.400s", parts[0], parts[1]);
    return is_repo_path(path) && take_numbered(job, forge, path, '#', number, role);
}

/* What follows a forge or a host and its colon. */
static bool take_forge_rest(struct key_job *job, const char *forge, const char *rest)
{
    char path[ROOM], repo[ROOM], number[ROOM], role[ROOM];
    while (*rest == '/')
        rest++;
    size_t size = strcspn(rest, "#!&@:");
    char mark = rest[size];
    const char *tail = rest + size + (mark != '\0');
    snprintf(path, ROOM, "%.*s", (int)size, rest);
    if (size == 0) {
        bool is_here = job->in->known && strcmp(job->in->forge, forge) == 0;
        if (!read_number(tail, number, role))
            return refuse(job, FLAW_KEY_FORM);
        return is_here ? take_number(job, mark, number, role) : refuse(job, FLAW_KEY_NO_REPO);
    }
    if (mark == '\0' || (mark == ':' && strchr(path, '/') == NULL)) {
        strcpy(path, rest);
        return take_page(job, forge, path);
    }
    lower_text(path);
    if (ends(path, ".git"))
        path[strlen(path) - 4] = '\0';
    snprintf(repo, ROOM, "%.400s:%.900s", forge, path);
    if (mark == ':') {
        char page[ROOM];
        strcpy(page, path);
        char *parts[SEGMENTS_MAX];
        size_t count = split_at(page, '/', parts);
        if (count == 4 && read_number(parts[3], number, role) && read_number("1", number, role)) {
            snprintf(page, ROOM, "%.900s~%.400s", path, tail); /* o/r/pull/5:merged */
            return take_page(job, forge, page);
        }
        return take_file(job, repo, tail);
    }
    if (mark == '@') {
        char hash[ROOM];
        snprintf(hash, ROOM, "%.900s", tail);
        if (!is_hash(hash))
            return finish(job, "branch:%.900s@%.900s", repo, tail);
        lower_text(hash);
        return finish(job, "%.1400s@%.12s", repo, hash);
    }
    if (!read_number(tail, number, role)) { /* what it means isn't known; a repository's case still doesn't matter */
        char rest_of[ROOM];
        snprintf(rest_of, ROOM, "%.900s", tail);
        lower_text(rest_of);
        return finish(job, "%.1000s%c%.900s", repo, mark, rest_of);
    }
    return take_numbered(job, forge, path, mark, number, role);
}

/* ---------------------------------------------------------------- branches and hashes */

static bool take_branch(struct key_job *job, const char *name)
{
    static const char *const before[] = {"refs/heads/", "refs/remotes/origin/", "remotes/origin/", "origin/"};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        if (strncmp(name, before[i], strlen(before[i])) == 0 && name[strlen(before[i])] != '\0')
            name += strlen(before[i]);
    if (!job->in->known)
        return finish(job, "branch:%.1000s", name);
    return finish(job, "branch:%.400s:%.700s@%.800s", job->in->forge, job->in->path, name);
}

bool try_branch(struct key_job *job, const char *text)
{
    bool is = strncmp(text, "origin/", 7) == 0 || strncmp(text, "refs/heads/", 11) == 0 ||
              strncmp(text, "refs/remotes/origin/", 20) == 0 || strncmp(text, "remotes/origin/", 15) == 0;
    return is && take_branch(job, text);
}

/* branch:NAME, branch:forge:o/r@NAME */
static bool take_branch_scheme(struct key_job *job, const char *rest)
{
    char repo[ROOM];
    const char *at = strchr(rest, '@'), *colon = strchr(rest, ':'), *slash = strchr(rest, '/');
    bool is_short = at != NULL && (colon == NULL || colon > at) && slash != NULL && slash < at &&
                    memchr(slash + 1, '/', (size_t)(at - slash - 1)) == NULL && isalnum((unsigned char)rest[0]) &&
                    isalnum((unsigned char)slash[1]);
    if (is_short) { /* branch:o/r@NAME, on the forge that bare references are of */
        char full[ROOM];
        snprintf(full, ROOM, "%.100s:%.1500s", job->in->known ? job->in->forge : "github", rest);
        return take_branch_scheme(job, full);
    }
    if (at == NULL || colon == NULL || colon > at)
        return take_branch(job, rest);
    struct key_job inner = {.in = job->in};
    snprintf(repo, ROOM, "%.*s", (int)(at - rest), rest);
    if (!try_scheme(&inner, repo, true) || inner.flaw != FLAW_NONE)
        return take_branch(job, rest);
    return finish(job, "branch:%.1000s@%.900s", inner.out, at + 1);
}

static bool take_commit(struct key_job *job, const char *text)
{
    char hash[ROOM];
    snprintf(hash, ROOM, "%.12s", text);
    lower_text(hash);
    if (!job->in->known)
        return finish(job, "commit:%s", hash);
    return finish(job, "%.400s:%.900s@%.20s", job->in->forge, job->in->path, hash);
}

/* A bare hash has letters and digits, and means something only in a repository. */
bool try_hash(struct key_job *job, const char *text)
{
    bool mixed = strpbrk(text, "0123456789") != NULL && strpbrk(text, "abcdefABCDEF") != NULL;
    return job->in->known && is_hash(text) && mixed && take_commit(job, text);
}

/* ---------------------------------------------------------------- schemes */

/* Lower case, one hyphen for each run of what is no letter or digit; slashes and a ~role stay. */
static bool take_slug(struct key_job *job, const char *scheme, const char *rest)
{
    char slug[ROOM], role[ROOM] = "", number[ROOM], probe[ROOM];
    const char *tilde = strrchr(rest, '~');
    if (tilde != NULL) {
        snprintf(probe, ROOM, "1%.900s", tilde);
        if (!read_number(probe, number, role))
            tilde = NULL;
    }
    size_t size = 0;
    bool gap = false;
    if (strchr(rest, '*') != NULL)
        return refuse(job, FLAW_KEY_GLOB);
    for (const char *at = rest; *at != '\0' && at != tilde; at++) {
        bool is_letter = isalnum((unsigned char)*at) || (unsigned char)*at >= 0x80;
        if (!is_letter && *at != '/') {
            gap = true;
            continue;
        }
        if (gap && is_letter && size > 0 && slug[size - 1] != '/')
            slug[size++] = '-';
        gap = false;
        if (*at != '/' || (size > 0 && slug[size - 1] != '/'))
            slug[size++] = (char)((unsigned char)*at < 0x80 ? tolower(*at) : *at);
    }
    while (size > 0 && slug[size - 1] == '/')
        size--;
    slug[size] = '\0';
    return size == 0 ? refuse(job, FLAW_KEY_EMPTY) : finish(job, "%s:%.1000s%.500s", scheme, slug, role);
}

/* Schemes that are no forge's. */
static bool take_scheme(struct key_job *job, const char *scheme, const char *rest, bool only_references)
{
    char ticket[ROOM], address[ROOM];
    if (strcmp(scheme, "jira") == 0 || strcmp(scheme, "linear") == 0)
        return read_ticket(rest, ticket) ? finish(job, "%s:%s", scheme, ticket)
                                         : !only_references && finish(job, "%s:%.1000s", scheme, rest);
    if (strcmp(scheme, "task") == 0 || strcmp(scheme, "idea") == 0)
        return take_slug(job, scheme, rest);
    if (only_references && strcmp(scheme, "url") != 0)
        return false;
    if (strcmp(scheme, "file") == 0)
        return take_file_scheme(job, rest);
    if (strcmp(scheme, "branch") == 0)
        return take_branch_scheme(job, rest);
    if (strcmp(scheme, "commit") == 0 && is_hash(rest))
        return take_commit(job, rest);
    if (strcmp(scheme, "url") == 0) {
        snprintf(address, ROOM, "%.1000s", rest);
        return strstr(rest, "://") != NULL ? try_address(job, rest) : take_address(job, address, false);
    }
    return finish(job, "%.900s:%.1000s", scheme, rest);
}

bool try_scheme(struct key_job *job, const char *text, bool only_references)
{
    char scheme[ROOM], name[ROOM];
    size_t size = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+._-");
    if (size < 2 || text[size] != ':' || !isalpha((unsigned char)text[0]))
        return false;
    const char *rest = text + size + 1;
    while (*rest == ' ')
        rest++;
    snprintf(scheme, ROOM, "%.*s", (int)size, text);
    lower_text(scheme);
    if (*rest == '\0') /* a scheme's root: only with stars, and no file's name */
        return job->tree && strchr(scheme, '.') == NULL && finish(job, "%.900s:", scheme);
    strcpy(name, scheme);
    const char *forge = forge_named(name);
    if (forge == NULL && (strchr(scheme, '.') != NULL || strcmp(scheme, "localhost") == 0)) {
        if ((strchr(rest, '/') == NULL && !job->tree) || starts(rest, "//"))
            return false; /* README.md:10 is a path */
        forge = scheme;
    }
    return forge != NULL ? take_forge_rest(job, forge, rest) : take_scheme(job, scheme, rest, only_references);
}

/* ---------------------------------------------------------------- a tracker's issue, by its prefix */

/* S43: ABC-1 where policy says whose ABC is. GH-1 is a number of the claim's repository. */
bool try_ticket(struct key_job *job, const char *text)
{
    char ticket[ROOM];
    if (job->prefixes == NULL || starts(text, "GH-") || !read_ticket(text, ticket))
        return false;
    const char *tracker = tracker_of(job->prefixes, span_of(ticket, strcspn(ticket, "-")));
    return tracker != NULL && finish(job, "%s:%.1000s", tracker, ticket);
}

/* ---------------------------------------------------------------- words before a reference */

bool try_reference(struct key_job *job, const char *text)
{
    return try_address(job, text) || try_words(job, text) || try_number(job, text) || try_ticket(job, text) ||
           try_scheme(job, text, true) || try_repo_reference(job, text);
}

bool try_words(struct key_job *job, const char *text)
{
    static const struct {
        const char *word;
        char series;
        bool is_mr;
    } words[] = {{"fix", 0, false},     {"fixes", 0, false},         {"fixed", 0, false},
                 {"close", 0, false},   {"closes", 0, false},        {"closed", 0, false},
                 {"resolve", 0, false}, {"resolves", 0, false},      {"resolved", 0, false},
                 {"ref", 0, false},     {"refs", 0, false},          {"see", 0, false},
                 {"issue", '#', false}, {"pr", '!', false},          {"pull request", '!', false},
                 {"mr", '!', true},     {"merge request", '!', true}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!starts(text, words[i].word))
            continue;
        const char *rest = text + strlen(words[i].word);
        bool is_spaced = *rest == ' ' || (*rest == ':' && rest[1] == ' ') || *rest == '#' || *rest == '!';
        bool is_number = (rest[0] != '\0' && isdigit((unsigned char)rest[1])) || (*rest == ':' && rest[1] == '#');
        bool is_tight = (*rest == '-' || *rest == ':') && is_number && job->in->known;
        if (!is_spaced && !is_tight)
            continue;
        rest += strspn(rest, is_spaced ? " :" : "-:");
        struct key_job inner = {.in = job->in, .prefixes = job->prefixes, .series = job->series, .is_mr = job->is_mr};
        if (words[i].series != 0) {
            inner.series = words[i].series;
            inner.is_mr = words[i].is_mr;
        }
        if (is_spaced ? try_reference(&inner, rest) : try_number(&inner, rest)) {
            job->flaw = inner.flaw;
            strcpy(job->out, inner.out);
            return true;
        }
    }
    return false;
}
