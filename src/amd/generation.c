#include "amd/generation.h"

#include "amd/firmware.h"
#include "amd/registers.h"
#include "regs/pm4.h"
#include "regs/sdma.h"
#include "regs/soc.h"

#define ADDRESS_BITS UINT64_C(0x00000ffffffff000) /* 44-bit physical addresses */
#define ACCESS (AMDGPU_PTE_VALID | AMDGPU_PTE_READABLE | AMDGPU_PTE_WRITEABLE | AMDGPU_PTE_EXECUTABLE)
#define GCR(name) (1u << PACKET3_ACQUIRE_MEM_GCR_CNTL_##name##_SHIFT)
#define PART_END {0, 0}

static uint64_t table_entry(uint64_t vram_offset)
{
    return (vram_offset & ADDRESS_BITS) | AMDGPU_PTE_VALID;
}

/* Fragment: the entry's neighbours continue it for 4 KiB << fragment, which lets a TLB entry cover more. */
static uint64_t page_bits(uint64_t target, bool host, uint32_t fragment)
{
    uint64_t e = (target & ADDRESS_BITS) | ACCESS | (uint64_t)fragment << PTE_FRAG_SHIFT;
    return host ? e | AMDGPU_PTE_SYSTEM | AMDGPU_PTE_SNOOPED : e; /* coherent without cache maintenance (T-33) */
}

/* linux amdgpu_vm.h, AMDGPU_PTE_MTYPE_NV10 and AMDGPU_PDE_PTE; MTYPE UC for what the host polls. */
static uint64_t page_entry_gfx11(uint64_t target, bool host, bool huge, uint32_t fragment)
{
    uint64_t e = page_bits(target, host, fragment);
    e |= host ? (uint64_t)MTYPE_UC << PTE_MTYPE_NV10_SHIFT : 0;
    return huge ? e | AMDGPU_PDE_PTE : e;
}

/* The same header, AMDGPU_PTE_MTYPE_GFX12, AMDGPU_PDE_PTE_GFX12 and AMDGPU_PTE_IS_PTE: every page says that it is one. */
static uint64_t page_entry_gfx12(uint64_t target, bool host, bool huge, uint32_t fragment)
{
    uint64_t e = page_bits(target, host, fragment);
    e |= host ? (uint64_t)MTYPE_UC << PTE_MTYPE_GFX12_SHIFT : 0;
    return huge ? e | AMDGPU_PDE_PTE_GFX12 : e | AMDGPU_PTE_IS_PTE;
}

/* linux psp_v13_0.c: its boot loader takes the security table out of the key data base's image. */
static const struct boot_part boot_parts_gfx11[] = {
    {PSP_FW_TYPE_PSP_KDB, PSP_BL_LOAD_KEY_DATABASE},
    {PSP_FW_TYPE_PSP_KDB, PSP_BL_LOAD_TOS_SPL_TABLE},
    {PSP_FW_TYPE_PSP_SYS_DRV, PSP_BL_LOAD_SYSDRV},
    {PSP_FW_TYPE_PSP_SOC_DRV, PSP_BL_LOAD_SOCDRV},
    {PSP_FW_TYPE_PSP_INTF_DRV, PSP_BL_LOAD_INTFDRV},
    {PSP_FW_TYPE_PSP_DBG_DRV, PSP_BL_LOAD_DBGDRV},
    {PSP_FW_TYPE_PSP_RAS_DRV, PSP_BL_LOAD_RASDRV},
    {PSP_FW_TYPE_PSP_SOS, PSP_BL_LOAD_SOSDRV},
    PART_END,
};

