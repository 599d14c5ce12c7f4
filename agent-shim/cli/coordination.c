/* The program `coordination`: its arguments, which are as argparse takes them: options anywhere, --name VALUE or
 * --name=VALUE, cut short where that is unambiguous. */
#include "coordination.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "output.h"

enum { VERB_OPTIONS = 4 };

enum verb_option {
    WORK_END,
    WORK_TTL,
    WORK_RESULT,
    WORK_REASON,
    WORK_METADATA,
    WORK_AGENT,
    WORK_CLAIMED,
    WORK_AVAILABLE,
    WORK_STORE,
    WORK_DB
};

struct verb {
    const char *name, *words;
    bool has_agent, has_key;
    enum verb_option options[VERB_OPTIONS];
    int (*run)(struct coordination *call);
};

static const struct verb verbs[] = {
    {"work-claim", "AGENT KEY [--ttl MINUTES]", true, true, {WORK_TTL}, coordination_claim},
    {"work-complete", "AGENT KEY [--result TEXT]", true, true, {WORK_RESULT}, coordination_complete},
    {"work-abandon", "AGENT KEY [--reason TEXT]", true, true, {WORK_REASON}, coordination_abandon},
    {"work-submit", "KEY [--metadata JSON]", false, true, {WORK_METADATA}, coordination_submit},
    {"work-list",
     "[--agent AGENT] [--claimed | --available]",
     false,
     false,
     {WORK_AGENT, WORK_CLAIMED, WORK_AVAILABLE},
     coordination_list},
};

static const char *const option_names[] = {
    [WORK_TTL] = "ttl",     [WORK_RESULT] = "result",   [WORK_REASON] = "reason",       [WORK_METADATA] = "metadata",
    [WORK_AGENT] = "agent", [WORK_CLAIMED] = "claimed", [WORK_AVAILABLE] = "available", [WORK_STORE] = "store",
    [WORK_DB] = "db",
};

static const enum verb_option everywhere[] = {WORK_STORE, WORK_DB, WORK_END};

__attribute__((format(printf, 1, 2))) static int usage(const char *format, ...)
{
    char text[512];
    va_list list;

    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    fputs("coordination: error: ", stderr);
    output_text(stderr, text);
    fputc('\n', stderr);
    return EXIT_USAGE;
}

static int help(void)
{
    puts("usage: coordination [--store URL] COMMAND ...\n");
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        printf("  %-14s %s\n", verbs[i].name, verbs[i].words);
    puts("\nClaims are in the store of `dibs` ($DIBS_STORE, or --store); an agent is a session there.\n"
         "Exit codes: 0 yes, 1 no, 2 bad usage, 4 the store failed.");
    return EXIT_YES;
}

/* The option whose name begins so; *count is how many do, 1 when it is the whole name of one. */
static enum verb_option find(const enum verb_option *among, size_t most, const char *name, size_t size, int *count)
{
    enum verb_option found = WORK_END;

    for (size_t i = 0; i < most && among[i] != WORK_END; i++) {
        const char *whole = option_names[among[i]];
        if (strncmp(whole, name, size) != 0)
            continue;
        found = among[i];
        (*count)++;
        if (whole[size] == '\0') {
            *count = 1;
            return found;
        }
    }
    return found;
}

static int set_option(struct coordination *call, enum verb_option option, const char *value)
{
    const char **const texts[] = {
        [WORK_RESULT] = &call->result, [WORK_REASON] = &call->reason,      [WORK_METADATA] = &call->metadata,
        [WORK_AGENT] = &call->filter,  [WORK_STORE] = &call->shared.store,
    };

    if (option == WORK_DB)
        output_note(
            "coordination: --db is not looked at: claims are in the store of dibs ($DIBS_STORE, or --store); what is "
            "in that file comes there by: dibs import-coordination %s",
            value);
    else if (option == WORK_TTL && !parse_number(value, &call->ttl_minutes))
        return usage("argument --ttl: \"%s\" is not a whole number of minutes", value);
    else if (option != WORK_TTL)
        *texts[option] = value;
    return EXIT_YES;
}

