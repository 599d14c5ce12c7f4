/* Forges: their names, how they count, and which of their pages mean an issue, a commit, a branch or a file. */
#include "coordinator/core/key/key_parts.h"

bool forge_find(struct span host, struct forge *out)
{
    static const struct {
        const char *host, *name;
        enum forge_series series;
    } known[] = {
        {"github", "github", FORGE_ONE_SERIES},
        {"gh", "github", FORGE_ONE_SERIES},
        {"github.com", "github", FORGE_ONE_SERIES},
        {"api.github.com", "github", FORGE_ONE_SERIES},
        {"ssh.github.com", "github", FORGE_ONE_SERIES},
        {"raw.githubusercontent.com", "github", FORGE_ONE_SERIES},
        {"gitlab", "gitlab", FORGE_GITLAB},
        {"gl", "gitlab", FORGE_GITLAB},
        {"gitlab.com", "gitlab", FORGE_GITLAB},
        {"altssh.gitlab.com", "gitlab", FORGE_GITLAB},
        {"bitbucket", "bitbucket", FORGE_BITBUCKET},
        {"bb", "bitbucket", FORGE_BITBUCKET},
        {"bitbucket.org", "bitbucket", FORGE_BITBUCKET},
        {"api.bitbucket.org", "bitbucket", FORGE_BITBUCKET},
        {"altssh.bitbucket.org", "bitbucket", FORGE_BITBUCKET},
        {"codeberg", "codeberg", FORGE_ONE_SERIES},
        {"codeberg.org", "codeberg", FORGE_ONE_SERIES},
    };
    if (span_begins_with_word(host, "www."))
        host = span_skip(host, 4);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (span_is_word(host, known[i].host)) {
            *out = (struct forge){span_from_text(known[i].name), known[i].series};
            return true;
        }
    }
    *out = (struct forge){host, FORGE_UNKNOWN};
    return false;
}

struct forge forge_of_repository(struct span repository, struct span *path)
{
    size_t colon = span_find(repository, ':');
    struct forge forge;
    forge_find(span_first(repository, colon), &forge);
    *path = span_skip(repository, colon < repository.size ? colon + 1 : colon);
    return forge;
}

void forge_put_project(struct key_draft *out, const struct forge *forge, struct span path)
{
    while (path.size > 4 && span_ends_with(path, ".git") && path.bytes[path.size - 5] != '/')
        path = span_first(path, path.size - 4);
    draft_put_lower(out, forge->name);
    draft_put_text(out, ":");
    struct segments segments = segments_of(path);
    if (segments.more)
        draft_fail(out, FLAW_KEY_SEGMENTS);
    if (segments.count == 0)
        draft_fail(out, FLAW_KEY_FORM);
    for (size_t i = 0; i < segments.count; i++) {
        draft_put_text(out, i == 0 ? "" : "/");
        draft_put_lower(out, segments.at[i]);
    }
}

void forge_put_reference(struct key_draft *out, const struct forge *forge, struct span path, char mark,
                         struct numbered number)
{
    if (mark == '!' && forge->series == FORGE_ONE_SERIES)
        mark = '#';
    forge_put_project(out, forge, path);
    draft_put(out, span_of(&mark, 1));
    draft_put(out, number.number);
    draft_put_text(out, number.role.size > 0 ? "~" : "");
    draft_put_lower(out, number.role);
}

void forge_put_commit(struct key_draft *out, const struct forge *forge, struct span path, struct span hash)
{
    forge_put_project(out, forge, path);
    draft_put_text(out, "@");
    draft_put_lower(out, span_first(hash, hash.size < 12 ? hash.size : 12));
}

void forge_put_branch(struct key_draft *out, const struct forge *forge, struct span path, struct span name)
{
    draft_put_text(out, "branch:");
    forge_put_project(out, forge, path);
    draft_put_text(out, "@");
    draft_put(out, name);
}

void forge_put_file(struct key_draft *out, const struct forge *forge, struct span path, struct span file)
{
    draft_put_text(out, "file:");
    forge_put_project(out, forge, path);
    draft_put_text(out, ":");
    path_put(out, path_without_place(file));
}

/* ---------------------------------------------------------------- pages */

static bool is_one_of(struct span text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (span_is_word(text, *words))
            return true;
    }
    return false;
}

static char page_mark(struct span word)
{
    static const char *const issues[] = {"issues", "work_items", "discussions", "pull", "pulls", NULL};
    static const char *const requests[] = {"merge_requests", "pull-requests", "pullrequests", NULL};
    if (is_one_of(word, issues))
        return '#';
    if (is_one_of(word, requests))
        return '!';
    return span_is_word(word, "epics") ? '&' : 0;
}

static bool is_page_word(struct span word)
{
    static const char *const words[] = {"commit", "commits", "tree", "branch", "blob",
                                        "raw",    "blame",   "edit", "src",    NULL};
    return page_mark(word) != 0 || is_one_of(word, words);
}

/* All from the beginning of segment `index` on, slashes included. */
static struct span rest_from(struct span path, const struct segments *segments, size_t index)
{
    const uint8_t *begin = segments->at[index].bytes;
    return span_of(begin, (size_t)(path.bytes + path.size - begin));
}

/* Everything before segment `index`. */
static struct span part_before(struct span path, const struct segments *segments, size_t index)
{
    return span_first(path, (size_t)(segments->at[index].bytes - path.bytes));
}

