/* queues.c: behaviours 15 to 17 and 19 to 21. Queues, copies, host words, launches, fresh memory. */
#include <pthread.h>
#include <string.h>

#include "regs/pm4.h"
#include "strict.h"

void A13_a_queue_whose_job_broke_off_refuses_to_drain(void **state)
{
    (void)state;
    struct rig r;
    struct stream s = {0};
    strict_open(&r, NULL);
    put_dispatch(&s, RIG_VA + 0x30000000, (const uint32_t[]){0}, 1); /* code that is not mapped */
    put_flush(&s);
    rig_submit(&r, s.words, s.count);
    assert_true(rig_wait_verdict(&r));
    rig_write(&r, R_CP_HQD_DEQUEUE_REQUEST, 1);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(rig_read(&r, R_CP_HQD_ACTIVE), 1);
    }
    rig_write(&r, R_CP_HQD_DEQUEUE_REQUEST, 2); /* a reset does it */
    rig_poll(&r, R_CP_HQD_ACTIVE, 1, 0);
    rig_close(&r);
}

void Q05_the_report_word_may_be_stale_while_the_register_is_right(void **state)
{
    (void)state;
    for (int stale = 0; stale < 2; stale++) {
        struct rig r;
        strict_open(&r, stale ? "stale_report" : NULL);
        rig_poll(&r, R_CP_HQD_PQ_RPTR, 0xffffffff, (uint32_t)r.wptr);
        if (!stale) {
            assert_true(rig_wait_host(&r, 0x200, (uint32_t)r.wptr));
        }
        assert_int_equal(r.host[0x200], stale ? 0 : (uint32_t)r.wptr);
        rig_close(&r);
    }
}

void Q04_a_fence_value_that_was_there_before_proves_nothing(void **state)
{
    (void)state;
    struct rig r;
    struct stream s = {0};
    strict_open(&r, NULL);
    r.host[8] = 5; /* from an earlier submission */
    const uint64_t gate = RIG_HOST_VA + 0x40;
    PUT(&s, 0xc0000000 | 5 << 16 | PACKET3_WAIT_REG_MEM << 8, 3 | 1 << 4, (uint32_t)gate, (uint32_t)(gate >> 32), 1, 0xffffffff,
        4);
    put_fill(&s, HOST_AT(0), 77);
    put_fence(&s, 8, 5, RELEASE_ALL);
    put_fence(&s, 9, 6, RELEASE_ALL);
    rig_submit(&r, s.words, s.count);
    assert_true(rig_wait_host(&r, 8, 5));
    assert_int_equal(r.host[HOST_WORD(0)], 0); /* the wait was satisfied, the result is not there */
    __atomic_store_n(&r.host[0x10], 1, __ATOMIC_RELEASE);
    assert_true(rig_wait_host(&r, 9, 6));
    assert_int_equal(r.host[HOST_WORD(0)], 77);
    rig_close(&r);
}

void Q12_a_completed_fence_proves_nothing_about_the_copy(void **state)
{
    (void)state;
    struct rig r;
    strict_open(&r, "wrong_copy_at=2");
    for (int n = 1; n <= 3; n++) {
        for (uint32_t i = 0; i < 32; i++) {
            r.host[HOST_WORD(0) + i] = 0x1000 + (uint32_t)n;
        }
        strict_sdma_copy(&r, HOST_AT(1), HOST_AT(0), 128); /* waits for the fence */
        assert_int_equal(r.host[HOST_WORD(1)] == 0x1000 + (uint32_t)n, n != 2);
    }
    rig_close(&r);
}

void Q08_work_items_given_as_work_groups_overwrite_the_neighbour(void **state)
{
    (void)state;
    struct rig r;
    struct stream s = {0};
    strict_open(&r, NULL);
    for (int wrong = 0; wrong < 2; wrong++) {
        memset(&r.host[HOST_WORD(0)], 0xee, 0x1000);
        put_groups(&s, HOST_AT(0), wrong ? 2 * 32 : 2); /* a buffer of 64 words */
        strict_run(&r, &s);
        assert_int_equal(r.host[HOST_WORD(0)], 0);
        assert_int_equal(r.host[HOST_WORD(0) + 63], 1);
        assert_int_equal(r.host[HOST_WORD(0) + 64] == 0xeeeeeeee, !wrong);
    }
    rig_expect_clean(&r); /* nothing faults: it is only wrong */
    rig_close(&r);
}

