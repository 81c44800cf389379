/*
 * discovery.c: the table by which a driver learns what the chip consists of, as the card's own firmware puts it into the last
 * 64 KiB of VRAM. Layout as in Linux's discovery.h; with a small BAR only the window reaches it.
 */
#include <string.h>

#include "card.h"
#include "regs/soc.h"
#include "regs/wire_discovery.h"

#define TABLE_FROM_END (UINT64_C(64) << 10)
#define TABLE_BYTES 4096
#define IP_ENTRY_BYTES 8 /* before its base addresses */

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value, at[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value), put16(at + 2, value >> 16);
}

static uint16_t sum_bytes(const uint8_t *from, uint32_t size)
{
    uint16_t sum = 0;
    for (uint32_t i = 0; i < size; i++) {
        sum = (uint16_t)(sum + from[i]);
    }
    return sum;
}

static void put_table(uint8_t *table, uint32_t which, uint32_t offset, uint32_t size)
{
    uint8_t *info = table + BINARY_HEADER_TABLE_LIST + which * TABLE_INFO_BYTES;
    put16(info + TABLE_INFO_OFFSET, offset);
    put16(info + TABLE_INFO_CHECKSUM, sum_bytes(table + offset, size));
    put16(info + TABLE_INFO_SIZE, size);
}

/* The list of IP blocks, one die. Returns where it ends. */
static uint32_t put_ips(uint8_t *table, const struct chip *chip, uint32_t start)
{
    uint8_t *header = table + start;
    uint32_t die = start + IP_DISCOVERY_HEADER_BYTES, at = die + DIE_HEADER_BYTES;
    put32(header + IP_DISCOVERY_HEADER_SIGNATURE, DISCOVERY_TABLE_SIGNATURE);
    put16(header + IP_DISCOVERY_HEADER_VERSION, 3);
    put16(header + IP_DISCOVERY_HEADER_NUM_DIES, 1);
    put16(header + IP_DISCOVERY_HEADER_DIE_INFO + DIE_INFO_DIE_OFFSET, die);
    put16(table + die + DIE_HEADER_NUM_IPS, CHIP_IPS);
    for (uint32_t i = 0; i < CHIP_IPS; i++) {
        const struct chip_ip *ip = &chip->ips[i];
        put16(table + at + IP_V4_HW_ID, ip->hw_id);
        table[at + IP_V4_INSTANCE_NUMBER] = ip->instance;
        table[at + IP_V4_NUM_BASE_ADDRESS] = ip->base_count;
        const struct ip_version v = chip->versions[ip->version];
        table[at + IP_V4_MAJOR] = v.major;
        table[at + IP_V4_MINOR] = v.minor;
        table[at + IP_V4_REVISION] = v.revision;
        at += IP_ENTRY_BYTES;
        for (uint32_t b = 0; b < ip->base_count; b++, at += 4) {
            put32(table + at, ip->bases[b]);
        }
    }
    put16(header + IP_DISCOVERY_HEADER_SIZE, at - start);
    return at;
}

struct gc_count {
    uint16_t offset;
    uint32_t value;
};

/* clang-format off */
static const struct gc_count gc_counts[] = { /* RDNA3 and 4; per-chip counts are added by put_gc */
    {GC_INFO_V1_2_HEADER_TABLE_ID, GC_TABLE_ID},
    {GC_INFO_V1_2_GC_NUM_RB_PER_SE, 8},          {GC_INFO_V1_2_GC_NUM_GL2C, 24},
    {GC_INFO_V1_2_GC_NUM_GPRS, 1536},            {GC_INFO_V1_2_GC_NUM_MAX_GS_THDS, 32},
    {GC_INFO_V1_2_GC_GS_TABLE_DEPTH, 32},        {GC_INFO_V1_2_GC_GSPRIM_BUFF_DEPTH, 1792},
    {GC_INFO_V1_2_GC_PARAMETER_CACHE_DEPTH, 1024}, {GC_INFO_V1_2_GC_DOUBLE_OFFCHIP_LDS_BUFFER, 1},
    {GC_INFO_V1_2_GC_WAVE_SIZE, 32},             {GC_INFO_V1_2_GC_MAX_WAVES_PER_SIMD, 16},
    {GC_INFO_V1_2_GC_MAX_SCRATCH_SLOTS_PER_CU, 32}, {GC_INFO_V1_2_GC_LDS_SIZE, 64},
    {GC_INFO_V1_2_GC_NUM_SC_PER_SE, 1},          {GC_INFO_V1_2_GC_NUM_PACKER_PER_SC, 4},
    {GC_INFO_V1_2_GC_NUM_GL2A, 4},               {GC_INFO_V1_2_GC_NUM_TCP_PER_SA, 8},
    {GC_INFO_V1_2_GC_NUM_SDP_INTERFACE, 24},
    {GC_INFO_V1_2_GC_NUM_TCP_PER_WPG, 2},        {GC_INFO_V1_2_GC_TCP_L1_SIZE, 32},
    {GC_INFO_V1_2_GC_NUM_SQC_PER_WGP, 1},        {GC_INFO_V1_2_GC_L1_INSTRUCTION_CACHE_SIZE_PER_SQC, 32},
    {GC_INFO_V1_2_GC_L1_DATA_CACHE_SIZE_PER_SQC, 16}, {GC_INFO_V1_2_GC_GL1C_PER_SA, 8},
    {GC_INFO_V1_2_GC_GL1C_SIZE_PER_INSTANCE, 256},
};

