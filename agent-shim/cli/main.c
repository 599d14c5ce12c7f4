/* dibs: the command line. This file is the table of commands and the way to one of them. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/standard_files.h"
#include "command.h"
#include "coordination.h"

enum { ERROR_LINE_BYTES = 16384 };

/* A line or two for each command, not one for each field. */
/* clang-format off */
const struct command commands[] = {
    {"init", "[PATH]", "make a store in a directory (the default one is made by itself)",
     "init /srv/dibs", 0, 1, {OPTION_OPERATOR_KEY, OPTION_SYNC, OPTION_RETAIN, OPTION_MAP_SIZE, OPTION_SEGMENT_SIZE},
     cmd_init, NULL},
    {"claim", "[KEY...]", "claim work before doing it: all keys, or with --any the first free one",
     "claim github:o/r#5 --about 'fix the login timeout' --ttl 2h", 0, 64,
     {OPTION_ANY, OPTION_SHARED, OPTION_TTL, OPTION_WAIT, OPTION_FRESH, OPTION_FROM, OPTION_ABOUT, OPTION_AKA,
      OPTION_SCOPE, OPTION_NOT_SAME_AS, OPTION_CATEGORY, OPTION_REF, OPTION_AGAIN, OPTION_IN, OPTION_ORIGIN, OPTION_DRY_RUN}, cmd_claim, NULL},
    {"exec", "[KEY...] -- COMMAND...", "run a command while holding the claim, which is kept for it and ended after it",
     "exec lock:deploy --wait=10m -- ./deploy", 0, 64,
     {OPTION_ANY, OPTION_NEXT, OPTION_CAN, OPTION_SHARED, OPTION_TTL, OPTION_WAIT, OPTION_THEN, OPTION_RESULT, OPTION_ON_LOST, OPTION_GRACE,
      OPTION_ABOUT, OPTION_AKA, OPTION_SCOPE, OPTION_NOT_SAME_AS, OPTION_CATEGORY, OPTION_REF, OPTION_AGAIN, OPTION_IN, OPTION_ORIGIN}, cmd_exec, NULL},
    {"offer", "[KEY...]", "register work that anybody may pick; offering it again changes what was said of it",
     "offer github:o/r#5 --about 'fix the login timeout' --category bug --priority 7", 0, 64,
     {OPTION_ABOUT, OPTION_AKA, OPTION_CATEGORY, OPTION_PRIORITY, OPTION_AFTER, OPTION_NEEDS, OPTION_NOT_BEFORE, OPTION_EXPIRES,
      OPTION_SCOPE, OPTION_REF, OPTION_AGAIN, OPTION_IN, OPTION_FROM, OPTION_FROM_GITHUB, OPTION_FROM_MARKDOWN}, cmd_offer, NULL},
    {"withdraw", "KEY...", "take offers back; whoever has claimed one keeps the claim",
     "withdraw github:o/r#5", 1, 64, {OPTION_IN, OPTION_OPERATOR_KEY}, cmd_withdraw, "whose offers: only who made one can take it back"},
    {"next", "", "pick the best of what is offered, and claim it: nobody comes between",
     "next --category bug --can gpu --ttl 2h", 0, 0,
     {OPTION_CATEGORY, OPTION_CAN, OPTION_TTL, OPTION_WAIT, OPTION_EXPLAIN, OPTION_SCOPE, OPTION_ORIGIN}, cmd_next, NULL},
    {"supply", "", "is there enough to do? ask before you start another session", "supply", 0, 0, {OPTION_END}, cmd_supply, NULL},
    {"steer", "", "which category is picked next, and why", "steer", 0, 0, {OPTION_END}, cmd_steer, NULL},
    {"wait", "TICKET", "wait for what becomes of an earlier claim",
     "wait TICKET --timeout 5m", 1, 1, {OPTION_TIMEOUT}, cmd_wait, NULL},
    {"renew", "[KEY...]", "keep claims: the lease counts anew from now",
     "renew github:o/r#5 --ttl 30m", 0, 64, {OPTION_TTL, OPTION_SHORTEN, OPTION_TOKEN, OPTION_IN}, cmd_renew, NULL},
    {"done", "[KEY...]", "the work is finished: end the claim, and let nobody do it again for a while",
     "done github:o/r#5 --result 'merged as #9'", 0, 64,
     {OPTION_RESULT, OPTION_REWARD, OPTION_TOKEN, OPTION_IN}, cmd_done, NULL},
    {"abandon", "[KEY...]", "the work is not finished: end the claim, others may take it",
     "abandon github:o/r#5 --reason 'needs a decision'", 0, 64, {OPTION_REASON, OPTION_TOKEN, OPTION_IN}, cmd_abandon,
     NULL},
    {"release", "[KEY...]", "a mutex: end the claim, nothing is remembered; --all ends all of this session's",
     "release --all", 0, 64, {OPTION_ALL, OPTION_TOKEN, OPTION_IN}, cmd_release, NULL},
    {"cancel", "TICKET", "leave the queue, or give back what that claim was granted",
     "cancel TICKET", 1, 1, {OPTION_END}, cmd_cancel, NULL},
    {"handoff", "[KEY]", "print a one-time code; whoever takes it becomes the holder",
     "handoff github:o/r#5", 0, 1, {OPTION_TOKEN, OPTION_WITHDRAW, OPTION_IN}, cmd_handoff, NULL},
    {"take", "[CODE|-]", "become the holder of a claim that was handed off; - reads the code, else it is $DIBS_CODE",
     "take -", 0, 1, {OPTION_ORIGIN}, cmd_take, NULL},
    {"revoke", "[KEY]", "operators: break claims, of a key, a token or (--session) a session",
     "revoke github:o/r#5 --reason 'its machine is gone'", 0, 1,
     {OPTION_REASON, OPTION_TOKEN, OPTION_IN, OPTION_OPERATOR_KEY}, cmd_revoke,
     "whose claims and waits to break (not who asks: that is the operator)"},
    {"configure", "[NAME=VALUE...]", "operators: change policy, such as ttl_default=30m or prefix.ENG=linear; alone: show all of it",
     "configure ttl_default=30m", 0, 64, {OPTION_SCOPE, OPTION_CATEGORY, OPTION_OPERATOR_KEY}, cmd_configure, NULL},
    {"check", "KEY TOKEN", "is this token the live one for this key? To be asked at the moment of the effect",
     "check github:o/r#5 17", 2, 2, {OPTION_IN}, cmd_check, NULL},
    {"list", "[PREFIX]", "who holds what, and what was done; or what is offered",
     "list github:o/r --held", 0, 1, {OPTION_HELD, OPTION_DONE, OPTION_WAITS, OPTION_OFFERED}, cmd_list,
     "whose claims and offers to list (default: everybody's)"},
    {"show", "KEY", "all about one key: holders, waiters, done",
     "show github:o/r#5", 1, 1, {OPTION_IN}, cmd_show, NULL},
    {"similar", "TEXT", "whose live or lately done work is like this text; claims nothing",
     "similar 'fix the login timeout'", 1, 1, {OPTION_AKA, OPTION_SCOPE, OPTION_CATEGORY, OPTION_KEY, OPTION_IN}, cmd_similar, NULL},
    {"same", "KEY KEY", "label two keys as one piece of work, for good: they are held together",
     "same github:o/r#5 github:o/r#9", 2, 2, {OPTION_IN}, cmd_same, NULL},
    {"different", "KEY KEY", "label two keys as two pieces of work, for good: neither is held up by the other",
     "different github:o/r#5 github:o/r#9", 2, 2, {OPTION_IN}, cmd_different, NULL},
    {"key", "TEXT...", "the canonical form of each text, one a line",
     "key https://github.com/o/r/issues/5", 1, WORDS_MOST, {OPTION_IN}, cmd_key, NULL},
    {"log", "", "what happened, record by record",
     "log --key github:o/r#5 --from 2h", 0, 0, {OPTION_FROM, OPTION_TO, OPTION_KEY, OPTION_IN}, cmd_log,
     "whose records to show (default: everybody's)"},
    {"watch", "[KEY]", "decisions as they are made, one a line, until Ctrl-C",
     "watch github:o/r#5", 0, 1, {OPTION_IN, OPTION_TIMEOUT}, cmd_watch,
     "whose decisions to show (default: everybody's)"},
    {"replay", "[STORE]", "build the state anew from the log, and compare it with the live one",
     "replay --verify", 0, 1, {OPTION_VERIFY, OPTION_UNTIL, OPTION_INTO, OPTION_OPERATOR_KEY}, cmd_replay, NULL},
    {"migrate", "FROM TO", "operators: move a store to an empty place: same decisions, same digest",
     "migrate file:/srv/dibs file:/mnt/dibs", 2, 2,
     {OPTION_COPY, OPTION_OPERATOR_KEY, OPTION_SYNC, OPTION_MAP_SIZE}, cmd_migrate, NULL},
    {"export", "FILE", "a whole store as one file with a checksum",
     "export store.export", 1, 1, {OPTION_END}, cmd_export, NULL},
    {"import", "FILE STORE", "make the store that was exported, in an empty place: same history, same digest",
     "import store.export file:/srv/dibs", 2, 2, {OPTION_OPERATOR_KEY, OPTION_SYNC, OPTION_MAP_SIZE}, cmd_import, NULL},
    {"import-coordination", "FILE", "carry an old SQLite registry of the coordination program over: live claims, completed work",
     "import-coordination state/coordination/coord.db", 1, 1, {OPTION_END}, cmd_import_coordination, NULL},
    {"status", "", "the store and its numbers", "status --check", 0, 0, {OPTION_CHECK}, cmd_status, NULL},
    {"recover", "", "mend a damaged store, as `dibs status --check` advises; keeps the damaged originals aside",
     "recover --store /srv/dibs", 0, 0, {OPTION_END}, cmd_recover, NULL},
    {"completion", "bash|zsh|fish", "what that shell needs to complete commands and options",
     "completion bash", 1, 1, {OPTION_END}, cmd_completion, NULL},
    {"help", "[COMMAND]", "this, or all about one command", "help claim", 0, 1, {OPTION_MAN}, cmd_help, NULL},
    {"version", "", "the version", "", 0, 0, {OPTION_END}, cmd_version, NULL},
    {NULL, NULL, NULL, NULL, 0, 0, {OPTION_END}, NULL, NULL},
};
/* clang-format on */

