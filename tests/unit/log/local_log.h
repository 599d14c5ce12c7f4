/* A local log in a directory of its own, with numbered records: what the tests of log_local share. */
#ifndef TESTS_UNIT_LOG_LOCAL_LOG_H
#define TESTS_UNIT_LOG_LOCAL_LOG_H

#include "tests/unit/log/fixture.h"

extern char dir[FIXTURE_PATH_BYTES];
extern struct error_text why;
extern struct fixture_clock now;
extern struct log_local_options options; /* what open_log opens with */

/* The suite's .init and .fini. */
void local_log_setup(void);
void local_log_teardown(void);

/* Opened and recovered, given that it once reached `known`. */
struct log *open_log(uint64_t known);

uint64_t append(struct log *log, const char *text);

/* Records `from` to `to` exclusive, which must get these offsets. */
void append_numbers(struct log *log, uint64_t from, uint64_t to);
void check_number(struct log *log, uint64_t offset);
void check_ends_at(struct log *log, uint64_t end);

/* Of the segment that begins with that offset; static, until the next call. */
char *segment_path(uint64_t first);
off_t size_of(const char *path);

#endif
