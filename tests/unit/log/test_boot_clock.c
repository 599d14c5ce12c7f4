/* The clock of a local log: one look at the wall clock a boot, and never back. */
#include "tests/unit/log/fixture.h"

#include <criterion/criterion.h>

Test(boot_clock, runs_with_the_boot_time_and_not_with_the_wall_clock)
{
    struct fixture_clock now = {.realtime_ms = 1000000, .boottime_ms = 500, .boot_id = "one"};
    struct clock_source source = fixture_source(&now);
    struct boot_clock clock = boot_clock_start(&source, 0);
    cr_assert_eq(boot_clock_now_ms(&clock, &source), 1000000);
    now.realtime_ms = 5; /* set back by years */
    now.boottime_ms = 600;
    cr_assert_eq(boot_clock_now_ms(&clock, &source), 1000100);
}

Test(boot_clock, of_a_new_boot_is_not_below_the_last_ts)
{
    struct fixture_clock now = {.realtime_ms = 1000, .boottime_ms = 10, .boot_id = "two"};
    struct clock_source source = fixture_source(&now);
    struct boot_clock clock = boot_clock_start(&source, 7000);
    cr_assert_eq(boot_clock_now_ms(&clock, &source), 7000);
    now.boottime_ms = 25;
    cr_assert_eq(boot_clock_now_ms(&clock, &source), 7015);
}

Test(boot_clock, does_not_go_back_when_the_boot_time_does)
{
    struct fixture_clock now = {.realtime_ms = 1000, .boottime_ms = 10, .boot_id = "two"};
    struct clock_source source = fixture_source(&now);
    struct boot_clock clock = boot_clock_start(&source, 0);
    now.boottime_ms = 3;
    cr_assert_eq(boot_clock_now_ms(&clock, &source), 1000);
}

Test(boot_clock, is_current_only_in_its_own_boot)
{
    struct fixture_clock now = {.realtime_ms = 1000, .boottime_ms = 10, .boot_id = "one"};
    struct clock_source source = fixture_source(&now);
    struct boot_clock clock = boot_clock_start(&source, 0);
    now.boottime_ms = 20;
    cr_assert(boot_clock_is_current(&clock, &source));
    now.boot_id = "two";
    cr_assert_not(boot_clock_is_current(&clock, &source));
}

Test(boot_clock, without_boot_ids_takes_a_smaller_boot_time_for_a_new_boot)
{
    struct fixture_clock now = {.realtime_ms = 1000, .boottime_ms = 10, .boot_id = ""};
    struct clock_source source = fixture_source(&now);
    struct boot_clock clock = boot_clock_start(&source, 0);
    now.boottime_ms = 11;
    cr_assert(boot_clock_is_current(&clock, &source));
    now.boottime_ms = 9;
    cr_assert_not(boot_clock_is_current(&clock, &source));
}

Test(boot_clock, of_the_system_has_a_boot_id_and_stands_near_the_wall_clock)
{
    const struct clock_source *source = clock_source_system();
    struct boot_clock clock = boot_clock_start(source, 0);
    cr_assert_eq(strlen(clock.boot_id), BOOT_ID_BYTES - 1);
    cr_assert(boot_clock_is_current(&clock, source));
    uint64_t wall_ms = source->realtime_ms(source->context), now_ms = boot_clock_now_ms(&clock, source);
    cr_assert(now_ms + 60000 > wall_ms && now_ms < wall_ms + 60000);
}
