/* dibs migrate: a store in another place is the same store, and whoever is interrupted begins again. */
#include "tests/behaviour/cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *from, *to;

static void begin(void)
{
    home_begin();
    from = getenv("DIBS_STORE");
    to = home_path("to");
    setenv("DIBS_SESSION", "alice", 1);
    expect(0, dibs("claim", "k:1", "--about", "an idea"));
    expect(0, dibs("claim", "k:2"));
    expect(0, dibs("done", "k:2", "--result", "merged"));
    expect(0, dibs("configure", "ttl_default=30m"));
    expect(1, dibs("claim", "k:1", "--session", "bob"));
}

TestSuite(migrating, .init = begin, .fini = home_end);

static void expect_same_history(const char *store)
{
    struct ran ran = expect(0, dibs("replay", store, "--verify", "--json"));

    cr_expect_str_eq(json_text(ran, "digest"), json_text(ran, "live_digest"));
}

Test(migrating, keeps_the_digest_the_claims_and_what_was_done)
{
    const char *digest = store_digest();
    struct ran ran = expect(0, dibs("migrate", from, to, "--json"));

    cr_expect_str_eq(json_text(ran, "answer"), "migrated");
    cr_expect_str_eq(json_text(ran, "digest"), digest);
    cr_expect_eq(json_number(ran, "records"), 6);
    expect_same_history(to);
    setenv("DIBS_STORE", to, 1);
    expect_out(expect(0, dibs("renew", "k:1")), "renewed  token 1 ");
    expect_out(expect(1, dibs("claim", "k:2", "--session", "bob")), "");
    expect_out(expect(0, dibs("claim", "k:3")), "granted  token 3 ");
    expect(0, dibs("configure", "ttl_default=20m"));
    expect_out(expect(0, dibs("log")), "an idea");
}

Test(migrating, leaves_a_source_that_says_where_claims_went)
{
    expect(0, dibs("migrate", from, to));
    expect_err(expect(1, dibs("claim", "k:9")), text_format("claims go to \"file:%s\" now", to));
    expect_err(expect(1, dibs("renew", "k:1")), to);
    expect_out(expect(0, dibs("status")), "(sealed)");
    cr_expect_str_eq(json_text(dibs("claim", "k:9", "--json"), "words"), text_format("file:%s", to));
}

Test(migrating, copies_and_leaves_the_source_open)
{
    const char *digest = store_digest();

    cr_expect_str_eq(json_text(expect(0, dibs("migrate", from, to, "--copy", "--json")), "digest"), digest);
    cr_expect_str_eq(store_digest(), digest);
    expect(0, dibs("claim", "k:9"));
    expect(0, dibs("claim", "k:9", "--store", to));
    expect_same_history(to);
}

Test(migrating, goes_on_from_a_store_that_was_itself_moved)
{
    const char *third = home_path("third");

    expect(0, dibs("migrate", from, to));
    expect(0, dibs("claim", "k:3", "--store", to));
    const char *digest = json_text(expect(0, dibs("status", "--store", to, "--json")), "digest");
    cr_expect_str_eq(json_text(expect(0, dibs("migrate", to, third, "--json")), "digest"), digest);
    expect_same_history(third);
    expect(0, dibs("renew", "k:1", "k:3", "--store", third));
}

Test(migrating, refuses_a_target_that_is_not_empty_before_it_touches_the_source)
{
    const char *other = home_path("other"), *full = home_path("full"), *before = store_digest();

    expect(0, dibs("init", other));
    cr_assert_eq(run_shell(text_format("mkdir %s && touch %s/file", full, full)).code, 0);
    expect_err(expect(2, dibs("migrate", from, other)), "is not empty");
    expect_err(expect(2, dibs("migrate", from, full)), "holds other things (file)");
    expect_err(expect(2, dibs("migrate", from, from)), "itself");
    expect_err(expect(4, dibs("migrate", home_path("nowhere"), to)), "there is no store");
    cr_expect_str_eq(store_digest(), before);
    expect(0, dibs("claim", "k:5"));
}

Test(migrating, refuses_a_key_that_is_not_the_operators_before_it_makes_anything)
{
    const char *other = home_path("other"), *before = store_digest();

    expect(0, dibs("init", other));
    expect_err(expect(2, dibs("migrate", from, to, "--operator-key", text_format("%s/operator.key", other))),
               "is not the operator's");
    cr_expect_str_eq(store_digest(), before);
    cr_expect_neq(access(to, F_OK), 0);
}

Test(migrating, moves_once_and_only_once)
{
    const char *elsewhere = home_path("elsewhere");

    expect(0, dibs("migrate", from, to));
    expect_out(expect(0, dibs("migrate", from, to)), "is there already");
    expect_err(expect(2, dibs("migrate", from, elsewhere)), "has moved to");
    cr_expect_neq(access(elsewhere, F_OK), 0);
    /* a copy and its original have parted: neither is the other's new place */
    expect(0, dibs("migrate", to, elsewhere, "--copy"));
    expect_err(expect(2, dibs("migrate", elsewhere, to)), "is not empty");
    expect(0, dibs("claim", "k:7", "--store", elsewhere));
}

static void sleep_us(long us)
{
    const struct timespec time = {.tv_nsec = us * 1000};

    nanosleep(&time, NULL);
}

/* Wherever it is killed, the next one finishes it, and until then the target takes no claims. */
Test(migrating, killed_at_any_moment_can_be_run_again, .timeout = 120)
{
    const char *claims = "i=0; while [ $i -lt 150 ]; do dibs renew k:1 >/dev/null; i=$((i+1)); done";

    expect(0, run_shell(claims));
    for (long i = 0; i < 24; i++) {
        const char *source = home_path(text_format("source%ld", i)), *target = home_path(text_format("target%ld", i));
        expect(0, dibs("migrate", from, source, "--copy"));
        const char *digest = json_text(expect(0, dibs("status", "--store", source, "--json")), "digest");
        struct running running = dibs_start("migrate", source, target);
        sleep_us(i * 400);
        (void)running_end(&running, SIGKILL);
        struct ran early = dibs("claim", "k:9", "--session", "bob", "--store", target);
        cr_expect(early.code == 4 || early.code == 0, "%d: %s", early.code, early.err);
        struct ran ran = expect(0, dibs("migrate", source, target, "--json"));
        if (early.code == 4)
            cr_expect_str_eq(json_text(ran, "digest"), digest);
        expect_same_history(target);
        expect(0, dibs("renew", "k:1", "--store", target));
    }
}
