#include "amd/psp.h"

#include <errno.h>
#include <string.h>

#include "amd/amd.h"
#include "amd/gmc.h"
#include "amd/registers.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "regs/soc.h"
#include "regs/wire_psp.h"

#define BOOT_TIMEOUT_US 10000000
#define OS_TIMEOUT_US 10000000
#define COMMAND_TIMEOUT_US 5000000
#define RING_BYTES 0x10000u
#define MESSAGE_BYTES (1u << 20)
#define READY 0x80000000u

int psp_is_alive(struct amd *a, bool *alive_out)
{
    uint32_t v;
    int rc = reg_read(a, REG_MP0_SMN_C2PMSG_81, &v);
    if (rc == 0) {
        *alive_out = v != 0; /* bit 31 need not be set */
    }
    return rc;
}

/* The processor fetches whole 16-byte lines, and bulk copies to BAR memory must be 16-byte multiples on Apple (T-41). */
static int write_padded(struct amd *a, uint64_t offset, const uint8_t *data, uint32_t size)
{
    uint32_t whole = size / 16 * 16;
    uint8_t tail[32] = {0};
    memcpy(tail, data + whole, size - whole);
    int rc = whole ? amd_vram_write(a, offset, data, whole) : 0;
    rc = rc ? rc : amd_vram_write(a, offset + whole, tail, sizeof tail);
    return rc ? rc : gmc_flush_hdp(a);
}

static int wait_boot_loader(struct amd *a)
{
    return reg_poll(a, REG_MP0_SMN_C2PMSG_35, READY, READY, BOOT_TIMEOUT_US, "the security processor's boot loader");
}

static int load_boot_part(struct amd *a, uint32_t type, uint32_t command)
{
    const struct firmware_piece *part = &a->firmware.boot[type];
    if (part->size_bytes == 0) {
        return 0;
    }
    if (part->size_bytes + 32 > MESSAGE_BYTES) {
        return err_set(&a->base.err, -EINVAL, "boot part %u has %u bytes; the boot loader's window has 1 MiB", type,
                       part->size_bytes);
    }
    int rc = wait_boot_loader(a);
    rc = rc ? rc : write_padded(a, a->objects.psp_message, part->data, part->size_bytes);
    rc = rc ? rc : reg_write(a, REG_MP0_SMN_C2PMSG_36, (uint32_t)(amd_mc_address(a, a->objects.psp_message) >> 20));
    rc = rc ? rc : reg_write(a, REG_MP0_SMN_C2PMSG_35, command);
    if (rc == 0 && command != PSP_BL_LOAD_SOSDRV) { /* the secure OS takes the mailbox over, so it does not answer here */
        rc = wait_boot_loader(a);
    }
    return rc ? err_prefix(&a->base.err, rc, "loading boot part %u", type) : 0;
}

int psp_start(struct amd *a)
{
    bool alive = false;
    int rc = psp_is_alive(a, &alive);
    if (rc || alive) {
        return rc;
    }
    for (const struct boot_part *part = a->gen.boot_parts; part->type && rc == 0; part++) {
        rc = load_boot_part(a, part->type, part->command);
    }
    uint64_t deadline = clock_now_us() + OS_TIMEOUT_US;
    while (rc == 0) {
        rc = psp_is_alive(a, &alive);
        if (rc || alive) {
            return rc;
        }
        if (clock_now_us() > deadline) {
            return err_set(&a->base.err, -ETIMEDOUT,
                           "the secure OS did not start within %d s (C2PMSG_81 stayed 0); power-cycle the enclosure",
                           OS_TIMEOUT_US / 1000000);
        }
        clock_sleep_us(200);
    }
    return rc;
}

int psp_create_ring(struct amd *a)
{
    uint32_t old;
    int rc = reg_read(a, REG_MP0_SMN_C2PMSG_71, &old);
    if (rc == 0 && old != 0) { /* left by an earlier driver */
        rc = reg_write(a, REG_MP0_SMN_C2PMSG_64, GFX_CTRL_CMD_ID_DESTROY_RINGS);
        clock_sleep_us(20000); /* hand-shake needs a pause before it is polled (linux psp_v13_0.c) */
    }
    rc = rc ? rc : reg_poll(a, REG_MP0_SMN_C2PMSG_64, READY, READY, OS_TIMEOUT_US, "the secure OS before its ring is made");
    rc = rc ? rc : reg_write_pair(a, REG_MP0_SMN_C2PMSG_69, REG_MP0_SMN_C2PMSG_70, amd_mc_address(a, a->objects.psp_ring));
    rc = rc ? rc : reg_write(a, REG_MP0_SMN_C2PMSG_71, RING_BYTES);
    rc = rc ? rc : reg_write(a, REG_MP0_SMN_C2PMSG_64, PSP_RING_TYPE_KM << 16);
    if (rc == 0) {
        clock_sleep_us(20000);
    }
    return rc ? rc
              : reg_poll(a, REG_MP0_SMN_C2PMSG_64, READY | 0xffff, READY, OS_TIMEOUT_US, "the secure OS's answer to its ring");
}

