/* dibs replay: what the log makes, and whether the live state is it. */
#include "tests/behaviour/cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void begin(void)
{
    home_begin();
    setenv("DIBS_SESSION", "alice", 1);
    expect(0, dibs("claim", "k:1"));
    expect(0, dibs("claim", "k:2"));
    expect(0, dibs("done", "k:1"));
}

TestSuite(replaying, .init = begin, .fini = home_end);

Test(replaying, comes_to_the_live_states_digest)
{
    struct ran ran = expect(0, dibs("replay", "--verify", "--json"));
    const char *digest = json_text(ran, "digest");

    cr_expect_eq(json_number(ran, "records"), 4);
    cr_expect_eq(json_number(ran, "offset"), 4);
    cr_expect_str_eq(json_text(ran, "live_digest"), digest);
    cr_expect_str_eq(store_digest(), digest);
    ran = expect(0, dibs("replay", "--verify"));
    expect_out(ran, "4 in ");
    expect_out(ran, digest);
    expect_out(ran, "equal: ");
}

Test(replaying, stops_before_the_record_that_until_names)
{
    struct ran ran = expect(0, dibs("replay", "--until", "2", "--json"));

    cr_expect_eq(json_number(ran, "records"), 2);
    cr_expect_eq(json_number(ran, "offset"), 2);
    ran = expect(0, dibs("replay", "--until", "1h", "--json"));
    cr_expect_eq(json_number(ran, "records"), 0, "an hour ago there was nothing");
    ran = expect(0, dibs("replay", "--until", "2100-01-01T00:00:00Z", "--json"));
    cr_expect_eq(json_number(ran, "records"), 4);
}

Test(replaying, leaves_the_state_in_a_directory_that_was_named_and_in_no_other)
{
    const char *into = home_path("into");

    expect(0, dibs("replay", "--into", into));
    cr_expect_eq(access(home_path("into/data.mdb"), F_OK), 0);
    expect_err(expect(2, dibs("replay", "--into", into)), "is not empty");
    expect(4, dibs("replay", "--into", home_path("into/data.mdb")));
}

Test(replaying, refuses_what_contradicts_itself)
{
    expect_err(expect(2, dibs("replay", "--verify", "--until", "2", "--into", home_path("part"))),
               "leave --until away");
    cr_expect_eq(access(home_path("part"), F_OK), -1, "what was refused has left nothing");
    expect_err(expect(2, dibs("replay", "--until", "soon")), "--until soon");
    expect_err(expect(2, dibs("replay", "x", "--store", "y")), "named twice");
    expect(4, dibs("replay", home_path("nowhere")));
}
