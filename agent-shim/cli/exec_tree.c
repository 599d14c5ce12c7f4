/* dibs exec: ending the command with all that it has begun. dibs is the reaper of orphans below it (a subreaper), so that
 * whoever descends from the command is found below dibs in /proc, in whatever group or session. Without /proc only the
 * group is ended. */
#include "exec.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 200, ROUND_MS = 5 };

struct process {
    pid_t pid, parent;
    bool is_below;
    bool is_dead; /* a zombie, not yet reaped */
};

static bool read_process(const char *name, struct process *process)
{
    char path[300], text[512], state = 0;
    int parent = 0;

    snprintf(path, sizeof path, "/proc/%s/stat", name);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = '\0';
    const char *after_name = strrchr(text, ')');
    if (after_name == NULL || sscanf(after_name + 1, " %c %d", &state, &parent) != 2)
        return false;
    *process = (struct process){.pid = (pid_t)atol(name), .parent = parent, .is_dead = state == 'Z' || state == 'X'};
    return true;
}

/* All processes; the caller's. NULL: there is no /proc, or no memory. */
static struct process *read_processes(size_t *count)
{
    struct process *all = NULL, one;
    size_t room = 0;
    DIR *folder = opendir("/proc");

    *count = 0;
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9' || !read_process(entry->d_name, &one))
            continue;
        if (*count == room) {
            room = room == 0 ? 1024 : room * 2;
            struct process *more = realloc(all, room * sizeof *all);
            if (more == NULL)
                break;
            all = more;
        }
        all[(*count)++] = one;
    }
    if (folder != NULL)
        closedir(folder);
    return all;
}

static bool is_below(const struct process *all, size_t count, pid_t pid)
{
    for (size_t i = 0; i < count; i++) {
        if (all[i].pid == pid)
            return all[i].is_below;
    }
    return false;
}

/* Marks what descends from this process, but for `guard` and `other`. */
static void mark(struct process *all, size_t count, pid_t guard, pid_t other)
{
    bool more = true;

    while (more) { /* a generation each time */
        more = false;
        for (size_t i = 0; i < count; i++) {
            bool is_own = all[i].parent == getpid() && all[i].pid != guard && all[i].pid != other;
            if (all[i].is_below || (!is_own && !is_below(all, count, all[i].parent)))
                continue;
            all[i].is_below = more = true;
        }
    }
}

/* One round; how many were found alive. */
static size_t kill_found(const struct exec_job *job)
{
    size_t count, alive = 0;
    struct process *all = read_processes(&count);

    mark(all, count, job->guard, job->on_lost);
    for (size_t i = 0; i < count; i++) {
        if (all[i].is_below && !all[i].is_dead) {
            kill(all[i].pid, SIGKILL);
            alive++;
        }
    }
    free(all);
    return alive;
}

void exec_kill_all(const struct exec_job *job)
{
    const struct timespec round = {.tv_nsec = ROUND_MS * 1000000L};

    if (!job->has_ended) /* its number may be another's by now */
        kill(-job->child, SIGKILL);
    for (int i = 0; i < ROUNDS && kill_found(job) > 0; i++)
        nanosleep(&round, NULL); /* they die on their own time; zombies are reaped by the loop */
}
