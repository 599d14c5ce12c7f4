/* Two texts of lines, shown beside each other. */
#include "tests/sim/side_by_side.h"

#include <string.h>

enum { COLUMN = 58, AHEAD = 40 };

struct line {
    const char *text;
    size_t size;
};

static struct line first_line(const char *text)
{
    return (struct line){text, strcspn(text, "\n")};
}

static const char *after(struct line line)
{
    return line.text[line.size] == '\n' ? line.text + line.size + 1 : line.text + line.size;
}

static int same(struct line a, struct line b)
{
    return a.size == b.size && memcmp(a.text, b.text, a.size) == 0;
}

void side_by_side_first(const char *left, const char *right, char *name, size_t size)
{
    while (*left != '\0' && *right != '\0' && same(first_line(left), first_line(right))) {
        left = after(first_line(left));
        right = after(first_line(right));
    }
    const char *differing = *left != '\0' ? left : right;
    size_t length = strcspn(differing, " \n[");
    (void)snprintf(name, size, "%.*s", (int)length, differing);
}

/* Is the line among the next ones of the text? */
static int comes_later(struct line line, const char *text)
{
    for (int i = 0; i < AHEAD && *text != '\0'; i++) {
        if (same(line, first_line(text)))
            return 1;
        text = after(first_line(text));
    }
    return 0;
}

static void print_pair(FILE *out, char mark, struct line left, struct line right)
{
    (void)fprintf(out, "  %c %-*.*s | %.*s\n", mark, COLUMN, (int)left.size, left.text, (int)right.size, right.text);
}

void side_by_side_print(FILE *out, const char *left_title, const char *left, const char *right_title, const char *right)
{
    static const struct line none = {"", 0};

    (void)fprintf(out, "    %-*s | %s\n", COLUMN, left_title, right_title);
    while (*left != '\0' || *right != '\0') {
        struct line a = first_line(left), b = first_line(right);
        if (*left != '\0' && *right != '\0' && same(a, b)) {
            print_pair(out, ' ', a, b);
        } else if (*left != '\0' && (*right == '\0' || comes_later(b, left))) {
            print_pair(out, '*', a, none);
            left = after(a);
            continue;
        } else if (*left == '\0' || comes_later(a, right)) {
            print_pair(out, '*', none, b);
            right = after(b);
            continue;
        } else {
            print_pair(out, '*', a, b);
        }
        left = after(a);
        right = after(b);
    }
}
