/* What must hold of every key, tried on random mutations of the examples (mutations FILE SEED COUNT): a key is its own
 * canonical form, with the repository it was made in, with another and with none; it keeps the limits; it is clean
 * UTF-8; asking twice gives the same. Also that a folder's subtree holds what is in the folder. */
#include "tests/unit/core_key/key_properties.h"
#include "tests/unit/core_key/vector_file.h"

enum { VECTORS_MAX = 1024 };

static struct {
    uint8_t bytes[LIMIT_KEY_BYTES];
    size_t size;
} seeds[VECTORS_MAX];
static size_t seed_count;
static uint64_t random_state;

static uint64_t random_next(void)
{
    random_state += 0x9e3779b97f4a7c15U;
    uint64_t z = random_state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static size_t random_below(size_t end)
{
    return (size_t)(random_next() % end);
}

static bool load(const char *path)
{
    struct vector_file file;
    if (!vector_open(&file, path))
        return false;
    while (vector_next(&file)) {
        const struct vector *vector = &file.vector;
        if (vector->given_size > LIMIT_KEY_BYTES || vector->given_size == 0 || seed_count == VECTORS_MAX)
            continue;
        memcpy(seeds[seed_count].bytes, vector->given, vector->given_size);
        seeds[seed_count++].size = vector->given_size;
    }
    return seed_count > 0;
}

/* ---------------------------------------------------------------- mutations */

static size_t splice(uint8_t *text, size_t size, size_t at, size_t cut, const void *bytes, size_t count)
{
    cut = cut > size - at ? size - at : cut;
    if (size - cut + count > LIMIT_KEY_BYTES)
        return size;
    memmove(text + at + count, text + at + cut, size - at - cut);
    memmove(text + at, bytes, count); /* they may be its own */
    return size - cut + count;
}

static size_t mutate(uint8_t *text, size_t size)
{
    /* clang-format off */
    static const char *const pieces[] = {
        "/", "//", ":", "#", "!", "&", "@", "~", "~merged", ":merged", ".", "..", "/..", "/./", "../", "./", "-", " ",
        "%2F", "%00", "%3A", "?", "*", "/**", "**", "`", "'", "\"", "(", ")", "[", "]", "<", ">", "](", "\\",
        "https://", "http://www.", "git@", "ssh://", "github:", "github.com/", "gitlab:", "gitlab.com/", "file:",
        "branch:", "url:", "task:", "jira:", "commit:", "origin/", "refs/heads/", ".git", "/-/", "/issues/5",
        "/pull/5", "/blob/main/", "/tree/", "issue ", "fixes ", "PR ", "GH-", "5", "42", "0", ":12", ":12:5", "#L10",
        "#5", "-5", ";id=5", "?id=5", "abcdef1234567", "a.c", "\xe2\x80\x8b", "\xc2\xa0", "\xc3\xa4", "\n", "\x01",
        "\xff", "ENG-5", "o/r", "o/r@", "o/r:"};
    /* clang-format on */
    const char *piece = pieces[random_below(sizeof pieces / sizeof pieces[0])];
    size_t other = random_below(seed_count), at = random_below(size + 1);
    switch (random_below(6)) {
    case 0:
        return splice(text, size, at, 1 + random_below(4), "", 0);
    case 1:
        return splice(text, size, at, 0, text, random_below(size + 1 < 9 ? size + 1 : 9));
    case 2:
        return splice(text, size, at, random_below(3), seeds[other].bytes, random_below(seeds[other].size + 1));
    default:
        return splice(text, size, at, random_below(2), piece, strlen(piece));
    }
}

/* ---------------------------------------------------------------- trying */

static bool try_one(struct span given)
{
    static const char *const repositories[] = {"", "github:acme/app", "gitlab:g/s/p", "bitbucket:o/r",
                                               "git.corp.example:team/tool"};
    struct one_prefix one = {.prefix = "ENG", .tracker = "linear"};
    struct key_prefixes eng = one_prefix(&one);
    struct span in = span_from_text(repositories[random_below(5)]);
    const char *wrong = key_property_broken(given, in, random_below(2) == 0 ? NULL : &eng);
    if (wrong != NULL)
        printf("%s: in \"%.*s\" given \"%.*s\"\n", wrong, (int)in.size, (const char *)in.bytes, (int)given.size,
               (const char *)given.bytes);
    return wrong == NULL;
}

/* p/x lies in p/ and all below it, whatever the segments look like and whether or not a repository is given. */
static bool try_subtree(void)
{
    static const char *const names[] = {"src",  "a.c",     "lib-1", "42",     "Makefile", "x y",
                                        "v1.2", "abcdef1", "ENG-5", "deploy", "[id]"};
    char path[256] = "", tree[260];
    size_t depth = 1 + random_below(3);
    for (size_t i = 0; i < depth; i++)
        strcat(strcat(path, i > 0 ? "/" : ""), names[random_below(sizeof names / sizeof names[0])]);
    snprintf(tree, sizeof tree, "%s/**", path);
    strcat(strcat(path, "/"), names[random_below(sizeof names / sizeof names[0])]);
    struct span in = span_from_text(random_below(2) == 0 ? "" : "acme/app");
    struct canonical_key a, b;
    bool good = key_canonical(span_from_text(tree), in, NULL, &a) == FLAW_NONE &&
                key_canonical(span_from_text(path), in, NULL, &b) == FLAW_NONE &&
                key_under(span_of(a.bytes, a.size), span_of(b.bytes, b.size));
    if (!good)
        printf("%s is not in %s\n", path, tree);
    return good;
}

int main(int count, char **arguments)
{
    if (count != 4 || !load(arguments[1]))
        return 2;
    random_state = strtoull(arguments[2], NULL, 10);
    unsigned long long runs = strtoull(arguments[3], NULL, 10);
    int failed = 0;
    for (unsigned long long run = 0; run < runs && failed < 10; run++) {
        uint8_t text[LIMIT_KEY_BYTES];
        size_t from = random_below(seed_count), size = seeds[from].size;
        memcpy(text, seeds[from].bytes, size);
        for (size_t left = 1 + random_below(4); left > 0; left--)
            size = mutate(text, size);
        failed += !try_one(span_of(text, size));
        failed += !try_subtree();
    }
    printf("%llu mutations from seed %s, %d wrong\n", runs, arguments[2], failed);
    return failed == 0 ? 0 : 1;
}
