/* Between the two files of canonical keys. All work on C strings: control characters are refused before. */
#ifndef MODEL_KEY_H
#define MODEL_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/messages.h"

enum { ROOM = 4096 }; /* far more than any key can grow to */

struct key_text {
    char text[ROOM];
};

/* Text in place; letters are ASCII and their case doesn't matter to starts and ends. */
void lower_text(char *text);
void drop_front(char *text, size_t count);
bool starts(const char *text, const char *start);
bool ends(const char *text, const char *end);
bool all_digits(const char *text); /* and at least one */
bool is_ticket(const char *text);  /* ABC-1 */
const char *without_zeros(const char *digits);
void drop_zero_width(char *text);
void strip(char *text);       /* spaces, quotes and brackets around, punctuation behind */
void strip_words(char *text); /* `fixes #5`, `PR 5` */

/* Each writes a key, or says what is wrong with the text it is made of, which it may cut up. */
enum flaw file_key(struct key_text *key, const char *repo, char *path);
enum flaw slug_key(struct key_text *key, const char *scheme, const char *rest);
enum flaw forge_key(struct key_text *key, const char *forge, char *rest);
enum flaw ticket_key(struct key_text *key, const char *scheme, char *rest);

#endif
