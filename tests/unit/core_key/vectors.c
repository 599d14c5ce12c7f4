/* Runs every example of a file (vectors FILE LEAST): each must give what stands beside it, give itself when
 * canonicalised again, and there must be at least LEAST of them. */
#include "tests/unit/core_key/vector_file.h"

static bool is_as_expected(const struct vector *vector, enum flaw flaw, const struct canonical_key *key)
{
    struct span expected = span_of(vector->expected, vector->expected_size);
    if (expected.size > 0 && expected.bytes[0] == '!')
        return flaw != FLAW_NONE && span_equal(span_skip(expected, 1), span_from_text(flaw_name(flaw)));
    return flaw == FLAW_NONE && span_equal(expected, span_of(key->bytes, key->size));
}

static bool is_fixed(struct vector *vector, struct span in, const struct canonical_key *key)
{
    struct canonical_key again;
    struct span once = span_of(key->bytes, key->size);
    struct key_prefixes prefixes = one_prefix(&vector->prefix);
    return key_canonical(once, in, &prefixes, &again) == FLAW_NONE &&
           span_equal(once, span_of(again.bytes, again.size));
}

/* What is canonical with a repository means the same with another one and with none. */
static bool run(const char *path, struct vector *vector)
{
    struct canonical_key key = {0};
    struct span in = span_from_text(vector->in);
    struct key_prefixes prefixes = one_prefix(&vector->prefix);
    enum flaw flaw = key_canonical(span_of(vector->given, vector->given_size), in, &prefixes, &key);
    bool good = is_as_expected(vector, flaw, &key);
    bool fixed = flaw != FLAW_NONE || is_fixed(vector, in, &key);
    if (in.size > 0 && flaw == FLAW_NONE)
        fixed =
            fixed && is_fixed(vector, (struct span){0}, &key) && is_fixed(vector, span_from_text("gitlab:x/y"), &key);
    if (!good || !fixed) {
        printf("%s:%d: given    %.*s\n", path, vector->line, (int)vector->given_size, (const char *)vector->given);
        printf("    expected %.*s\n", (int)vector->expected_size, (const char *)vector->expected);
        if (flaw == FLAW_NONE)
            printf("    got      %.*s%s\n", (int)key.size, (const char *)key.bytes, fixed ? "" : " (not fixed)");
        else
            printf("    got      !%s\n", flaw_name(flaw));
    }
    return good && fixed;
}

int main(int count, char **arguments)
{
    struct vector_file file;
    if (count != 3 || !vector_open(&file, arguments[1]))
        return 2;
    int ran = 0, failed = 0;
    while (vector_next(&file)) {
        ran++;
        failed += !run(arguments[1], &file.vector);
    }
    printf("%s: %d examples, %d wrong\n", arguments[1], ran, failed);
    return failed == 0 && ran >= atoi(arguments[2]) ? 0 : 1;
}
