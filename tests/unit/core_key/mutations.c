/* What must hold of every key, tried on random mutations of the examples (mutations FILE SEED COUNT): a key is its own
 * canonical form, with the repository it was made in, with another and with none; it keeps the limits; it is clean
 * UTF-8; asking twice gives the same. Also that a folder's subtree holds what is in the folder. */
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
    static const char *const pieces[] = {
        "/", "//", ":", "#", "!", "&", "@", "~", "~merged", ":merged", ".", "..", "/..", "/./", "../", "./", "-", " ", "%2F",
        "%00", "%3A", "?", "*", "/**", "**", "`", "'", "\"", "(", ")", "[", "]", "<", ">", "](", "\\", "https://",
        "http://www.", "git@", "ssh://", "github:", "github.com/", "gitlab:", "gitlab.com/", "file:", "branch:", "url:", "task:",
        "jira:", "commit:", "origin/", "refs/heads/", ".git", "/-/", "/issues/5", "/pull/5", "/blob/main/", "/tree/", "issue ",
        "fixes ", "PR ", "GH-", "5", "42", "0", ":12", ":12:5", "#L10", "#5", "-5", ";id=5", "?id=5", "abcdef1234567",
        "a.c", "\xe2\x80\x8b", "\xc2\xa0", "\xc3\xa4", "\n", "\x01", "\xff", "ENG-5", "o/r", "o/r@", "o/r:"};
    const char *piece = pieces[random_below(sizeof pieces / sizeof pieces[0])];
    size_t other = random_below(seed_count), at = random_below(size + 1);
    switch (random_below(6)) {
    case 0: return splice(text, size, at, 1 + random_below(4), "", 0);
    case 1: return splice(text, size, at, 0, text, random_below(size + 1 < 9 ? size + 1 : 9));
    case 2: return splice(text, size, at, random_below(3), seeds[other].bytes, random_below(seeds[other].size + 1));
    default: return splice(text, size, at, random_below(2), piece, strlen(piece));
    }
}

/* ---------------------------------------------------------------- what must hold */

/* A second, naive reading of UTF-8, on purpose not the canonicaliser's. */
static bool is_clean_utf8(const uint8_t *text, size_t size)
{
    for (size_t i = 0; i < size;) {
        uint32_t code = text[i];
        size_t more = code < 0x80 ? 0 : code >= 0xf0 ? 3 : code >= 0xe0 ? 2 : 1;
        if (code >= 0x80 && (code < 0xc2 || code > 0xf4))
            return false;
        code = more == 0 ? code : code & (0x3fU >> more);
        for (size_t k = 1; k <= more; k++) {
            if (i + k >= size || text[i + k] / 64 != 2)
                return false;
            code = code * 64 + text[i + k] % 64;
        }
        bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
        bool surrogate = code >= 0xd800 && code <= 0xdfff;
        if (control || surrogate || code > 0x10ffff || (more == 2 && code < 0x800) || (more == 3 && code < 0x10000))
            return false;
        i += more + 1;
    }
    return true;
}

static bool keeps_limits(const struct canonical_key *key)
{
    struct span text = span_of(key->bytes, key->size), root = key_path(text);
    size_t segments = 1;
    for (size_t i = 0; i < text.size; i++) {
        segments += text.bytes[i] == '/';
        if (i < root.size && (text.bytes[i] == '*' || text.bytes[i] == '?'))
            return false;
    }
    return text.size > 0 && text.size <= LIMIT_KEY_BYTES && segments <= LIMIT_KEY_SEGMENTS && text.bytes[0] != ' ' &&
           text.bytes[text.size - 1] != ' ' && is_clean_utf8(text.bytes, text.size);
}

static bool is_same(struct span given, struct span in, const struct key_prefixes *prefixes,
                    const struct canonical_key *expected)
{
    struct canonical_key again;
    memset(&again, 0xaa, sizeof again);
    return key_canonical(given, in, prefixes, &again) == FLAW_NONE && again.size == expected->size &&
           memcmp(again.bytes, expected->bytes, again.size) == 0;
}

static const char *what_is_wrong(struct span given, struct span in, const struct key_prefixes *prefixes)
{
    struct canonical_key key;
    enum flaw flaw = key_canonical(given, in, prefixes, &key);
    if (flaw != FLAW_NONE)
        return strcmp(flaw_name(flaw), "?") == 0 ? "a flaw that keys don't have" : NULL;
    struct span once = span_of(key.bytes, key.size);
    if (!is_same(given, in, prefixes, &key))
        return "asked twice, answered differently";
    if (!keeps_limits(&key))
        return "over a limit or not clean";
    if (!is_same(once, in, prefixes, &key))
        return "not its own canonical form";
    if (in.size > 0 && !is_same(once, span_from_text("gitlab:x/y/z"), prefixes, &key))
        return "another key in another repository";
    if (in.size > 0 && !is_same(once, (struct span){0}, prefixes, &key))
        return "another key without a repository";
    return NULL;
}

static bool try_one(struct span given)
{
    static const char *const repositories[] = {"", "github:acme/app", "gitlab:g/s/p", "bitbucket:o/r",
                                               "git.corp.example:team/tool"};
    static struct key_prefixes eng = {.count = 1};
    eng.entries[0] = (struct key_prefix){.prefix = span_from_text("ENG"), .tracker = span_from_text("linear")};
    struct span in = span_from_text(repositories[random_below(5)]);
    const char *wrong = what_is_wrong(given, in, random_below(2) == 0 ? NULL : &eng);
    if (wrong != NULL)
        printf("%s: in \"%.*s\" given \"%.*s\"\n", wrong, (int)in.size, (const char *)in.bytes, (int)given.size,
               (const char *)given.bytes);
    return wrong == NULL;
}

/* p/x lies in p/ and all below it, whatever the segments look like and whether or not a repository is given. */
static bool try_subtree(void)
{
    static const char *const names[] = {"src", "a.c", "lib-1", "42", "Makefile", "x y", "v1.2", "abcdef1", "ENG-5", "deploy", "[id]"};
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
