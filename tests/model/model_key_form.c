/* The forms that canonical keys have, and the small text work they take. */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/model/model_key.h"

/* ---------------------------------------------------------------- small text work */

void lower_text(char *text)
{
    for (; *text != '\0'; text++)
        *text = (char)(*text >= 'A' && *text <= 'Z' ? *text + 32 : *text);
}

static void upper_text(char *text)
{
    for (; *text != '\0'; text++)
        *text = (char)(*text >= 'a' && *text <= 'z' ? *text - 32 : *text);
}

void drop_front(char *text, size_t count)
{
    memmove(text, text + count, strlen(text) - count + 1);
}

bool starts(const char *text, const char *start)
{
    return strncasecmp(text, start, strlen(start)) == 0;
}

bool ends(const char *text, const char *end)
{
    return strlen(text) >= strlen(end) && strcasecmp(text + strlen(text) - strlen(end), end) == 0;
}

/* All of one kind, and something. */
bool all_digits(const char *text)
{
    return *text != '\0' && strspn(text, "0123456789") == strlen(text);
}

static bool is_commit(const char *text)
{
    size_t size = strlen(text);
    return size >= 7 && size <= 40 && strspn(text, "0123456789abcdefABCDEF") == size;
}

/* ABC-1 */
bool is_ticket(const char *text)
{
    size_t letters = 0;
    while (isalnum((unsigned char)text[letters]) || text[letters] == '_')
        letters++;
    return letters > 0 && isalpha((unsigned char)text[0]) && text[letters] == '-' && all_digits(text + letters + 1);
}

const char *without_zeros(const char *digits)
{
    while (digits[0] == '0' && digits[1] != '\0')
        digits++;
    return digits;
}

void drop_zero_width(char *text)
{
    static const char *const marks[] = {"\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d", "\xe2\x81\xa0", "\xef\xbb\xbf"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        for (char *at; (at = strstr(text, marks[i])) != NULL;)
            drop_front(at, 3);
}

/* Spaces, quotes and brackets around, punctuation behind; again until nothing changes. */
void strip(char *text)
{
    for (size_t before = SIZE_MAX; before != strlen(text);) {
        before = strlen(text);
        while (*text != '\0' && strchr(" \"'`([{<", *text) != NULL)
            drop_front(text, 1);
        size_t size = strlen(text);
        while (size > 0 && strchr(" \"'`)]}>.,;:!?", text[size - 1]) != NULL)
            text[--size] = '\0';
    }
}

/* `fixes #5`, `PR 5`, `issue: 5` */
void strip_words(char *text)
{
    static const char *const words[] = {"fixes", "fixed", "fix",   "closes",       "closed", "close", "resolves",
                                        "refs",  "ref",   "issue", "pull request", "pr",     "mr"};
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            size_t size = strlen(words[i]);
            if (!starts(text, words[i]) || text[size] == '\0' || strchr(" :#", text[size]) == NULL)
                continue;
            size_t skip = size + strspn(text + size, " :");
            if (text[size] == ':' && text[size + 1] != ' ')
                continue; /* a scheme of that name */
            drop_front(text, skip);
            again = true;
        }
    }
}

/* ---------------------------------------------------------------- pieces of keys */

/* Lexically: `.` and `..` resolved, doubled slashes dropped, line numbers dropped. */
static enum flaw tidy_path(char *path)
{
    char *parts[ROOM], copy[ROOM];
    size_t count = 0;
    char *line = strstr(path, "#L");
    if (line != NULL)
        *line = '\0';
    for (char *colon; (colon = strrchr(path, ':')) != NULL && all_digits(colon + 1);)
        *colon = '\0';
    for (char *at = path; *at != '\0'; at++)
        *at = *at == '\\' ? '/' : *at;
    strcpy(copy, path);
    for (char *rest = copy, *part; (part = strsep(&rest, "/")) != NULL;) {
        if (*part == '\0' || strcmp(part, ".") == 0)
            continue;
        if (strcmp(part, "..") != 0)
            parts[count++] = part;
        else if (count-- == 0)
            return FLAW_KEY_ESCAPES;
    }
    *path = '\0';
    for (size_t i = 0; i < count; i++) {
        strcat(path, i > 0 ? "/" : "");
        strcat(path, parts[i]);
    }
    return count == 0 ? FLAW_KEY_FORM : FLAW_NONE;
}

enum flaw file_key(struct key_text *key, const char *repo, char *path)
{
    enum flaw flaw = tidy_path(path);
    if (flaw == FLAW_NONE && *repo == '\0')
        return FLAW_KEY_NO_REPO;
    snprintf(key->text, ROOM, "file:%.1500s:%.1500s", repo, path);
    return flaw;
}

