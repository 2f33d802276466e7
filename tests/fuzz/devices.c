/* Device rules of version 1, instructions of a program, lists of processors:
 * what is understood is written the same way again. */

#include "lx.h"

#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
rules(const char *text)
{
    struct lx_devices devices, again;
    char buf[LX_DEVICES_TEXT];

    if (lx_devices_parse(text, &devices)) {
        lx_devices_text(&devices, buf, sizeof(buf));
        if (!lx_devices_parse(buf, &again)
            || !lx_devices_same(&devices, &again)) {
            abort();
        }
    }
}

static void
program(const uint8_t *data, size_t size)
{
    static struct bpf_insn code[LX_DEVICE_BLINDED], plain[LX_DEVICE_INSNS];
    struct lx_devices devices, again;
    size_t count = size / sizeof(*code);

    if (count > LX_DEVICE_BLINDED) {
        return;
    }
    memcpy(code, data, count * sizeof(*code));
    if (lx_devices_decode(code, count, &devices)
        && (!lx_devices_decode(
                plain, lx_devices_compile(&devices, plain), &again)
            || !lx_devices_same(&devices, &again))) {
        abort();
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    int cpus[64];

    memcpy(text, data, size);
    text[size] = '\0';
    rules(text);
    program(data, size);
    lx_perf_cpus(text, cpus, 64);
    free(text);
    return 0;
}
