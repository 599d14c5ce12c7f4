/* The words of the signature: which say nothing, which two are one, and which mean one thing. Part of the rules (sim=1):
 * a word more or less is another signature. Every table is in bytewise order of its first column. */
#include "coordinator/core/idea/idea_words.h"

/* clang-format off */
static const char *const stop_words[] = {
    "a", "about", "after", "against", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "before",
    "but", "by", "can", "could", "do", "does", "each", "every", "for", "from", "get", "has", "have", "how", "i", "if",
    "in", "into", "is", "it", "its", "may", "more", "no", "not", "now", "of", "on", "only", "or", "our", "out", "per",
    "should", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this",
    "to", "up", "via", "was", "we", "were", "what", "when", "where", "which", "while", "will", "with", "you", "your",
};

static const struct joined_words {
    const char *first, *second, *one;
} joined_words[] = {
    {"auto", "complete", "autocomplete"}, {"back", "end", "backend"}, {"change", "log", "changelog"},
    {"check", "point", "checkpoint"}, {"code", "base", "codebase"}, {"command", "line", "cli"},
    {"dead", "lock", "deadlock"}, {"end", "point", "endpoint"}, {"file", "name", "filename"},
    {"front", "end", "frontend"}, {"host", "name", "hostname"}, {"keep", "alive", "keepalive"},
    {"life", "cycle", "lifecycle"}, {"load", "balancer", "lb"}, {"log", "in", "login"}, {"log", "out", "logout"},
    {"man", "page", "manpage"}, {"manual", "page", "manpage"}, {"merge", "request", "pullrequest"},
    {"multi", "factor", "mfa"}, {"name", "space", "namespace"}, {"pull", "request", "pullrequest"},
    {"rate", "limit", "ratelimit"}, {"read", "me", "readme"}, {"run", "time", "runtime"}, {"second", "factor", "mfa"},
    {"set", "up", "setup"}, {"sign", "in", "login"}, {"sign", "on", "login"}, {"sign", "out", "logout"},
    {"sign", "up", "signup"}, {"time", "out", "timeout"}, {"time", "stamp", "timestamp"},
    {"time", "zone", "timezone"}, {"two", "factor", "mfa"}, {"user", "interface", "ui"}, {"user", "name", "username"},
    {"web", "site", "website"}, {"white", "space", "whitespace"}, {"work", "flow", "workflow"},
    {"work", "space", "workspace"},
};