/* Lower-case runs of letters and digits with dashes between; slashes stay. */
enum flaw slug_key(struct key_text *key, const char *scheme, const char *rest)
{
    size_t size = (size_t)snprintf(key->text, ROOM, "%s:", scheme), start = size;
    bool gap = false;
    for (; *rest != '\0'; rest++) {
        bool is_slash = *rest == '/';
        if (!isalnum((unsigned char)*rest) && (unsigned char)*rest < 0x80 && !is_slash) {
            gap = true;
            continue;
        }
        if (gap && size > start && key->text[size - 1] != '/' && !is_slash)
            key->text[size++] = '-';
        gap = false;
        if (is_slash && (size == start || key->text[size - 1] == '/'))
            continue;
        key->text[size++] = (char)tolower((unsigned char)*rest);
    }
    while (size > start && key->text[size - 1] == '/')
        size--;
    key->text[size] = '\0';
    return size == start ? FLAW_KEY_FORM : FLAW_NONE;
}

/* What follows a forge's name: owner/repo, lower-cased, then a number, a commit, a role, or a deeper path. */
enum flaw forge_key(struct key_text *key, const char *forge, char *rest)
{
    while (*rest == '/')
        drop_front(rest, 1);
    while (ends(rest, "/"))
        rest[strlen(rest) - 1] = '\0';
    size_t repo_size = strcspn(rest, "#!&@~");
    char repo[ROOM], mark = rest[repo_size], tail[ROOM] = "";
    snprintf(repo, ROOM, "%.*s", (int)repo_size, rest);
    if (mark != '\0')
        strcpy(tail, rest + repo_size + 1);
    bool is_github = strcmp(forge, "github") == 0;
    /* owner/repo/pull/5 and the like */
    static const struct {
        const char *word;
        char mark;
    } series[] = {{"/issues/", '#'},           {"/pull/", '#'},     {"/pulls/", '#'},
                  {"/discussions/", '#'},      {"/-/issues/", '#'}, {"/-/work_items/", '#'},
                  {"/-/merge_requests/", '!'}, {"/-/epics/", '&'},  {"/pull-requests/", '!'}};
    for (size_t i = 0; i < sizeof series / sizeof series[0]; i++) {
        char *at = strstr(repo, series[i].word);
        size_t digits = at == NULL ? 0 : strspn(at + strlen(series[i].word), "0123456789");
        if (digits == 0)
            continue;
        snprintf(tail, ROOM, "%.*s", (int)digits, at + strlen(series[i].word));
        mark = series[i].mark;
        *at = '\0';
        if (ends(repo, "/-"))
            at[-2] = '\0';
    }
    if (ends(repo, ".git"))
        repo[strlen(repo) - 4] = '\0';
    size_t slashes = 0;
    for (char *at = repo; *at != '\0'; at++) {
        slashes += *at == '/';
        if (!is_github || slashes < 2)
            *at = (char)tolower((unsigned char)*at);
    }
    if (slashes == 0 || *repo == '/' || ends(repo, "/"))
        return FLAW_KEY_FORM;
    if (mark == '\0') {
        snprintf(key->text, ROOM, "%s:%.2000s", forge, repo);
        return FLAW_NONE;
    }
    if (mark == '@') {
        if (!is_commit(tail))
            return FLAW_KEY_FORM;
        lower_text(tail);
        snprintf(key->text, ROOM, "%s:%.2000s@%.12s", forge, repo, tail);
        return FLAW_NONE;
    }
    char *role = tail + strspn(tail, "0123456789");
    if (role == tail)
        return FLAW_KEY_FORM;
    char role_text[ROOM] = "";
    if (*role == ':' || *role == '~')
        snprintf(role_text, ROOM, "~%.1000s", role + 1);
    *role = '\0';
    snprintf(key->text, ROOM, "%s:%.1000s%c%.1000s%.1000s", forge, repo, mark, without_zeros(tail), role_text);
    return FLAW_NONE;
}

enum flaw ticket_key(struct key_text *key, const char *scheme, char *rest)
{
    upper_text(rest);
    char *dash = strrchr(rest, '-');
    if (!is_ticket(rest))
        return FLAW_KEY_FORM;
    snprintf(key->text, ROOM, "%s:%.*s-%.2000s", scheme, (int)(dash - rest), rest, without_zeros(dash + 1));
    return FLAW_NONE;
}
