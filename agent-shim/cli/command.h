/* What a command is, and what it is given: the one table that parsing, help and completion are made from. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dibs/dibs.h>

/* The exit codes, the same for every command. */
enum exit_code {
    EXIT_YES = 0,
    EXIT_NO = 1,
    EXIT_USAGE = 2,
    EXIT_NO_ANSWER = 3,
    EXIT_STORE = 4,
    EXIT_LOST = 5,
    EXIT_THIN = 6, /* these three: supply */
    EXIT_DRY = 7,
    EXIT_DROUGHT = 8
};

/* What `dibs exec` ends with when it isn't its command's status. */
enum exec_code {
    EXEC_USAGE = 120,
    EXEC_DENIED = 121,
    EXEC_NO_ANSWER = 122,
    EXEC_STORE = 123,
    EXEC_LOST = 125,
    EXEC_CANNOT = 126,
    EXEC_MISSING = 127
};

enum option_id {
    OPTION_END,
    OPTION_STORE,
    OPTION_SESSION,
    OPTION_JSON,
    OPTION_HELP,
    OPTION_ANY,
    OPTION_SHARED,
    OPTION_TTL,
    OPTION_WAIT,
    OPTION_FRESH,
    OPTION_ABOUT,
    OPTION_AKA,
    OPTION_SCOPE,
    OPTION_NOT_SAME_AS,
    OPTION_CATEGORY,
    OPTION_REF,
    OPTION_AGAIN,
    OPTION_IN,
    OPTION_ORIGIN,
    OPTION_DRY_RUN,
    OPTION_TOKEN,
    OPTION_SHORTEN,
    OPTION_RESULT,
    OPTION_REWARD,
    OPTION_REASON,
    OPTION_ALL,
    OPTION_WITHDRAW,
    OPTION_TIMEOUT,
    OPTION_HELD,
    OPTION_WAITS,
    OPTION_OFFERED,
    OPTION_DONE,
    OPTION_FROM,
    OPTION_TO,
    OPTION_KEY,
    OPTION_OPERATOR_KEY,
    OPTION_SYNC,
    OPTION_MAP_SIZE,
    OPTION_SEGMENT_SIZE,
    OPTION_RETAIN,
    OPTION_CHECK,
    OPTION_VERIFY,
    OPTION_UNTIL,
    OPTION_INTO,
    OPTION_COPY,
    OPTION_THEN,
    OPTION_ON_LOST,
    OPTION_GRACE,
    OPTION_MAN,
    OPTION_PRIORITY,
    OPTION_AFTER,
    OPTION_NEEDS,
    OPTION_NOT_BEFORE,
    OPTION_EXPIRES,
    OPTION_FROM_GITHUB,
    OPTION_FROM_MARKDOWN,
    OPTION_CAN,
    OPTION_EXPLAIN,
    OPTION_NEXT,
    OPTION_COUNT
};

enum { COMMAND_OPTIONS = 28, WORDS_MOST = 1024, NOT_SAME_MOST = 64, WORD_LIST_MOST = 16 };

struct word_list {
    const char *words[WORD_LIST_MOST];
    size_t count;
};

/* Everything that any command can be given; a command reads what its options can set. */
struct arguments {
    const char *words[WORDS_MOST]; /* what is not an option, in order */
    size_t word_count;
    const char *store, *session, *operator_key;
    bool json, help;
    bool any, shared, fresh, again, dry_run, shorten, all, withdraw, held, done, waits, sync, verify, copy, man, check,
        next, explain, offered;
    bool has_ttl, wait, has_wait_ms, has_token, has_reward, has_timeout;
    bool has_grace, has_retain;
    uint64_t ttl_ms, wait_ms, token, timeout_ms, map_bytes, grace_ms, segment_bytes, retain_ms;
    uint32_t reward;
    const char *about, *aka, *scope, *category, *ref, *in, *origin, *result, *reason, *from, *to, *key, *until, *into,
        *then, *on_lost;
    uint64_t not_same_as[NOT_SAME_MOST];
    size_t not_same_count;
    struct word_list categories, can, after, needs;
    bool has_priority;
    uint32_t priority;
    int64_t not_before_ts_ms, expires_ts_ms; /* 0: not given */
    const char *from_github, *from_markdown;
    bool seen[OPTION_COUNT]; /* which options were given */
    char **given;            /* the command as it was given, from its name on */
    int given_count;
    char **command; /* exec: what stands after --, with a NULL at the end; NULL: nothing */
};

struct command {
    const char *name;
    const char *words;   /* its operands in the usage line */
    const char *summary; /* one line */
    const char *example; /* after "dibs"; "" none */
    size_t least_words, most_words;
    enum option_id options[COMMAND_OPTIONS]; /* besides --store, --session, --json, --help; ends with OPTION_END */
    int (*run)(const struct command *command, const struct arguments *arguments); /* returns an exit_code */
    const char *session_help; /* what --session means here; NULL: who claims */
};

struct option {
    const char *name;  /* without the dashes */
    const char *value; /* how its value is called; NULL: a flag */
    bool optional;     /* the value only as --name=VALUE */
    const char *help;
};