void Q08_a_store_behind_a_mapping_hits_the_guard_page(void **state)
{
    (void)state;
    struct rig r;
    struct stream s = {0};
    strict_open(&r, NULL);
    const uint64_t end = RIG_VA + 0x400000; /* where the rig's mapping ends */
    put_groups(&s, end - 256, 2);
    strict_run(&r, &s);
    rig_expect_clean(&r);
    put_groups(&s, end - 256, 3);
    put_fence(&s, 8, 1, RELEASE_NOTHING);
    rig_submit(&r, s.words, s.count);
    assert_true(rig_wait_verdict(&r));
    rig_expect_verdict(&r, "page fault: write of 0x200000400000");
    assert_int_not_equal(rig_read(&r, R_GCVM_L2_PROTECTION_FAULT_STATUS), 0);
    assert_int_equal(r.host[8], 0);
    rig_close(&r);
}

/* ---- host words (T-34) ---- */

#define ADDITIONS 200000u

static void *add_on_host(void *word)
{
    for (uint32_t i = 0; i < ADDITIONS; i++) {
        __atomic_fetch_add((uint32_t *)word, 1, __ATOMIC_SEQ_CST);
    }
    return NULL;
}

void T34_additions_of_card_and_host_to_one_word_are_lost(void **state)
{
    (void)state;
    struct rig r;
    struct stream s = {0};
    pthread_t host;
    strict_open(&r, NULL);
    uint32_t *word = &r.host[HOST_WORD(0)];
    put_atomics(&s, HOST_AT(0), ADDITIONS / 32);
    put_fence(&s, 8, 1, RELEASE_ALL);
    assert_int_equal(pthread_create(&host, NULL, add_on_host, word), 0);
    rig_submit(&r, s.words, s.count);
    assert_true(rig_wait_host(&r, 8, 1));
    pthread_join(host, NULL);
    uint32_t both = __atomic_load_n(word, __ATOMIC_SEQ_CST);
    if (both >= 2 * (ADDITIONS / 32 * 32)) {
        fail_msg("nothing was lost: %u of %u additions", both, 2 * (ADDITIONS / 32 * 32));
    }
    rig_close(&r);
}

void T34_a_word_handed_over_by_plain_stores_is_exact(void **state)
{
    (void)state;
    struct rig r;
    struct stream s = {0};
    strict_open(&r, NULL);
    for (uint32_t n = 1; n <= 100; n++) { /* the host writes, the card takes it over and answers into its own word */
        for (uint32_t i = 0; i < 32; i++) {
            r.host[HOST_WORD(0) + i] = n * 3 + i;
        }
        put_acquire(&s, GCR_ALL);
        put_copy(&s, HOST_AT(1), HOST_AT(0));
        strict_run(&r, &s);
        for (uint32_t i = 0; i < 32; i++) {
            assert_int_equal(r.host[HOST_WORD(1) + i], n * 3 + i);
        }
    }
    rig_expect_clean(&r);
    rig_close(&r);
}

/* ---- launches (Q-20) ---- */

void Q20_a_register_beyond_the_declared_count_is_a_fault(void **state)
{
    (void)state;
    struct rig r;
    struct stream s = {0};
    strict_open(&r, NULL);
    put_dispatch(&s, kernel_va(KERNEL_REGISTERS), (const uint32_t[]){0}, 1); /* RSRC1 says 8 registers, the code uses v40 */
    put_fence(&s, 8, 1, RELEASE_NOTHING);
    rig_submit(&r, s.words, s.count);
    assert_true(rig_wait_verdict(&r));
    rig_expect_verdict(&r, "v40");
    assert_int_equal(r.host[8], 0);
    rig_close(&r);
}

void Q20_a_result_used_before_its_wait_is_a_fault(void **state)
{
    (void)state;
    struct rig r;
    struct stream s = {0};
    strict_open(&r, NULL);
    put_copy(&s, HOST_AT(1), HOST_AT(0));
    strict_run(&r, &s);
    rig_expect_clean(&r);
    put_hasty_copy(&s, HOST_AT(1), HOST_AT(0));
    rig_submit(&r, s.words, s.count);
    assert_true(rig_wait_verdict(&r));
    rig_expect_verdict(&r, "v2 may not have come yet");
    rig_close(&r);
}

/* ---- fresh memory ---- */

void Q21_memory_is_poison_or_random_never_zero(void **state)
{
    (void)state;
    const char *const seeds[] = {NULL, "poison=1", "poison=2"};
    uint32_t word[3];
    for (int n = 0; n < 3; n++) {
        struct rig r;
        rig_open(&r, seeds[n]);
        rig_wait_ready(&r);
        word[n] = rig_vram(&r, 0x5000000);
        uint32_t zeros = 0;
        for (uint32_t i = 0; i < 256; i++) {
            zeros += rig_vram(&r, 0x5000000 + 4 * i) == 0;
        }
        assert_int_equal(zeros, 0);
        rig_close(&r);
    }
    assert_int_equal(word[0], 0x7fc17c01); /* not a number as F32 and as two F16 */
    assert_int_not_equal(word[1], word[0]);
    assert_int_not_equal(word[1], word[2]);
}
