/* Snapshots of a running coordinator, and the pruning that follows them. */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "coordinator/daemon/coordinator_own.h"
#include "coordinator/daemon/snapshot.h"

bool coordinator_snapshot_is_due(struct coordinator *coordinator)
{
    const struct options *options = coordinator->options;
    if (coordinator->wants_snapshot)
        return true;
    if (options->snapshots == 0 || coordinator->snapshot_records == 0)
        return false;
    return coordinator->snapshot_records >= options->snapshot_records ||
           clock_now_ms() - coordinator->snapshot_ms >= options->snapshot_ms;
}

/* Deletes what the new snapshot covers, once a second replay agrees: a process of its own, so that neither its work nor its
 * end touches the loop. */
static void prune(struct coordinator *coordinator)
{
    if (!coordinator->options->prune || coordinator->pruner != 0)
        return;
    posix_spawnattr_t attributes;
    sigset_t none;
    (void)sigemptyset(&none);
    int error = posix_spawnattr_init(&attributes);
    if (error == 0) {
        (void)posix_spawnattr_setsigmask(&attributes, &none);
        (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
        error =
            posix_spawn(&coordinator->pruner, "/proc/self/exe", NULL, &attributes, coordinator->prune_words, environ);
        (void)posix_spawnattr_destroy(&attributes);
    }
    if (error == 0)
        return;
    coordinator->pruner = 0;
    trace_event(TRACE_ERROR, "prune", TRACE_WORDS("why", strerror(error)));
}

void coordinator_snapshot(struct coordinator *coordinator)
{
    struct step_reason reason;
    struct snapshot_name name;
    uint64_t began_ms = clock_now_ms();
    coordinator->wants_snapshot = false;
    coordinator->snapshot_records = 0;
    coordinator->snapshot_ms = began_ms;
    if (snapshot_make(&coordinator->folder, coordinator->state, &name, &reason) != STEP_DONE) {
        trace_event(TRACE_ERROR, "snapshot", TRACE_WORDS("why", reason.why.text));
        return;
    }
    coordinator->numbers.snapshots++;
    trace_event(TRACE_INFO, "snapshot", TRACE_WORDS("name", name.text),
                TRACE_NUMBER("stood_still_ms", clock_now_ms() - began_ms));
    snapshot_thin(&coordinator->folder, coordinator->options->snapshots == 0 ? 1 : coordinator->options->snapshots);
    prune(coordinator);
}

void coordinator_reap(struct coordinator *coordinator)
{
    int status;
    if (coordinator->pruner == 0 || waitpid(coordinator->pruner, &status, WNOHANG) != coordinator->pruner)
        return;
    coordinator->pruner = 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        trace_event(TRACE_ERROR, "prune", TRACE_WORDS("why", "it failed; its own lines say why"));
}