/* All commands, in the order in which help lists them; ends with a NULL name. */
extern const struct command commands[];
const struct command *command_find(const char *name);
/* Is what was given (`size` bytes) the name but for one letter that is wrong, missing, too much, or changed places with the next? */
bool arguments_is_nearly(const char *given, size_t size, const char *name);

const struct option *option_of(enum option_id id);
extern const enum option_id common_options[]; /* --store, --session, --json, --help; ends with OPTION_END */

/* Moves the command's name, or what stands in its place, to argv[1], over the common options that may stand before it.
 * Where only those are there argv[1] stays what it is. */
void arguments_name_first(int argc, char **argv);

/* Fills `arguments` from argv, which begins with the command's name. EXIT_YES, or EXIT_USAGE having said why. */
int arguments_parse(const struct command *command, int argc, char **argv, struct arguments *arguments);

/* argument_values.c: sets what the option says. False: the value is refused, *why says what would be right. */
bool arguments_set_value(struct arguments *arguments, enum option_id id, const char *value, const char **why);
void arguments_set_flag(struct arguments *arguments, enum option_id id);
bool option_is_repeatable(const struct command *command, enum option_id id);

/* A whole number without a sign; false leaves *out as it was. */
bool parse_number(const char *text, uint64_t *out);

/* Says on stderr (or as JSON on stdout) what is wrong with how dibs was called; returns EXIT_USAGE. */
__attribute__((format(printf, 3, 4))) int usage_error(const struct command *command, bool json, const char *format,
                                                      ...);

/* An option as it is meant with this command; NULL: by itself. */
struct option option_for(const struct command *command, enum option_id id);

/* What its exit codes mean; NULL: those of most commands. */
const char *exit_codes_of(const struct command *command);

/* descriptions.c: what there is to say of a command beyond its line and its options. */
struct told_variable {
    const char *name, *help;
};
struct description {
    const char *const *paragraphs; /* ends with NULL */
    const struct told_variable
        *variables; /* what the command that it runs finds in its environment; ends with a NULL name */
};
const struct description *description_of(const struct command *command); /* NULL: nothing */

/* manual.c: prints the page about all, or about one command. */
void manual(void);
void manual_of_command(const struct command *command);

/* Prints all about one command; returns EXIT_YES. */
int help_command(const struct command *command, bool json);

/* The claim that the arguments ask for; borrows from them. */
struct dibs_claim_options claim_options(const struct arguments *arguments);

/* claim_lines.c: claim --from. */
int claim_lines(const struct command *command, const struct arguments *arguments);

/* The options of dibs_next that the arguments ask for; borrows from them. */
struct dibs_next_options next_options(const struct arguments *arguments);

/* One a command. */
int cmd_offer(const struct command *command, const struct arguments *arguments);
int cmd_withdraw(const struct command *command, const struct arguments *arguments);
int cmd_next(const struct command *command, const struct arguments *arguments);
int cmd_supply(const struct command *command, const struct arguments *arguments);
int cmd_steer(const struct command *command, const struct arguments *arguments);
int cmd_init(const struct command *command, const struct arguments *arguments);
int cmd_claim(const struct command *command, const struct arguments *arguments);
int cmd_exec(const struct command *command, const struct arguments *arguments);
int cmd_wait(const struct command *command, const struct arguments *arguments);
int cmd_renew(const struct command *command, const struct arguments *arguments);
int cmd_done(const struct command *command, const struct arguments *arguments);
int cmd_abandon(const struct command *command, const struct arguments *arguments);
int cmd_release(const struct command *command, const struct arguments *arguments);
int cmd_cancel(const struct command *command, const struct arguments *arguments);
int cmd_handoff(const struct command *command, const struct arguments *arguments);
int cmd_take(const struct command *command, const struct arguments *arguments);
int cmd_revoke(const struct command *command, const struct arguments *arguments);
int cmd_configure(const struct command *command, const struct arguments *arguments);
int cmd_check(const struct command *command, const struct arguments *arguments);
int cmd_list(const struct command *command, const struct arguments *arguments);
int cmd_show(const struct command *command, const struct arguments *arguments);
int cmd_similar(const struct command *command, const struct arguments *arguments);
int cmd_same(const struct command *command, const struct arguments *arguments);
int cmd_different(const struct command *command, const struct arguments *arguments);
int cmd_key(const struct command *command, const struct arguments *arguments);
int cmd_log(const struct command *command, const struct arguments *arguments);
int cmd_replay(const struct command *command, const struct arguments *arguments);
int cmd_migrate(const struct command *command, const struct arguments *arguments);
int cmd_export(const struct command *command, const struct arguments *arguments);
int cmd_import(const struct command *command, const struct arguments *arguments);
int cmd_import_coordination(const struct command *command, const struct arguments *arguments);
int cmd_watch(const struct command *command, const struct arguments *arguments);
int cmd_status(const struct command *command, const struct arguments *arguments);
int cmd_examine(const struct command *command, const struct arguments *arguments); /* status --check */
int cmd_recover(const struct command *command, const struct arguments *arguments);
int cmd_completion(const struct command *command, const struct arguments *arguments);
int cmd_help(const struct command *command, const struct arguments *arguments);
int cmd_version(const struct command *command, const struct arguments *arguments);

#endif