const struct command *command_find(const char *name)
{
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (strcmp(command->name, name) == 0)
            return command;
    }
    return NULL;
}

/* What other programs call it. */
static const char *otherwise_called(const char *name)
{
    static const char *const known[][2] = {
        {"ls", "list"},  {"lock", "claim"}, {"acquire", "claim"}, {"unlock", "release"}, {"free", "release"},
        {"run", "exec"}, {"get", "show"},   {"add", "offer"},     {"finish", "done"},    {"config", "configure"}};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(name, known[i][0]) == 0)
            return known[i][1];
    }
    return NULL;
}

static int no_such_command(const char *name, bool json)
{
    const char *meant = otherwise_called(name);

    if (name[0] == '-')
        return usage_error(NULL, json, "options come after a command: dibs COMMAND %s; `dibs help` lists the commands",
                           name);
    if (meant != NULL)
        return usage_error(NULL, json, "there is no command \"%s\"; did you mean `dibs %s`?", name, meant);
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (arguments_is_nearly(name, strlen(name), command->name))
            return usage_error(NULL, json, "there is no command \"%s\"; did you mean `dibs %s`?", name, command->name);
    }
    return usage_error(NULL, json, "there is no command \"%s\"; `dibs help` lists them", name);
}

static bool asks_for_json(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            return true;
    }
    return false;
}