/* Stems, and the stem that stands for them. */
static const struct fold {
    const char *stem, *becomes;
} folds[] = {
    {"2fa", "mfa"}, {"a11y", "access"}, {"abort", "crash"}, {"applic", "app"}, {"arg", "argu"}, {"articl", "post"},
    {"asynchronous", "async"}, {"attack", "secur"}, {"attr", "attribut"}, {"authentic", "auth"}, {"authn", "auth"},
    {"authz", "authoriz"}, {"autocomplet", "complet"}, {"begin", "start"}, {"blacklist", "denylist"},
    {"blocklist", "denylist"}, {"bool", "boolean"}, {"bot", "agent"}, {"brok", "break"}, {"broken", "break"},
    {"bug", "issu"}, {"built", "build"}, {"bump", "updat"}, {"cens", "redact"}, {"cfg", "config"},
    {"char", "charact"}, {"chos", "choos"}, {"chosen", "choos"}, {"cmd", "command"}, {"compos", "draft"},
    {"conf", "config"}, {"configur", "config"}, {"conn", "connect"}, {"correct", "fix"}, {"creat", "add"},
    {"cred", "credenti"}, {"ctx", "context"}, {"db", "databas"}, {"deactiv", "disabl"}, {"dedup", "duplic"},
    {"deduplic", "duplic"}, {"delay", "latency"}, {"delet", "remov"}, {"dep", "depend"}, {"describ", "doc"},
    {"descript", "doc"}, {"dev", "develop"}, {"dir", "directory"}, {"discard", "remov"}, {"display", "show"},
    {"docu", "doc"}, {"document", "doc"}, {"drop", "remov"}, {"dup", "duplic"}, {"elimin", "remov"},
    {"enabl", "allow"}, {"env", "environ"}, {"eras", "remov"}, {"err", "error"}, {"expens", "cost"},
    {"explain", "doc"}, {"exploit", "secur"}, {"failur", "fail"}, {"fast", "perform"}, {"fn", "funct"},
    {"fold", "directory"}, {"found", "find"}, {"freez", "hang"}, {"func", "funct"}, {"gaug", "metric"},
    {"gav", "giv"}, {"gh", "github"}, {"given", "giv"}, {"gui", "ui"}, {"guid", "doc"}, {"halt", "stop"},
    {"hidden", "hid"}, {"homebrew", "brew"}, {"hostnam", "host"}, {"i18n", "internationaliz"}, {"id", "identifi"},
    {"img", "imag"}, {"impl", "add"}, {"inform", "info"}, {"initializ", "init"}, {"int", "integ"},
    {"introduc", "add"}, {"jail", "isol"}, {"job", "task"}, {"js", "javascript"}, {"k8s", "kubernet"},
    {"kept", "keep"}, {"l10n", "localiz"}, {"lag", "latency"}, {"lang", "languag"}, {"launch", "start"},
    {"lib", "library"}, {"llm", "model"}, {"login", "auth"}, {"lookup", "find"}, {"lost", "los"}, {"maco", "mac"},
    {"mad", "mak"}, {"mail", "email"}, {"manu", "doc"}, {"mask", "redact"}, {"max", "maximum"}, {"md", "markdown"},
    {"min", "minimum"}, {"misspell", "typo"}, {"money", "cost"}, {"mongo", "mongodb"}, {"monit", "metric"},
    {"mr", "pullrequest"}, {"msg", "messag"}, {"num", "numb"}, {"obj", "object"}, {"obsolet", "legacy"},
    {"optimiz", "perform"}, {"osx", "mac"}, {"otel", "opentelemetry"}, {"outdat", "legacy"}, {"panic", "crash"},
    {"parallel", "concurrent"}, {"param", "paramet"}, {"perf", "perform"}, {"perm", "permiss"}, {"permit", "allow"},
    {"pick", "choos"}, {"pkg", "packag"}, {"postgr", "postgresql"}, {"pr", "pullrequest"}, {"pric", "cost"},
    {"problem", "issu"}, {"provid", "add"}, {"prun", "remov"}, {"purg", "remov"}, {"py", "python"},
    {"quick", "perform"}, {"ran", "run"}, {"rb", "ruby"}, {"reattempt", "retry"}, {"ref", "refer"},
    {"regexp", "regex"}, {"repair", "fix"}, {"repo", "repository"}, {"req", "request"}, {"resend", "retry"},
    {"resolv", "fix"}, {"resp", "respons"}, {"sandbox", "isol"}, {"scrub", "redact"}, {"search", "find"},
    {"secret", "credenti"}, {"segfault", "crash"}, {"select", "choos"}, {"sent", "send"}, {"signatur", "sign"},
    {"signin", "auth"}, {"simultaneous", "concurrent"}, {"sit", "websit"}, {"slow", "perform"}, {"solv", "fix"},
    {"spec", "specific"}, {"speed", "perform"}, {"speedup", "perform"}, {"spell", "typo"}, {"spend", "cost"},
    {"spent", "cost"}, {"ssl", "tls"}, {"stall", "hang"}, {"str", "string"}, {"stuck", "hang"},
    {"summariz", "summary"}, {"support", "add"}, {"synchroniz", "sync"}, {"synchronous", "sync"}, {"taken", "tak"},
    {"temp", "temporary"}, {"termin", "stop"}, {"throttl", "ratelimit"}, {"tmp", "temporary"}, {"todo", "task"},
    {"took", "tak"}, {"totp", "mfa"}, {"transl", "localiz"}, {"trunc", "trim"}, {"ts", "typescript"},
    {"tutori", "doc"}, {"upgrad", "updat"}, {"used", "use"}, {"using", "use"}, {"valid", "check"}, {"var", "vari"},
    {"ver", "vers"}, {"verific", "check"}, {"verify", "check"}, {"vulner", "secur"}, {"whitelist", "allowlist"},
    {"win", "window"}, {"writ", "draft"}, {"written", "draft"}, {"wrot", "draft"}, {"yml", "yaml"},
};
/* clang-format on */

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *stop_word(size_t place)
{
    return stop_words[place];
}

static const char *joined_first(size_t place)
{
    return joined_words[place].first;
}

static const char *folded_stem(size_t place)
{
    return folds[place].stem;
}

/* Where the word stands among so many, which are in order; the count if it doesn't. */
static size_t place_of(struct span word, const char *(*at)(size_t place), size_t count)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = span_compare(word, span_from_text(at(middle)));
        if (order == 0)
            return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return count;
}

bool idea_word_stops(struct span word)
{
    return place_of(word, stop_word, COUNT(stop_words)) < COUNT(stop_words);
}

/* The word or the word and an `s`. */
static bool is_or_plural(struct span word, const char *wanted)
{
    struct span one = span_from_text(wanted);

    return span_equal(word, one) ||
           (word.size == one.size + 1 && span_starts_with(word, one) && word.bytes[one.size] == 's');
}

struct span idea_word_joined(struct span first, struct span second)
{
    size_t place = place_of(first, joined_first, COUNT(joined_words));

    while (place < COUNT(joined_words) && place > 0 && span_equal(first, span_from_text(joined_first(place - 1))))
        place--;
    for (; place < COUNT(joined_words) && span_equal(first, span_from_text(joined_first(place))); place++)
        if (is_or_plural(second, joined_words[place].second))
            return span_from_text(joined_words[place].one);
    return (struct span){0};
}

struct span idea_stem_folded(struct span stem)
{
    size_t place = place_of(stem, folded_stem, COUNT(folds));

    return place < COUNT(folds) ? span_from_text(folds[place].becomes) : stem;
}
