/* GPU side of test_card.c. */
#define KERNEL __attribute__((amdgpu_kernel, visibility("default"))) void

static unsigned item(void)
{
    return __builtin_amdgcn_workgroup_id_x() * 64 + __builtin_amdgcn_workitem_id_x();
}

#ifndef FACTOR
#define FACTOR 3
#endif

/* words[i] = words[i] * 3 + add: repeating it shows how often it ran, and in what order with others. */
KERNEL triple_and_add(unsigned *words, unsigned add, unsigned count)
{
    unsigned i = item();
    if (i < count) {
        words[i] = words[i] * FACTOR + add;
    }
}

KERNEL copy_words(unsigned *to, const unsigned *from, unsigned count)
{
    unsigned i = item();
    if (i < count) {
        to[i] = from[i];
    }
}

/* Writes one word at an address that nobody has to have mapped. */
KERNEL write_anywhere(unsigned *address, unsigned value)
{
    if (item() == 0) {
        *address = value;
    }
}

/* Meets words that are no instruction. */
KERNEL run_nonsense(unsigned *word)
{
    *word = 1;
    __asm__ volatile(".long 0xbebebeef");
    *word = 2;
}

/* Reverses 64 words through local memory. */
KERNEL reverse_in_local(unsigned *words)
{
    static __attribute__((address_space(3), loader_uninitialized)) unsigned local[64];
    unsigned i = __builtin_amdgcn_workitem_id_x();
    local[i] = words[i];
    __builtin_amdgcn_s_barrier();
    words[i] = local[63 - i];
}

/* Takes a while: `rounds` dependent steps. */
KERNEL spin(unsigned *word, unsigned rounds)
{
    unsigned v = *word;
    for (unsigned i = 0; i < rounds; i++) {
        v = v * 1664525u + 1013904223u;
    }
    *word = v;
}

/* What the runtime fills in behind the arguments: number of groups and group size (ABI v5: at 0 and 12). */
KERNEL tell_hidden(unsigned *words)
{
    const __attribute__((address_space(4))) char *hidden = __builtin_amdgcn_implicitarg_ptr();
    if (item() == 0) {
        words[0] = *(const __attribute__((address_space(4))) unsigned *)hidden;
        words[1] = *(const __attribute__((address_space(4))) unsigned short *)(hidden + 12);
        words[2] = *(const __attribute__((address_space(4))) unsigned short *)(hidden + 64);
    }
}

/* The launch packet's view: group size at 4, grid size at 12. */
KERNEL tell_packet(unsigned *words)
{
    const __attribute__((address_space(4))) char *packet = __builtin_amdgcn_dispatch_ptr();
    if (item() == 0) {
        words[0] = *(const __attribute__((address_space(4))) unsigned short *)(packet + 4);
        words[1] = *(const __attribute__((address_space(4))) unsigned *)(packet + 12);
    }
}

/* An array that does not fit registers: private memory. */
KERNEL sort_privately(unsigned *words, unsigned mask)
{
    unsigned own[64], i = item();
    for (unsigned k = 0; k < 64; k++) {
        own[k] = (k * 37 + i) & 63;
    }
    unsigned v = i & 63;
    for (unsigned k = 0; k < 64; k++) {
        v = own[v & mask];
        own[(v + k) & mask] = v ^ k;
    }
    words[i] = v;
}
