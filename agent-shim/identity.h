/* Who a session is: its name, and a secret that is never stored, logged or shown.
 *
 *   secret -> proof = BLAKE2b-256(secret) -> verifier = BLAKE2b-256(proof)
 *
 * A file: log holds verifiers only. A topic holds proofs; whoever reads it hashes them. */
#ifndef SHIM_IDENTITY_H
#define SHIM_IDENTITY_H

#include <limits.h>

#include <dibs/dibs.h>

#include "base/private_file.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/span.h"

/* What a log holds of a secret. */
enum identity_form { IDENTITY_VERIFIER, IDENTITY_PROOF };

/* Where secrets come from: one given secret for all names, or a per-user key from which each name's is derived. */
struct identity_source {
    bool given;
    uint8_t proof[LIMIT_IDENTITY_BYTES]; /* of the given secret */
    bool has_key;
    uint8_t user_key[KEY_FILE_BYTES]; /* read when first needed */
    char key_path[PATH_MAX];
    struct {                 /* what was made last: making it takes three hashes */
        size_t session_size; /* 0: nothing was */
        enum identity_form form;
        uint8_t session[LIMIT_SESSION_BYTES], identity[LIMIT_IDENTITY_BYTES];
    } last;
};

MUST_USE enum dibs_error identity_source_init(struct identity_source *source, const struct dibs_client_options *options,
                                              struct error_text *why);
/* A key file that is there and no good, such as one that others can read, is told here already. */
MUST_USE enum dibs_error identity_source_check(struct identity_source *source, struct error_text *why);
void identity_source_deinit(struct identity_source *source); /* wipes */

/* false: no secret was given, and there is neither $HOME nor another place for the per-user key. */
bool identity_source_has_place(const struct identity_source *source);

/* Of the session of that name; makes the per-user key when it is missing. */
MUST_USE enum dibs_error identity_of_session(struct identity_source *source, struct span session,
                                             enum identity_form form, uint8_t out[LIMIT_IDENTITY_BYTES],
                                             struct error_text *why);

/* Of the operator whose key is in that file. */
MUST_USE enum dibs_error identity_of_operator(const char *path, bool make, enum identity_form form,
                                              uint8_t out[LIMIT_IDENTITY_BYTES], struct error_text *why);

/* Name given, else $DIBS_SESSION, else a made-up one (*made_up). DIBS_BAD_INPUT: not a name (S7). */
MUST_USE enum dibs_error session_name_find(const char *given, char out[DIBS_SESSION_SIZE], bool *made_up,
                                           struct error_text *why);

/* A one-time hand-off code with 160 random bits, and the hash that the log gets. */
void code_make(char out[DIBS_CODE_SIZE], uint8_t code_hash[LIMIT_IDENTITY_BYTES]);

#endif