/* The segment where the page begins, or the count; *project counts the segments before it. A lone hyphen parts
 * project and page on GitLab; else the project is two segments, or on gitlab.com as many as come before a page word. */
static size_t page_begin(const struct forge *forge, const struct segments *segments, size_t *project)
{
    for (size_t i = 1; i + 1 < segments->count; i++) {
        if (span_is_word(segments->at[i], "-")) {
            *project = i;
            return i + 1;
        }
    }
    size_t end = forge->series == FORGE_GITLAB ? segments->count : 3;
    for (size_t i = 2; i < end && i < segments->count; i++) {
        if (is_page_word(segments->at[i])) {
            *project = i;
            return i;
        }
    }
    return *project = segments->count;
}

/* blob/REF/path, src/branch/NAME/path, src/REF/path, raw/refs/heads/NAME/path: how many segments stand before path.
 * A branch name with a slash in it can't be told from a folder. */
static size_t file_page_skip(const struct segments *segments, size_t page)
{
    static const char *const kinds[] = {"branch", "commit", "tag", NULL};
    struct span next = page + 1 < segments->count ? segments->at[page + 1] : (struct span){0};
    if (span_is_word(next, "refs"))
        return page + 4;
    return page + (is_one_of(next, kinds) ? 3 : 2);
}

static bool put_file_page(const struct forge *forge, struct span path, const struct segments *segments, size_t project,
                          size_t page, struct key_draft *out)
{
    static const char *const words[] = {"blob", "raw", "blame", "edit", "src", NULL};
    size_t file = file_page_skip(segments, page);
    if (!is_one_of(segments->at[page], words) || file >= segments->count)
        return false;
    forge_put_file(out, forge, part_before(path, segments, project), rest_from(path, segments, file));
    return true;
}

bool key_from_forge_page(const struct forge *forge, struct span path, struct key_draft *out)
{
    static const char *const commits[] = {"commit", "commits", NULL};
    static const char *const branches[] = {"tree", "branch", "commits", NULL};
    struct segments segments = segments_of(path);
    size_t project_count = 0;
    size_t page = page_begin(forge, &segments, &project_count);
    if (page + 1 >= segments.count)
        return false;
    struct span project = part_before(path, &segments, project_count);
    bool parted = page > project_count;
    if (parted && project_count > 1 && span_is_word(segments.at[0], "groups"))
        project = span_skip(project, (size_t)(segments.at[1].bytes - project.bytes));

    struct span word = segments.at[page], next = segments.at[page + 1];
    struct numbered number;
    if (page_mark(word) != 0 && numbered_parse(next, &number)) {
        forge_put_reference(out, forge, project, page_mark(word), number);
        return true;
    }
    if (is_one_of(word, commits) && key_is_hash(next)) {
        forge_put_commit(out, forge, project, next);
        return true;
    }
    if (is_one_of(word, branches)) {
        forge_put_branch(out, forge, project, rest_from(path, &segments, page + 1));
        return true;
    }
    return put_file_page(forge, path, &segments, project_count, page, out);
}

/* A repository, or some other page below one: its own name in lower case, the rest as it is. */
static void put_repository(const struct forge *forge, struct span path, struct key_draft *out)
{
    struct segments segments = segments_of(path);
    size_t project = 0;
    size_t page = page_begin(forge, &segments, &project);
    bool shallow = forge->series == FORGE_ONE_SERIES || forge->series == FORGE_BITBUCKET;
    if (shallow && project > 2)
        project = page = 2;
    if (page >= segments.count) {
        forge_put_project(out, forge, path);
        return;
    }
    forge_put_project(out, forge, part_before(path, &segments, project));
    draft_put_text(out, "/");
    draft_put(out, rest_from(path, &segments, project));
}

/* o/r#5: the repository is named, or meant (github:#5) when the claim's own is on that forge. */
static void put_marked(const struct forge *forge, struct span path, char mark, struct numbered number,
                       const struct key_context *context, struct key_draft *out)
{
    struct span own_path;
    struct forge own = forge_of_repository(context->repository, &own_path);
    if (path.size == 0 && !span_equal(own.name, forge->name)) {
        draft_fail(out, FLAW_KEY_NO_REPO);
        return;
    }
    forge_put_reference(out, forge, path.size == 0 ? own_path : path, mark, number);
}

void key_from_forge_rest(const struct forge *forge, struct span rest, const struct key_context *context,
                         struct key_draft *out)
{
    while (rest.size > 0 && rest.bytes[0] == '/')
        rest = span_skip(rest, 1);
    if (key_from_forge_page(forge, rest, out))
        return;
    size_t end = 0;
    while (end < rest.size && !byte_is_one_of(rest.bytes[end], "#!&@:"))
        end++;
    struct span path = span_first(rest, end);
    if (end == rest.size) {
        put_repository(forge, rest, out);
        return;
    }
    struct numbered number;
    char mark = (char)rest.bytes[end];
    struct span tail = span_skip(rest, end + 1);
    if (mark != '@' && mark != ':' && numbered_parse(tail, &number))
        put_marked(forge, path, mark, number, context, out);
    else if (mark == '@' && span_has(path, '/') && key_is_hash(tail))
        forge_put_commit(out, forge, path, tail);
    else if (mark == '@' && span_has(path, '/'))
        forge_put_branch(out, forge, path, tail);
    else if (mark == ':' && span_has(path, '/'))
        forge_put_file(out, forge, path, tail);
    else
        put_repository(forge, rest, out);
}
