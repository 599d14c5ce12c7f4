/* Between the files of canonical keys (docs/KEYS.md). All work on C strings, since control characters are refused
 * before; letters are ASCII letters, and their case doesn't matter to the questions asked here. */
#ifndef MODEL_KEY_H
#define MODEL_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/messages.h"

enum { ROOM = 2048, SEGMENTS_MAX = 512 }; /* more than 400 bytes and a repository can come to */

/* The repository that bare references mean: forge (github, or a host), path (o/r). */
struct repo {
    bool known;
    char forge[ROOM], path[ROOM];
};

struct prefixes;

/* One text on its way. Forms are tried in order; each try_… returns whether the text is of its form, and then either
 * `out` is the key or `flaw` says what is wrong. */
struct key_job {
    const struct repo *in;
    const struct prefixes *prefixes; /* NULL: none */
    bool tree;                       /* what stood before a final slash and two stars */
    char series;                     /* `!` after PR or MR, `#` after issue, else 0 */
    bool is_mr;                      /* the word was MR */
    enum flaw flaw;
    char out[ROOM];
};

bool finish(struct key_job *job, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool refuse(struct key_job *job, enum flaw flaw);

/* ---- model_key_text.c */
void lower_text(char *text);
void upper_text(char *text);
void drop_front(char *text, size_t count);
bool starts(const char *text, const char *start);
bool ends(const char *text, const char *end);
bool all_of(const char *text, const char *letters);     /* and at least one */
size_t split_at(char *text, char letter, char **parts); /* empty parts are dropped; at most SEGMENTS_MAX */
void join(char *out, char **parts, size_t count, char letter);
bool is_hash(const char *text);                               /* 7-64 hexadecimal digits */
bool read_number(const char *text, char *number, char *role); /* 1-10 digits, not 0, and maybe a role */
bool read_ticket(const char *text, char *ticket); /* ABC-1 with any number of digits, upper-cased, with its role */
enum flaw clean_text(struct span given, char *text);
void strip_text(char *text); /* what wraps a key */

/* ---- model_key_forge.c */
const char *forge_named(char *scheme); /* a forge's name for a scheme or host; NULL: none that is known */
bool take_numbered(struct key_job *job, const char *forge, const char *path, char mark, const char *number,
                   const char *role);
bool take_page(struct key_job *job, const char *forge, char *path);
bool try_address(struct key_job *job, const char *text);
bool take_address(struct key_job *job, char *address, bool is_git); /* without its scheme */

/* ---- model_key_path.c */
bool take_file(struct key_job *job, const char *repo, const char *path); /* file:repo:path */
bool try_path(struct key_job *job, const char *text);
bool take_file_scheme(struct key_job *job, const char *rest);

/* ---- model_key_bare.c */
bool try_words(struct key_job *job, const char *text);
bool try_number(struct key_job *job, const char *text);
bool try_reference(struct key_job *job, const char *text); /* what a word like `fixes` may stand before */
bool try_scheme(struct key_job *job, const char *text, bool only_references);
bool try_ticket(struct key_job *job, const char *text);
bool try_branch(struct key_job *job, const char *text);
bool try_hash(struct key_job *job, const char *text);

#endif