/* linux psp_v14_0.c; that the security table is a part of its own: tinygrad 0.14, which boots these cards. */
static const struct boot_part boot_parts_gfx12[] = {
    {PSP_FW_TYPE_PSP_KDB, PSP_BL_LOAD_KEY_DATABASE}, {PSP_FW_TYPE_PSP_SPL, PSP_BL_LOAD_TOS_SPL_TABLE},
    {PSP_FW_TYPE_PSP_SYS_DRV, PSP_BL_LOAD_SYSDRV},   {PSP_FW_TYPE_PSP_SOC_DRV, PSP_BL_LOAD_SOCDRV},
    {PSP_FW_TYPE_PSP_INTF_DRV, PSP_BL_LOAD_INTFDRV}, {PSP_FW_TYPE_PSP_DBG_DRV, PSP_BL_LOAD_HADDRV},
    {PSP_FW_TYPE_PSP_RAS_DRV, PSP_BL_LOAD_RASDRV},   {PSP_FW_TYPE_PSP_IPKEYMGR_DRV, PSP_BL_LOAD_IPKEYMGRDRV},
    {PSP_FW_TYPE_PSP_SOS, PSP_BL_LOAD_SOSDRV},       PART_END,
};

/* linux gfxhub_v3_0.c, gfxhub_client_ids */
static const char *const clients_gfx11[FAULT_CLIENTS] = {
    [0] = "CB/DB",
    [2] = "GE1",
    [3] = "GE2",
    [4] = "CPF (command fetch)",
    [5] = "CPC (command processor)",
    [6] = "CPG",
    [7] = "RLC",
    [8] = "a shader (vector memory)",
    [9] = "a shader (instruction fetch)",
    [10] = "a shader (scalar memory)",
    [13] = "the DMA engine",
    [14] = "the second DMA engine",
    [15] = "GCR (cache control)",
};

/* Linux's list for this generation is empty. Client 9 was seen for an indirect buffer; the others are assumed. */
static const char *const clients_gfx12[FAULT_CLIENTS] = {
    [0] = "CB/DB",
    [2] = "GE1",
    [3] = "GE2",
    [4] = "CPF (command fetch)",
    [5] = "CPC (command processor)",
    [6] = "CPG",
    [7] = "RLC",
    [8] = "a shader (vector memory)",
    [9] = "a shader (instruction fetch) or an indirect buffer",
    [10] = "a shader (scalar memory)",
    [13] = "the DMA engine",
    [14] = "the second DMA engine",
    [15] = "GCR (cache control)",
};

