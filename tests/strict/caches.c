/* caches.c: behaviour 18. Caches are stale and dirty until a packet says otherwise, and dispatches overlap. */
#include <string.h>

#include "regs/soc.h"
#include "strict.h"

/* A producer and a consumer: with a wait between them the consumer has the producer's bytes, without it the old ones. */
static uint32_t produce_and_consume(bool waits)
{
    struct rig r;
    struct stream s = {0};
    strict_open(&r, NULL);
    put_fill(&s, AT(0), 0x01d);
    put_flush(&s);
    put_acquire(&s, GCR_ALL);
    put_fill(&s, AT(0), 0x2e3);
    if (waits) {
        put_flush(&s);
        put_acquire(&s, GCR_VECTOR | GCR_SCALAR);
    }
    put_copy(&s, HOST_AT(0), AT(0));
    strict_run(&r, &s);
    uint32_t got = r.host[HOST_WORD(0)];
    if (waits) {
        rig_expect_clean(&r);
    }
    rig_close(&r);
    return got;
}

void Q14_a_dispatch_that_does_not_wait_for_another_reads_what_was_before(void **state)
{
    (void)state;
    assert_int_equal(produce_and_consume(true), 0x2e3);
    assert_int_equal(produce_and_consume(false), 0x01d);
}

/* Two dispatches with arguments in one slot, rewritten by a packet in between. */
static void use_slots(struct rig *r, uint64_t second_slot)
{
    struct stream s = {0};
    const uint64_t slot = AT(1), slots[] = {slot, second_slot};
    put_acquire(&s, GCR_ALL);
    for (uint32_t i = 0; i < 2; i++) {
        put_write(&s, slots[i], (uint32_t)HOST_AT(i));
        put_write(&s, slots[i] + 4, (uint32_t)(HOST_AT(i) >> 32));
        put_write(&s, slots[i] + 8, 0xa0 + i);
        put_with_arguments(&s, slots[i]);
    }
    strict_run(r, &s);
}

void P02_arguments_are_read_late_so_a_slot_used_again_serves_both(void **state)
{
    (void)state;
    struct rig r;
    strict_open(&r, NULL);
    use_slots(&r, AT(2));
    assert_int_equal(r.host[HOST_WORD(0)], 0xa0);
    assert_int_equal(r.host[HOST_WORD(1)], 0xa1);
    memset(&r.host[HOST_WORD(0)], 0, 4);
    use_slots(&r, AT(1));
    assert_int_equal(r.host[HOST_WORD(0)], 0); /* nobody wrote it: both dispatches had the second's arguments */
    assert_int_equal(r.host[HOST_WORD(1)], 0xa1);
    rig_close(&r);
}

/* Reads a place, changes it by another dispatch, reads it again behind `gcr`. */
static void reread(struct rig *r, uint32_t gcr)
{
    struct stream s = {0};
    put_copy(&s, HOST_AT(0), AT(0));
    put_flush(&s);
    put_fill(&s, AT(0), r->host[HOST_WORD(2)] + 1);
    put_flush(&s);
    put_acquire(&s, gcr);
    put_copy(&s, HOST_AT(1), AT(0));
    put_flush(&s);
    put_acquire(&s, GCR_ALL);
    put_copy(&s, HOST_AT(2), AT(0));
    strict_run(r, &s);
}

void Q14_a_vector_cache_keeps_old_bytes_until_an_acquire(void **state)
{
    (void)state;
    struct rig r;
    struct stream s = {0};
    strict_open(&r, NULL);
    put_fill(&s, AT(0), 1);
    put_flush(&s);
    put_acquire(&s, GCR_ALL);
    strict_run(&r, &s);
    r.host[HOST_WORD(2)] = 1;
    reread(&r, GCR_VECTOR);
    assert_int_equal(r.host[HOST_WORD(1)], 2);
    rig_expect_clean(&r);
    reread(&r, GCR_SCALAR | GCR_CODE); /* invalidates, but not the vector caches */
    assert_int_equal(r.host[HOST_WORD(0)], 2);
    assert_int_equal(r.host[HOST_WORD(1)], 2); /* old */
    assert_int_equal(r.host[HOST_WORD(2)], 3); /* what is true */
    rig_expect_verdict(&r, "GLV_INV");
    rig_close(&r);
}

