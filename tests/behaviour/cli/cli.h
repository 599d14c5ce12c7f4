/* A person at a shell, for tests of the program `dibs`: a home, a store and an environment of one's own, commands that
 * are run as processes, and what they said. What must not fail ends the test. Everything lives until the test's process
 * ends. */
#ifndef BEHAVIOUR_CLI_H
#define BEHAVIOUR_CLI_H

#include <criterion/criterion.h>

#include <stdbool.h>
#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

/* What a command has said and how it ended: its exit code, or 128 and the signal. */
struct ran {
    int code;
    const char *command; /* as typed, for messages */
    const char *out, *err;
};

/* A home in a temporary directory with a store named by $DIBS_STORE and nobody's session; `home_end` deletes it. */
void home_begin(void);
void home_begin_as_alice(void); /* … and her session */
void home_begin_without_store(void);
bool home_is_fleet(void); /* with $DIBS_TEST_STORE=kafka the store is a fleet of its own (coordinator.h) */
void home_end(void);
const char *home_path(const char *name); /* a path in it */
void home_write(const char *name, const char *text);
const char *home_read(const char *name);
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *text_of(char c, size_t count); /* that many of them */

/* Of the store's clock: a machine may stand still for a minute between two commands. What holds for a short while only
 * is asked again when it took longer. */
uint64_t clock_s(void);

/* Runs `dibs` with these arguments: dibs("claim", "k"). */
#define dibs(...) run_dibs((const char *const[]){"dibs", __VA_ARGS__, NULL})
struct ran run_dibs(const char *const *argv);
struct ran run_shell(const char *script);       /* sh -c; dibs is in its PATH */
struct ran run_on_terminal(const char *script); /* the same on a terminal of its own: all it says is in `out` */

/* Ends the test unless it ended with this code. Returns it. */
#define expect(code, run) expect_code((code), (run), __FILE__, __LINE__)
struct ran expect_code(int code, struct ran ran, const char *file, int line);

/* Is the text in what was said? */
#define expect_out(ran, text) \
    cr_expect(strstr((ran).out, (text)) != NULL, "%s: no '%s' in: %s", (ran).command, (text), (ran).out)
#define expect_err(ran, text) \
    cr_expect(strstr((ran).err, (text)) != NULL, "%s: no '%s' in: %s", (ran).command, (text), (ran).err)
#define expect_silent(text) cr_expect((text)[0] == '\0', "expected nothing: %s", (text))

/* One that is still running. */
struct running {
    pid_t pid;
    int out, err;
    const char *command;
};

#define dibs_start(...) start_dibs((const char *const[]){"dibs", __VA_ARGS__, NULL})
struct running start_dibs(const char *const *argv);
const char *running_ticket(struct running *running);                  /* waits until it has told its ticket */
void running_until_caught(const struct running *running, int signal); /* waits until it has a handler for it */
struct ran running_end(struct running *running, int signal);          /* 0: let it end by itself */

/* ---------------------------------------------------------------- JSON */

/* A member of the last object that was printed: "holder.session", "keys.0.key"; the test ends when there is none. */
const char *json_text(struct ran ran, const char *path);
int64_t json_number(struct ran ran, const char *path);
bool json_has(struct ran ran, const char *path); /* there, and not null */
size_t json_size(struct ran ran, const char *path);
size_t json_lines(struct ran ran); /* how many objects; the test ends when anything else is there */
/* Has every object what every object must have, in the right types? */
void expect_envelopes(struct ran ran);

const char *store_digest(void);                             /* of the state, by `dibs status` */
const char *store_counts(void);                             /* of its rows; a record that is refused leaves them */
uint64_t claim_token(const char *key, const char *session); /* claims it and tells the token */
const char *claim_ticket(const char *key, const char *session);
#define token_text(token) text_format("%llu", (unsigned long long)(token))

#endif
