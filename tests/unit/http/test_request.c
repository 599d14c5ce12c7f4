/* What an HTTP request asks for, and who may. */
#include <criterion/criterion.h>
#include <string.h>

#include "coordinator/http/metrics.h"
#include "coordinator/http/request.h"

Test(request, arguments_are_taken_within_their_limits)
{
    struct mail mail = {.kind = MAIL_CLAIMS};
    char why[MAIL_TEXT_MAX], large[LIMIT_KEY_BYTES + 2];
    cr_assert(request_argument(&mail, "at_least", span_from_text("18"), why) && mail.has_at_least &&
              mail.at_least == 18);
    cr_assert(request_argument(&mail, "prefix", span_from_text("github:"), why));
    cr_assert(request_argument(&mail, "done", span_from_text("true"), why) && mail.with_done);
    cr_assert(request_argument(&mail, "done", span_from_text("False"), why) &&
              !mail.with_done); /* as Python writes them */
    cr_assert_not(request_argument(&mail, "done", span_from_text("perhaps"), why));
    cr_assert_not(request_argument(&mail, "prefix", span_of("github:\0x", 9), why)); /* not all of it was read */
    cr_assert_not(request_argument(&mail, "at_least", span_from_text("-1"), why));
    cr_assert_not(request_argument(&mail, "at_least", span_from_text("99999999999999999999"), why));
    cr_assert_not(request_argument(&mail, "key", span_from_text("task:a"), why), "only /claim has a key");
    cr_assert_not(request_argument(&mail, "prefix", span_from_text("a\nb"), why));
    memset(large, 'x', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    cr_assert_not(request_argument(&mail, "prefix", span_from_text(large), why));
}

Test(request, a_claim_needs_its_key)
{
    struct mail mail = {.kind = MAIL_CLAIM};
    char why[MAIL_TEXT_MAX];
    cr_assert_not(request_is_whole(&mail, why));
    cr_assert(request_argument(&mail, "key", span_from_text("task:a"), why) && request_is_whole(&mail, why));
}

Test(request, only_the_whole_token_opens)
{
    const char *token = "0123456789abcdef";
    cr_assert(request_has_token("Bearer 0123456789abcdef", token));
    cr_assert(request_has_token("bearer 0123456789abcdef", token), "the name of a scheme has no case (RFC 9110)");
    cr_assert_not(request_has_token(NULL, token));
    cr_assert_not(request_has_token("Bearer ", token));
    cr_assert_not(request_has_token("0123456789abcdef", token));
    cr_assert_not(request_has_token("Bearer 0123456789abcdeF", token));
    cr_assert_not(request_has_token("Bearer 0123456789abcde", token));
    cr_assert_not(request_has_token("Bearer 0123456789abcdef0123456789abcdef", token));
}

Test(request, an_address_is_a_host_and_a_port)
{
    char host[64], port[8];
    cr_assert(request_split_address("127.0.0.1:7420", host, sizeof host, port, sizeof port));
    cr_assert_str_eq(host, "127.0.0.1");
    cr_assert_str_eq(port, "7420");
    cr_assert(request_split_address("[::1]:0", host, sizeof host, port, sizeof port));
    cr_assert_str_eq(host, "::1");
    cr_assert_not(request_split_address("::1:80", host, sizeof host, port, sizeof port));
    cr_assert_not(request_split_address("localhost", host, sizeof host, port, sizeof port));
    cr_assert_not(request_split_address(":80", host, sizeof host, port, sizeof port));
    cr_assert_not(request_split_address("a:65536", host, sizeof host, port, sizeof port));
}

Test(metrics, a_latency_is_counted_in_every_bucket_above_it)
{
    static char bytes[65536];
    static struct numbers numbers = {.rank = 1, .digest = {.low = 2, .high = 1}};
    struct text text;
    TEXT_BEGIN(&text, bytes);
    numbers_latency(&numbers, 3);
    numbers_latency(&numbers, 999999);
    metrics_render(&numbers, &text);
    cr_assert_not(text.truncated);
    cr_assert_not_null(strstr(bytes, "_seconds_bucket{le=\"0.002\"} 0\n"));
    cr_assert_not_null(strstr(bytes, "_seconds_bucket{le=\"0.005\"} 1\n"));
    cr_assert_not_null(strstr(bytes, "_seconds_bucket{le=\"60.000\"} 1\n"));
    cr_assert_not_null(strstr(bytes, "_seconds_bucket{le=\"+Inf\"} 2\n"));
    cr_assert_not_null(strstr(bytes, "_seconds_sum 1000.002\n"));
    cr_assert_not_null(strstr(bytes, "dibs_state_info{digest=\"00000000000000010000000000000002\",rank=\"1\"} 1\n"));
    cr_assert_str_eq(bytes + text.size - strlen("# EOF\n"), "# EOF\n");
}
