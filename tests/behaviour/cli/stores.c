/* Where claims go: naming a store, making one, and stores that cannot be used. */
#include "tests/behaviour/cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(stores, .init = home_begin_without_store, .fini = home_end);

Test(stores, the_default_store_is_made_on_first_use_and_said_once)
{
    struct ran ran = expect(0, dibs("claim", "k:1", "--session", "alice"));
    expect_err(ran, text_format("dibs: made a store at file:%s\n", home_path("state/dibs")));
    ran = expect(0, dibs("list"));
    expect_silent(ran.err);
    expect_out(ran, "k:1  held by alice");
}

Test(stores, without_xdg_the_default_store_is_under_home)
{
    unsetenv("XDG_STATE_HOME");
    unsetenv("XDG_CONFIG_HOME");
    expect_err(expect(0, dibs("claim", "k:1")), text_format("file:%s\n", home_path(".local/state/dibs")));
    cr_expect_eq(access(home_path(".config/dibs/secret.key"), R_OK), 0);
}

Test(stores, an_explicit_path_that_is_not_there_is_4_and_names_init)
{
    const char *const spellings[] = {home_path("nowhere"), text_format("file:%s", home_path("nowhere"))};
    for (size_t i = 0; i < 2; i++) {
        struct ran ran = expect(4, dibs("claim", "k:1", "--store", spellings[i]));
        expect_err(ran, "there is no store at");
        expect_err(ran, text_format("dibs init --store '%s'", home_path("nowhere")));
    }
    setenv("DIBS_STORE", home_path("nowhere"), 1);
    struct ran ran = expect(4, dibs("list", "--json"));
    cr_expect_str_eq(json_text(ran, "error"), "no_store");
    cr_expect_neq(access(home_path("nowhere"), F_OK), 0, "it was not made");
    cr_expect_neq(access(home_path("state"), F_OK), 0, "and no other one used silently");
}

Test(stores, the_order_is_option_environment_config_default)
{
    expect(0, dibs("init", home_path("one")));
    expect(0, dibs("init", home_path("two")));
    expect(0, dibs("init", home_path("three")));
    expect(0, run_shell("mkdir -p \"$XDG_CONFIG_HOME/dibs\""));
    home_write("config/dibs/config", text_format("store = file:%s\n", home_path("three")));
    cr_expect_str_eq(json_text(expect(0, dibs("status", "--json")), "store"),
                     text_format("file:%s", home_path("three")));
    setenv("DIBS_STORE", home_path("two"), 1);
    cr_expect_str_eq(json_text(expect(0, dibs("status", "--json")), "store"), text_format("file:%s", home_path("two")));
    struct ran ran = expect(0, dibs("status", "--json", "--store", home_path("one")));
    cr_expect_str_eq(json_text(ran, "store"), text_format("file:%s", home_path("one")));
}

Test(stores, init_makes_a_store_and_leaves_one_that_is_there)
{
    struct ran ran = expect(0, dibs("init", home_path("a/b/c")));
    cr_expect_str_eq(ran.out, text_format("file:%s  made\n", home_path("a/b/c")));
    expect(0, dibs("claim", "k:1", "--store", home_path("a/b/c")));
    ran = expect(0, dibs("init", home_path("a/b/c"), "--json"));
    cr_expect_str_eq(json_text(ran, "answer"), "exists");
    cr_expect_str_eq(json_text(ran, "store"), text_format("file:%s", home_path("a/b/c")));
    expect(1, dibs("claim", "k:1", "--store", home_path("a/b/c")));
}

Test(stores, init_refuses_a_folder_with_other_things_and_a_store_named_twice)
{
    home_write("file", "");
    expect_err(expect(2, dibs("init", home_path("."))), "holds other things");
    expect_err(expect(2, dibs("init", home_path("x"), "--store", home_path("y"))), "named twice");
    cr_expect_neq(access(home_path("x"), F_OK), 0);
}

Test(stores, init_takes_a_map_size_and_a_key_of_its_own)
{
    expect(0,
           dibs("init", home_path("small"), "--map-size", "33554432", "--operator-key", home_path("op.key"), "--sync"));
    cr_expect_eq(json_number(expect(0, dibs("status", "--store", home_path("small"), "--json")), "map_bytes"),
                 33554432);
    cr_expect_neq(access(home_path("small/operator.key"), F_OK), 0);
    expect(2, dibs("init", home_path("tiny"), "--map-size", "4096"));
    expect(2, dibs("init", home_path("tiny"), "--map-size", "64G"));
}

Test(stores, a_path_that_is_a_file_is_4)
{
    home_write("file", "not a store");
    expect_err(expect(4, dibs("claim", "k:1", "--store", home_path("file"))), "is a file; a store is a directory");
    expect(4, dibs("init", home_path("file")));
    cr_expect_str_eq(home_read("file"), "not a store");
}

