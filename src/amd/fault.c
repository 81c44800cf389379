#include "amd/fault.h"

#include <stdio.h>

#include "amd/registers.h"
#include "amd/vm.h"

/* Client ids of the graphics hub (linux gfxhub_v3_0.c, gfxhub_client_ids). */
static const struct {
    uint32_t id;
    const char *name;
} clients[] = {
    {0, "CB/DB"},
    {2, "GE1"},
    {3, "GE2"},
    {4, "CPF (command fetch)"},
    {5, "CPC (command processor)"},
    {6, "CPG"},
    {7, "RLC"},
    {8, "a shader (vector memory)"},
    {9, "a shader (scalar memory or instruction fetch)"},
    {10, "a shader (instruction fetch)"},
};

static const char *client_name(uint32_t id)
{
    for (size_t i = 0; i < sizeof clients / sizeof clients[0]; i++) {
        if (clients[i].id == id) {
            return clients[i].name;
        }
    }
    return "an engine";
}

static void describe_place(const struct vm_place *p, char *text, size_t size)
{
    if (p->inside) {
        snprintf(text, size, "inside an allocation of %llu bytes at %#llx", (unsigned long long)p->size,
                 (unsigned long long)p->start);
    } else if (p->size) {
        snprintf(text, size, "%llu bytes behind the end of an allocation of %llu bytes at %#llx", (unsigned long long)p->behind,
                 (unsigned long long)p->size, (unsigned long long)p->start);
    } else {
        snprintf(text, size, "below every allocation");
    }
}

void fault_describe(const char *hub, uint32_t status, uint64_t page, const struct vm_place *place, char *text, size_t text_size)
{
    char where[128];
    uint32_t permission = field_get(status, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_PERMISSION_FAULTS);
    uint32_t client = field_get(status, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_CID);
    describe_place(place, where, sizeof where);
    snprintf(text, text_size,
             "page fault: %s %s card address %#llx, %s (%s hub, client %u = %s, VMID %u, status %#x%s); the work on the card is "
             "lost: open "
             "the card again",
             client_name(client), field_get(status, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_RW) ? "wrote to" : "read from",
             (unsigned long long)page, where, hub, client, client_name(client),
             field_get(status, FIELD_GCVM_L2_PROTECTION_FAULT_STATUS_VMID), status,
             permission ? ", permission denied" : ", nothing mapped");
}
