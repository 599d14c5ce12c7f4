/* Ideas in words: families of paraphrases, near misses that differ by a number or a type, word soup from a small
 * vocabulary so that every score comes about, and texts that are empty, over-long, all stop words or not ASCII. And what
 * goes with them: scopes, tokens of rivals that were heard, thresholds, labels. */
#include <stdio.h>

#include "tests/sim/generator_parts.h"

enum { TEXTS = 8, TEXT_ROOM = LIMIT_ABOUT_BYTES + 200, FAMILIES = 8, WORDINGS = 4 };

struct text {
    char bytes[TEXT_ROOM];
    size_t size;
};

/* The texts of the ideas made last. */
static struct text *next_text(void)
{
    static struct text texts[TEXTS];
    static uint32_t used;

    struct text *text = &texts[used++ % TEXTS];
    text->size = 0;
    return text;
}

static void put(struct text *text, const char *words)
{
    size_t size = strlen(words);

    if (text->size + size > TEXT_ROOM)
        return;
    memcpy(text->bytes + text->size, words, size);
    text->size += size;
}

static void put_space(struct text *text)
{
    if (text->size > 0)
        put(text, " ");
}

static struct span text_span(const struct text *text)
{
    return text->size == 0 ? (struct span){0} : span_of(text->bytes, text->size);
}

/* ---------------------------------------------------------------- one text */

static void put_word(struct generator *generator, struct text *text)
{
    static const char *const words[] = {"login",     "page",        "time out",   "retry",     "cache",   "parser",
                                        "Docs",      "release",     "sign in",    "parseJSON", "the",     "of",
                                        "throttled", "rate limits", "userName",   "databases", "tests",   "flaky",
                                        "i18n",      "don't",       "HTTPServer", "export",    "command", "analysis"};

    put_space(text);
    put(text, words[below(generator, sizeof words / sizeof words[0])]);
}

static void put_soup(struct generator *generator, struct text *text, uint32_t count)
{
    for (; count > 0; count--)
        put_word(generator, text);
}

/* Two of one family mean the same. */
static void put_wording(struct generator *generator, struct text *text)
{
    static const char *const wordings[FAMILIES][WORDINGS] = {
        {"fix the flaky login test", "login test is flaky: repair it", "Stabilise the flaky sign-in tests",
         "fix flaky login tests"},
        {"add a stats command", "new command that shows stats", "stats command", "add an export command"},
        {"retry requests after a timeout", "retries when requests time out", "resend timed-out requests",
         "retry requests after timeouts"},
        {"bump openssl to 3.0.14", "bump openssl to 3.0.15", "upgrade OpenSSL", "update openssl to 3.0.14"},
        {"document the config file", "docs for configuration files", "describe conf files", "document config files"},
        {"speed up the parser", "parser is slow", "make parseJSON faster", "optimise parsing"},
        {"remove dead code in tokio::io", "delete unused code of tokio::io", "remove dead code in tokio::fs",
         "drop dead code"},
        {"cache the user's name", "userName cache", "cache user names", "caching of the user name"}};

    put_space(text);
    put(text, wordings[below(generator, FAMILIES)][below(generator, WORDINGS)]);
}

static void put_type(struct generator *generator, struct text *text)
{
    static const char *const types[] = {"fix: ",  "feat: ", "docs: ",    "feat(ui): ",   "Fix(core/io)!: ", "tests: ",
                                        "note: ", "perf:",  "doc(api: ", "hotfix (x): ", "chore(deps)",     " \tfix!:"};

    put(text, types[below(generator, sizeof types / sizeof types[0])]);
}

static void put_mark(struct generator *generator, struct text *text)
{
    static const char *const marks[] = {"429", "v1.2.3", "--no-color",  "foo_bar", "#7",
                                        "--",  "a.b.c",  "config.toml", "x::y",    "camelCase"};

    put_space(text);
    put(text, marks[below(generator, sizeof marks / sizeof marks[0])]);
}

/* More words than features count; or one that goes on and on. */
static void put_long(struct generator *generator, struct text *text)
{
    static const uint32_t sizes[] = {190, 205, 300, 1024, 1025, 2048, 2049, 4000, LIMIT_ABOUT_BYTES};
    uint32_t size = sizes[below(generator, sizeof sizes / sizeof sizes[0])];
    uint32_t first = below(generator, 20);
    bool endless = chance(generator, 20);
    char word[32];

    for (uint32_t i = first; text->size < size; i++) {
        if (!endless)
            put_space(text);
        (void)snprintf(word, sizeof word, "%s%u", chance(generator, 90) ? "word" : "\xc3\xa9t\xc3\xa9", i);
        put(text, endless ? "ab" : word);
    }
    text->size = chance(generator, 95) && text->size > size ? size : text->size;
    while (text->size > 0 && (text->bytes[text->size - 1] & 0x80) != 0) /* no half a letter at its end */
        text->size--;
}

static void put_strange(struct generator *generator, struct text *text)
{
    static const char *const texts[] = {"the of and",
                                        "a",
                                        "x",
                                        " ",
                                        "don\xe2\x80\x99t \xe2\x80\x9cquoted\xe2\x80\x9d \xe2\x80\x94 na\xc3\xafve",
                                        "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
                                        "\xf0\x9f\x9a\x80 ship it",
                                        "two\nlines\tand a tab",
                                        "aB Ab ABC ABc aBc 1a A1 a1B IPv6 macOS",
                                        "normalise normalization organisation behaviours classes studying died",
                                        "rock'n'roll users' 'quoted' 'n'",
                                        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                                        "AAAbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'bbB",
                                        "\xe2\x80\xbf\xe2\x81\x80 \xe2\x80",
                                        "\x01",
                                        "log in logs out time-outs set-up set upset ups"};

    put(text, texts[below(generator, sizeof texts / sizeof texts[0])]);
}

