/* Any text as a store's manifest: what is taken is printed and read again as the same. */
#include <string.h>

#include "agent-shim/manifest.h"
#include "base/check.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[MANIFEST_TEXT_MAX], printed[MANIFEST_TEXT_MAX], again[MANIFEST_TEXT_MAX];
    struct error_text why = {0};
    struct manifest manifest = {.map_bytes = 77}, second;
    size_t length = size < sizeof text ? size : sizeof text - 1;
    memcpy(text, data, length);
    text[length] = '\0';
    if (manifest_parse(text, "store.json", &manifest, &why) != DIBS_OK) {
        CHECK(why.text[0] != '\0' && manifest.map_bytes == 77);
        return 0;
    }
    CHECK(memchr(manifest.clock.boot_id, '\0', sizeof manifest.clock.boot_id) != NULL);
    manifest_print(&manifest, printed);
    CHECK(manifest_parse(printed, "store.json", &second, &why) == DIBS_OK);
    manifest_print(&second, again);
    CHECK(strcmp(printed, again) == 0);
    CHECK(memcmp(manifest.store_id, second.store_id, sizeof second.store_id) == 0 && manifest.sync == second.sync &&
          manifest.retain_ms == second.retain_ms && manifest.synced_offset == second.synced_offset &&
          strcmp(manifest.clock.boot_id, second.clock.boot_id) == 0);
    return 0;
}