Test(stores, a_path_that_cannot_be_looked_at_is_told_with_the_reason_and_where_it_came_from)
{
    home_write("plain", "x");
    setenv("DIBS_STORE", home_path("plain/x"), 1);
    expect_err(expect(4, dibs("list")), text_format("dibs: cannot look at %s (from $DIBS_STORE): Not a directory; name "
                                                    "another store, or let this user in\n",
                                                    home_path("plain/x")));
    expect_err(expect(4, dibs("list", "--store", home_path("plain/y"))),
               text_format("dibs: cannot look at %s: Not a directory", home_path("plain/y")));
}

Test(stores, a_directory_without_a_store_is_4_and_names_init)
{
    cr_assert_eq(mkdir(home_path("empty"), 0700), 0);
    expect_err(expect(4, dibs("list", "--store", home_path("empty"))), "dibs init");
}

Test(stores, an_unknown_scheme_is_2)
{
    static const char *const urls[] = {"http://host/x", "redis://host", "kafka://host:9092", "file:", ""};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++)
        cr_expect_gt(strlen(expect(2, dibs("list", "--store", urls[i])).err), 20);
    expect_err(expect(2, dibs("list", "--store", "http://host/x")),
               "known are file:/path/to/directory and kafka://host:port/FLEET");
}

Test(stores, a_store_of_a_newer_format_is_4_and_left_alone)
{
    expect(0, dibs("init", home_path("store")));
    setenv("DIBS_STORE", home_path("store"), 1);
    expect(0, run_shell("sed -E 's/(\"format\": *)[0-9]+/\\199/' \"$DIBS_STORE/store.json\" >\"$HOME/new\" && "
                        "cat \"$HOME/new\" >\"$DIBS_STORE/store.json\""));
    const char *before = home_read("store/store.json");
    cr_assert_not_null(strstr(before, "99"));
    struct ran ran = expect(4, dibs("claim", "k:1", "--json"));
    cr_expect_str_eq(json_text(ran, "error"), "newer");
    cr_expect_str_eq(home_read("store/store.json"), before);
}

Test(stores, a_store_json_that_is_garbage_is_4)
{
    expect(0, dibs("init", home_path("store")));
    home_write("store/store.json", "{\"format\":");
    cr_expect_str_eq(json_text(expect(4, dibs("list", "--store", home_path("store"), "--json")), "error"), "damaged");
}

/* As somebody who is not root: root may write everywhere. */
Test(stores, a_read_only_store_is_4_and_says_what_cannot_be_written)
{
    expect(0, dibs("init", home_path("store")));
    expect(0, dibs("claim", "k:1", "--store", home_path("store")));
    expect(0, run_shell("cp \"$(command -v dibs)\" \"$HOME/dibs\" && chmod -R a+rX \"$HOME\" && "
                        "chmod -R a-w \"$HOME/store\""));
    setenv("DIBS_STORE", home_path("store"), 1);
    setenv("DIBS_SECRET", text_of('s', 40), 1);
    const char *as = geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
    struct ran ran = expect(4, run_shell(text_format("%s\"$HOME/dibs\" claim k:2", as)));
    expect_err(ran, home_path("store"));
}

Test(stores, every_object_and_every_denial_names_its_store)
{
    expect(0, dibs("init", home_path("store")));
    setenv("DIBS_STORE", home_path("store"), 1);
    claim_token("k:1", "alice");
    expect_err(expect(1, dibs("claim", "k:1", "--session", "bob")), text_format("(store file:%s)", home_path("store")));
}

Test(stores, an_error_names_the_store_by_its_url_even_if_it_did_not_open)
{
    struct ran ran = expect(4, dibs("list", "--store", home_path("no where"), "--json"));
    cr_expect_str_eq(json_text(ran, "store"), text_format("file:%s", home_path("no where")));
    setenv("DIBS_STORE", home_path("gone"), 1);
    ran = expect(4, dibs("list", "--json"));
    cr_expect_str_eq(json_text(ran, "store"), text_format("file:%s", home_path("gone")));
    expect_err(expect(4, dibs("list")), "gone");
}

Test(stores, the_note_on_how_to_use_one_can_be_pasted_into_a_shell_whatever_its_name)
{
    struct ran ran = expect(0, dibs("init", home_path("it's \"a\" $store")));
    const char *note = strstr(ran.err, "export ");
    cr_assert_not_null(note, "%s", ran.err);
    expect(0, run_shell(text_format("cd /; %s; dibs claim k:1 --session bob", strtok(strdup(note), "\n"))));
    expect(1, dibs("claim", "k:1", "--store", home_path("it's \"a\" $store")));
}
