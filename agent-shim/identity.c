/* Who a session is. The secret lives here for as long as it takes to hash it, and goes nowhere else. */
#include "agent-shim/identity.h"

#include <stdio.h>
#include <string.h>

#include "agent-shim/config.h"
#include "base/check.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/utf8.h"

enum { SECRET_MIN_BYTES = 32, CODE_RANDOM_BYTES = 20, NAME_RANDOM_BYTES = 8 };

/* A plain memset may be left out by the compiler. */
static void wipe(void *bytes, size_t size)
{
    explicit_bzero(bytes, size);
}

static void hash(uint8_t out[LIMIT_IDENTITY_BYTES], const void *bytes, size_t size)
{
    hash_blake2b_256(span_of(bytes, size), out);
}

static enum dibs_error find_key_path(const struct dibs_client_options *options, char out[PATH_MAX],
                                     struct error_text *why)
{
    const char *given = options->secret_file != NULL ? options->secret_file : environment("DIBS_SECRET_FILE");
    char directory[PATH_MAX];
    if (given == NULL) {
        enum dibs_error error = config_directory(options->config_dir, directory, why);
        if (error != DIBS_OK && options->config_dir == NULL)
            out[0] = '\0'; /* read_user_key says so to whom it matters */
        if (error != DIBS_OK)
            return options->config_dir == NULL ? DIBS_OK : error;
    }
    int length =
        given != NULL ? snprintf(out, PATH_MAX, "%s", given) : snprintf(out, PATH_MAX, "%s/secret.key", directory);
    if (length < 0 || length >= PATH_MAX)
        return error_say(why, DIBS_BAD_INPUT, "the path of the key file is too long");
    return DIBS_OK;
}

enum dibs_error identity_source_init(struct identity_source *source, const struct dibs_client_options *options,
                                     struct error_text *why)
{
    *source = (struct identity_source){0};
    const void *secret = options->secret;
    size_t size = options->secret_size;
    if (secret == NULL && options->secret_file == NULL) {
        secret = environment("DIBS_SECRET");
        size = secret == NULL ? 0 : strlen(secret);
    }
    if (secret == NULL)
        return find_key_path(options, source->key_path, why);
    if (size < SECRET_MIN_BYTES)
        return error_say(why, DIBS_BAD_INPUT, "the secret has %zu bytes, fewer than %d; give a longer one", size,
                         SECRET_MIN_BYTES);
    hash(source->proof, secret, size);
    source->given = true;
    return DIBS_OK;
}

void identity_source_deinit(struct identity_source *source)
{
    wipe(source, sizeof *source);
}

bool identity_source_has_place(const struct identity_source *source)
{
    return source->given || source->key_path[0] != '\0';
}

static enum dibs_error make_parent(const char *path, struct error_text *why)
{
    char directory[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path)
        return DIBS_OK;
    memcpy(directory, path, (size_t)(slash - path));
    directory[slash - path] = '\0';
    return directory_make(directory, 0700, why);
}

static enum dibs_error no_place_for_a_key(struct error_text *why)
{
    return error_say(why, DIBS_BAD_INPUT,
                     "the per-user key has no place: neither $XDG_CONFIG_HOME nor $HOME names a directory; set one of "
                     "them, or $DIBS_SECRET_FILE");
}

static enum dibs_error read_user_key(struct identity_source *source, struct error_text *why)
{
    if (source->has_key)
        return DIBS_OK;
    if (!identity_source_has_place(source))
        return no_place_for_a_key(why);
    enum dibs_error error = key_file_read(source->key_path, false, source->user_key, why);
    if (error == DIBS_NO_STORE) {
        error = make_parent(source->key_path, why);
        if (error == DIBS_OK)
            error = key_file_read(source->key_path, true, source->user_key, why);
    }
    source->has_key = error == DIBS_OK;
    return error;
}

static void put_identity(const uint8_t proof[LIMIT_IDENTITY_BYTES], enum identity_form form,
                         uint8_t out[LIMIT_IDENTITY_BYTES])
{
    if (form == IDENTITY_PROOF)
        memcpy(out, proof, LIMIT_IDENTITY_BYTES);
    else
        hash(out, proof, LIMIT_IDENTITY_BYTES);
}

