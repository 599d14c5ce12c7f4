/* Any bytes as an array of GitHub's issues: each is handed over once or named as bad, and as lines it is the same. */
#include <jansson.h>
#include <string.h>

#include "tests/fuzz/offers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An issue is called by its address, is about its title, and needs nothing that has a blank in it. */
static void check_item(const json_t *item)
{
    const char *key = json_string_value(json_object_get(item, "key"));
    const json_t *needs = json_object_get(item, "needs"), *category = json_object_get(item, "category");
    CHECK(strcmp(key, json_string_value(json_object_get(item, "ref"))) == 0);
    CHECK(json_is_string(json_object_get(item, "about")));
    CHECK(category == NULL || json_string_length(category) > 0);
    for (size_t i = 0; i < json_array_size(needs); i++) {
        const char *need = json_string_value(json_array_get(needs, i));
        CHECK(need[0] != '\0' && strchr(need, ' ') == NULL);
    }
}

static void check_items(const struct offers *offers)
{
    const char *at = offers->lines;
    while (*at != '\0') {
        size_t length = strcspn(at, "\n");
        json_t *item = json_loadb(at, length, 0, NULL);
        CHECK(item != NULL);
        check_item(item);
        json_decref(item);
        at += length + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct offers offers = offers_read(offer_github, offers_file(0, data, size));
    size_t told = offers.offered + offers.updated + offers.done + offers.bad;
    size_t mark = size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    json_t *issues = json_loadb((const char *)data + mark, size - mark, 0, NULL);
    CHECK(offers.refused == !json_is_array(issues) && told <= json_array_size(issues));
    if (offers.code == EXIT_YES || (offers.code == EXIT_USAGE && offers.bad < OFFER_BAD_MOST && offers.unanswered == 0))
        CHECK(told == json_array_size(issues));
    json_decref(issues);
    check_items(&offers);
    offers_check_again(&offers);
    offers_free(&offers);
    return 0;
}
