/* Sets of keys from a file: one set a line, the keys parted by blanks, as a shell parts words: '…' and "…" keep blanks,
 * \ keeps the next character. Empty lines are left out. */
#ifndef CLI_KEY_LINES_H
#define CLI_KEY_LINES_H

#include <stdbool.h>
#include <stddef.h>

enum { KEY_LINES_BYTES = 16 << 20, KEY_LINE_KEYS = 64, KEY_LINE_WHY_BYTES = 1280 };

struct key_line {
    size_t number; /* in the file, from 1 */
    const char *keys[KEY_LINE_KEYS];
    size_t count;
};

struct key_lines {
    char *text; /* owned, cut into keys */
    size_t size;
    size_t at;     /* of the next line */
    size_t number; /* of the line read last */
};

/* Reads it whole; "-" is standard input. False: it could not, *why says what is wrong. = {0} is a valid closed one. */
bool key_lines_open(struct key_lines *lines, const char *path, char why[KEY_LINE_WHY_BYTES]);
void key_lines_close(struct key_lines *lines);

/* The next set; its keys live until close. False: there is none, or *why says what is wrong with line->number. */
bool key_lines_next(struct key_lines *lines, struct key_line *line, char why[KEY_LINE_WHY_BYTES]);

#endif
