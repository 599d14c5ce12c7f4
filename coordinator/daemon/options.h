/* The settings of dibsd: one table says for each its name, default, limits and help; the configuration file, the flags,
 * the help and --check-config are all made from it. */
#ifndef DAEMON_OPTIONS_H
#define DAEMON_OPTIONS_H

#include <limits.h>

#include "base/error.h"
#include "base/text.h"

enum { OPTION_TEXT_MAX = 1024, OPTION_HELP_MAX = 16384 /* of the help, the manual page, and the settings */ };

enum trace_format { TRACE_LOGFMT, TRACE_JSON };

struct options {
    char store[OPTION_TEXT_MAX];
    char state[PATH_MAX];
    uint64_t rank;
    char operator_key[PATH_MAX];
    char kafka_config[PATH_MAX];
    bool create_topics;
    uint64_t partitions, replication, min_insync, decisions_keep_ms;
    bool allow_unsafe_topics;
    uint64_t map_bytes;
    uint64_t commit_ms, commit_records;
    uint64_t snapshot_ms, snapshot_records, snapshots;
    bool prune;
    uint64_t prune_keep_ms;
    uint64_t stop_ms;
    char http[OPTION_TEXT_MAX];
    char http_token_file[PATH_MAX];
    uint64_t trace_format; /* enum trace_format */
    uint64_t trace_level;  /* enum trace_level */
};

enum option_kind {
    OPTION_TEXT,
    OPTION_PATH,
    OPTION_NUMBER,
    OPTION_BYTES,
    OPTION_DURATION,
    OPTION_SWITCH,
    OPTION_CHOICE
};

struct option_row {
    const char *name; /* as in the file; a flag has `-` for `_` */
    enum option_kind kind;
    size_t place; /* in struct options */
    const char *initial;
    uint64_t least, most; /* NUMBER, BYTES, DURATION (ms) */
    const char *argument; /* a word for what is given; for a CHOICE, the words in the order of their numbers: a|b */
    const char *help;
};

extern const struct option_row option_table[];
extern const size_t option_count;

enum option_command {
    COMMAND_RUN,
    COMMAND_RECOVER,
    COMMAND_SNAPSHOT,
    COMMAND_RESTORE,
    COMMAND_PRUNE,
    COMMAND_HELP,
    COMMAND_MANUAL,
    COMMAND_VERSION
};

struct command_line {
    enum option_command command;
    bool check_config;
    bool lost_records;    /* recover */
    const char *snapshot; /* restore: borrowed from argv */
};

/* The row of that name; NULL: none. */
const struct option_row *options_find(struct span name);

void options_init(struct options *options); /* the defaults */

/* Sets one; `where` says where it stands, for the words. DIBS_BAD_INPUT: no such name, or a value outside its limits;
 * then nothing is changed. */
MUST_USE enum dibs_error options_set(struct options *options, struct span name, struct span value, const char *where,
                                     struct error_text *why);

/* Lines `name = value`, `#` and `;` begin comments, each name at most once. Pure. */
MUST_USE enum dibs_error options_read_text(struct options *options, struct span text, const char *file,
                                           struct error_text *why);

/* The file of --config, then the flags over it; and what is to be done. Reads that file and nothing else. */
MUST_USE enum dibs_error options_read_arguments(struct options *options, int argc, char **argv,
                                                struct command_line *line, struct error_text *why);

/* Do they fit together? */
MUST_USE enum dibs_error options_check(const struct options *options, struct error_text *why);

/* The ways to call it, for the help and the manual page; the last one's words are NULL. */
struct option_form {
    const char *words, *help;
};
extern const struct option_form option_forms[];
extern const char option_notes[];

/* The name as a flag has it, without its dashes; and, in brackets, the default and what is allowed: "" there is neither. */
void options_add_flag_name(struct text *out, const struct option_row *row);
void options_add_limits(struct text *out, const struct option_row *row);

/* The whole help; the manual page in man(7)'s roff; and the settings in force as a configuration file. */
void options_help(struct text *out);
void options_manual(struct text *out);
void options_show(const struct options *options, struct text *out);

#endif