/* The command's name; without one it is help. */
static char *name_of(int argc, char **argv)
{
    static char help[] = "help", version[] = "version";

    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return help;
    return strcmp(argv[1], "--version") == 0 ? version : argv[1];
}

static int run(const struct command *command, const struct arguments *arguments)
{
    if (arguments->help && command->run != cmd_help)
        return help_command(command, arguments->json);
    return command->run(command, arguments);
}

/* What was printed must have gone out for the answer to be one. */
static int finish(int code)
{
    if ((fflush(stdout) != 0 || ferror(stdout)) && code == EXIT_YES) {
        fprintf(stderr, "dibs: the answer could not be written to standard output; what was asked did happen\n");
        return EXIT_STORE;
    }
    return code;
}

int main(int argc, char **argv)
{
    static struct arguments arguments;
    static char line[ERROR_LINE_BYTES];

    standard_files_hold();
    (void)setvbuf(stderr, line, _IOLBF, sizeof line); /* many agents have one file for it: a line comes in one piece */
    (void)prctl(PR_SET_DUMPABLE, 0);                  /* no core file: it would hold the session's secret */
    (void)signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of the store, which has words */
    if (coordination_is_called(argv[0]))
        return finish(coordination_main(argc, argv));
    arguments_name_first(argc, argv);
    char *name = name_of(argc, argv);
    const struct command *command = command_find(name);
    if (command == NULL)
        return no_such_command(name, asks_for_json(argc, argv));
    if (argc < 2) /* in a script: a variable that is empty */
        return usage_error(NULL, false, "there is no command; `dibs help` lists them");
    argv[1] = name;
    int code = arguments_parse(command, argc - 1, argv + 1, &arguments);
    if (code != EXIT_YES)
        return command->run == cmd_exec ? EXEC_USAGE : code;
    return finish(run(command, &arguments));
}
