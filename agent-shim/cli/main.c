/* dibs: the command line. This file is the table of commands and the way to one of them. */
#include <stdio.h>
#include <string.h>

#include "command.h"

/* clang-format off */
const struct command commands[] = {
    {"init", "[PATH]", "make a store in a directory (the default one is made by itself)", 0, 1,
     {OPTION_OPERATOR_KEY, OPTION_SYNC, OPTION_MAP_SIZE}, cmd_init},
    {"claim", "KEY...", "claim work before doing it: all keys, or with --any the first free one", 1, 64,
     {OPTION_ANY, OPTION_SHARED, OPTION_TTL, OPTION_WAIT, OPTION_FRESH, OPTION_ABOUT, OPTION_AKA, OPTION_CATEGORY,
      OPTION_REF, OPTION_AGAIN, OPTION_IN, OPTION_ORIGIN, OPTION_DRY_RUN},
     cmd_claim},
    {"wait", "TICKET", "wait for what becomes of an earlier claim", 1, 1, {OPTION_TIMEOUT}, cmd_wait},
    {"renew", "[KEY...]", "keep claims: the lease counts anew from now", 0, 64,
     {OPTION_TTL, OPTION_SHORTEN, OPTION_TOKEN, OPTION_IN}, cmd_renew},
    {"done", "[KEY...]", "the work is finished: end the claim, and let nobody do it again for a while", 0, 64,
     {OPTION_RESULT, OPTION_REWARD, OPTION_TOKEN, OPTION_IN}, cmd_done},
    {"abandon", "[KEY...]", "the work is not finished: end the claim, others may take it", 0, 64,
     {OPTION_REASON, OPTION_TOKEN, OPTION_IN}, cmd_abandon},
    {"release", "[KEY...]", "a mutex: end the claim, nothing is remembered; --all ends all of this session's", 0, 64,
     {OPTION_ALL, OPTION_TOKEN, OPTION_IN}, cmd_release},
    {"cancel", "TICKET", "leave the queue, or give back what that claim was granted", 1, 1, {OPTION_END}, cmd_cancel},
    {"handoff", "[KEY]", "print a one-time code; whoever takes it becomes the holder", 0, 1,
     {OPTION_TOKEN, OPTION_WITHDRAW, OPTION_IN}, cmd_handoff},
    {"take", "CODE", "become the holder of a claim that was handed off", 1, 1, {OPTION_ORIGIN}, cmd_take},
    {"revoke", "[KEY]", "operators: break claims, of a key, a token or (--session) a session", 0, 1,
     {OPTION_REASON, OPTION_TOKEN, OPTION_IN, OPTION_OPERATOR_KEY}, cmd_revoke},
    {"configure", "[NAME=VALUE...]", "operators: change policy; alone: show all of it", 0, 64, {OPTION_OPERATOR_KEY},
     cmd_configure},
    {"check", "KEY TOKEN", "is this token the live one for this key? To be asked at the moment of the effect", 2, 2,
     {OPTION_IN}, cmd_check},
    {"list", "[PREFIX]", "who holds what, and what was done", 0, 1, {OPTION_HELD, OPTION_DONE}, cmd_list},
    {"show", "KEY", "all about one key: holders, waiters, done", 1, 1, {OPTION_IN}, cmd_show},
    {"key", "TEXT...", "the canonical form of each text, one a line", 1, 1024, {OPTION_IN}, cmd_key},
    {"log", "", "what happened, record by record", 0, 0, {OPTION_FROM, OPTION_TO, OPTION_KEY, OPTION_IN}, cmd_log},
    {"status", "", "the store and its numbers", 0, 0, {OPTION_END}, cmd_status},
    {"help", "[COMMAND]", "this, or all about one command", 0, 1, {OPTION_END}, cmd_help},
    {"version", "", "the version", 0, 0, {OPTION_END}, cmd_version},
    {NULL, NULL, NULL, 0, 0, {OPTION_END}, NULL},
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

static bool asks_for_json(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {0};
    const char *name = argc > 1 ? argv[1] : "help";

    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    else if (strcmp(name, "--version") == 0)
        name = "version";
    const struct command *command = command_find(name);
    if (command == NULL)
        return usage_error(NULL, asks_for_json(argc, argv), "there is no command \"%s\"; `dibs help` lists them", name);
    int code = arguments_parse(command, argc - 2, argv + 2, &arguments);
    if (code != EXIT_YES)
        return code;
    if (arguments.help) {
        help_command(command);
        return EXIT_YES;
    }
    code = command->run(command, &arguments);
    if (fflush(stdout) != 0 && code == EXIT_YES) {
        fprintf(stderr, "dibs: the answer could not be written to standard output; what was asked did happen\n");
        return EXIT_STORE;
    }
    return code;
}
