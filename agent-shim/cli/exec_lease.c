/* dibs exec: the lease, and what becomes of the command when it is lost: ended before the lease's last safe moment, which
 * is the local deadline (keep.h), or at once when the store says that the claim is over. */
#include "exec.h"

#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "output.h"

uint64_t exec_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---------------------------------------------------------------- keeping */

static const char *reason_of(const struct dibs_loss *loss)
{
    if (loss->is_late)
        return "late";
    return loss->why == DIBS_WHY_NONE ? "forgotten" : dibs_why_name(loss->why);
}

/* On the library's thread: wakes the loop, which looks. */
static void on_lost(void *context, const struct dibs_loss *loss)
{
    static const uint64_t one = 1;
    struct exec_job *job = context;

    /* before the write: the loop reads it after */
    snprintf(job->loss, sizeof job->loss, "%s\n%s", reason_of(loss), loss->message);
    (void)!write(job->lost_fd, &one, sizeof one);
}

static bool keep(struct exec_job *job, const struct dibs_answer *held)
{
    const struct dibs_keep_options options = {.on_lost = on_lost, .context = job};

    return dibs_keep(job->client, held, &options, &job->kept) == DIBS_OK;
}

bool exec_keep(struct exec_job *job)
{
    uint64_t safe_ms = dibs_answer_safe_ms(job->granted);

    job->grace_ms = job->arguments->has_grace ? job->arguments->grace_ms : EXEC_GRACE_MS;
    if (job->grace_ms > safe_ms / 4)
        job->grace_ms = safe_ms / 4;
    job->lost_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    job->timer_fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (job->lost_fd < 0 || job->timer_fd < 0) {
        output_note("exec: there is no file descriptor left");
        return false;
    }
    if (keep(job, job->granted))
        return true;
    output_note("exec: the claim cannot be kept: %s", dibs_error_text());
    return false;
}

/* ---------------------------------------------------------------- losing */

/* Was a loss told? Then *why and *words are what was told. */
static bool was_told(struct exec_job *job, const char **why, const char **words)
{
    uint64_t count;

    if (job->stage != EXEC_HOLDS || read(job->lost_fd, &count, sizeof count) != (ssize_t)sizeof count)
        return false;
    char *end = strchr(job->loss, '\n');
    if (end == NULL)
        return false;
    *end = '\0';
    *why = job->loss;
    *words = end + 1;
    return true;
}

static void begin_loss(struct exec_job *job, uint64_t left_ms, const char *why, const char *words)
{
    const char *script = job->arguments->on_lost;

    if (script != NULL) {
        output_note("exec: %s Running --on-lost.", words);
        job->stage = EXEC_TOLD;
        job->on_lost = exec_run_shell(job, script, why);
        return;
    }
    output_note("exec: %s The command is ended.", words);
    job->stage = EXEC_ENDING;
    job->kill_at_ms = exec_now_ms() + left_ms;
    exec_signal(job, SIGTERM);
    exec_signal(job, SIGCONT);
}

static void set_timer(const struct exec_job *job, uint64_t at_ms)
{
    const struct itimerspec at = {
        .it_value = {.tv_sec = (time_t)(at_ms / 1000), .tv_nsec = (long)(at_ms % 1000) * 1000000 + 1}};

    timerfd_settime(job->timer_fd, TFD_TIMER_ABSTIME, &at, NULL);
}

/* What failed last is the reason why nobody has confirmed one. */
static void say_late(const struct exec_job *job, char out[EXEC_LOSS_BYTES])
{
    char trouble[EXEC_LOSS_BYTES - 128];

    dibs_kept_trouble(job->kept, trouble, sizeof trouble);
    snprintf(out, EXEC_LOSS_BYTES, "No renewal was confirmed in time%s%s%s, and the lease ends soon.",
             trouble[0] != '\0' ? " (" : "", trouble, trouble[0] != '\0' ? ")" : "");
}

static void look_at_lease(struct exec_job *job)
{
    const char *why = "late", *words = "";
    char late[EXEC_LOSS_BYTES];

    if (job->kept == NULL)
        return; /* closed while dibs was stopped */
    uint64_t safe_ms = dibs_kept_safe_ms(job->kept);
    enum dibs_kept_state state = dibs_kept_state(job->kept);

    if (state == DIBS_KEPT_CLOSED)
        return; /* by the command itself, or another of its session */
    if (was_told(job, &why, &words)) {
        begin_loss(job, strcmp(why, "late") == 0 ? 0 : job->grace_ms, why, words);
    } else if (state == DIBS_KEPT_LIVE && safe_ms <= job->grace_ms) {
        say_late(job, late);
        begin_loss(job, safe_ms, why, late);
    } else if (state == DIBS_KEPT_LIVE) {
        set_timer(job, exec_now_ms() + safe_ms - job->grace_ms);
    }
}

