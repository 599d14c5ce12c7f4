/* Three panels of bars, one a figure; in each a pair a rate. */
#include "bench/steer_chart.h"

#include <stdio.h>

enum { PANEL = 250, LEFT = 20, TOP = 60, HEIGHT = 190, BAR = 28, PAIR = 76 };

static const char *const titles[STEER_FIGURES] = {
    "regret a session (less is better)", "days until the new best leads (less)", "share of the most neglected (more)"};
static const char *const colours[] = {"#2a6f97", "#c9a227"};

static double largest(const struct steer_result *results, int count, int figure)
{
    double most = 1e-9;

    for (int i = 0; i < count; i++)
        for (int kind = PLAYER_OURS; kind <= PLAYER_SEED; kind++) {
            const struct mean *mean = &results[i].figures[kind][figure];
            double top = mean_value(mean) + mean_half_interval(mean);

            most = top > most ? top : most;
        }
    return most;
}

static void bar(FILE *file, const struct mean *mean, int kind, double scale, double x)
{
    double value = mean_value(mean), half = mean_half_interval(mean), bottom = TOP + HEIGHT, middle = x + BAR / 2.0;

    fprintf(file, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"%s\"/>\n", x, bottom - value * scale,
            BAR, value * scale, colours[kind]);
    fprintf(file, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#333\"/>\n", middle, middle,
            bottom - (value + half) * scale, bottom - (value - half) * scale);
    fprintf(file, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" font-size=\"10\">%.3f</text>\n", middle,
            bottom - (value + half) * scale - 4, value);
}

static void panel(FILE *file, const struct steer_result *results, int count, int figure)
{
    double scale = (HEIGHT - 20) / largest(results, count, figure), left = LEFT + PANEL * figure;

    fprintf(file, "<text x=\"%.1f\" y=\"%d\">%s</text>\n", left, TOP - 14, titles[figure]);
    for (int i = 0; i < count; i++) {
        double x = left + 4 + PAIR * i;

        for (int kind = PLAYER_OURS; kind <= PLAYER_SEED; kind++)
            bar(file, &results[i].figures[kind][figure], kind, scale, x + (BAR + 4) * kind);
        fprintf(file, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%u a day</text>\n", x + BAR + 2,
                TOP + HEIGHT + 16, results[i].per_day);
    }
    fprintf(file, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#333\"/>\n", left, left + PANEL - 20,
            TOP + HEIGHT, TOP + HEIGHT);
}

bool steer_chart(const char *path, const struct steer_result *results, int count)
{
    FILE *file = fopen(path, "w");
    bool written;

    if (file == NULL) {
        perror(path);
        return false;
    }
    fprintf(file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" "
            "font-size=\"12\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
            LEFT + PANEL * STEER_FIGURES, TOP + HEIGHT + 30);
    for (int kind = PLAYER_OURS; kind <= PLAYER_SEED; kind++) {
        fprintf(file, "<rect x=\"%d\" y=\"10\" width=\"12\" height=\"12\" fill=\"%s\"/>\n", LEFT + 120 * kind,
                colours[kind]);
        fprintf(file, "<text x=\"%d\" y=\"20\">%s</text>\n", LEFT + 120 * kind + 18,
                player_name((enum player_kind)kind));
    }
    for (int figure = 0; figure < STEER_FIGURES; figure++)
        panel(file, results, count, figure);
    fprintf(file, "</svg>\n");
    written = ferror(file) == 0;
    return fclose(file) == 0 && written;
}
