/* Tells a scenario: to core and model side by side, then again to a core that crashes all the time. */
#include "tests/unit/rules/play.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/model/model.h"
#include "tests/sim/core_dump.h"
#include "tests/sim/core_side.h"
#include "tests/sim/invariants.h"
#include "tests/unit/rules/heard.h"

/* A line of the scenario, and what came of it in the first telling. */
struct line {
    char *record, *expected; /* expected: NULL, anything goes */
    uint64_t ts_ms;
    struct heard heard;
    struct state_digest digest;
};

struct scenario {
    struct line *lines;
    size_t count, room;
};

static void scenario_add(struct scenario *scenario, const char *text)
{
    const char *arrow = strstr(text, "->");
    size_t size = arrow != NULL ? (size_t)(arrow - text) : strlen(text);
    text += strspn(text, " ");
    if (*text == '\0' || *text == '%')
        return; /* a remark */
    if (scenario->count == scenario->room) {
        scenario->room = scenario->room * 2 + 32;
        scenario->lines = realloc(scenario->lines, scenario->room * sizeof *scenario->lines);
        cr_assert_not_null(scenario->lines);
    }
    struct line *line = &scenario->lines[scenario->count++];
    *line = (struct line){.record = strndup(text, size), .ts_ms = strtoull(text, NULL, 10)};
    line->expected = arrow != NULL ? strdup(arrow + 2) : NULL;
}

static void scenario_read(struct scenario *scenario, const char *script)
{
    const char *first = script + strcspn(script, " ");
    if (strncmp(first, " genesis", 8) != 0)
        scenario_add(scenario, "0 genesis");
    char *copy = strdup(script), *rest = copy, *text;
    while ((text = strsep(&rest, "\n")) != NULL)
        scenario_add(scenario, text);
    free(copy);
}

static void scenario_free(struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->count; i++) {
        heard_clear(&scenario->lines[i].heard);
        free(scenario->lines[i].record);
        free(scenario->lines[i].expected);
    }
    free(scenario->lines);
}

static void line_read(struct play *play, const struct line *line, struct intent *intent)
{
    char *words[PLAY_WORDS_MAX], *copy = strdup(line->record);
    size_t count = heard_split(copy, words, PLAY_WORDS_MAX);
    cr_assert_geq(count, 2, "%s", line->record);
    play_read(play, words + 1, count - 1, intent);
    free(copy);
}

static void fail(const struct line *line, const struct heard *heard, const char *who, const char *why)
{
    struct bytes text = {0};
    for (size_t i = 0; i < heard->count; i++)
        bytes_print(&text, "\n    %s", heard->words[i]);
    cr_assert(false, "%s\n  %s\n  %s:%s", line->record, why, who, heard->count == 0 ? " nothing" : (char *)text.data);
    abort();
}

/* ---------------------------------------------------------------- the first telling */

struct stage {
    bool alone;  /* the core without the model */
    bool untold; /* it is not told again */
    struct play play;
    struct intent intent;
    struct sim_record record; /* until the invariants have seen its end */
    struct core_side core;
    struct model *model;
    struct invariants invariants;
    struct snapshot snapshots[2];
};

/* A state whose file has no name any more: whatever ends the test leaves nothing behind. */
static void core_open(struct core_side *core, const char *name)
{
    char unique[64], file[320];
    const char *parent = getenv("TMPDIR");
    if (parent == NULL)
        parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(unique, sizeof unique, "dibs-rules-%s-%ld", name, (long)getpid());
    core_side_open(core, parent, unique);
    core_side_fresh(core);
    snprintf(file, sizeof file, "%s/data.mdb", core->directory);
    (void)unlink(file);
    (void)rmdir(core->directory);
}

static char *dump_core(struct stage *stage, const struct snapshot *snapshot)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    core_dump(stage->core.state, snapshot, out);
    fclose(out);
    return text;
}