void exec_look(struct exec_job *job)
{
    uint64_t count;

    (void)!read(job->timer_fd, &count, sizeof count);
    if (job->stage == EXEC_HOLDS)
        look_at_lease(job);
    if (job->stage != EXEC_ENDING)
        return;
    if (exec_now_ms() < job->kill_at_ms) {
        set_timer(job, job->kill_at_ms);
        return;
    }
    job->stage = EXEC_KILLED;
    exec_kill_all(job);
}

/* ---------------------------------------------------------------- stopped */

/* What is known of the lease when dibs is stopped. */
struct known {
    uint64_t at_ms, safe_ms;
};

/* Nobody could be asked: then it lasts as long as was known before. */
static bool keep_known(struct exec_job *job, const struct known *known)
{
    struct dibs_renewed item = {.token = job->granted->keys[0].token,
                                .verdict = DIBS_VERDICT_ACCEPTED,
                                .expires_in_ms = (int64_t)known->safe_ms};
    const struct dibs_answer held = {
        .verdict = DIBS_VERDICT_ACCEPTED, .as_of_boot_ms = (int64_t)known->at_ms, .items = &item, .item_count = 1};

    return dibs_answer_safe_ms(&held) > 0 && keep(job, &held);
}

/* By the command, or another of its session: the grant's ticket knows, and a log that lost its end does not. */
static bool was_closed(struct exec_job *job, const struct dibs_answer *denied)
{
    struct dibs_answer *answer = NULL;
    bool is_unexplained =
        denied->verdict == DIBS_VERDICT_DENIED && denied->item_count == 1 && denied->items[0].why == DIBS_WHY_NONE;
    bool is_told = is_unexplained && dibs_wait(job->client, job->granted->ticket, 0, &answer) == DIBS_OK;
    bool is_closed = is_told && (answer->verdict == DIBS_VERDICT_DENIED ? answer->reason == DIBS_REASON_CANCELLED
                                                                        : answer->standing == DIBS_STANDING_ENDED &&
                                                                              answer->standing_why == DIBS_WHY_CLOSED);

    dibs_answer_free(answer);
    return is_closed;
}

/* What was told while nobody kept it. */
static void keep_again(struct exec_job *job, const struct known *known)
{
    const struct dibs_target target = {.token = job->granted->keys[0].token};
    const struct dibs_renew_options options = {.targets = &target, .target_count = 1};
    struct dibs_answer *answer = NULL;
    char words[EXEC_LOSS_BYTES];
    enum dibs_error error = dibs_renew(job->client, &options, &answer);
    bool is_good = error == DIBS_OK
                       ? was_closed(job, answer) || (answer->verdict == DIBS_VERDICT_ACCEPTED && keep(job, answer))
                       : keep_known(job, known);

    if (!is_good)
        snprintf(words, sizeof words, "The lease has ended while the command was stopped: %s",
                 error == DIBS_OK ? answer->message : dibs_error_text());
    dibs_answer_free(answer);
    if (!is_good)
        begin_loss(job, 0, "late", words);
}

/* Stands here until somebody says CONT. The terminal's key, which stopped the command, stops all of dibs's group, as it would
 * have if the command were in it: a script that runs dibs would else wait on, and its shell never come back. */
static void stand_still(struct exec_job *job, bool is_key)
{
    sigset_t stop;
    struct sigaction action, before;

    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigaction(SIGTSTP, &action, &before);
    if (is_key && !job->was_told_to_stop)
        kill(0, SIGTSTP);
    else
        raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, NULL); /* here */
    sigprocmask(SIG_BLOCK, &stop, NULL);
    sigaction(SIGTSTP, &before, NULL);
    job->was_told_to_stop = false;
}

/* The terminal's Ctrl-Z, as a shell sees it. Nothing is in flight while dibs is stopped, so that it stops nobody else. */
void exec_stopped(struct exec_job *job, int signal)
{
    if ((signal == SIGTTIN || signal == SIGTTOU) && exec_has_terminal(job)) {
        exec_give_terminal(job);
        exec_signal(job, SIGCONT);
        return;
    }
    if (job->terminal < 0 || job->stage == EXEC_ENDING || job->stage == EXEC_KILLED)
        return; /* nobody could make it go on, or it is ended anyway */
    const struct known known = {exec_now_ms(), job->kept == NULL ? 0 : dibs_kept_safe_ms(job->kept)};
    bool keeps = job->stage == EXEC_HOLDS && known.safe_ms > 0; /* not what is lost, or closed by the command itself */
    if (keeps) {
        dibs_keep_end(job->kept);
        job->kept = NULL;
    }
    bool is_key = exec_take_terminal(job) && signal == SIGTSTP;
    stand_still(job, is_key);
    if (keeps)
        keep_again(job, &known);
    exec_give_terminal(job);
    exec_signal(job, SIGCONT);
}
