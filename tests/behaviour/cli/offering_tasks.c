/* dibs offer --from-markdown: a folder of task files, offered, and taken back when they are over. */
#include "tests/behaviour/cli/cli.h"

#include <sys/stat.h>

TestSuite(offering_tasks, .init = home_begin_as_alice, .fini = home_end);

static int64_t dispatchable(void)
{
    return json_number(dibs("supply", "--json"), "supply.dispatchable");
}

Test(offering_tasks, task_files_with_front_matter)
{
    cr_assert_eq(mkdir(home_path("tasks"), 0755), 0);
    home_write("tasks/bake.md",
               "---\nstate: backlog\npriority: high\ndepends: [mill, shop]\ntags: ['@food', 'needs:oven']\n"
               "---\n\n# Bake a cake\n\ntext\n");
    home_write("tasks/mill.md", "---\nstate: done\n---\n# Mill\n");
    home_write("tasks/shop.md", "---\nstate: active\ndepends:\ncategory: errand\n---\n# Shop\n");
    home_write("tasks/marked.md", "\xef\xbb\xbf---\r\nstate: active\r\ntags: ['needs:press']\r\n---\r\n# Marked\r\n");
    home_write("tasks/later.md", "---\nstate: someday\n---\n# Later\n");
    home_write("tasks/notes.md", "no front matter\n");
    home_write("tasks/broken.md", "---\nstate: [\n---\n");
    home_write("tasks/endless.md", "---\nstate: backlog\n");
    home_write("tasks/odd.md", "---\npriority: soonish\n---\n");
    home_write("tasks/list.md", "---\n- a\n---\n");
    struct ran ran = expect(2, run_shell("cd; dibs offer --from-markdown tasks"));
    cr_expect_str_eq(ran.out, "offered 3 new, 0 updated; 4 bad ones were left out\n");
    expect_err(ran, "broken.md: its front matter is not YAML: ");
    expect_err(ran, "endless.md: its front matter has no end");
    expect_err(ran, "odd.md: its priority is \"soonish\"");
    expect_err(ran, "list.md: its front matter is no mapping");
    ran = expect(0, dibs("next", "--can", "oven"));
    expect_out(ran, "task:shop  granted");
    expect_out(ran, "about: Shop\ncategory: errand\nref: tasks/shop.md\n");
    expect(0, dibs("done", "task:shop"));
    ran = expect(0, dibs("next", "--can", "oven"));
    expect_out(ran, "task:bake  granted");
    expect_out(ran, "category: food\n");
    expect(0, dibs("release", "task:bake"));
    home_write("tasks/bake.md", "---\nstate: cancelled\n---\n");
    expect(2, run_shell("cd; dibs offer --from-markdown tasks"));
    cr_expect_eq(dispatchable(), 1);
    expect_out(expect(0, dibs("next", "--can", "press")), "about: Marked\n");
    expect(2, dibs("offer", "--from-markdown", home_path("nowhere")));
}

Test(offering_tasks, a_task_without_a_title_is_called_by_its_heading)
{
    cr_assert_eq(mkdir(home_path("tasks"), 0755), 0);
    home_write("tasks/a.md", "---\ntitle:\n---\n# \n## Not it\n# Write the letter\n");
    expect(0, run_shell("cd; dibs offer --from-markdown tasks"));
    expect_out(expect(0, dibs("next")), "about: Write the letter\n");
}

Test(offering_tasks, a_store_that_refuses_says_so_of_what_is_over_too)
{
    if (home_is_fleet())
        return; /* goes to another fleet alone */
    cr_assert_eq(mkdir(home_path("tasks"), 0755), 0);
    home_write("tasks/a.md", "---\nstate: done\n---\n");
    expect(0, run_shell("cd; dibs claim k:1 && dibs migrate store elsewhere"));
    struct ran ran = expect(1, run_shell("cd; dibs offer --from-markdown tasks"));
    expect_err(ran, "elsewhere");
    expect_silent(ran.out);
    cr_expect_eq(json_lines(expect(1, run_shell("cd; dibs offer --from-markdown tasks --json"))), 1);
}