/* The model alone has a say in what is equal to it. */
static void compare_tables(struct stage *stage, const struct line *line, const struct snapshot *snapshot)
{
    char *core = dump_core(stage, snapshot), *model = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&model, &size);
    model_dump(stage->model, out);
    fclose(out);
    cr_assert_str_eq(core, model, "%s\n  the tables differ; the core's:\n%s\nthe model's:\n%s", line->record, core,
                     model);
    free(core);
    free(model);
}

static void tell_model(struct stage *stage, uint64_t offset, const struct line *line)
{
    struct heard said = {0};
    struct decision_sink sink = {.emit = heard_add, .context = &said};
    model_apply(stage->model, offset, line->ts_ms, &stage->intent, sink);
    if (!heard_equal(&line->heard, &said)) {
        fprintf(stderr, "the core:\n%.*s\nthe model:\n%.*s\n", (int)line->heard.fields.size,
                (char *)line->heard.fields.data, (int)said.fields.size, (char *)said.fields.data);
        fail(line, &said, "the model", "core and model differ");
    }
    const char *broken = model_check(stage->model);
    cr_assert_null(broken, "%s\n  the model: %s", line->record, broken);
    heard_clear(&said);
}

struct hearing {
    struct heard *heard;
    struct invariants *invariants;
};

static void hear(void *context, const struct decision *decision)
{
    struct hearing *hearing = context;
    heard_add(hearing->heard, decision);
    invariants_hear(hearing->invariants, decision);
}

static void tell_core(struct stage *stage, uint64_t offset, struct line *line)
{
    struct core_record record = {.offset = offset, .ts_ms = line->ts_ms, .intent = &stage->intent};
    struct hearing hearing = {.heard = &line->heard, .invariants = &stage->invariants};
    struct decision_sink sink = {.emit = hear, .context = &hearing};
    char why[256];
    stage->record = (struct sim_record){.offset = offset, .ts_ms = line->ts_ms};
    invariants_record_begin(&stage->invariants, &stage->record, &stage->intent);
    cr_assert_eq(core_apply(stage->core.state, &record, sink), CORE_FINISHED);
    line->digest = core_digest(stage->core.state);
    if (line->expected != NULL && !heard_as_expected(&line->heard, line->expected, why, sizeof why))
        fail(line, &line->heard, "decided", why);
}

static void tell(struct stage *stage, uint64_t offset, struct line *line)
{
    line_read(&stage->play, line, &stage->intent);
    tell_core(stage, offset, line);
    if (stage->alone)
        return;
    struct snapshot *before = &stage->snapshots[(offset + 1) % 2], *after = &stage->snapshots[offset % 2];
    tell_model(stage, offset, line);
    snapshot_take(after, stage->core.state);
    invariants_record_end(&stage->invariants, before, after);
    cr_assert_null(invariants_broken(&stage->invariants), "%s\n  the core: %s", line->record,
                   invariants_broken(&stage->invariants));
    compare_tables(stage, line, after);
}

/* ---------------------------------------------------------------- the second telling */

/* R3, INV-9: each step is lost in a crash once, then kept by a commit. */
static size_t tell_again(struct core_side *core, const struct core_record *record, const struct line *line)
{
    size_t steps = 0;
    struct heard lost = {0}, kept = {0};
    struct decision_sink to_lost = {.emit = heard_add, .context = &lost};
    struct decision_sink to_kept = {.emit = heard_add, .context = &kept};
    enum core_progress progress, same;
    do {
        progress = core_step(core->state, record, to_lost);
        core_side_crash(core);
        same = core_step(core->state, record, to_kept);
        core_side_commit(core);
        cr_assert_eq(progress, same, "%s", line->record);
        steps++;
    } while (same == CORE_MORE);
    cr_assert_eq(same, CORE_FINISHED);
    if (!heard_equal(&kept, &line->heard) || !heard_equal(&lost, &line->heard))
        fail(line, &kept, "decided the second time", "INV-9: another answer after a crash");
    struct state_digest digest = core_digest(core->state), rows = state_digest_recomputed(core->state);
    cr_assert(digest.low == line->digest.low && digest.high == line->digest.high, "%s\n  INV-9: another digest",
              line->record);
    cr_assert(rows.low == state_digest(core->state).low && rows.high == state_digest(core->state).high,
              "%s\n  INV-9: the digest is not that of the rows", line->record);
    heard_clear(&lost);
    heard_clear(&kept);
    return steps;
}

