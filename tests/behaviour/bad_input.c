/* Bad input: each kind is refused with words and the exit code 2, and changes nothing. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/behaviour/world.h"

static dibs_client *alice;

static void begin(void)
{
    world_begin(NULL);
    alice = world_open("alice");
}

/* Whatever was refused: no claim, no waiter, nothing done. Criterion doesn't count assertions that fail in here, so the
 * process aborts. */
static void end(void)
{
    struct dibs_answer *answer;
    MUST(dibs_get_status(alice, &answer));
    if (answer->status->claims != 0 || answer->status->waiters != 0 || answer->status->done != 0) {
        fprintf(stderr, "what was refused has changed something\n");
        abort();
    }
    dibs_answer_free(answer);
    world_verify();
    dibs_close(alice);
    world_end();
}

TestSuite(bad_input, .init = begin, .fini = end);

static void expect_refused(enum dibs_error error, struct dibs_answer *answer, const char *what)
{
    int code = error == DIBS_OK ? dibs_answer_exit_code(answer) : dibs_error_exit_code(error);
    const char *words = error == DIBS_OK ? answer->message : dibs_error_text();
    cr_expect_eq(code, 2, "%s: exit code %d (%s)", what, code, words);
    cr_expect_gt(strlen(words), 15, "%s: too few words: '%s'", what, words);
    dibs_answer_free(answer);
}

/* The call comes first, and fills `answer`. */
#define REFUSED(call, what) \
    do { \
        enum dibs_error refused_error = (call); \
        expect_refused(refused_error, answer, what); \
    } while (0)

static void expect_claim_refused(struct dibs_claim_options options, const char *key, const char *what)
{
    struct dibs_answer *answer = NULL;
    if (key != NULL) {
        options.keys = &key;
        options.key_count = 1;
    }
    enum dibs_error error = dibs_claim(alice, &options, &answer);
    expect_refused(error, answer, what);
}

static char *repeated(char c, size_t count)
{
    char *text = malloc(count + 1);
    memset(text, c, count);
    text[count] = '\0';
    return text;
}

Test(bad_input, keys_that_cannot_be_keys)
{
    const struct dibs_claim_options plain = {0};
    char *longest = repeated('a', 401), deep[128] = "task:";
    for (int i = 0; i < 33; i++)
        strcat(deep, "a/");
    strcat(deep, "a");
    expect_claim_refused(plain, "", "empty");
    expect_claim_refused(plain, longest, "over-long");
    expect_claim_refused(plain, "task:a\nb", "a control character");
    expect_claim_refused(plain, "task:\xff\xfe", "not UTF-8");
    expect_claim_refused(plain, "task:\xc0\xaf", "over-long UTF-8");
    expect_claim_refused(plain, "task:\xed\xa0\x80", "a surrogate");
    expect_claim_refused(plain, "file:github:o/r:../../etc/passwd", "climbs out of its repository");
    expect_claim_refused(plain, "file:github:o/r:src/*.c", "another glob");
    expect_claim_refused(plain, "file:github:o/r:**/a.c", "a glob in front");
    expect_claim_refused(plain, "#5", "a bare reference without its repository");
    expect_claim_refused(plain, deep, "too many parts");
    expect_claim_refused((struct dibs_claim_options){.in = "no repository"}, "#5", "`in` names no repository");
    free(longest);
}

Test(bad_input, numbers_out_of_range)
{
    const struct dibs_claim_options zero = {.has_ttl = true}, short_ttl = {.has_ttl = true, .ttl_ms = 999},
                                    absurd = {.has_ttl = true, .ttl_ms = UINT64_MAX},
                                    eight_days = {.has_ttl = true, .ttl_ms = 8ull * 86400000},
                                    long_wait = {.wait = true, .has_wait_ms = true, .wait_ms = 25ull * 3600000};
    expect_claim_refused(zero, "task:one", "ttl 0");
    expect_claim_refused(short_ttl, "task:one", "ttl under a second");
    expect_claim_refused(absurd, "task:one", "absurd ttl");
    expect_claim_refused(eight_days, "task:one", "ttl over the longest");
    expect_claim_refused(long_wait, "task:one", "wait over the longest");
}

Test(bad_input, too_many_keys_or_none)
{
    static char texts[65][32];
    const char *keys[65];
    for (int i = 0; i < 65; i++) {
        (void)snprintf(texts[i], sizeof texts[i], "task:%d", i);
        keys[i] = texts[i];
    }
    expect_claim_refused((struct dibs_claim_options){0}, NULL, "no key");
    expect_claim_refused((struct dibs_claim_options){.keys = keys, .key_count = 33}, NULL, "33 keys");
    expect_claim_refused((struct dibs_claim_options){.keys = keys, .key_count = 65, .any = true}, NULL, "65 with any");
    expect_claim_refused((struct dibs_claim_options){.keys = keys, .key_count = 9, .wait = true}, NULL, "9 that wait");
}

