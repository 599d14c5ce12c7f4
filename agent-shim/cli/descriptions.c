/* What there is to say of a command beyond its line and its options. */
#include "command.h"

static const char *const exec_paragraphs[] = {
    "It claims as with --fresh, always: this session's own claims count as a stranger's, so that two of these never "
    "run "
    "beside each other. The lease is renewed at a third of its length for as long as the command runs: --ttl says how "
    "soon others may go on when this machine dies, not how long the command may take. At the end the claim is "
    "released, or what --then says.",
    "When the lease is lost (revoked, taken over, or no renewal was confirmed in time) the command is ended before the "
    "lease's last safe moment: TERM to its process group, and KILL to all that descends from it after --grace. With "
    "--on-lost that is run instead, and the command goes on. The status is 125 then.",
    "The command is run as it is, without a shell: where one is meant, write -- sh -c '...'.",
    NULL,
};

static const struct told_variable exec_variables[] = {
    {"DIBS_KEY", "the key that is held, canonical; the first of several"},
    {"DIBS_KEYS", "all of them, one a line"},
    {"DIBS_ABOUT", "what the work is, where that was told: by --about, or by the offer that --next picked"},
    {"DIBS_TOKEN", "the claim's fencing token: dibs check, renew, done and the rest use it for the keys in $DIBS_KEYS"},
    {"DIBS_SESSION", "whose claim it is"},
    {"DIBS_STORE", "the store that it is in"},
    {"DIBS_SECRET_FILE", "the path of the per-user key; a secret that was given in $DIBS_SECRET stays there"},
    {"DIBS_LOST", "for --on-lost alone: why it is lost: late, expired, revoked, taken or forgotten"},
    {"DIBS_PID", "for --on-lost alone: the command's process, which leads its group"},
    {NULL, NULL},
};

static const struct description exec_description = {exec_paragraphs, exec_variables};

const struct description *description_of(const struct command *command)
{
    return command->run == cmd_exec ? &exec_description : NULL;
}
