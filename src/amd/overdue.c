#include "amd/overdue.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "amd/amd.h"
#include "amd/fault.h"
#include "amd/gfx.h"
#include "amd/gmc.h"
#include "amd/ih.h"
#include "amd/registers.h"
#include "core/clock.h"
#include "regs/soc.h"

#define LOOK_US 1000000
#define HANG_REAL_US 30000000      /* no kernel of ours takes a second on silicon */
#define HANG_SIMULATED_US 60000000 /* one dispatch of a big model may take many seconds … */
#define HANG_WATCHED_US 15000000   /* … but not one work-group, where the card tells that they end */
#define LOOKS_UNHEARD 2            /* a doorbell on its way is heard by the second */
#define INTERRUPTS_A_LOOK 256

static bool is_time_to_look(struct amd *a, exo_fence fence, uint64_t now)
{
    struct overdue *o = &a->overdue;
    if (o->fence != fence) {
        o->fence = fence;
        o->looked_us = now;
    }
    if (now - o->looked_us < LOOK_US) {
        return false;
    }
    o->looked_us = now;
    return true;
}

/* Interrupts until one that tells of an error. 1 with *out filled in, 0 if there is none. */
static int take_error(struct amd *a, struct interrupt *out)
{
    int rc = 1;
    for (int n = 0; n < INTERRUPTS_A_LOOK && rc == 1; n++) {
        rc = ih_take(a, out);
        if (rc == 1 && fault_is_error(out)) {
            return 1;
        }
    }
    return rc < 0 ? rc : 0;
}

/* 1 and a sentence if a wave or a packet raised an error. `after`: the sentence there is already is only added to. */
static int explain_interrupt(struct amd *a, bool after)
{
    struct interrupt i;
    struct gfx_wave wave;
    struct gfx_position at = {0};
    struct vm_place place;
    uint64_t pc = 0;
    char *text = a->base.err.text;
    size_t used = after ? strlen(text) : 0, room = sizeof a->base.err.text - used;
    int found = take_error(a, &i), located = 0;
    if (found <= 0) {
        return found;
    }
    if (fault_is_wave(&i, &wave)) {
        located = gfx_find_wave(a, &wave, &pc);
    }
    int rc = located < 0 ? located : gfx_read_position(a, &at);
    if (rc < 0) {
        return rc;
    }
    place = vm_locate(&a->vm, pc);
    if (!after) {
        fault_describe_interrupt(&i, located ? &pc : NULL, &place, &at, text, room);
    } else if (located) {
        snprintf(text + used, room, "; the wave stopped at %#llx", (unsigned long long)pc);
    }
    return 1;
}

static int explain_fault(struct amd *a)
{
    int rc = gmc_explain_fault(a);
    if (rc <= 0) {
        return rc ? rc : explain_interrupt(a, false);
    }
    int more = explain_interrupt(a, true);
    return more < 0 ? more : 1;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * UINT64_C(0x100000001b3);
}

/* 1 and a sentence if the engines do not hear us or stand still. */
static int explain_silence(struct amd *a, bool last, uint64_t now)
{
    struct overdue *o = &a->overdue;
    struct gfx_position at = {0};
    uint32_t dma_heard = 0, dma_read = 0;
    int rc = gfx_read_position(a, &at);
    rc = rc ? rc : reg_read(a, REG_SDMA0_QUEUE0_RB_WPTR, &dma_heard);
    rc = rc ? rc : reg_read(a, REG_SDMA0_QUEUE0_RB_RPTR, &dma_read);
    if (rc) {
        return rc;
    }
    uint32_t dma_sent = (uint32_t)(a->sdma.written * a->sdma.pointer_scale), sent = (uint32_t)a->compute.written;
    bool dma = dma_heard != dma_sent;
    o->unheard = at.heard != sent || dma ? o->unheard + 1 : 0;
    if (o->unheard >= LOOKS_UNHEARD || (last && o->unheard)) {
        err_set(
            &a->base.err, -EIO,
            "the card did not hear the %s queue's doorbell (written up to %u, the card knows of %u); the work is lost: open the "
            "card again, and if that does not help power-cycle the enclosure (A-10, A-13)",
            dma ? a->sdma.name : a->compute.name, dma ? dma_sent : sent, dma ? dma_heard : at.heard);
        return 1;
    }
    struct link_card_counters card = {0};
    bool watched = a->simulated && link_card_counters(a->link, &card) == 0 && card.work_groups;
    uint64_t position = mix(mix(mix(mix(mix(mix(7, at.read), at.buffer_read), dma_read), sent), dma_sent), card.work_groups);
    if (o->position != position || o->position_since_us == 0) {
        o->position = position;
        o->position_since_us = now;
    }
    uint64_t limit = watched ? HANG_WATCHED_US : a->simulated ? HANG_SIMULATED_US : HANG_REAL_US;
    limit = o->hang_us ? o->hang_us : limit;
    if (now - o->position_since_us < limit) {
        return 0;
    }
    err_set(
        &a->base.err, -EIO,
        "the card hangs: for %llu s its queues have not moved (compute at word %u of %u, word %u of %u of a command buffer; DMA "
        "at byte %u of %u); the work is lost: open the card again, and if that does not help power-cycle the enclosure",
        (unsigned long long)((now - o->position_since_us) / 1000000), at.read, sent, at.buffer_read, at.buffer_size, dma_read,
        dma_sent);
    return 1;
}

static int timed_out(struct amd *a, exo_fence fence)
{
    char state[200];
    gfx_describe_state(a, state, sizeof state);
    return err_set(&a->base.err, -ETIMEDOUT,
                   "fence %llu was not reached in time: %s; DMA has read up to %#llx of %#llx, compute fence %u, DMA fence %u",
                   (unsigned long long)fence, state, (unsigned long long)*a->sdma.read_word,
                   (unsigned long long)(a->sdma.written * a->sdma.pointer_scale), *a->compute.fence_word, *a->sdma.fence_word);
}

int overdue_check(struct amd *a, exo_fence fence, bool last)
{
    uint64_t now = clock_now_us();
    if (!link_is_alive(a->link)) {
        char during[64];
        snprintf(during, sizeof during, "fence %llu was awaited", (unsigned long long)fence);
        return amd_card_went(a, during);
    }
    if (!last && !is_time_to_look(a, fence, now)) {
        return 0;
    }
    int rc = explain_fault(a);
    rc = rc ? rc : explain_silence(a, last, now);
    if (rc < 0) {
        return rc == -ENODEV || a->link->lost ? amd_break(a, -ENODEV) : rc;
    }
    if (rc > 0) {
        return amd_break(a, -EIO);
    }
    return last ? timed_out(a, fence) : 0;
}
