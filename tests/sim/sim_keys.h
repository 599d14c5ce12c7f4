/* Keys on which core and model agree. What a storm of flipped bytes makes of a key is the key tests' business: where the
 * two canonical forms differ, the record counts as one that nobody can read; and so does one about ideas, of which the
 * model knows nothing yet. */
#ifndef SIM_SIM_KEYS_H
#define SIM_SIM_KEYS_H

#include "proto/messages.h"

/* Does the model know what it is about, and do core and model make the same of every key in it? For sim_codec_reads; one thread. */
bool sim_keys_agree(const struct intent *intent);

#endif
