#include "amd/discovery.h"

#include <errno.h>

#include "core/bytes.h"
#include "regs/soc.h"
#include "regs/wire_discovery.h"

#define IP_BASES_OFFSET 8 /* struct ip_v4 ends in a byte of sub-revision and variant, then the base addresses */
#define MAX_DIES 16

static const struct {
    uint16_t hardware_id;
    enum reg_block block;
} block_ids[] = {
    {GC_HWID, BLOCK_GC},   {MMHUB_HWID, BLOCK_MMHUB}, {NBIF_HWID, BLOCK_NBIO},     {MP0_HWID, BLOCK_MP0},
    {MP1_HWID, BLOCK_MP1}, {HDP_HWID, BLOCK_HDP},     {OSSSYS_HWID, BLOCK_OSSSYS},
};

struct parse {
    const uint8_t *bytes;
    size_t size;
    struct err *err;
};

size_t discovery_size(const void *header)
{
    return get_u32(header, BINARY_HEADER_BINARY_SIGNATURE) == BINARY_SIGNATURE ? get_u16(header, BINARY_HEADER_BINARY_SIZE) : 0;
}

/* Offset of table `index`, checked to hold at least `need` bytes. */
static int find_table(const struct parse *p, uint32_t index, size_t need, size_t *offset_out)
{
    size_t row = BINARY_HEADER_TABLE_LIST + (size_t)index * TABLE_INFO_BYTES;
    size_t offset = get_u16(p->bytes, row + TABLE_INFO_OFFSET);
    if (offset < BINARY_HEADER_BYTES || !bytes_fit(p->size, offset, need)) {
        return err_set(p->err, -EINVAL, "discovery table %u starts at byte %zu, which does not fit its %zu bytes", index, offset,
                       p->size);
    }
    *offset_out = offset;
    return 0;
}

static void take_block(const uint8_t *ip, uint32_t base_bytes, struct discovery *out)
{
    uint16_t id = get_u16(ip, IP_V4_HW_ID);
    struct ip_version version = {ip[IP_V4_MAJOR], ip[IP_V4_MINOR], ip[IP_V4_REVISION]};
    if (id == SDMA0_HWID && ip[IP_V4_INSTANCE_NUMBER] == 0) {
        out->sdma = version;
    }
    for (size_t i = 0; i < sizeof block_ids / sizeof block_ids[0]; i++) {
        if (block_ids[i].hardware_id != id || ip[IP_V4_INSTANCE_NUMBER] != 0) {
            continue;
        }
        struct discovery_block *b = &out->blocks[block_ids[i].block];
        b->version = version;
        b->segment_count = ip[IP_V4_NUM_BASE_ADDRESS];
        b->segment_count = b->segment_count > DISCOVERY_SEGMENTS ? DISCOVERY_SEGMENTS : b->segment_count;
        for (uint32_t s = 0; s < b->segment_count; s++) {
            b->base[s] = get_u32(ip, IP_BASES_OFFSET + (size_t)s * base_bytes); /* 64-bit bases: the low half addresses BAR 5 */
        }
    }
}

static int parse_die(const struct parse *p, size_t offset, uint32_t base_bytes, struct discovery *out)
{
    if (!bytes_fit(p->size, offset, DIE_HEADER_BYTES)) {
        return err_set(p->err, -EINVAL, "discovery: a die starts at byte %zu of %zu", offset, p->size);
    }
    uint32_t count = get_u16(p->bytes, offset + DIE_HEADER_NUM_IPS);
    size_t at = offset + DIE_HEADER_BYTES;
    for (uint32_t i = 0; i < count; i++) {
        if (!bytes_fit(p->size, at, IP_BASES_OFFSET)) {
            return err_set(p->err, -EINVAL, "discovery: block %u of %u is cut off at byte %zu", i, count, p->size);
        }
        size_t whole = IP_BASES_OFFSET + (size_t)p->bytes[at + IP_V4_NUM_BASE_ADDRESS] * base_bytes;
        if (!bytes_fit(p->size, at, whole)) {
            return err_set(p->err, -EINVAL, "discovery: the addresses of block %u are cut off at byte %zu", i, p->size);
        }
        take_block(p->bytes + at, base_bytes, out);
        at += whole;
    }
    return 0;
}

