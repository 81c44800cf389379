#include "link/link.h"

#include <errno.h>

static int tinygpu_open(struct link *l, const char *address, uint64_t deadline_us, struct err *e)
{
    (void)l;
    (void)deadline_us;
    return err_set(e, -ENOTSUP, "tinygpu:%s: this link is not built yet", address);
}

const struct link_ops link_tinygpu_ops = {.scheme = "tinygpu", .open = tinygpu_open};
