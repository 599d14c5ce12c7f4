/* The end of a process that broke its own rules: one line on stderr, then abort. No stdio, no allocation, so that it
 * may be called from anywhere, also from a signal handler. */
#include "base/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void say(const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(STDERR_FILENO, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        bytes += written;
        size -= (size_t)written;
    }
}

static void say_text(const char *text)
{
    say(text, strlen(text));
}

static void say_number(int number)
{
    char digits[12];
    size_t at = sizeof digits;
    unsigned rest = number < 0 ? 0u : (unsigned)number;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    say(digits + at, sizeof digits - at);
}

void check_failed(const char *condition, const char *file, int line)
{
    say_text("dibs: a bug: ");
    say_text(file);
    say_text(":");
    say_number(line);
    say_text(": CHECK(");
    say_text(condition);
    say_text(") failed\n");
    abort();
}
