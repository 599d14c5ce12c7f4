/* One spelling for one key (section 7, docs/KEYS.md, kv=1), and how keys lie to one another. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/model/model_key.h"
#include "tests/model/model_state.h"

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

/* ---------------------------------------------------------------- one text */

bool finish(struct key_job *job, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(job->out, ROOM, format, arguments);
    va_end(arguments);
    return true;
}

bool refuse(struct key_job *job, enum flaw flaw)
{
    job->flaw = flaw;
    return true;
}

/* Every form in its order. A plain word or sentence is a key as it is. */
static void make_key(struct key_job *job, const char *text)
{
    if (try_address(job, text))
        return;
    if (!job->tree && try_words(job, text))
        return;
    if (!job->tree && ((starts(text, "GH-") && try_number(job, text)) || try_ticket(job, text)))
        return;
    if (try_scheme(job, text, false) || try_branch(job, text))
        return;
    if (!job->tree && (try_reference(job, text) || try_hash(job, text)))
        return;
    if (try_path(job, text))
        return;
    finish(job, "%.1000s", text);
}

/* Is it a repository, in any spelling? */
static bool read_repo(const char *text, struct repo *repo)
{
    static const struct repo nowhere = {.known = false};
    struct key_job job = {.in = &nowhere};
    char address[ROOM];
    snprintf(address, ROOM, "%.900s", text);
    if (strchr(text, ':') == NULL && strchr(text, '@') == NULL)
        snprintf(address, ROOM, "github:%.900s", text);
    if (text[0] == '/' || text[0] == '.' || strpbrk(text, " ~*?\\") != NULL)
        return false;
    char *scheme_end = strstr(address, "://");
    if (scheme_end != NULL) { /* of a host that isn't known, too, at any depth */
        drop_front(address, (size_t)(scheme_end - address) + 3);
        take_address(&job, address, true);
    } else {
        make_key(&job, address);
    }
    char *colon = strchr(job.out, ':');
    if (job.flaw != FLAW_NONE || colon == NULL || strpbrk(colon + 1, ":#!&@~") != NULL)
        return false;
    *colon = '\0';
    char *slash = strchr(colon + 1, '/');
    bool is_shallow =
        strcmp(job.out, "github") == 0 || strcmp(job.out, "codeberg") == 0 || strcmp(job.out, "bitbucket") == 0;
    bool is_forge = is_shallow || strcmp(job.out, "gitlab") == 0 || strcmp(job.out, "localhost") == 0 ||
                    strchr(job.out, '.') != NULL;
    if (!is_forge || slash == NULL || (is_shallow && strchr(slash + 1, '/') != NULL))
        return false;
    strcpy(repo->forge, job.out);
    strcpy(repo->path, colon + 1);
    repo->known = true;
    return true;
}

/* R26: does it end in a slash and two stars? They go. */
static bool split_tree(char *text)
{
    bool tree = ends(text, STARS);
    if (tree)
        text[strlen(text) - 3] = '\0';
    while (tree && ends(text, "/"))
        text[strlen(text) - 1] = '\0';
    if (tree && *text == '\0')
        strcpy(text, "/");
    return tree;
}

static enum flaw check_key(const char *key)
{
    size_t segments = 1;
    for (const char *at = key; *at != '\0'; at++)
        segments += *at == '/';
    if (*key == '\0')
        return FLAW_KEY_EMPTY;
    if (strlen(key) > LIMIT_KEY_BYTES)
        return FLAW_KEY_LONG;
    return segments > LIMIT_KEY_SEGMENTS ? FLAW_KEY_SEGMENTS : FLAW_NONE;
}

static enum flaw canonical_text(char *text, const struct repo *repo, const struct prefixes *prefixes)
{
    struct key_job job = {.in = repo, .prefixes = prefixes};
    job.tree = split_tree(text);
    make_key(&job, text);
    if (job.flaw != FLAW_NONE)
        return job.flaw;
    if (strpbrk(job.out, "*?") != NULL)
        return FLAW_KEY_GLOB;
    snprintf(text, ROOM, "%.1500s%s", job.out, job.tree ? STARS : "");
    return check_key(text);
}

/* Forms, until a pass changes nothing. */
static enum flaw settle(char *text, const struct repo *repo, const struct prefixes *prefixes)
{
    char before[ROOM];
    for (int pass = 0; pass < 8; pass++) {
        strcpy(before, text);
        enum flaw flaw = canonical_text(text, repo, prefixes);
        if (flaw != FLAW_NONE || strcmp(before, text) == 0)
            return flaw;
    }
    return FLAW_NONE;
}

static enum flaw read_in(struct span in, struct repo *repo)
{
    char text[ROOM];
    if (in.size > LIMIT_KEY_BYTES || clean_text(in, text) != FLAW_NONE)
        return FLAW_KEY_NO_REPO;
    strip_text(text);
    return *text == '\0' || read_repo(text, repo) ? FLAW_NONE : FLAW_KEY_NO_REPO;
}

/* What wraps a key is stripped, its form found; and again, since a key is its own canonical form. */
enum flaw canonical(struct model *model, struct span given, struct span in, struct span *out)
{
    char text[ROOM], before[ROOM];
    struct repo repo = {.known = false};
    if (given.size > LIMIT_KEY_BYTES)
        return FLAW_KEY_LONG;
    enum flaw flaw = clean_text(given, text);
    if (flaw == FLAW_NONE)
        flaw = read_in(in, &repo);
    for (int pass = 0; flaw == FLAW_NONE && pass < 8; pass++) {
        strcpy(before, text);
        strip_text(text);
        if (*text == '\0')
            return FLAW_KEY_EMPTY;
        flaw = settle(text, &repo, &model->prefixes);
        if (strcmp(before, text) == 0)
            break;
    }
    if (flaw == FLAW_NONE)
        *out = text_scratch(model, span_from_text(text));
    return flaw;
}

bool model_canonical(struct model *model, struct span given, struct span in, struct span *out)
{
    list_clear(&model->scratch);
    return canonical(model, given, in, out) == FLAW_NONE;
}
