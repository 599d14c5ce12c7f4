/* The settings: what each is called, what it may be, and what it is for. docs/OPERATIONS.md says more. */
#include <stddef.h>

#include "coordinator/daemon/options.h"

const struct option_form option_forms[] = {
    {"[--config FILE] --store URL --state DIR [settings]", "coordinate a fleet"},
    {"recover --operator-key FILE [--lost-records] ...", "go on with a log that lost its end"},
    {"snapshot ...", "copy the state of a stopped dibsd"},
    {"restore SNAPSHOT ...", "begin from such a copy"},
    {"prune ...", "delete what a verified snapshot covers"},
    {"--check-config ... | --help | --man | --version", "judge the settings and show them, or this"},
    {NULL, NULL},
};

const char option_notes[] =
    "A configuration file has lines `name = value`; a name there has _ where the flag has -. Flags\n"
    "override the file. SIGUSR1 makes a snapshot of a running dibsd, SIGTERM, SIGINT and SIGHUP stop it.\n";

#define AT(field) offsetof(struct options, field)
#define SECOND UINT64_C(1000)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)
#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

/* clang-format off */
const struct option_row option_table[] = {
    {"store", OPTION_TEXT, AT(store), "", 0, 0, "URL",
     "the fleet: kafka://host:port[,host:port]/FLEET[?librdkafka.option=value&...]; needed"},
    {"state", OPTION_PATH, AT(state), "", 0, 0, "DIR",
     "where the state and the snapshots are kept, made if missing; one dibsd at a time; needed"},
    {"rank", OPTION_NUMBER, AT(rank), "0", 0, 15, "N",
     "0 answers at once, r after r x 300 ms what nobody else has answered; each replica has one of its own"},
    {"operator_key", OPTION_PATH, AT(operator_key), "", 0, 0, "FILE",
     "32 bytes, mode 0600, made if missing with create_topics: signs genesis and checkpoints; another's genesis is refused"},
    {"kafka_config", OPTION_PATH, AT(kafka_config), "", 0, 0, "FILE",
     "more options of librdkafka, a name=value a line: the place for passwords (default: $DIBS_KAFKA_CONFIG)"},
    {"create_topics", OPTION_SWITCH, AT(create_topics), "no", 0, 0, "yes|no",
     "make the topics that are missing, and the genesis of an empty log; needs operator_key"},
    {"partitions", OPTION_NUMBER, AT(partitions), "8", 1, 256, "N", "of a new decisions topic: more for many agents"},
    {"replication", OPTION_NUMBER, AT(replication), "0", 0, 9, "N",
     "of new topics; 0: as many as there are brokers, at most 3"},
    {"min_insync", OPTION_NUMBER, AT(min_insync), "0", 0, 9, "N",
     "of new topics; 0: one fewer than the replication, at least 1"},
    {"decisions_keep", OPTION_DURATION, AT(decisions_keep_ms), "24h", HOUR, 365 * DAY, "TIME",
     "how long a new decisions topic keeps its records"},
    {"allow_unsafe_topics", OPTION_SWITCH, AT(allow_unsafe_topics), "no", 0, 0, "yes|no",
     "warn of settings that can lose acknowledged claims when a broker dies, instead of refusing them"},
    {"map", OPTION_BYTES, AT(map_bytes), "64G", 16 * MIB, 4096 * GIB, "SIZE",
     "how large the state may grow: address space, not disk; may be raised at any start"},
    {"commit_interval", OPTION_DURATION, AT(commit_ms), "100ms", 10, SECOND, "TIME",
     "how often the state is committed at most: what a crash makes us apply again"},
    {"commit_records", OPTION_NUMBER, AT(commit_records), "10000", 1, 100000, "N", "and after how many records at the latest"},
    {"snapshot_every", OPTION_DURATION, AT(snapshot_ms), "24h", 60 * SECOND, 30 * DAY, "TIME",
     "a snapshot is made when the newest is so old, if there is anything new"},
    {"snapshot_records", OPTION_NUMBER, AT(snapshot_records), "1000000", 1000, 1000000000, "N", "or after so many records"},
    {"snapshots", OPTION_NUMBER, AT(snapshots), "2", 0, 100, "N", "how many to keep; 0: make none"},
    {"prune", OPTION_SWITCH, AT(prune), "no", 0, 0, "yes|no",
     "delete records of the log below a snapshot that a second replay has verified"},
    {"prune_keep", OPTION_DURATION, AT(prune_keep_ms), "30d", 0, 366 * DAY, "TIME", "but none younger than this"},
    {"stop_timeout", OPTION_DURATION, AT(stop_ms), "10s", SECOND, 600 * SECOND, "TIME",
     "how long a stop waits for the broker to confirm what was published"},
    {"http", OPTION_TEXT, AT(http), "127.0.0.1:7420", 0, 0, "HOST:PORT|off",
     "where health, metrics and claims are served; port 0: any free one; beyond loopback a token file is needed"},
    {"http_token_file", OPTION_PATH, AT(http_token_file), "", 0, 0, "FILE",
     "its first line is the bearer token that /metrics, /claims and /claim ask for; mode 0600"},
    {"trace_format", OPTION_CHOICE, AT(trace_format), "logfmt", 0, 0, "logfmt|json", "of the lines on stderr"},
    {"trace_level", OPTION_CHOICE, AT(trace_level), "info", 0, 0, "error|warn|info|debug", "how much is said there"},
};
/* clang-format on */

const size_t option_count = sizeof option_table / sizeof option_table[0];
