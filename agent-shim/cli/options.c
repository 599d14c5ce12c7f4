/* All options, with what help says of them. */
#include "command.h"

static const struct option options[OPTION_COUNT] = {
    [OPTION_STORE] = {"store", "URL", false, "the store (else $DIBS_STORE, the config file, the default directory)"},
    [OPTION_SESSION] = {"session", "NAME", false,
                        "who claims (else $DIBS_SESSION, else this terminal's, else a new one)"},
    [OPTION_JSON] = {"json", NULL, false, "one JSON object on standard output"},
    [OPTION_HELP] = {"help", NULL, false, "this text"},
    [OPTION_ANY] = {"any", NULL, false, "the first free one of the keys instead of all"},
    [OPTION_SHARED] = {"shared", NULL, false, "beside other shared claims; default: exclusive"},
    [OPTION_TTL] = {"ttl", "DURATION", false,
                    "how long the lease lasts, 1s to 7d (unless configured), such as 90s, 15m, 2h, 3d"},
    [OPTION_WAIT] =
        {"wait", "DURATION", true,
         "stay in the queue when it is not free: --wait=10m, with the equals sign; alone: the store's default"},
    [OPTION_FRESH] = {"fresh", NULL, false, "this session's own claims count as a stranger's"},
    [OPTION_ABOUT] = {"about", "TEXT", false,
                      "the work in words, at most 2 KiB; others are shown it, and it is compared with theirs"},
    [OPTION_AKA] = {"aka", "TEXT", false, "the same in other words: what is like it is found more often"},
    [OPTION_SCOPE] = {"scope", "NAME", false,
                      "the domain in which what it is about is compared with others' work; at most 64 bytes"},
    [OPTION_NOT_SAME_AS] = {"not-same-as", "TOKEN,...", false,
                            "it isn't the same work as these, which were shown as like it"},
    [OPTION_CATEGORY] = {"category", "NAME", false, "the kind of work, at most 64 bytes"},
    [OPTION_REF] = {"ref", "URL", false, "where it can be seen: issue, pull request, branch; at most 1 KiB"},
    [OPTION_AGAIN] = {"again", NULL, false, "even if it was done already"},
    [OPTION_IN] = {"in", "REPO", false, "the repository that #12, paths and branches mean, such as github:o/r"},
    [OPTION_ORIGIN] = {"origin", "TEXT", false, "where this runs (default: host and calling process)"},
    [OPTION_DRY_RUN] = {"dry-run", NULL, false, "only what would be answered"},
    [OPTION_TOKEN] = {"token", "N", false, "the fencing token: that claim, or with keys those keys of it"},
    [OPTION_SHORTEN] = {"shorten", NULL, false, "also when the lease then ends sooner"},
    [OPTION_RESULT] = {"result", "TEXT", false, "what came of it, at most 2 KiB; whoever asks for it again is told"},
    [OPTION_REWARD] = {"reward", "0-1", false, "how well it went"},
    [OPTION_REASON] = {"reason", "TEXT", false, "why"},
    [OPTION_ALL] = {"all", NULL, false, "everything that this session holds"},
    [OPTION_WITHDRAW] = {"withdraw", NULL, false, "take the open code back"},
    [OPTION_TIMEOUT] = {"timeout", "DURATION", false,
                        "how long to wait here (default: until the claim's own end; watch: for ever)"},
    [OPTION_HELD] = {"held", NULL, false, "only what is held"},
    [OPTION_DONE] = {"done", NULL, false, "only what was done"},
    [OPTION_FROM] = {"from", "WHEN", false, "an offset, a time (RFC 3339), or how long ago (2h)"},
    [OPTION_TO] = {"to", "WHEN", false, "the same, exclusive"},
    [OPTION_KEY] = {"key", "KEY", false, "only what concerns this key"},
    [OPTION_OPERATOR_KEY] = {"operator-key", "FILE", false, "the operator's key (else the store's own operator.key)"},
    [OPTION_SYNC] = {"sync", NULL, false, "every answer is on the disk before it is given"},
    [OPTION_MAP_SIZE] = {"map-size", "BYTES", false, "how far the state can grow (default 64 GiB, sparse)"},
    [OPTION_SEGMENT_SIZE] = {"segment-size", "BYTES", false, "of the log's files (default 64 MiB)"},
    [OPTION_RETAIN] = {"retain", "DURATION", false,
                       "how long the log is kept where a snapshot covers it (default 90d; 0: for ever)"},
    [OPTION_CHECK] = {"check", NULL, false,
                      "examine its files, changing nothing: what is damaged, what can be saved, how"},
    [OPTION_VERIFY] = {"verify", NULL, false, "compare with the live state, row by row"},
    [OPTION_COPY] = {"copy", NULL, false, "leave the source open: a second store with the same history"},
    [OPTION_UNTIL] = {"until", "WHEN", false,
                      "stop before that record: an offset, a time (RFC 3339), how long ago (2h)"},
    [OPTION_THEN] = {"then", "release|done", false,
                     "when the command ends: release (default), or done on status 0 and abandon otherwise"},
    [OPTION_ON_LOST] = {"on-lost", "COMMAND", false,
                        "when the lease is lost, run that by sh instead of ending the command; $DIBS_LOST says why"},
    [OPTION_GRACE] = {"grace", "DURATION", false,
                      "how long the command has between TERM and KILL when the lease is lost (default 10s; at most a "
                      "quarter of the lease)"},
    [OPTION_MAN] = {"man", NULL, false, "as a manual page, for man(1)"},
    [OPTION_INTO] = {"into", "DIR", false, "keep the state there: a new or empty directory (default: a temporary one)"},
};

const enum option_id common_options[] = {OPTION_STORE, OPTION_SESSION, OPTION_JSON, OPTION_HELP, OPTION_END};

const struct option *option_of(enum option_id id)
{
    return &options[id];
}
