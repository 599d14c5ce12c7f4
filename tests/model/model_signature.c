/* What is kept of an idea's texts: features, marks and kind; what a feature weighs, and how like two ideas are. */
#include "tests/model/model_idea.h"

/* ---------------------------------------------------------------- features */

uint32_t feature_hash(const uint8_t *bytes, size_t size)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 16777619u;
    hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
    hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
    return hash ^ (hash >> 16);
}

bool put_ascending(uint32_t *list, uint32_t *count, uint32_t most, uint32_t value)
{
    uint32_t at = 0;
    while (at < *count && list[at] < value)
        at++;
    if (at < *count && list[at] == value)
        return true;
    if (*count == most)
        return false;
    memmove(list + at + 1, list + at, (*count - at) * sizeof *list);
    list[at] = value;
    ++*count;
    return true;
}

static bool put_feature(struct signature *signature, uint32_t feature)
{
    return put_ascending(signature->features, &signature->feature_count, FEATURES_MAX, feature);
}

/* The word's stem, and each four bytes of <word>. False: there is room for no more. */
static bool put_word(struct signature *signature, const struct word *word)
{
    struct word stemmed = *word;
    uint8_t whole[WORD_BYTES + 2] = {'<'};
    memcpy(whole + 1, word->bytes, word->size);
    whole[word->size + 1] = '>';
    stem(&stemmed);
    if (!put_feature(signature, feature_hash(stemmed.bytes, stemmed.size) & ~1u))
        return false;
    for (size_t at = 0; at + 4 <= word->size + 2; at++)
        if (!put_feature(signature, feature_hash(whole + at, 4) | 1u))
            return false;
    return true;
}

static void put_text(struct signature *signature, struct span text)
{
    struct words words = words_of(text);
    for (size_t i = 0; i < words.count && put_word(signature, &words.list[i]); i++)
        ;
    words_free(&words);
    marks_add(signature, text);
}

void signature_read(const struct texts *texts, struct signature *signature)
{
    *signature = (struct signature){0};
    if (texts->about.size == 0)
        return; /* S44: aka alone makes no idea */
    struct commit about = commit_read(texts->about), aka = commit_read(texts->aka);
    struct span kind = texts->category.size > 0 || about.type == NULL ? texts->category : span_from_text(about.type);
    put_text(signature, about.in_parentheses);
    put_text(signature, about.rest);
    put_text(signature, aka.in_parentheses);
    put_text(signature, aka.rest);
    signature->kind_size = kind.size;
    if (kind.size > 0)
        memcpy(signature->kind, kind.bytes, kind.size);
}

/* ---------------------------------------------------------------- likeness */

uint64_t log2_q8(uint64_t number)
{
    if (number == 0)
        return 0;
    uint64_t highest = 0;
    while (number >> highest > 1)
        highest++;
    uint64_t mantissa = highest > 31 ? number >> (highest - 31) : number << (31 - highest), result = highest;
    for (int i = 0; i < 8; i++) {
        mantissa = mantissa * mantissa >> 31;
        result = 2 * result;
        if (mantissa >> 32 != 0) {
            result++;
            mantissa >>= 1;
        }
    }
    return result;
}

uint64_t feature_weight(const struct scope *scope, uint32_t feature)
{
    if ((feature & 1) != 0)
        return 1369; /* four bytes, however common */
    uint64_t all = log2_q8((scope == NULL ? 0 : scope->counted) + 512);
    uint64_t those = log2_q8(scope_frequency(scope, feature >> 16) + 1);
    uint64_t scaled = (those < all ? all - those : 0) * 77 >> 6;
    return scaled * scaled >> 8;
}

static uint64_t square_root(uint64_t number)
{
    uint64_t root = 0;
    for (uint64_t bit = UINT64_C(1) << 31; bit > 0; bit >>= 1)
        if ((root + bit) * (root + bit) <= number)
            root += bit;
    return root;
}

uint64_t likeness_score(uint64_t shared, uint64_t norm, uint64_t other_norm)
{
    if (norm == 0 || other_norm == 0)
        return 0;
    uint64_t score = 1000 * shared / square_root(norm * other_norm);
    return score < 1000 ? score : 1000;
}

bool signature_has(const struct signature *signature, uint32_t feature)
{
    for (uint32_t i = 0; i < signature->feature_count && signature->features[i] <= feature; i++)
        if (signature->features[i] == feature)
            return true;
    return false;
}

static bool has_mark_that_lacks(const struct signature *one, const struct signature *other)
{
    for (uint32_t i = 0; i < one->mark_count; i++) {
        bool found = false;
        for (uint32_t j = 0; j < other->mark_count; j++)
            found = found || other->marks[j] == one->marks[i];
        if (!found)
            return true;
    }
    return false;
}

/* Bump x to 1.2 and bump x to 1.3. */
bool signatures_conflict(const struct signature *a, const struct signature *b)
{
    return has_mark_that_lacks(a, b) && has_mark_that_lacks(b, a);
}

bool kinds_agree(const struct signature *a, const struct signature *b)
{
    return a->kind_size == 0 || b->kind_size == 0 ||
           span_equal(span_of(a->kind, a->kind_size), span_of(b->kind, b->kind_size));
}
