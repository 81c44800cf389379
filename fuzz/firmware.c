/* Vendor firmware images: every piece that is cut out lies inside the file. The first byte says which kind of image. */
#include "amd/firmware.h"

#include "fuzz/fuzz.h"

static void check_piece(const struct firmware_piece *piece, const uint8_t *image, size_t size)
{
    if (piece->size_bytes) {
        FUZZ_CHECK(piece->data >= image && piece->data <= image + size &&
                   piece->size_bytes <= (size_t)(image + size - piece->data));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct firmware fw;
    struct err e = {0};
    fw = (struct firmware){0};
    if (size == 0) {
        return 0;
    }
    const uint8_t *image = data + 1;
    int rc = firmware_parse((enum firmware_file)(data[0] % FIRMWARE_FILES), image, size - 1, &fw, &e);
    FUZZ_CHECK(rc == 0 || e.text[0]);
    FUZZ_CHECK(fw.piece_count <= FIRMWARE_MAX_PIECES);
    for (uint32_t i = 0; i < fw.piece_count; i++) {
        check_piece(&fw.pieces[i], image, size - 1);
    }
    for (int i = 0; i < FIRMWARE_MAX_BOOT; i++) {
        check_piece(&fw.boot[i], image, size - 1);
    }
    check_piece(&fw.smu, image, size - 1);
    return 0;
}