static const struct gc_count gc_sizes[] = { /* of version 1.3 only: KiB, and bytes of a line */
    {GC_INFO_V1_3_GC_TCP_SIZE_PER_CU, 32},                  {GC_INFO_V1_3_GC_TCP_CACHE_LINE_SIZE, 128},
    {GC_INFO_V1_3_GC_INSTRUCTION_CACHE_SIZE_PER_SQC, 64},   {GC_INFO_V1_3_GC_INSTRUCTION_CACHE_LINE_SIZE, 128},
    {GC_INFO_V1_3_GC_SCALAR_DATA_CACHE_SIZE_PER_SQC, 16},   {GC_INFO_V1_3_GC_SCALAR_DATA_CACHE_LINE_SIZE, 64},
    {GC_INFO_V1_3_GC_TCC_CACHE_LINE_SIZE, 256},
};

/* Which form of the table: for gfx12 a guess, since Linux's gfx12 code reads words that 1.3 brought. */
static const struct gc_form {
    uint32_t minor, bytes;
} gc_forms[GENERATIONS] = {
    [GEN_GFX11] = {2, GC_INFO_V1_2_BYTES},
    [GEN_GFX12] = {3, GC_INFO_V1_3_BYTES},
};
/* clang-format on */

static uint32_t put_gc(uint8_t *table, const struct chip *chip, uint32_t start)
{
    uint8_t *gc = table + start;
    for (size_t i = 0; i < sizeof(gc_counts) / sizeof(gc_counts[0]); i++) {
        put32(gc + gc_counts[i].offset, gc_counts[i].value);
    }
    const struct gc_form *form = &gc_forms[chip->generation];
    for (size_t i = 0; form->minor >= 3 && i < sizeof(gc_sizes) / sizeof(gc_sizes[0]); i++) {
        put32(gc + gc_sizes[i].offset, gc_sizes[i].value);
    }
    if (form->minor >= 3) {
        put32(gc + GC_INFO_V1_3_GC_TCC_SIZE, chip->l2_kib);
    }
    put16(gc + GC_INFO_V1_2_HEADER_VERSION_MAJOR, 1);
    put16(gc + GC_INFO_V1_2_HEADER_VERSION_MINOR, form->minor);
    put32(gc + GC_INFO_V1_2_HEADER_SIZE, form->bytes);
    put32(gc + GC_INFO_V1_2_GC_NUM_SE, chip->shader_engines);
    put32(gc + GC_INFO_V1_2_GC_NUM_SA_PER_SE, chip->arrays_per_engine);
    put32(gc + GC_INFO_V1_2_GC_NUM_WGP0_PER_SA, chip->wgps_per_array);
    put32(gc + GC_INFO_V1_2_GC_NUM_TCPS, 2 * chip->shader_engines * chip->arrays_per_engine * chip->wgps_per_array);
    put32(gc + GC_INFO_V1_2_GC_GL2C_PER_GPU, chip->l2_kib);
    return start + form->bytes;
}

uint64_t discovery_write(struct sim_card *card)
{
    uint8_t table[TABLE_BYTES] = {0};
    uint32_t ips = BINARY_HEADER_BYTES + 4; /* aligned to 8 */
    uint32_t gc = (put_ips(table, card->chip, ips) + 7) & ~7u;
    uint32_t harvest = (put_gc(table, card->chip, gc) + 7) & ~7u;
    uint32_t end = harvest + 8 + 32 * 4;
    put32(table + harvest, HARVEST_TABLE_SIGNATURE); /* nothing is harvested: all entries 0 */
    put_table(table, DISCOVERY_TABLE_IP_DISCOVERY, ips, gc - ips);
    put_table(table, DISCOVERY_TABLE_GC, gc, harvest - gc);
    put_table(table, DISCOVERY_TABLE_HARVEST_INFO, harvest, end - harvest);
    put32(table + BINARY_HEADER_BINARY_SIGNATURE, BINARY_SIGNATURE);
    put16(table + BINARY_HEADER_VERSION_MAJOR, 1);
    put16(table + BINARY_HEADER_BINARY_SIZE, end);
    put16(table + BINARY_HEADER_BINARY_CHECKSUM, sum_bytes(table + BINARY_HEADER_BINARY_SIZE, end - BINARY_HEADER_BINARY_SIZE));
    uint8_t *at = vram_at(card, card->vram.size - TABLE_FROM_END, TABLE_FROM_END);
    memset(at, 0, TABLE_FROM_END);
    memcpy(at, table, end);
    return end;
}
