/* The numbers as OpenMetrics text. Pure. */
#ifndef HTTP_METRICS_H
#define HTTP_METRICS_H

#include "base/text.h"
#include "coordinator/http/numbers.h"

void metrics_render(const struct numbers *numbers, struct text *out);

#endif
