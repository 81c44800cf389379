/* fault.h: what the card recorded about a fault, in a memory hub or as an interrupt, as a sentence. Pure. */
#ifndef EXO_AMD_FAULT_H
#define EXO_AMD_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vm_place;
struct interrupt;
struct gfx_position;
struct gfx_wave;

/*
 * clients: who asked, by client id, FAULT_CLIENTS names (NULL: no names known); status: the hub's L2_PROTECTION_FAULT_STATUS;
 * page: the address it recorded; place: what the driver had there.
 */
void fault_describe(const char *const *clients, const char *hub, uint32_t status, uint64_t page, const struct vm_place *place,
                    char *text, size_t text_size);

/* Does the interrupt tell of an error: of a wave, or of a packet? */
bool fault_is_error(const struct interrupt *i);
/* Is it a wave's error? Then where the wave sits. */
bool fault_is_wave(const struct interrupt *i, struct gfx_wave *wave_out);
/* pc: where the wave stopped, NULL if it was not found; place: what the driver had there; at: how far the compute queue is. */
void fault_describe_interrupt(const struct interrupt *i, const uint64_t *pc, const struct vm_place *place,
                              const struct gfx_position *at, char *text, size_t text_size);

#endif