static void set_arguments(struct stream *s, uint64_t slot, uint64_t dst, uint32_t value)
{
    put_write(s, slot, (uint32_t)dst);
    put_write(s, slot + 4, (uint32_t)(dst >> 32));
    put_write(s, slot + 8, value);
}

/* Runs with arguments, changes them properly after a wait, and runs again behind `gcr`. */
static uint32_t run_twice(struct rig *r, uint32_t gcr)
{
    struct stream s = {0};
    set_arguments(&s, AT(1), HOST_AT(0), 7);
    put_acquire(&s, GCR_ALL);
    put_with_arguments(&s, AT(1));
    put_flush(&s);
    set_arguments(&s, AT(1), HOST_AT(0), 8);
    put_acquire(&s, gcr);
    put_with_arguments(&s, AT(1));
    strict_run(r, &s);
    return r->host[HOST_WORD(0)];
}

void Q14_the_scalar_cache_keeps_old_arguments_until_an_acquire(void **state)
{
    (void)state;
    struct rig r;
    strict_open(&r, NULL);
    assert_int_equal(run_twice(&r, GCR_SCALAR), 8);
    rig_expect_clean(&r);
    assert_int_equal(run_twice(&r, GCR_VECTOR), 7);
    rig_expect_verdict(&r, "GLK_INV");
    rig_close(&r);
}

/* A dispatch reads a place, SDMA overwrites it, a dispatch reads it again behind `gcr`. */
static uint32_t overwrite_by_sdma(struct rig *r, uint32_t value, uint32_t gcr)
{
    struct stream s = {0};
    put_acquire(&s, GCR_ALL);
    put_copy(&s, HOST_AT(0), AT(0));
    strict_run(r, &s);
    for (uint32_t i = 0; i < 32; i++) {
        r->host[HOST_WORD(3) + i] = value;
    }
    strict_sdma_copy(r, AT(0), HOST_AT(3), 128);
    put_acquire(&s, gcr);
    put_copy(&s, HOST_AT(1), AT(0));
    strict_run(r, &s);
    return r->host[HOST_WORD(1)];
}

void Q14_the_L2_keeps_what_SDMA_has_overwritten_until_an_acquire(void **state)
{
    (void)state;
    struct rig r;
    strict_open(&r, NULL);
    assert_int_equal(overwrite_by_sdma(&r, 50, GCR_ALL), 50);
    rig_expect_clean(&r);
    assert_int_equal(overwrite_by_sdma(&r, 51, GCR_VECTOR | GCR_SCALAR), 50);
    rig_expect_verdict(&r, "GL2_INV");
    rig_close(&r);
}

static void fill_and_release(struct rig *r, uint32_t value, uint32_t release)
{
    struct stream s = {0};
    put_fill(&s, AT(0), value);
    put_fence(&s, 8, value, release);
    strict_run(r, &s);
}

void Q14_SDMA_reads_old_bytes_until_a_release(void **state)
{
    (void)state;
    struct rig r;
    strict_open(&r, NULL);
    fill_and_release(&r, 60, RELEASE_ALL);
    assert_int_equal(strict_word(&r, AT(0)), 60);
    rig_expect_clean(&r);
    fill_and_release(&r, 61, RELEASE_NOTHING);
    assert_int_equal(strict_word(&r, AT(0)), 60);
    rig_expect_verdict(&r, "GL2_WB");
    fill_and_release(&r, 61, RELEASE_ALL);
    assert_int_equal(strict_word(&r, AT(0)), 61);
    rig_close(&r);
}

