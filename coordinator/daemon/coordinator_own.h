/* What the shell's files share. */
#ifndef DAEMON_COORDINATOR_OWN_H
#define DAEMON_COORDINATOR_OWN_H

#include <sys/types.h>

#include "coordinator/core/apply.h"
#include "base/clock.h"
#include "coordinator/daemon/coordinator.h"
#include "coordinator/daemon/folder.h"
#include "coordinator/daemon/log_identity.h"
#include "coordinator/daemon/loop.h"
#include "coordinator/daemon/operator_key.h"
#include "coordinator/daemon/trace.h"
#include "coordinator/intake/intake.h"
#include "log/kafka.h"

#define DAEMON_BUILD "dibsd " DIBS_VERSION

enum { SENT_SLOTS = 1 << 19, TIMES_SLOTS = 1 << 16 };

/* Right after a send nobody waits for its report, but somebody for the decision and the processor: it is taken when nothing
 * has come for a while, and at last when the second one is over. */
enum { COORDINATOR_ACK_MS = 1, COORDINATOR_ACK_MOST_MS = 2 };

/* What was sent and is not acknowledged; its slot is the cookie. */
struct sent {
    struct decision_id id;
    uint64_t ts_ms; /* when the log took the intent; 0: not known */
};
#define COOKIE_TICK UINT64_MAX
#define COOKIE_CHECKPOINT (UINT64_MAX - 1)

/* The record that is being applied: it may take several looks. */
struct in_hand {
    bool has_record; /* given by the reader, and not finished */
    bool within;     /* `core` is begun */
    struct log_record record;
    struct core_record core;
    struct hash128 hash;
};

struct coordinator {
    const struct options *options;
    struct mailbox *mailbox;
    struct folder folder;
    struct operator_key key;
    struct state *state; /* a write transaction is open while `running` */
    struct loop *loop;
    struct loop_config config;
    uint8_t *buffer; /* KAFKA_RECORD_MAX */

    /* one connection */
    struct kafka *kafka;
    struct kafka_reader *intents, *answers;
    struct log_identity identity;
    uint64_t tail_end[LOOP_PARTITIONS_MAX]; /* of decisions: what stood there at the start */
    bool tail_read[LOOP_PARTITIONS_MAX];
    uint64_t checkpoints_end;
    bool checkpoints_read;
    uint64_t start_end;             /* of the intents, when this connection began */
    bool caught_up;                 /* that was reached: under load the end itself is never seen */
    uint64_t clock_ts_ms, clock_ms; /* of the record taken last, its time and ours; 0: none on this connection */
    bool reads_intents;
    bool is_shaken; /* the last applied record must be looked at before any more are applied */
    uint64_t partitions_asked_ms;

    struct in_hand hand;
    struct intake intake;
    struct sent *sent;
    uint64_t sent_next, sent_ms; /* sent_ms: the last send */
    uint64_t acked_ms;           /* when reports were taken last */
    /* What may have come and was not looked at: told by the descriptors, over when a look has shown that nothing is left. */
    bool has_intents, has_answers, has_acks;
    struct {
        uint64_t offset, ts_ms;
    } times[TIMES_SLOTS]; /* of records lately applied, by logical offset */

    struct numbers numbers;
    struct loop_numbers earlier; /* what was counted on the connections before this one */
    bool stopping, told_ready, wants_snapshot;
    uint64_t stop_ms; /* when patience is over */
    uint64_t watchdog_ms, watched_ms;
    uint64_t looked_ms;                     /* around */
    uint64_t polled_ms;                     /* when all descriptors were looked at last */
    bool must_look;                         /* something has happened since */
    uint64_t acted_ms;                      /* when what the loop says was done last */
    uint64_t snapshot_records, snapshot_ms; /* since the newest one, and when that was */
    pid_t pruner;                           /* `dibsd prune`; 0: none runs */
    char *const *prune_words;               /* its arguments */

    /* how it ends */
    bool ends;
    bool again; /* this connection is done with */
    struct step_reason *reason;

    const struct intent *tick;         /* an intent that says that time has passed */
    uint8_t bytes[LIMIT_RECORD_BYTES]; /* a decision, encoded */
    struct decision decision;          /* one that was read */
    struct intent question;            /* HTTP's */
};

static inline void coordinator_fail(struct coordinator *coordinator, enum exit_code code)
{
    coordinator->ends = true;
    coordinator->reason->code = code;
}

/* The broker refuses: a permission or the password. Trying again would not help. */
static inline void coordinator_refused(struct coordinator *coordinator, const char *words)
{
    (void)error_say(&coordinator->reason->why, DIBS_BAD_INPUT, "%s", words);
    coordinator_fail(coordinator, EXIT_BROKER);
}

/* coordinator_connect.c: to the brokers, until all is read from where it must be; and back. */
MUST_USE enum step coordinator_connect(struct coordinator *coordinator, struct step_reason *reason);
void coordinator_disconnect(struct coordinator *coordinator);
struct loop_applied coordinator_standing(struct coordinator *coordinator);

/* coordinator_apply.c: reads intents and applies them, a bounded number. */
void coordinator_apply(struct coordinator *coordinator);
bool coordinator_may_apply(const struct coordinator *coordinator);

/* coordinator_hear.c: reads decisions and checkpoints, a bounded number; takes acks. */
void coordinator_hear(struct coordinator *coordinator);

/* coordinator_act.c: does what the loop says. */
void coordinator_act(struct coordinator *coordinator);
void coordinator_commit(struct coordinator *coordinator); /* only while all is settled */

/* coordinator_keep.c: snapshots. To be called between two transactions, right after a commit at the end of a record; the
 * loop stands still for as long as the copy takes. A failure is told and stops nobody. */
bool coordinator_snapshot_is_due(struct coordinator *coordinator);
void coordinator_snapshot(struct coordinator *coordinator);
void coordinator_reap(struct coordinator *coordinator);

/* coordinator_tell.c: status, notices and requests over HTTP. */
void coordinator_status(struct coordinator *coordinator, const char *status);
void coordinator_ready(struct coordinator *coordinator);
void coordinator_answer(struct coordinator *coordinator);
void coordinator_watch(struct coordinator *coordinator, uint64_t now_ms);

#endif