static int wait_fence(struct amd *a, uint32_t want, uint32_t command)
{
    uint64_t deadline = clock_now_us() + COMMAND_TIMEOUT_US;
    for (;;) {
        uint32_t got = 0;
        bool alive;
        int rc = amd_vram_read(a, a->objects.psp_fence, &got, sizeof got);
        if (rc == 0 && got == UINT32_MAX && got != want) { /* what a card reads as that has gone: a register tells (T-42) */
            rc = psp_is_alive(a, &alive);
        }
        if (rc || got == want) {
            return rc;
        }
        if (clock_now_us() > deadline) {
            return err_set(&a->base.err, -ETIMEDOUT,
                           "the security processor did not answer command %#x: fence is %u, expected %u", command, got, want);
        }
        clock_sleep_us(50);
    }
}

/* One frame through the ring, waited for. `cmd` is a psp_gfx_cmd_resp; the answer replaces it. */
static int submit(struct amd *a, uint8_t *cmd)
{
    uint8_t frame[PSP_GFX_RB_FRAME_BYTES] = {0};
    uint64_t command_mc = amd_mc_address(a, a->objects.psp_command), fence_mc = amd_mc_address(a, a->objects.psp_fence);
    uint32_t id = get_u32(cmd, PSP_GFX_CMD_RESP_CMD_ID), wptr;
    int rc = reg_read(a, REG_MP0_SMN_C2PMSG_67, &wptr);
    if (rc) {
        return rc;
    }
    uint32_t ring_dwords = RING_BYTES / 4, fence = wptr + 1;
    put_u32(frame, PSP_GFX_RB_FRAME_CMD_BUF_ADDR_LO, (uint32_t)command_mc);
    put_u32(frame, PSP_GFX_RB_FRAME_CMD_BUF_ADDR_HI, (uint32_t)(command_mc >> 32));
    put_u32(frame, PSP_GFX_RB_FRAME_FENCE_ADDR_LO, (uint32_t)fence_mc);
    put_u32(frame, PSP_GFX_RB_FRAME_FENCE_ADDR_HI, (uint32_t)(fence_mc >> 32));
    put_u32(frame, PSP_GFX_RB_FRAME_FENCE_VALUE, fence);
    rc = amd_vram_write(a, a->objects.psp_command, cmd, PSP_GFX_CMD_RESP_BYTES);
    rc = rc ? rc : amd_vram_write(a, a->objects.psp_ring + (uint64_t)(wptr % ring_dwords) * 4, frame, sizeof frame);
    rc = rc ? rc : gmc_flush_hdp(a);
    rc = rc ? rc : reg_write(a, REG_MP0_SMN_C2PMSG_67, (wptr + PSP_GFX_RB_FRAME_BYTES / 4) % ring_dwords);
    rc = rc ? rc : wait_fence(a, fence, id);
    rc = rc ? rc : amd_vram_read(a, a->objects.psp_command, cmd, PSP_GFX_CMD_RESP_BYTES);
    if (rc) {
        return rc;
    }
    uint32_t status = get_u32(cmd, PSP_GFX_CMD_RESP_RESP_STATUS), memory;
    rc = status == UINT32_MAX ? reg_read_at(a, REGISTER_MEMSIZE_DWORD, &memory) : 0; /* no answer, or no card (T-42)? */
    if (rc) {
        return rc;
    }
    return status == 0 ? 0
                       : err_set(&a->base.err, -EIO, "the security processor refused command %#x with status %#x", id, status);
}

static void put_address(uint8_t *cmd, size_t low, size_t high, uint64_t address)
{
    put_u32(cmd, low, (uint32_t)address);
    put_u32(cmd, high, (uint32_t)(address >> 32));
}

static int load_contents_table(struct amd *a)
{
    const struct firmware_piece *toc = &a->firmware.boot[PSP_FW_TYPE_PSP_TOC];
    uint8_t cmd[PSP_GFX_CMD_RESP_BYTES] = {0};
    int rc = toc->size_bytes + 32 > MESSAGE_BYTES
                 ? err_set(&a->base.err, -EINVAL, "the table of contents has %u bytes", toc->size_bytes)
                 : write_padded(a, a->objects.psp_message, toc->data, toc->size_bytes);
    put_u32(cmd, PSP_GFX_CMD_RESP_CMD_ID, GFX_CMD_ID_LOAD_TOC);
    put_address(cmd, PSP_GFX_CMD_RESP_CMD_CMD_LOAD_TOC_TOC_PHY_ADDR_LO, PSP_GFX_CMD_RESP_CMD_CMD_LOAD_TOC_TOC_PHY_ADDR_HI,
                amd_mc_address(a, a->objects.psp_message));
    put_u32(cmd, PSP_GFX_CMD_RESP_CMD_CMD_LOAD_TOC_TOC_SIZE, toc->size_bytes);
    rc = rc ? rc : submit(a, cmd);
    if (rc) {
        return err_prefix(&a->base.err, rc, "table of contents");
    }
    a->tmr_bytes = get_u32(cmd, PSP_GFX_CMD_RESP_RESP_TMR_SIZE);
    if (a->tmr_bytes > AMD_TRUSTED_BYTES) { /* T-05: a card asked for more than was reserved */
        return err_set(&a->base.err, -EIO, "the card asks for a trusted region of %u bytes; %u are reserved", a->tmr_bytes,
                       AMD_TRUSTED_BYTES);
    }
    return 0;
}

