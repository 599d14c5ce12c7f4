/* `dibsd` itself: HTTP beside the coordinator, and signals for both. */
#include "coordinator/daemon/serve.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/private_file.h"
#include "coordinator/daemon/coordinator.h"
#include "coordinator/daemon/operator_key.h"
#include "coordinator/daemon/topics.h"
#include "coordinator/daemon/trace.h"
#include "coordinator/http/listener.h"
#include "coordinator/http/mailbox.h"

/* The first line of a file that nobody else may read. */
static enum step read_token(const char *path, char token[LISTENER_TOKEN_MAX], struct step_reason *reason)
{
    struct stat status;
    reason->code = EXIT_CONFIG;
    token[0] = '\0';
    if (path[0] == '\0')
        return STEP_DONE;
    if (file_read_text(path, token, LISTENER_TOKEN_MAX, &reason->why) != DIBS_OK)
        return STEP_END;
    if (stat(path, &status) != 0 || file_check_private(&status, path, &reason->why) != DIBS_OK)
        return STEP_END;
    token[strcspn(token, "\r\n")] = '\0';
    return strlen(token) >= 16
               ? STEP_DONE
               : step_end(reason, EXIT_CONFIG, "the first line of %s is no token: 16 characters or more, hard to guess",
                          path);
}

static enum step open_http(const struct options *options, struct mailbox *mailbox, struct listener **out,
                           struct step_reason *reason)
{
    char token[LISTENER_TOKEN_MAX];
    if (strcmp(options->http, "off") == 0)
        return STEP_DONE;
    enum step step = read_token(options->http_token_file, token, reason);
    if (step == STEP_DONE) {
        enum dibs_error error = listener_open(options->http, token, mailbox, out, &reason->why);
        reason->code = error == DIBS_BAD_INPUT ? EXIT_CONFIG : EXIT_LOCAL;
        step = error == DIBS_OK ? STEP_DONE : STEP_END;
    }
    explicit_bzero(token, sizeof token);
    if (step == STEP_DONE)
        trace_event(TRACE_INFO, "http", TRACE_WORDS("address", listener_address(*out)));
    return step;
}

static enum step check_http(const struct options *options, struct step_reason *reason)
{
    char token[LISTENER_TOKEN_MAX];
    if (strcmp(options->http, "off") == 0)
        return STEP_DONE;
    enum step step = read_token(options->http_token_file, token, reason);
    if (step == STEP_DONE && listener_check(options->http, token[0] != '\0', &reason->why) != DIBS_OK)
        step = STEP_END;
    explicit_bzero(token, sizeof token);
    return step;
}

/* Root judges as whoever will run it, the owner of the state directory: whose files they must be, and who must read them. */
static enum step become_owner(const char *state, struct step_reason *reason)
{
    struct stat status;
    if (geteuid() != 0 || stat(state, &status) != 0 || status.st_uid == 0)
        return STEP_DONE;
    const struct passwd *user = getpwuid(status.st_uid);
    gid_t group = user == NULL ? status.st_gid : user->pw_gid;
    if ((user == NULL ? setgroups(0, NULL) : initgroups(user->pw_name, group)) == 0 && setgid(group) == 0 &&
        setuid(status.st_uid) == 0)
        return STEP_DONE;
    return step_end(reason, EXIT_LOCAL, "cannot judge as the owner of %s, user %lu: %s", state,
                    (unsigned long)status.st_uid, strerror(errno));
}

enum exit_code serve_check(const struct options *options, struct step_reason *reason)
{
    struct operator_key key;
    enum step step = become_owner(options->state, reason);
    bool is_made_later = options->create_topics && access(options->operator_key, F_OK) != 0;
    if (step == STEP_DONE && !is_made_later)
        step = operator_key_read(&key, options->operator_key, false, reason);
    operator_key_wipe(&key);
    if (step == STEP_DONE)
        step = topics_check_settings(options, reason);
    if (step == STEP_DONE)
        step = check_http(options, reason);
    return step == STEP_DONE ? EXIT_STOPPED : reason->code;
}

/* Blocked in every thread, read by the loop. */
static int open_signals(void)
{
    struct sigaction hangup;
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN) /* nohup */
        (void)sigaddset(&set, SIGHUP);
    (void)sigaddset(&set, SIGUSR1);
    (void)sigaddset(&set, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* The same command line with the word `prune` in it; NULL: no memory. */
static char **words_of_prune(int argc, char **argv)
{
    static char prune[] = "prune";
    char **words = calloc((size_t)argc + 2, sizeof *words);
    if (words == NULL)
        return NULL;
    words[0] = argv[0];
    words[1] = prune;
    for (int i = 1; i < argc; i++)
        words[i + 1] = argv[i];
    return words;
}

static enum step run(const struct options *options, char *const *prune_words, struct mailbox *mailbox, int signals,
                     struct step_reason *reason)
{
    struct coordinator *coordinator = NULL;
    struct listener *listener = NULL;
    enum step step = coordinator_begin(options, prune_words, mailbox, &coordinator, reason);
    if (step != STEP_DONE)
        return step;
    step = open_http(options, mailbox, &listener, reason);
    if (step == STEP_DONE)
        reason->code = coordinator_run(coordinator, signals, reason);
    listener_close(listener);
    coordinator_end(coordinator);
    return reason->code == EXIT_STOPPED ? STEP_DONE : STEP_END;
}

enum exit_code serve(const struct options *options, int argc, char **argv)
{
    static struct step_reason reason;
    struct mailbox *mailbox = mailbox_new();
    int signals = open_signals();
    enum step step = STEP_END;
    char **prune_words = words_of_prune(argc, argv);
    if (mailbox == NULL || signals < 0 || prune_words == NULL)
        step = step_end(&reason, EXIT_LOCAL, "there are no descriptors or no memory: %s", strerror(errno));
    else
        step = run(options, prune_words, mailbox, signals, &reason);
    if (step == STEP_DONE)
        trace_event(TRACE_INFO, "stopped", TRACE_NUMBER("code", 0));
    else
        trace_event(TRACE_ERROR, "ended", TRACE_NUMBER("code", (uint64_t)reason.code),
                    TRACE_WORDS("why", reason.why.text));
    mailbox_free(mailbox);
    free(prune_words);
    if (signals >= 0)
        (void)close(signals);
    return step == STEP_DONE ? EXIT_STOPPED : reason.code;
}