static size_t tell_all_again(const struct scenario *scenario)
{
    static struct play reader;
    static struct intent intent;
    struct core_side core;
    size_t most = 0;
    memset(&reader, 0, sizeof reader);
    core_open(&core, "again");
    for (size_t i = 0; i < scenario->count; i++) {
        struct core_record record = {.offset = i, .ts_ms = scenario->lines[i].ts_ms, .intent = &intent};
        line_read(&reader, &scenario->lines[i], &intent);
        size_t steps = tell_again(&core, &record, &scenario->lines[i]);
        most = steps > most ? steps : most;
    }
    core_side_close(&core);
    return most;
}

static char *play_through(const char *script, bool alone, bool untold, size_t *steps)
{
    static struct stage stage;
    struct scenario scenario = {0};
    memset(&stage, 0, sizeof stage);
    stage.alone = alone;
    stage.untold = untold;
    stage.model = model_new();
    invariants_begin(&stage.invariants);
    core_open(&stage.core, "told");
    scenario_read(&scenario, script);
    for (size_t i = 0; i < scenario.count; i++)
        tell(&stage, i, &scenario.lines[i]);
    struct snapshot last = {0};
    snapshot_take(&last, stage.core.state);
    char *text = dump_core(&stage, &last);
    snapshot_free(&last);
    core_side_close(&stage.core);
    *steps = stage.untold ? 0 : tell_all_again(&scenario);
    scenario_free(&scenario);
    snapshot_free(&stage.snapshots[0]);
    snapshot_free(&stage.snapshots[1]);
    model_free(stage.model);
    return text;
}

char *play_and_dump(const char *script)
{
    size_t steps;
    bool alone = getenv("DIBS_PLAY_CORE_ALONE") != NULL;
    return play_through(script, alone, alone, &steps);
}

void play(const char *script)
{
    free(play_and_dump(script));
}

size_t play_again(const char *script)
{
    size_t steps;
    free(play_through(script, false, false, &steps));
    return steps;
}

/* ---------------------------------------------------------------- a core alone */

static struct {
    struct play play;
    struct core_side core;
    uint64_t offset;
} alone;

struct state *play_core_begin(void)
{
    memset(&alone.play, 0, sizeof alone.play);
    alone.offset = 0;
    if (alone.core.state == NULL)
        core_open(&alone.core, "alone");
    else
        core_side_fresh(&alone.core);
    return alone.core.state;
}

static void hear_nothing(void *context, const struct decision *decision)
{
    (void)context, (void)decision;
}

bool play_core_tell(const char *script)
{
    static struct intent intent;
    struct scenario scenario = {0};
    enum core_progress progress = CORE_FINISHED;
    scenario_read(&scenario, script);
    for (size_t i = alone.offset == 0 ? 0 : 1; i < scenario.count; i++) { /* scenario_read begins with a genesis */
        struct core_record record = {.offset = alone.offset++, .ts_ms = scenario.lines[i].ts_ms, .intent = &intent};
        line_read(&alone.play, &scenario.lines[i], &intent);
        progress = core_apply(alone.core.state, &record, (struct decision_sink){.emit = hear_nothing});
        cr_assert(progress == CORE_FINISHED || i + 1 == scenario.count, "%s", scenario.lines[i].record);
    }
    scenario_free(&scenario);
    return progress == CORE_FINISHED;
}

void play_core_end(void)
{
    core_side_close(&alone.core);
}