void Q14_the_host_reads_old_bytes_until_a_release(void **state)
{
    (void)state;
    struct rig r;
    strict_open(&r, NULL);
    fill_and_release(&r, 70, RELEASE_ALL);
    assert_int_equal(rig_vram(&r, RIG_SCRATCH), 70);
    rig_expect_clean(&r);
    fill_and_release(&r, 71, RELEASE_NOTHING);
    assert_int_equal(rig_vram(&r, RIG_SCRATCH), 70);
    rig_expect_verdict(&r, "GL2_WB");
    rig_close(&r);
}

/* Runs the code at AT(4), then puts the copy kernel's bytes there (host, flushed) and runs it again behind `gcr`. */
static uint32_t replace_code(struct rig *r, uint32_t gcr)
{
    struct stream s = {0};
    const uint32_t user[] = {(uint32_t)HOST_AT(0), (uint32_t)(HOST_AT(0) >> 32), 90};
    strict_sdma_copy(r, AT(4), kernel_va(KERNEL_FILL), 64);
    put_acquire(&s, GCR_ALL);
    put_dispatch(&s, AT(4), user, 3);
    strict_run(r, &s);
    assert_int_equal(r->host[HOST_WORD(0)], 90);
    rig_set_vram(r, RIG_SCRATCH + 4 * 0x4000 + 4, 0x7e0402a1); /* v_mov_b32 v2, 33 */
    put_acquire(&s, gcr);
    put_dispatch(&s, AT(4), user, 3);
    strict_run(r, &s);
    return r->host[HOST_WORD(0)];
}

void Q13_code_keeps_running_old_until_the_instruction_cache_is_invalidated(void **state)
{
    (void)state;
    struct rig r;
    strict_open(&r, NULL);
    assert_int_equal(replace_code(&r, GCR_ALL), 33);
    assert_int_equal(replace_code(&r, GCR_ALL & ~GCR_CODE), 90);
    rig_close(&r);
}

void Q16_what_the_host_writes_is_hidden_from_engines_until_flushed(void **state)
{
    (void)state;
    struct rig r;
    struct stream s = {0};
    strict_open(&r, NULL);
    rig_set_vram(&r, RIG_SCRATCH, 1);
    rig_write(&r, R_HDP_MEM_COHERENCY_FLUSH_CNTL, 0);
    put_acquire(&s, GCR_ALL);
    put_copy(&s, HOST_AT(0), AT(0));
    strict_run(&r, &s);
    assert_int_equal(r.host[HOST_WORD(0)], 1);
    rig_expect_clean(&r);
    /* The ring is filled and flushed first, then the data written, then the doorbell rung. */
    put_copy(&s, HOST_AT(0), AT(0));
    put_fence(&s, 6, 1, RELEASE_NOTHING);
    rig_fill_ring(&r, s.words, s.count);
    rig_set_vram(&r, RIG_SCRATCH, 2);
    assert_int_equal(rig_vram(&r, RIG_SCRATCH), 2); /* the host itself sees it */
    rig_ring(&r);
    assert_true(rig_wait_host(&r, 6, 1));
    assert_int_equal(r.host[HOST_WORD(0)], 1);
    rig_close(&r);
}

void Q16_a_page_table_entry_is_hidden_from_the_walker_until_flushed(void **state)
{
    (void)state;
    const uint64_t va = RIG_VA + 0x3000000, flags = AMDGPU_PTE_VALID | AMDGPU_PTE_READABLE | AMDGPU_PTE_WRITEABLE;
    for (int flushes = 1; flushes >= 0; flushes--) {
        struct rig r;
        struct stream s = {0};
        strict_open(&r, NULL);
        put_copy(&s, va, AT(0));
        put_fence(&s, 6, 1, RELEASE_NOTHING);
        rig_fill_ring(&r, s.words, s.count);
        rig_map(&r, va, RIG_DATA + 0x500000, 0x1000, flags);
        if (flushes) {
            rig_write(&r, R_HDP_MEM_COHERENCY_FLUSH_CNTL, 0);
        }
        rig_ring(&r);
        assert_int_equal(rig_wait_host(&r, 6, 1), flushes);
        if (flushes) {
            rig_expect_clean(&r);
        } else {
            rig_expect_verdict(&r, "not flushed from the HDP");
        }
        rig_close(&r);
    }
}