/* One option at argv[*i], whose value may be the next. */
static int take_option(struct coordination *call, const struct verb *verb, int argc, char **argv, int *i)
{
    const char *name = argv[*i] + 2, *equals = strchr(name, '=');
    size_t size = equals != NULL ? (size_t)(equals - name) : strlen(name);
    int count = 0;

    enum verb_option option = verb != NULL ? find(verb->options, VERB_OPTIONS, name, size, &count) : WORK_END;
    if (option == WORK_END)
        option = find(everywhere, sizeof everywhere / sizeof everywhere[0], name, size, &count);
    if (option == WORK_END)
        return usage("unrecognized arguments: %s", argv[*i]);
    if (count > 1)
        return usage("ambiguous option: %s", argv[*i]);
    if (option == WORK_CLAIMED || option == WORK_AVAILABLE) {
        if (equals != NULL)
            return usage("argument --%s takes no value", option_names[option]);
        call->claimed = call->claimed || option == WORK_CLAIMED;
        call->available = call->available || option == WORK_AVAILABLE;
        return EXIT_YES;
    }
    if (equals == NULL && *i + 1 >= argc)
        return usage("argument --%s: expected one argument", option_names[option]);
    return set_option(call, option, equals != NULL ? equals + 1 : argv[++*i]);
}

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    }
    return NULL;
}

static int take_word(struct coordination *call, const struct verb *verb, const char *word)
{
    if (verb->has_agent && call->agent == NULL)
        call->agent = word;
    else if (verb->has_key && call->key == NULL)
        call->key = word;
    else
        return usage("unrecognized arguments: %s", word);
    return EXIT_YES;
}

static int check_call(const struct coordination *call, const struct verb *verb)
{
    if (verb == NULL)
        return usage("the command is missing; `coordination --help` lists them");
    if ((verb->has_agent && call->agent == NULL) || (verb->has_key && call->key == NULL))
        return usage("something is missing: coordination %s %s", verb->name, verb->words);
    if (call->claimed && call->available)
        return usage("argument --available: not allowed with argument --claimed");
    return EXIT_YES;
}

bool coordination_is_called(const char *program)
{
    const char *slash = program != NULL ? strrchr(program, '/') : NULL;

    return program != NULL && strcmp(slash != NULL ? slash + 1 : program, "coordination") == 0;
}

int coordination_main(int argc, char **argv)
{
    static struct coordination call;
    const struct verb *verb = NULL;
    bool only_words = false;
    int code = EXIT_YES;

    call.ttl_minutes = COORDINATION_TTL_MINUTES;
    for (int i = 1; i < argc && code == EXIT_YES; i++) {
        const char *word = argv[i];
        if (!only_words && (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0))
            return help();
        if (!only_words && strcmp(word, "--") == 0)
            only_words = true;
        else if (!only_words && strncmp(word, "--", 2) == 0)
            code = take_option(&call, verb, argc, argv, &i);
        else if (verb != NULL)
            code = take_word(&call, verb, word);
        else if ((verb = find_verb(word)) == NULL)
            code = usage("there is no command \"%s\"; `coordination --help` lists them", word);
    }
    if (code == EXIT_YES)
        code = check_call(&call, verb);
    if (code != EXIT_YES)
        return code;
    call.shared.session = call.agent;
    return verb->run(&call);
}

const char *coordination_time(int64_t ts_ms, char out[COORDINATION_TIME_BYTES])
{
    time_t seconds = (time_t)(ts_ms / 1000);
    struct tm parts;

    if (gmtime_r(&seconds, &parts) == NULL || strftime(out, COORDINATION_TIME_BYTES, "%Y-%m-%d %H:%M:%S", &parts) == 0)
        out[0] = '\0';
    return out;
}

int coordination_failed(enum dibs_error error)
{
    output_note("coordination: %s", dibs_error_text());
    return error == DIBS_BAD_INPUT ? EXIT_USAGE : EXIT_STORE;
}