static int parse_blocks(const struct parse *p, struct discovery *out)
{
    size_t at = 0;
    int rc = find_table(p, DISCOVERY_TABLE_IP_DISCOVERY, IP_DISCOVERY_HEADER_BYTES, &at);
    if (rc) {
        return rc;
    }
    const uint8_t *h = p->bytes + at;
    uint32_t signature = get_u32(h, IP_DISCOVERY_HEADER_SIGNATURE), dies = get_u16(h, IP_DISCOVERY_HEADER_NUM_DIES);
    if (signature != DISCOVERY_TABLE_SIGNATURE || dies == 0 || dies > MAX_DIES) {
        return err_set(p->err, -EINVAL, "discovery: the block table begins with %#x and names %u dies; expected %#x and 1 to %u",
                       signature, dies, DISCOVERY_TABLE_SIGNATURE, MAX_DIES);
    }
    bool wide = get_u32(h, IP_DISCOVERY_HEADER_BASE_ADDR_64_BIT) >> IP_DISCOVERY_HEADER_BASE_ADDR_64_BIT_BIT & 1;
    for (uint32_t d = 0; d < dies && rc == 0; d++) {
        rc = parse_die(p, get_u16(h, IP_DISCOVERY_HEADER_DIE_INFO + d * DIE_INFO_BYTES + DIE_INFO_DIE_OFFSET), wide ? 8 : 4, out);
    }
    return rc;
}

static int parse_shader_info(const struct parse *p, struct discovery *out)
{
    size_t at = 0;
    int rc = find_table(p, DISCOVERY_TABLE_GC, GC_INFO_V1_0_BYTES, &at);
    if (rc) {
        return rc;
    }
    const uint8_t *g = p->bytes + at;
    uint32_t major = get_u16(g, GC_INFO_V1_0_HEADER_VERSION_MAJOR);
    if (get_u32(g, GC_INFO_V1_0_HEADER_TABLE_ID) != GC_TABLE_ID || major != 1) {
        return err_set(p->err, -EINVAL, "discovery: the shader table has id %#x and version %u; expected %#x and 1",
                       get_u32(g, GC_INFO_V1_0_HEADER_TABLE_ID), major, GC_TABLE_ID);
    }
    out->shader_engines = get_u32(g, GC_INFO_V1_0_GC_NUM_SE);
    out->arrays_per_engine = get_u32(g, GC_INFO_V1_0_GC_NUM_SA_PER_SE);
    out->wgps_per_array = get_u32(g, GC_INFO_V1_0_GC_NUM_WGP0_PER_SA) + get_u32(g, GC_INFO_V1_0_GC_NUM_WGP1_PER_SA);
    out->scratch_slots_per_cu = get_u32(g, GC_INFO_V1_0_GC_MAX_SCRATCH_SLOTS_PER_CU);
    out->waves_per_simd = get_u32(g, GC_INFO_V1_0_GC_MAX_WAVES_PER_SIMD);
    out->lds_kib = get_u32(g, GC_INFO_V1_0_GC_LDS_SIZE);
    if (out->shader_engines - 1 > 31 || out->arrays_per_engine - 1 > 7 || out->wgps_per_array - 1 > 31 ||
        out->scratch_slots_per_cu > 64) {
        return err_set(p->err, -EINVAL, "discovery: %u shader engines of %u arrays of %u work-group processors cannot be",
                       out->shader_engines, out->arrays_per_engine, out->wgps_per_array);
    }
    out->compute_units = 2 * out->wgps_per_array * out->arrays_per_engine * out->shader_engines;
    return 0;
}

int discovery_parse(const void *table, size_t size_bytes, struct discovery *out, struct err *e)
{
    struct parse p = {table, size_bytes, e};
    struct discovery d = {0};
    if (size_bytes < BINARY_HEADER_BYTES) {
        return err_set(e, -EINVAL, "the discovery table has %zu bytes; its header alone has %d", size_bytes, BINARY_HEADER_BYTES);
    }
    if (get_u32(table, BINARY_HEADER_BINARY_SIGNATURE) != BINARY_SIGNATURE) {
        return err_set(e, -EINVAL, "the discovery table begins with %#x instead of %#x",
                       get_u32(table, BINARY_HEADER_BINARY_SIGNATURE), BINARY_SIGNATURE);
    }
    int rc = parse_blocks(&p, &d);
    rc = rc ? rc : parse_shader_info(&p, &d);
    for (size_t i = 0; rc == 0 && i < sizeof block_ids / sizeof block_ids[0]; i++) {
        if (d.blocks[block_ids[i].block].segment_count == 0) {
            rc = err_set(e, -EINVAL, "the discovery table names no block with hardware id %#x", block_ids[i].hardware_id);
        }
    }
    if (rc == 0) {
        *out = d;
    }
    return rc;
}