Test(bad_input, texts_over_their_limits)
{
    char *text = repeated('x', 2049), *huge = repeated('x', 100000);
    expect_claim_refused((struct dibs_claim_options){.about = text}, "task:one", "about over 2 KiB");
    expect_claim_refused((struct dibs_claim_options){.aka = text}, "task:one", "aka over 2 KiB");
    expect_claim_refused((struct dibs_claim_options){.ref = text}, "task:one", "ref over 1 KiB");
    expect_claim_refused((struct dibs_claim_options){.origin = text}, "task:one", "origin over 1 KiB");
    text[65] = '\0';
    expect_claim_refused((struct dibs_claim_options){.category = text}, "task:one", "category over 64 bytes");
    expect_claim_refused((struct dibs_claim_options){.about = "a\x01"}, "task:one", "about with a control character");
    expect_claim_refused((struct dibs_claim_options){.about = "\xff"}, "task:one", "about that is not UTF-8");
    expect_claim_refused((struct dibs_claim_options){.about = huge}, "task:one", "an intent over 64 KiB");
    free(text);
    free(huge);
}

Test(bad_input, closing_nothing_or_wrongly)
{
    struct dibs_answer *answer = NULL;
    const struct dibs_target none = {0}, key = {.key = "task:one"}, empty = {.key = ""};
    struct dibs_close_options options = {.outcome = DIBS_OUTCOME_DONE, .targets = &none, .target_count = 1};
    REFUSED(dibs_close_claims(alice, &options, &answer), "a target that names nothing");
    options = (struct dibs_close_options){.outcome = DIBS_OUTCOME_DONE};
    REFUSED(dibs_close_claims(alice, &options, &answer), "no target");
    options = (struct dibs_close_options){.outcome = (enum dibs_outcome)9, .targets = &key, .target_count = 1};
    REFUSED(dibs_close_claims(alice, &options, &answer), "no outcome");
    options = (struct dibs_close_options){.outcome = DIBS_OUTCOME_DONE, .targets = &empty, .target_count = 1};
    REFUSED(dibs_close_claims(alice, &options, &answer), "an empty key");
    options = (struct dibs_close_options){
        .outcome = DIBS_OUTCOME_DONE, .targets = &key, .target_count = 1, .has_reward = true, .reward = 10001};
    REFUSED(dibs_close_claims(alice, &options, &answer), "a reward over 1");
    options = (struct dibs_close_options){.outcome = DIBS_OUTCOME_DONE, .all = true};
    REFUSED(dibs_close_claims(alice, &options, &answer), "all that are done");
}

Test(bad_input, tickets_cursors_codes_and_settings_that_are_none)
{
    struct dibs_answer *answer = NULL;
    const struct dibs_list_options list = {.after = "nonsense"};
    const struct dibs_setting unknown = {"no_such_setting", "1"}, unparsable = {"ttl_default", "soon"},
                              out_of_range = {"ttl_default", "1ms"}, without = {"ttl_default", NULL};
    const struct dibs_revoke_options nothing = {.reason = "why"}, silent = {.key = "task:one", .reason = ""};
    REFUSED(dibs_wait(alice, "nonsense", 0, &answer), "wait");
    REFUSED(dibs_wait(alice, NULL, 0, &answer), "wait for NULL");
    REFUSED(dibs_cancel(alice, "t1-", &answer), "cancel");
    REFUSED(dibs_list(alice, &list, &answer), "list");
    REFUSED(dibs_take(alice, "short", NULL, &answer), "take");
    REFUSED(dibs_configure(alice, &unknown, 1, &answer), "an unknown setting");
    REFUSED(dibs_configure(alice, &unparsable, 1, &answer), "an unparsable value");
    REFUSED(dibs_configure(alice, &out_of_range, 1, &answer), "a value out of range");
    REFUSED(dibs_configure(alice, &without, 1, &answer), "no value");
    REFUSED(dibs_revoke(alice, &nothing, &answer), "revoke nothing");
    REFUSED(dibs_revoke(alice, &silent, &answer), "revoke without a reason");
}

Test(bad_input, session_names_that_cannot_be_names)
{
    char *longest = repeated('s', 129);
    const char *const names[] = {"", longest, "a\nb", "\xff", "tab\t"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct dibs_client_options options = {.session = names[i]};
        dibs_client *client = NULL;
        cr_expect_eq(dibs_open(&options, &client), DIBS_BAD_INPUT, "name %zu", i);
        cr_expect_null(client);
        cr_expect_gt(strlen(dibs_error_text()), 15);
    }
    free(longest);
}

Test(bad_input, keys_without_a_canonical_form)
{
    char out[DIBS_KEY_SIZE];
    cr_expect_eq(dibs_canonical_key("", NULL, out), DIBS_BAD_INPUT);
    cr_expect_eq(dibs_canonical_key("#5", NULL, out), DIBS_BAD_INPUT);
    cr_expect_eq(dibs_canonical_key("#5", "github:o/r", out), DIBS_OK);
    cr_expect_str_eq(out, "github:o/r#5");
}
