/* A revoke that takes several records, and what a caller hears when they don't all go well. The store's part is played
 * by a back end that answers as told. */
#include <criterion/criterion.h>

#include <string.h>

#include "agent-shim/client.h"
#include "tests/behaviour/world.h"

enum { PART = 256 };

/* What each submit in turn gives: an error, or an answer. */
static struct play {
    enum dibs_error error;
    enum answer answer;
    uint32_t ended;
    bool more;
} plays[4];
static unsigned played;

static enum dibs_error play(struct backend *backend, const struct intent *intent, const struct asker *asker,
                            struct decision_sink sink, struct error_text *why)
{
    (void)backend, (void)asker;
    const struct play *now = &plays[played++];
    const struct decision decision = {.id = intent->head.id,
                                      .verb = VERB_REVOKE,
                                      .answer = now->answer,
                                      .reason = now->answer == ANSWER_DENIED ? REASON_NOT_HOLDER : REASON_NONE,
                                      .final = true,
                                      .ended_count = now->ended,
                                      .more = now->more};
    if (now->error != DIBS_OK)
        return error_say(why, now->error, "somebody sits in the lock");
    sink.emit(sink.context, &decision);
    return DIBS_OK;
}

static enum dibs_error revoke(struct dibs_answer **answer)
{
    static const struct backend_methods methods = {.submit = play};
    struct backend actor = {&methods};
    const struct dibs_revoke_options options = {.session = "bob", .reason = "gone"};
    world_begin(NULL);
    dibs_client *client = world_open("alice");
    struct backend *own = client->backend;
    played = 0;
    client->backend = &actor;
    enum dibs_error error = dibs_revoke(client, &options, answer);
    client->backend = own;
    dibs_close(client);
    world_end();
    return error;
}

Test(operator, a_revoke_of_many_tells_the_sum)
{
    struct dibs_answer *answer;
    plays[0] = (struct play){DIBS_OK, ANSWER_ACCEPTED, PART, true};
    plays[1] = (struct play){DIBS_OK, ANSWER_ACCEPTED, PART, true};
    plays[2] = (struct play){DIBS_OK, ANSWER_ACCEPTED, 3, false};
    cr_assert_eq(revoke(&answer), DIBS_OK);
    cr_assert_eq(played, 3);
    cr_assert_eq(answer->ended_count, 2 * PART + 3);
    dibs_answer_free(answer);
}

Test(operator, a_revoke_that_fails_half_way_says_what_was_revoked)
{
    struct dibs_answer *answer;
    plays[0] = (struct play){DIBS_OK, ANSWER_ACCEPTED, PART, true};
    plays[1] = (struct play){.error = DIBS_BUSY};
    cr_assert_eq(revoke(&answer), DIBS_BUSY);
    cr_assert_null(answer);
    cr_assert_not_null(strstr(dibs_error_text(), "256 were revoked"), "%s", dibs_error_text());
    cr_assert_not_null(strstr(dibs_error_text(), "sits in the lock"), "%s", dibs_error_text());
}

Test(operator, what_was_left_and_ended_by_itself_does_not_make_a_revoke_denied)
{
    struct dibs_answer *answer;
    plays[0] = (struct play){DIBS_OK, ANSWER_ACCEPTED, PART, true};
    plays[1] = (struct play){DIBS_OK, ANSWER_DENIED, 0, false};
    cr_assert_eq(revoke(&answer), DIBS_OK);
    cr_assert_eq(answer->verdict, DIBS_VERDICT_ACCEPTED);
    cr_assert_eq(answer->ended_count, PART);
    dibs_answer_free(answer);
}