static int set_trusted_region(struct amd *a)
{
    uint8_t cmd[PSP_GFX_CMD_RESP_BYTES] = {0};
    put_u32(cmd, PSP_GFX_CMD_RESP_CMD_ID, GFX_CMD_ID_SETUP_TMR);
    put_address(cmd, PSP_GFX_CMD_RESP_CMD_CMD_SETUP_TMR_BUF_PHY_ADDR_LO, PSP_GFX_CMD_RESP_CMD_CMD_SETUP_TMR_BUF_PHY_ADDR_HI,
                amd_mc_address(a, a->objects.psp_trusted));
    put_address(cmd, PSP_GFX_CMD_RESP_CMD_CMD_SETUP_TMR_SYSTEM_PHY_ADDR_LO, PSP_GFX_CMD_RESP_CMD_CMD_SETUP_TMR_SYSTEM_PHY_ADDR_HI,
                a->objects.psp_trusted);
    put_u32(cmd, PSP_GFX_CMD_RESP_CMD_CMD_SETUP_TMR_TMR_FLAGS,
            1u << PSP_GFX_CMD_RESP_CMD_CMD_SETUP_TMR_BITFIELD_VIRT_PHY_ADDR_BIT);
    put_u32(cmd, PSP_GFX_CMD_RESP_CMD_CMD_SETUP_TMR_BUF_SIZE, a->tmr_bytes);
    int rc = submit(a, cmd);
    return rc ? err_prefix(&a->base.err, rc, "trusted region") : 0;
}

/* Each image at an address of its own: *at moves on. */
static int load_image(struct amd *a, const struct firmware_piece *p, uint64_t *at)
{
    uint8_t cmd[PSP_GFX_CMD_RESP_BYTES] = {0};
    if (*at + p->size_bytes + 32 > a->objects.firmware + a->objects.firmware_bytes) {
        return err_set(&a->base.err, -ENOSPC, "firmware of type %#x (%u bytes) does not fit the staging area", p->type,
                       p->size_bytes);
    }
    put_u32(cmd, PSP_GFX_CMD_RESP_CMD_ID, GFX_CMD_ID_LOAD_IP_FW);
    put_address(cmd, PSP_GFX_CMD_RESP_CMD_CMD_LOAD_IP_FW_FW_PHY_ADDR_LO, PSP_GFX_CMD_RESP_CMD_CMD_LOAD_IP_FW_FW_PHY_ADDR_HI,
                amd_mc_address(a, *at));
    put_u32(cmd, PSP_GFX_CMD_RESP_CMD_CMD_LOAD_IP_FW_FW_SIZE, p->size_bytes);
    put_u32(cmd, PSP_GFX_CMD_RESP_CMD_CMD_LOAD_IP_FW_FW_TYPE, p->type);
    int rc = write_padded(a, *at, p->data, p->size_bytes);
    rc = rc ? rc : submit(a, cmd);
    *at += round_up_u64((uint64_t)p->size_bytes + 32, 4096);
    return rc ? err_prefix(&a->base.err, rc, "firmware of type %#x", p->type) : 0;
}

int psp_load_firmware(struct amd *a)
{
    uint64_t at = a->objects.firmware;
    int rc = load_contents_table(a);
    rc = rc ? rc : load_image(a, &a->firmware.smu, &at); /* the power manager's image goes before the trusted region */
    rc = rc || !a->gen.gives_trusted_region ? rc : set_trusted_region(a);
    for (uint32_t i = 0; i < a->firmware.piece_count && rc == 0; i++) {
        rc = load_image(a, &a->firmware.pieces[i], &at);
    }
    if (rc == 0) {
        uint8_t cmd[PSP_GFX_CMD_RESP_BYTES] = {0};
        put_u32(cmd, PSP_GFX_CMD_RESP_CMD_ID, GFX_CMD_ID_AUTOLOAD_RLC);
        rc = submit(a, cmd);
        rc = rc ? err_prefix(&a->base.err, rc, "start of the loaded firmware") : 0;
    }
    return rc;
}
