/* What the coordinator tells: its status, the service manager's notices, and the answers to HTTP's questions. */
#include <stdio.h>
#include <string.h>

#include "coordinator/daemon/coordinator_own.h"
#include "coordinator/daemon/notify.h"
#include "coordinator/http/claims_json.h"
#include "coordinator/http/mailbox.h"
#include "coordinator/state/rows.h"

static void notify(const char *lines)
{
    struct error_text why;
    if (notify_send(lines, &why) != DIBS_OK)
        trace_event(TRACE_DEBUG, "notify", TRACE_WORDS("why", why.text));
}

void coordinator_status(struct coordinator *coordinator, const char *status)
{
    struct numbers *numbers = &coordinator->numbers;
    char lines[sizeof numbers->status + 32];
    if (strncmp(numbers->status, status, sizeof numbers->status - 1) == 0)
        return;
    (void)snprintf(numbers->status, sizeof numbers->status, "%s", status);
    mailbox_set_status(coordinator->mailbox, numbers->ready, numbers->status);
    (void)snprintf(lines, sizeof lines, "STATUS=%s", numbers->status);
    for (char *c = lines; *c != '\0'; c++)
        if (*c == '\n')
            *c = ' ';
    notify(lines);
}

/* Ready: the log's end was reached, what others had published is read, and the brokers are heard. */
static bool is_ready(struct coordinator *coordinator, struct error_text *why)
{
    bool tails = true;
    for (uint32_t i = 0; i < coordinator->config.partitions; i++)
        tails = tails && coordinator->tail_read[i];
    if (kafka_trouble(coordinator->kafka, why) != DIBS_OK)
        return false;
    (void)error_say(why, DIBS_UNAVAILABLE, "%s",
                    !tails                    ? "reading what was published"
                    : !coordinator->caught_up ? "reading the log"
                    : coordinator->is_shaken  ? "looking whether the log is whole after a broken connection"
                    : coordinator->stopping   ? "stopping"
                                              : "coordinating");
    return tails && coordinator->caught_up && !coordinator->is_shaken && !coordinator->stopping;
}

void coordinator_ready(struct coordinator *coordinator)
{
    struct error_text why;
    bool ready = coordinator->kafka != NULL && is_ready(coordinator, &why);
    if (coordinator->kafka == NULL)
        return;
    if (ready != coordinator->numbers.ready) {
        coordinator->numbers.ready = ready;
        coordinator->numbers.status[0] = '\0'; /* to be told */
        trace_event(ready || coordinator->stopping ? TRACE_INFO : TRACE_WARN, ready ? "ready" : "unready",
                    TRACE_WORDS("why", why.text), TRACE_NUMBER("offset", state_meta(coordinator->state)->next_offset));
    }
    coordinator_status(coordinator, why.text);
    if (ready && !coordinator->told_ready) {
        coordinator->told_ready = true;
        notify("READY=1");
    }
}

void coordinator_watch(struct coordinator *coordinator, uint64_t now_ms)
{
    if (coordinator->watchdog_ms == 0 || now_ms - coordinator->watched_ms < coordinator->watchdog_ms / 3)
        return;
    coordinator->watched_ms = now_ms;
    notify("WATCHDOG=1");
}

/* ---------------------------------------------------------------- questions */