static struct span pick_text(struct generator *generator)
{
    struct text *text = next_text();
    uint32_t roll = below(generator, 100);

    if (roll < 8)
        put_strange(generator, text);
    else if (roll < 11)
        put_long(generator, text);
    else if (roll < 12)
        put(text, "");
    if (roll < 12)
        return text_span(text);
    if (chance(generator, 25))
        put_type(generator, text);
    if (generator->universe.crowd)
        put(text, "login ");
    if (roll < 60)
        put_wording(generator, text);
    else
        put_soup(generator, text, 1 + below(generator, 5));
    if (chance(generator, 15))
        put_word(generator, text);
    if (chance(generator, 20))
        put_mark(generator, text);
    return text_span(text);
}

/* ---------------------------------------------------------------- the whole */

struct span generate_scope(struct generator *generator)
{
    static char numbered[8], too_long[LIMIT_CATEGORY_BYTES + 1];
    static const char *const scopes[] = {"", "", "", "", "api", "api", "b\xc3\xb6"};

    memset(too_long, 's', sizeof too_long);
    if (odd(generator) && chance(generator, 30))
        return chance(generator, 50) ? span_from_text("\x7f") : span_of(too_long, sizeof too_long);
    if (chance(generator, 92))
        return span_from_text(scopes[below(generator, 7)]);
    (void)snprintf(numbered, sizeof numbered, "s%u", below(generator, 400));
    return span_from_text(numbered);
}

struct idea_words generate_idea(struct generator *generator)
{
    static const char *const categories[] = {"docs", "fix", "ops", "feat"};
    struct idea_words words = {0};

    if (generator->last_idea.about.size > 0 && generator->last_idea.about.size < 100 && chance(generator, 20))
        return generator->last_idea;
    words.about = pick_text(generator);
    if (chance(generator, 20))
        words.aka = pick_text(generator);
    if (chance(generator, 20))
        words.category = span_from_text(categories[below(generator, 4)]);
    words.scope = generate_scope(generator);
    generator->last_idea = words;
    return words;
}

void generate_not_same(struct generator *generator, struct claim_intent *claim)
{
    const struct known_grant *grant = world_pick_grant(&generator->world, &generator->random);
    uint32_t count = chance(generator, 60) ? 0 : 1 + below(generator, 4);

    if (odd(generator) && chance(generator, 20))
        count = LIMIT_NOT_SAME;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t rival = world_pick_rival(&generator->world, &generator->random);
        uint64_t token = grant != NULL && chance(generator, 20) ? grant->token : below(generator, 20);
        claim->not_same_as[i] = rival != 0 && chance(generator, 85) ? rival : token;
    }
    claim->not_same_count = count;
}

/* Thresholds over the whole range, some for one scope; and a limit of labels that is reached. */
void generate_idea_policies(struct generator *generator, struct policy_entry *entries, uint32_t *count)
{
    static const uint64_t scores[] = {0, 1, 100, 200, 300, 400, 600, 900, 1000, 1001};

    if (odd(generator) && chance(generator, 30) && *count == 0) { /* scopes upon scopes */
        static char names[POLICY_END][8];
        uint32_t first = below(generator, 300);
        for (uint32_t i = 0; i < POLICY_END; i++) {
            (void)snprintf(names[i], sizeof names[i], "s%u", first + i);
            entries[(*count)++] = (struct policy_entry){POLICY_IDEA_WARN, 300, span_from_text(names[i]), {0}};
        }
        return;
    }
    for (uint32_t left = 1 + below(generator, 3); left > 0 && *count < POLICY_END; left--) {
        struct policy_entry entry = {.id = POLICY_IDEA_DENY + below(generator, chance(generator, 80) ? 3 : 5)};
        entry.value = scores[below(generator, 10)];
        if (entry.id == POLICY_IDEA_RISE)
            entry.value = chance(generator, 30);
        if (entry.id == POLICY_LABELS_MAX)
            entry.value = chance(generator, 20) ? below(generator, 8) : 1000000;
        if (odd(generator) && chance(generator, 30))
            entry.value = 1002;
        if (chance(generator, 35) && (entry.id != POLICY_LABELS_MAX || odd(generator)))
            entry.scope = generate_scope(generator);
        entries[(*count)++] = entry;
    }
}

/* ---------------------------------------------------------------- labels */

static struct span pick_labelled(struct generator *generator, struct span *in)
{
    const struct known_grant *grant = world_pick_grant(&generator->world, &generator->random);

    if (generator->universe.profile->ideas && chance(generator, 60))
        return universe_bulk_key(below(generator, chance(generator, 50) ? 12 : 40));
    if (grant != NULL && grant->key.size > 0 && chance(generator, 40))
        return grant->key;
    struct spelling spelling = generator_spelling(generator);
    if (spelling.in[0] != '\0')
        *in = span_from_text(spelling.in);
    return span_from_text(spelling.text);
}

void generate_label(struct generator *generator)
{
    struct label_intent *label = &generator->intent.body.label;
    uint32_t client = below(generator, generator->universe.client_count);

    generator->intent.verb = chance(generator, 60) ? VERB_SAME : VERB_DIFFERENT;
    generator_head(generator, client, generator_actor(generator, client));
    label->a = pick_labelled(generator, &label->in);
    label->b = pick_labelled(generator, &label->in);
    if (odd(generator))
        label->b = label->a;
}
