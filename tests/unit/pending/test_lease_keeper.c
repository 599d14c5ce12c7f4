/* When a lease is renewed, and when it counts as lost. */
#include <criterion/criterion.h>

#include "agent-shim/lease_keeper.h"

Test(lease_keeper, a_lease_is_renewed_at_a_third_and_lost_before_its_end)
{
    struct lease lease;

    lease_begin(&lease, 7, 1000, 60000);
    cr_assert_eq(lease_wake_ms(&lease), 21000);
    cr_assert_eq(lease_next(&lease, 20999), LEASE_NOTHING);
    cr_assert_eq(lease_next(&lease, 21000), LEASE_RENEW);
    lease_on_sent(&lease, 21000);
    cr_assert_eq(lease_next(&lease, 57999), LEASE_NOTHING);
    cr_assert_eq(lease_next(&lease, 58000), LEASE_LOST);
    cr_assert_eq(lease_next(&lease, 58000), LEASE_NOTHING);
}

Test(lease_keeper, the_deadline_counts_from_the_send_of_the_renewal)
{
    struct lease lease;

    lease_begin(&lease, 7, 1000, 60000);
    lease_on_sent(&lease, 21000);
    lease_on_confirmed(&lease, 21000, 60000);
    cr_assert_eq(lease_deadline_ms(&lease), 21000 + 60000 - 3000);
    lease_on_confirmed(&lease, 5000, 60000);
    cr_assert_eq(lease_deadline_ms(&lease), 21000 + 60000 - 3000, "a late answer takes nothing away");
}

Test(lease_keeper, what_seems_to_be_over_is_renewed_at_once)
{
    struct lease lease;

    lease_begin(&lease, 7, 1000, 60000);
    lease_suspect(&lease);
    cr_assert_eq(lease_next(&lease, 1001), LEASE_RENEW);
    lease_on_sent(&lease, 1001);
    cr_assert_eq(lease_next(&lease, 1002), LEASE_NOTHING);
    lease_on_confirmed(&lease, 1001, 60000);
    cr_assert_eq(lease_wake_ms(&lease), 21001);
}

Test(lease_keeper, what_was_lost_is_tried_on_and_may_come_back)
{
    struct lease lease;

    lease_begin(&lease, 7, 1000, 60000);
    lease_on_sent(&lease, 21000);
    lease_on_no_answer(&lease, 40000);
    cr_assert_eq(lease_next(&lease, 40500), LEASE_NOTHING);
    cr_assert_eq(lease_next(&lease, 58000), LEASE_LOST);
    cr_assert_eq(lease_next(&lease, 58000), LEASE_RENEW);
    lease_on_sent(&lease, 58000);
    lease_on_confirmed(&lease, 58000, 60000);
    cr_assert_not(lease.lost);
    lease_on_ended(&lease);
    cr_assert_eq(lease_wake_ms(&lease), UINT64_MAX);
}
