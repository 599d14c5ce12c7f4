/* dibs exec: one command that runs while its claim holds. What its files share.
 *
 * The command has a process group of its own, which gets the signals that dibs gets, the terminal where dibs has it, and
 * the blame: when the lease is lost it is ended, TERM, grace, KILL, with all its descendants. Everything runs on the main
 * thread but the library's own keeping; a guard process ends the group when dibs itself is killed. */
#ifndef CLI_EXEC_H
#define CLI_EXEC_H

#include <signal.h>
#include <sys/types.h>

#include <dibs/keep.h>

#include "command.h"

enum { EXEC_GRACE_MS = 10000, EXEC_LOSS_BYTES = 1280 };

enum exec_stage {
    EXEC_HOLDS,
    EXEC_ENDING, /* TERM was sent */
    EXEC_KILLED, /* KILL was */
    EXEC_TOLD    /* --on-lost runs, or has run: the command goes on */
};

struct exec_job {
    const struct command *command;
    const struct arguments *arguments;
    dibs_client *client;
    struct dibs_answer *granted;
    char **environment; /* the command's */
    int caught;         /* a signal that came while it claimed; 0: none */

    dibs_kept *kept; /* NULL while dibs is stopped, or when the claim was closed meanwhile */
    int lost_fd;     /* readable when the library has told of a loss */
    int timer_fd;    /* CLOCK_BOOTTIME */
    uint64_t grace_ms, kill_at_ms;
    enum exec_stage stage;
    char loss[EXEC_LOSS_BYTES];

    int signal_fd;
    sigset_t signals, before; /* taken by signal_fd; the mask as it was given to dibs */
    pid_t child, guard, on_lost;
    int guard_fd;
    int terminal; /* -1: there is none */
    bool gave_terminal;
    bool was_told_to_stop; /* dibs itself got TSTP, as its whole group does, or as somebody wanted of it alone */
    bool was_told_to_end;  /* the same of INT and QUIT */
    bool had_terminal;     /* the command, at its end */
    bool has_ended;
    int status; /* of the command, as wait() has it */
};

/* exec_claim.c: opens and claims. EXIT_YES: client and granted are the job's; else an exec_code, having said why, or
 * 128 and the signal that came. */
int exec_claim(struct exec_job *job);
/* Gives back what was granted, before the command ran. */
void exec_release(struct exec_job *job);

/* exec_environment.c: what the command gets beside dibs's own environment; NULL: no memory. */
char **exec_environment(const struct exec_job *job);

/* exec_child.c. Begins the command, and its guard before it. 0, or the errno of what is wrong with the command, which then did not run. */
int exec_spawn(struct exec_job *job);
void exec_signal(const struct exec_job *job, int signal); /* to the command's group */
void exec_give_terminal(struct exec_job *job);            /* where dibs has it */
bool exec_take_terminal(struct exec_job *job);            /* true: the command had it */
bool exec_has_terminal(const struct exec_job *job);       /* is dibs's own group in the foreground? */
void exec_guard_end(struct exec_job *job);
pid_t exec_run_shell(const struct exec_job *job, const char *script, const char *why); /* --on-lost; 0: it could not */

/* exec_tree.c: KILL for the group and every descendant, until none is left or a second is over. */
void exec_kill_all(const struct exec_job *job);

/* exec_lease.c. */
bool exec_keep(struct exec_job *job); /* false: it could not, which has been said */
void exec_look(struct exec_job *job); /* does what is due about the lease, and sets the timer for what comes next */
void exec_stopped(struct exec_job *job, int signal); /* the command was stopped: so is dibs, and goes on with it */

uint64_t exec_now_ms(void); /* CLOCK_BOOTTIME */

#endif