static void fill_numbers(struct coordinator *coordinator)
{
    struct numbers *numbers = &coordinator->numbers;
    const struct state_meta *meta = state_meta(coordinator->state);
    const struct loop_numbers loop = loop_numbers(coordinator->loop);
    numbers->rank = coordinator->config.rank;
    numbers->offset = meta->next_offset;
    numbers->committed = loop.committed;
    numbers->checkpoint = loop.checkpoint;
    numbers->digest = core_digest(coordinator->state);
    numbers->log_time_ms = meta->now_ms;
    numbers->last_ts_ms = meta->last_ts_ms;
    numbers->claims = table_count(coordinator->state, TABLE_CLAIM);
    numbers->waiters = table_count(coordinator->state, TABLE_WAITER);
    numbers->sessions = table_count(coordinator->state, TABLE_SESSION);
    numbers->done = table_count(coordinator->state, TABLE_DONE);
    numbers->bad_records = meta->bad_records;
    numbers->published = coordinator->earlier.published + loop.published;
    numbers->ticks = coordinator->earlier.ticks + loop.ticks;
    numbers->alarms = coordinator->earlier.alarms + loop.alarms;
    numbers->unsettled = loop.unsettled;
    numbers->unsettled_bytes = loop.unsettled_bytes;
    numbers->seen_ahead = loop.seen_ahead;
    numbers->seen_dropped = coordinator->earlier.seen_dropped + loop.seen_dropped;
    numbers->stands_in = loop_stands_in(coordinator->loop, clock_now_ms());
}

struct asked {
    struct coordinator *coordinator;
    struct mail *mail;
};

static void take_report(void *context, const struct decision *decision)
{
    struct asked *asked = context;
    struct mail *mail = asked->mail;
    if (decision->answer != ANSWER_REPORT) {
        mail->answer = MAIL_BAD;
        (void)snprintf(mail->text, sizeof mail->text, "that is no key, or no place in the list");
        return;
    }
    mail->body = claims_json(decision, state_meta(asked->coordinator->state)->next_offset);
    mail->answer = mail->body != NULL ? MAIL_ANSWERED : MAIL_UNAVAILABLE;
}

/* The query that the core answers beside the log, as if it came now. */
static void answer_query(struct coordinator *coordinator, struct mail *mail)
{
    struct intent *intent = &coordinator->question;
    struct query_intent *query = &intent->body.query;
    struct asked asked = {coordinator, mail};
    *intent = (struct intent){.verb = VERB_QUERY, .has_head = true};
    intent->head = (struct intent_head){.id = {.client = 1, .seq = 1}, .session = span_from_text("http")};
    query->kind = mail->kind == MAIL_CLAIM ? QUERY_KEY : QUERY_LIST;
    query->key = span_from_text(mail->key);
    query->prefix = span_from_text(mail->prefix);
    query->session = span_from_text(mail->session);
    query->want_held = true;
    query->want_done = mail->with_done;
    query->after = (struct list_cursor){
        .done = mail->after_done, .key = span_from_text(mail->after_key), .token = mail->after_token};
    (void)core_query(coordinator->state, state_meta(coordinator->state)->last_ts_ms, intent,
                     (struct decision_sink){take_report, &asked});
}

/* Without a broker the state stands as it was committed. */
static bool fill_unconnected(struct coordinator *coordinator)
{
    struct error_text why;
    if (state_begin(coordinator->state, true, &why) != DIBS_OK)
        return false;
    fill_numbers(coordinator);
    coordinator->numbers.committed = coordinator->numbers.offset;
    coordinator->numbers.stands_in = false;
    state_abort(coordinator->state);
    return true;
}

static void answer(void *context, struct mail *mail)
{
    struct coordinator *coordinator = context;
    bool is_connected = coordinator->kafka != NULL && coordinator->intents != NULL;
    if (mail->has_at_least && (!is_connected || state_meta(coordinator->state)->next_offset <= mail->at_least))
        return; /* asked again when more is applied, also by one that connects again meanwhile */
    if (!is_connected && (mail->kind != MAIL_NUMBERS || !fill_unconnected(coordinator))) {
        (void)snprintf(mail->text, sizeof mail->text, "not coordinating: %.200s", coordinator->numbers.status);
        mail->answer = MAIL_UNAVAILABLE;
        return;
    }
    if (mail->kind != MAIL_NUMBERS) {
        answer_query(coordinator, mail);
        return;
    }
    if (is_connected)
        fill_numbers(coordinator);
    mail->numbers = coordinator->numbers;
    mail->answer = MAIL_ANSWERED;
}

void coordinator_answer(struct coordinator *coordinator)
{
    mailbox_serve(coordinator->mailbox, answer, coordinator);
}
