/* From a word to its stem: endings are taken off, and what software teams call by several names gets one. */
#include "tests/model/model_idea.h"

/* What a word may end with, what comes there instead, and how many bytes must stand before it. */
struct ending {
    const char *is, *becomes;
    size_t least;
};

enum { STEPS = 5, ENDINGS_MAX = 32, DOUBLED_STEP = 1 };

/* clang-format off */
static const struct ending endings[STEPS][ENDINGS_MAX] = {
    {{"sses", "ss", 2}, {"ies", "y", 2}, {"ches", "ch", 2}, {"shes", "sh", 2}, {"xes", "x", 2}, {"zes", "ze", 2},
    {"ss", "ss", 1}, {"us", "us", 1}, {"is", "is", 1}, {"s", "", 3}},
    {{"eed", "eed", 1}, {"ying", "y", 2}, {"ied", "y", 2}, {"ing", "", 3}, {"ed", "", 3}},
    {{"our", "or", 3}},
    {{"ization", "iz", 2}, {"isation", "iz", 2}, {"ational", "at", 3}, {"ation", "", 4}, {"ment", "", 4},
    {"ness", "", 4}, {"ibility", "", 4}, {"ability", "", 4}, {"able", "", 4}, {"ible", "", 4}, {"ally", "", 4},
    {"ly", "", 4}, {"ysis", "yz", 3}, {"is", "iz", 5}, {"ise", "iz", 4}, {"ize", "iz", 4}, {"yse", "yz", 3},
    {"yze", "yz", 3}, {"ition", "", 4}, {"ion", "", 4}, {"ive", "", 4}, {"ence", "", 4}, {"ance", "", 4},
    {"ency", "", 4}, {"ity", "", 4}, {"ator", "", 4}, {"er", "", 4}, {"or", "", 4}, {"al", "", 4}, {"ate", "", 4},
    {"ful", "", 4}},
    {{"e", "", 3}}};

/* All of a line are its first. */
static const char *const same_words[] = {
    "access a11y", "add creat impl introduc provid support", "agent bot", "allow enabl permit",
    "allowlist whitelist", "app applic", "argu arg", "async asynchronous", "attribut attr",
    "auth authentic authn login signin", "authoriz authz", "boolean bool", "break brok broken", "brew homebrew",
    "build built", "charact char", "check valid verific verify", "choos chos chosen pick select", "command cmd",
    "complet autocomplet", "concurrent parallel simultaneous", "config cfg conf configur", "connect conn",
    "context ctx", "cost expens money pric spend spent", "crash abort panic segfault", "credenti cred secret",
    "databas db", "denylist blacklist blocklist", "depend dep", "develop dev", "directory dir fold",
    "disabl deactiv", "doc describ descript docu document explain guid manu tutori",
    "draft compos writ written wrot", "duplic dedup deduplic dup", "email mail", "environ env", "error err",
    "fail failur", "find found lookup search", "fix correct repair resolv solv", "funct fn func", "github gh",
    "giv gav given", "hang freez stall stuck", "hid hidden", "host hostnam", "identifi id", "imag img",
    "info inform", "init initializ", "integ int", "internationaliz i18n", "isol jail sandbox", "issu bug problem",
    "javascript js", "keep kept", "kubernet k8s", "languag lang", "latency delay lag", "legacy obsolet outdat",
    "library lib", "localiz l10n transl", "los lost", "mac maco osx", "mak mad", "markdown md", "maximum max",
    "messag msg", "metric gaug monit", "mfa 2fa totp", "minimum min", "model llm", "mongodb mongo", "numb num",
    "object obj", "opentelemetry otel", "packag pkg", "paramet param",
    "perform fast optimiz perf quick slow speed speedup", "permiss perm", "post articl", "postgresql postgr",
    "pullrequest mr pr", "python py", "ratelimit throttl", "redact cens mask scrub", "refer ref", "regex regexp",
    "remov delet discard drop elimin eras prun purg", "repository repo", "request req", "respons resp",
    "retry reattempt resend", "ruby rb", "run ran", "secur attack exploit vulner", "send sent", "show display",
    "sign signatur", "specific spec", "start begin launch", "stop halt termin", "string str", "summary summariz",
    "sync synchroniz synchronous", "tak taken took", "task job todo", "temporary temp tmp", "tls ssl", "trim trunc",
    "typescript ts", "typo misspell spell", "ui gui", "updat bump upgrad", "use used using", "vari var", "vers ver",
    "websit sit", "window win", "yaml yml"};
/* clang-format on */

static bool has_one_of(struct span text, const char *letters)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.bytes[i] != '\0' && strchr(letters, text.bytes[i]) != NULL)
            return true;
    return false;
}

static bool fits(const struct word *word, const struct ending *ending)
{
    size_t size = strlen(ending->is);
    if (word->size < size + ending->least || memcmp(word->bytes + word->size - size, ending->is, size) != 0)
        return false;
    return strcmp(ending->is, ending->becomes) == 0 || has_one_of(span_of(word->bytes, word->size - size), "aeiouy");
}

/* The first that fits; false: none does. */
static bool take_ending(struct word *word, const struct ending *list)
{
    for (size_t i = 0; i < ENDINGS_MAX && list[i].is != NULL; i++) {
        if (!fits(word, &list[i]))
            continue;
        word->size -= strlen(list[i].is);
        memcpy(word->bytes + word->size, list[i].becomes, strlen(list[i].becomes));
        word->size += strlen(list[i].becomes);
        return true;
    }
    return false;
}

/* stopp is stop */
static void take_double(struct word *word)
{
    uint8_t last = word->bytes[word->size - 1];
    if (word->size > 3 && word->bytes[word->size - 2] == last && has_one_of(span_of(&last, 1), "bdfgmnprt"))
        word->size--;
}

static bool stands_in(const char *line, const struct word *word)
{
    for (line += strcspn(line, " "); *line != '\0'; line += strcspn(line, " ")) {
        line++;
        if (strcspn(line, " ") == word->size && memcmp(line, word->bytes, word->size) == 0)
            return true;
    }
    return false;
}

void stem(struct word *word)
{
    for (int step = 0; step < STEPS; step++)
        if (take_ending(word, endings[step]) && step == DOUBLED_STEP)
            take_double(word);
    for (size_t i = 0; i < sizeof same_words / sizeof same_words[0]; i++) {
        if (!stands_in(same_words[i], word))
            continue;
        word->size = strcspn(same_words[i], " ");
        memcpy(word->bytes, same_words[i], word->size);
        return; /* once */
    }
}
