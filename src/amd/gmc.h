/*
 * gmc.h: the two memory hubs (graphics core and multimedia/DMA): apertures, page-table roots, TLB invalidation, HDP flush.
 *
 * Callers: bringup.c sets the hubs up; vm.c flushes after every change of page tables. Order rules from.
 */
#ifndef EXO_AMD_GMC_H
#define EXO_AMD_GMC_H

struct amd;

enum hub_id { HUB_GC, HUB_MM, HUB_COUNT };

int gmc_read_location(struct amd *a) __attribute__((warn_unused_result)); /* where VRAM lies for the memory controller */
int gmc_init_hub(struct amd *a, enum hub_id hub) __attribute__((warn_unused_result));

/* Makes CPU writes through BAR 0 visible to the card. Posted. */
int gmc_flush_hdp(struct amd *a) __attribute__((warn_unused_result));

/* Drops stale translations in both hubs; a hub that is not set up yet is skipped (A-09: it would never acknowledge). */
int gmc_flush_tlbs(struct amd *a) __attribute__((warn_unused_result));

/* 1 and a sentence in a->base.err if a hub has recorded a page fault, 0 if not, negative on failure. Clears nothing. */
int gmc_explain_fault(struct amd *a) __attribute__((warn_unused_result));

#endif