#define PROGRAM_ROW(program, select, prefix, register, bit)                                                                      \
    {.firmware = PROGRAM_##program,                                                                                              \
     .me = (select),                                                                                                             \
     .start = REG_##prefix##_PRGRM_CNTR_START,                                                                                   \
     .start_high = REG_##prefix##_PRGRM_CNTR_START_HI,                                                                           \
     .control = REG_##register,                                                                                                  \
     .reset = FIELD_##register##_##bit}

#define VECTOR_AND_SCALAR (GCR(GLV_INV) | GCR(GL1_INV) | GCR(GLK_INV) | GCR(GLM_INV) | GCR(GLM_WB))
#define WHOLE_L2 (GCR(GL2_INV) | GCR(GL2_WB))

static struct amd_generation gfx11(void)
{
    return (struct amd_generation){
        .name = "RDNA3",
        .clients = clients_gfx11,
        .table_entry = table_entry,
        .page_entry = page_entry_gfx11,
        .acquire = {VECTOR_AND_SCALAR | GCR(GLK_WB), VECTOR_AND_SCALAR | GCR(GLK_WB) | WHOLE_L2,
                    VECTOR_AND_SCALAR | GCR(GLK_WB) | WHOLE_L2 | GCR(GLI_INV)}, /* GLI_INV = 1: all of it */
        .release = PACKET3_RELEASE_MEM_GCR_GLV_INV | PACKET3_RELEASE_MEM_GCR_GL1_INV | PACKET3_RELEASE_MEM_GCR_GLM_WB |
                   PACKET3_RELEASE_MEM_GCR_GLM_INV | PACKET3_RELEASE_MEM_GCR_GL2_INV | PACKET3_RELEASE_MEM_GCR_GL2_WB |
                   PACKET3_RELEASE_MEM_GCR_SEQ,
        .dma = {0, 0, false},
        .boot_parts = boot_parts_gfx11,
        .gives_trusted_region = true,
        /* Nothing here uses the graphics queues, and this generation boots without their firmware (tinygrad). */
        .programs = {PROGRAM_ROW(MEC, 1, CP_MEC_RS64, CP_MEC_RS64_CNTL, MEC_PIPE0_RESET)},
        .program_count = 1,
        .soft_resets_processor = true,
        .tcp_control = 0x20000000u, /* linux golden_settings_gc_11_0 */
        .dma_control = REG_SDMA0_F32_CNTL,
        .dma_control_stop = M(SDMA0_F32_CNTL, HALT) | M(SDMA0_F32_CNTL, TH1_RESET),
        .dma_policy =
            F(SDMA0_UTCL1_PAGE, RD_L2_POLICY, 2) | F(SDMA0_UTCL1_PAGE, WR_L2_POLICY, 3) | F(SDMA0_UTCL1_PAGE, LLC_NOALLOC, 1),
        .dma_policy_mask =
            M(SDMA0_UTCL1_PAGE, RD_L2_POLICY) | M(SDMA0_UTCL1_PAGE, WR_L2_POLICY) | M(SDMA0_UTCL1_PAGE, LLC_NOALLOC),
        .wave = {0x102, 0x108, 0x109}, /* linux gc_11_0_0_offset.h, ixSQ_WAVE_STATUS, _PC_LO, _PC_HI */
    };
}

static struct amd_generation gfx12(void)
{
    return (struct amd_generation){
        .name = "RDNA4",
        .clients = clients_gfx12,
        .table_entry = table_entry,
        .page_entry = page_entry_gfx12,
        /* linux gfx_v12_0_emit_mem_sync; a run on an R9700 needed all of 0xc3b1 after new code. */
        .acquire = {VECTOR_AND_SCALAR, VECTOR_AND_SCALAR | WHOLE_L2, VECTOR_AND_SCALAR | WHOLE_L2 | GCR(GLI_INV)},
        /* linux gfx_v12_0_ring_emit_fence: L2 is written back, and the fence itself goes around it (policy 3). */
        .release = PACKET3_RELEASE_MEM_GCR_SEQ | PACKET3_RELEASE_MEM_GCR_GL2_WB | 3u << PACKET3_RELEASE_MEM_CACHE_POLICY_SHIFT,
        /* Q-12; a fill that leaves the compression mode out writes wrong bytes (linux sdma_v7_0_emit_fill_buffer). */
        .dma = {1u << SDMA_7_COPY_LINEAR_CPV_BIT, 1u << SDMA_7_CONST_FILL_COMPRESS_BIT, true},
        .boot_parts = boot_parts_gfx12,
        .gives_trusted_region = false, /* linux amdgpu_psp.c, boot_time_tmr of PSP 14.0.2 and 14.0.3 */
        .programs = {PROGRAM_ROW(PFP, 0, CP_PFP, CP_ME_CNTL, PFP_PIPE0_RESET),
                     PROGRAM_ROW(ME, 0, CP_ME, CP_ME_CNTL, ME_PIPE0_RESET),
                     PROGRAM_ROW(MEC, 1, CP_MEC_RS64, CP_MEC_RS64_CNTL, MEC_PIPE0_RESET)},
        .program_count = 3,
        .soft_resets_processor = false,
        .tcp_control = 0,
        .dma_control = REG_SDMA0_MCU_CNTL,
        .dma_control_stop = M(SDMA0_MCU_CNTL, HALT) | M(SDMA0_MCU_CNTL, RESET),
        .dma_policy = F(SDMA0_UTCL1_PAGE, RD_L2_POLICY, 2) | F(SDMA0_UTCL1_PAGE, WR_L2_POLICY, 3),
        .dma_policy_mask = M(SDMA0_UTCL1_PAGE, RD_L2_POLICY) | M(SDMA0_UTCL1_PAGE, WR_L2_POLICY),
        .wave = {0x102, 0x140, 0x141}, /* linux gc_12_0_0_offset.h */
    };
}

struct amd_generation amd_generation(enum generation generation)
{
    static struct amd_generation (*const rows[GENERATIONS])(void) = {[GEN_GFX11] = gfx11, [GEN_GFX12] = gfx12};
    return rows[generation]();
}