enum dibs_error identity_source_check(struct identity_source *source, struct error_text *why)
{
    if (source->given || !identity_source_has_place(source))
        return DIBS_OK;
    enum dibs_error error = key_file_read(source->key_path, false, source->user_key, why);
    source->has_key = error == DIBS_OK;
    return error == DIBS_NO_STORE ? DIBS_OK : error; /* it is made when it is needed */
}

static bool is_last(const struct identity_source *source, struct span session, enum identity_form form)
{
    return session.size != 0 && source->last.form == form &&
           span_equal(session, span_of(source->last.session, source->last.session_size));
}

static void remember(struct identity_source *source, struct span session, enum identity_form form,
                     const uint8_t identity[LIMIT_IDENTITY_BYTES])
{
    source->last.session_size = session.size;
    source->last.form = form;
    if (session.size != 0)
        memcpy(source->last.session, session.bytes, session.size);
    memcpy(source->last.identity, identity, sizeof source->last.identity);
}

enum dibs_error identity_of_session(struct identity_source *source, struct span session, enum identity_form form,
                                    uint8_t out[LIMIT_IDENTITY_BYTES], struct error_text *why)
{
    if (source->given) {
        put_identity(source->proof, form, out);
        return DIBS_OK;
    }
    enum dibs_error error = read_user_key(source, why);
    if (error != DIBS_OK)
        return error;
    if (is_last(source, session, form)) {
        memcpy(out, source->last.identity, sizeof source->last.identity);
        return DIBS_OK;
    }
    uint8_t secret[LIMIT_IDENTITY_BYTES], proof[LIMIT_IDENTITY_BYTES];
    uint8_t input[KEY_FILE_BYTES + LIMIT_SESSION_BYTES];
    CHECK(session.size <= LIMIT_SESSION_BYTES);
    memcpy(input, source->user_key, KEY_FILE_BYTES);
    memcpy(input + KEY_FILE_BYTES, session.bytes, session.size);
    hash(secret, input, KEY_FILE_BYTES + session.size);
    wipe(input, sizeof input);
    hash(proof, secret, sizeof secret);
    put_identity(proof, form, out);
    remember(source, session, form, out);
    wipe(secret, sizeof secret);
    wipe(proof, sizeof proof);
    return DIBS_OK;
}

enum dibs_error identity_of_operator(const char *path, bool make, enum identity_form form,
                                     uint8_t out[LIMIT_IDENTITY_BYTES], struct error_text *why)
{
    uint8_t key[KEY_FILE_BYTES], proof[LIMIT_IDENTITY_BYTES];
    enum dibs_error error = key_file_read(path, make, key, why);
    if (error != DIBS_OK)
        return error;
    hash(proof, key, sizeof key);
    put_identity(proof, form, out);
    wipe(key, sizeof key);
    wipe(proof, sizeof proof);
    return DIBS_OK;
}

static void put_hex(char *out, const uint8_t *bytes, size_t size)
{
    struct text text;
    text_begin(&text, out, 2 * size + 1);
    text_hex(&text, span_of(bytes, size));
}

static bool is_session_name(const char *name)
{
    struct span text = span_from_text(name);
    return text.size >= 1 && text.size <= LIMIT_SESSION_BYTES && utf8_is_clean(text, false);
}

enum dibs_error session_name_find(const char *given, char out[DIBS_SESSION_SIZE], bool *made_up, struct error_text *why)
{
    const char *name = given != NULL ? given : environment("DIBS_SESSION");
    *made_up = name == NULL;
    if (name == NULL) {
        uint8_t bytes[NAME_RANDOM_BYTES];
        random_fill(bytes, sizeof bytes);
        (void)memcpy(out, "s-", 3);
        put_hex(out + 2, bytes, sizeof bytes);
        return DIBS_OK;
    }
    if (!is_session_name(name))
        return error_say(
            why, DIBS_BAD_INPUT,
            "not a session's name: give 1 to 128 bytes of UTF-8 without control characters (%zu bytes given)",
            strlen(name));
    (void)snprintf(out, DIBS_SESSION_SIZE, "%s", name);
    return DIBS_OK;
}

void code_make(char out[DIBS_CODE_SIZE], uint8_t code_hash[LIMIT_IDENTITY_BYTES])
{
    uint8_t bytes[CODE_RANDOM_BYTES];
    random_fill(bytes, sizeof bytes);
    put_hex(out, bytes, sizeof bytes);
    hash(code_hash, out, strlen(out));
}
