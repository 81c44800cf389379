/* model.c: see model.h and docs/MODEL.md, which has the source of each number below and says which are guesses. */
#include "model.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define GHZ 1e9
#define GB 1e9
#define MIB (UINT64_C(1) << 20)
#define LINE 128.0

enum {
    SIMDS_PER_CU = 2,
    WAVES_PER_SIMD = 16, /* LLVM, AMDGPU getMaxWavesPerEU: gfx10.3 and later */
    LDS_ARRAY_BYTES = 65536,
    LDS_BYTES = 131072,        /* of a work-group processor, two compute units, whose work-groups may use all of it (WGP mode) */
    TRANS_CYCLES = 4,          /* 8 lanes a cycle */
    QUARTER_CYCLES = 4,        /* 32-bit integer multiplication: 8 lanes a cycle */
    F64_CYCLES = 32,           /* one lane a cycle */
    LDS_SAMPLE = 8,            /* sim/isa/group.c */
    ADDRESS_CYCLES = 8,        /* vector memory, 32 lanes: a compute unit has four texture address units */
    OFFSET_CYCLES = 4,         /* the same where lanes have offsets of 32 bits */
    FILL_BYTES_PER_CYCLE = 64, /* from the L2 into a compute unit */
    L2_BYTES_PER_CYCLE_PER_CU = 32,
};

#define BESIDE_NS 300.0       /* a further dispatch's own packets; a guess */
#define LAUNCH_NS 2500.0      /* fitted */
#define VRAM_EFFICIENCY 0.83  /* fitted: refresh, turn-around, row misses */
#define CONFLICT_CYCLES 1.35  /* fitted: each pass over LDS behind the first of an access */
#define VALU_STALL_CYCLES 3.0 /* a wave by itself: half of its instructions wait 5 cycles for the one before. A guess */
#define L0_NS 45.0            /* load to use; docs/MODEL.md */
#define L2_NS 110.0
#define MALL_NS 150.0
#define VRAM_NS 270.0
#define LGKM_NS 40.0 /* LDS and scalar cache */

/* Clocks, units, bus and cache sizes: AMD's product pages. MALL rate, and RDNA4's cycles of LDS: fitted (docs/MODEL.md). */
/* clang-format off */
static const struct model_chip chips[] = {
    {"rx7900xtx", 96, 2.50 * GHZ, 960 * GB, 96 * MIB, 2064 * GB, 1536, 24, {32, 32, 16}, 1},
    {"rx7900xt",  84, 2.40 * GHZ, 800 * GB, 80 * MIB, 1720 * GB, 1536, 24, {32, 32, 16}, 1},
    {"rx7800xt",  60, 2.43 * GHZ, 624 * GB, 64 * MIB, 1376 * GB, 1536, 24, {32, 32, 16}, 1},
    {"rx7600",    32, 2.655 * GHZ, 288 * GB, 32 * MIB, 688 * GB, 1024, 16, {32, 32, 16}, 1},
    {"rx9070xt",  64, 2.97 * GHZ, 640 * GB, 64 * MIB, 1376 * GB, 1536, 24, {16, 8, 4}, 2},
    {"rx9060xt",  32, 3.13 * GHZ, 320 * GB, 32 * MIB, 688 * GB, 1536, 24, {16, 8, 4}, 2},
    {"r9700",     64, 2.92 * GHZ, 640 * GB, 64 * MIB, 1376 * GB, 1536, 24, {16, 8, 4}, 2},
};
/* clang-format on */

const struct model_chip *model_chip_find(const char *name)
{
    for (size_t n = 0; n < sizeof chips / sizeof chips[0]; n++) {
        if (strcmp(chips[n].name, name) == 0) {
            return &chips[n];
        }
    }
    return NULL;
}

const char *model_pipe_name(enum model_pipe pipe)
{
    static const char *const names[MODEL_PIPES] = {"VALU", "transcendental", "SALU", "SMEM",   "VMEM", "LDS", "L2 to CU",
                                                   "L2",   "MALL",           "VRAM", "latency"};
    return names[pipe];
}

/* How the work-groups lie on the chip. */
struct spread_out {
    double cu_cycles_per_total;   /* cycles of the busiest compute unit for each cycle of work of the whole dispatch */
    double simd_cycles_per_total; /* the same of the busiest SIMD */
    double lds_imbalance;
    double rounds; /* how many waves follow one another in a place */
    uint32_t waves_per_simd;
};

/* Work-groups that registers, LDS and wave slots of a compute unit have room for (RDNA3 ISA, "Wave state"). */
static double groups_per_cu(const struct model_chip *chip, const struct compute_shape *s)
{
    uint32_t halves = s->wave_lanes / 32, granule = chip->vgpr_granule;
    uint32_t each = (s->vgprs + granule - 1) / granule * granule * halves;
    uint32_t by_registers = each ? chip->vgprs / each : WAVES_PER_SIMD;
    uint32_t waves = (by_registers < WAVES_PER_SIMD ? by_registers : WAVES_PER_SIMD) * SIMDS_PER_CU;
    double groups = fmax(1, (double)(waves / s->waves));
    return s->lds_bytes ? fmax(0.5, fmin(groups, LDS_BYTES / s->lds_bytes / 2.0)) : groups;
}

/*
 * How much busier than both would be on average the busier of the two arrays of a work-group processor's LDS is. Work-groups of
 * WGP mode lie one behind the other in both and so fill the first array before the second; in CU mode each compute unit has an
 * array of its own (RDNA3 ISA, "Local Data Share"; LLVM's AMDGPU usage, cumode).
 */
static double lds_imbalance(const struct compute_shape *s, double groups_at_once)
{
    double bytes = 2 * groups_at_once * s->lds_bytes;
    return s->cu_mode || bytes == 0 ? 1 : 2 * fmin(LDS_ARRAY_BYTES / bytes, 1);
}

static struct spread_out lay_out(const struct model_chip *chip, const struct compute_shape *s)
{
    double waves = (double)s->groups * s->waves, cus = chip->compute_units;
    double busiest = ceil((double)s->groups / cus); /* work-groups on the busiest compute unit, one after the other */
    double resident = groups_per_cu(chip, s), full = busiest / resident;
    return (struct spread_out){
        .cu_cycles_per_total = busiest / (double)s->groups,
        .simd_cycles_per_total = ceil(busiest * s->waves / SIMDS_PER_CU) / waves,
        .lds_imbalance = lds_imbalance(s, fmin(busiest, resident)),
        .rounds = full < 4 ? ceil(full) : full,
        .waves_per_simd = (uint32_t)ceil(fmin(busiest, resident) * s->waves / SIMDS_PER_CU),
    };
}

static double sum(const uint64_t *by_class, uint32_t first, uint32_t last)
{
    double total = 0;
    for (uint32_t n = first; n <= last; n++) {
        total += (double)by_class[n];
    }
    return total;
}

/* Cycles of SIMDs that vector instructions take. */
static double valu_cycles(const struct model_chip *chip, const uint64_t *by_class, double passes)
{
    double cycles = passes * ((double)by_class[CLASS_VALU] + (double)by_class[CLASS_TRANS] +
                              QUARTER_CYCLES * (double)by_class[CLASS_QUARTER] + F64_CYCLES * (double)by_class[CLASS_F64]);
    for (uint32_t n = 0; n < 3; n++) {
        cycles += chip->wmma_cycles[n] * (double)by_class[CLASS_WMMA_16 + n];
    }
    return cycles + (double)by_class[CLASS_DUAL];
}

/* What one access to memory takes on average, by where its lines came from. */
static double memory_ns(const struct compute_counters *k)
{
    double missed = (double)k->vram_read_bytes / LINE, mall = (double)k->mall_lines;
    double l0 = (double)k->l0_lines, l2 = fmin((double)k->l2_lines, l0);
    missed = fmin(missed, l2);
    mall = fmin(mall, missed);
    return l0 > 0 ? ((l0 - l2) * L0_NS + (l2 - missed) * L2_NS + mall * MALL_NS + (missed - mall) * VRAM_NS) / l0 : L0_NS;
}

/* A wave's own time, as if it were alone. */
static double wave_ns(const struct model_chip *chip, const struct compute_counters *k, double valu)
{
    const uint64_t *c = k->by_class;
    double cycles = valu * VALU_STALL_CYCLES + sum(c, CLASS_SALU, CLASS_BRANCH) + (double)c[CLASS_INTERNAL];
    double ns = cycles / chip->clock_hz * 1e9 + (double)c[CLASS_ROUND_TRIP_VMEM] * memory_ns(k) +
                (double)(c[CLASS_ROUND_TRIP_LGKM] + c[CLASS_BARRIER]) * LGKM_NS;
    return ns / (double)k->waves;
}

void model_dispatch(const struct model_chip *chip, const struct compute_shape *shape, const struct compute_counters *k,
                    struct model_time *out)
{
    *out = (struct model_time){.launch_ns = LAUNCH_NS, .ns = LAUNCH_NS};
    if (shape->groups == 0 || k->waves == 0) {
        return;
    }
    struct spread_out at = lay_out(chip, shape);
    const uint64_t *c = k->by_class;
    double passes = shape->wave_lanes / 32.0, cycle = 1e9 / chip->clock_hz, valu = valu_cycles(chip, c, passes);
    double sample = (double)shape->groups / ceil((double)shape->groups / LDS_SAMPLE), bare = (double)k->lds_sampled;
    double lds = sample * (chip->lds_cycles * bare + CONFLICT_CYCLES * ((double)k->lds_passes - bare));
    double stores = passes * sum(c, CLASS_VMEM_STORE, CLASS_VMEM_STORE_64);
    double addresses = passes * (OFFSET_CYCLES * (double)(c[CLASS_VMEM_LOAD] + c[CLASS_VMEM_STORE]) +
                                 ADDRESS_CYCLES * (double)(c[CLASS_VMEM_LOAD_64] + c[CLASS_VMEM_STORE_64]));
    double missed = (double)k->vram_read_bytes - LINE * (double)k->mall_lines;
    double simd = at.simd_cycles_per_total * cycle, cu = at.cu_cycles_per_total * cycle;
    double *pipe = out->pipe_ns;
    pipe[MODEL_VALU] = valu * simd;
    pipe[MODEL_TRANS] = passes * TRANS_CYCLES * (double)c[CLASS_TRANS] * simd;
    pipe[MODEL_SALU] = ((double)c[CLASS_SALU] + (double)c[CLASS_BRANCH]) * simd;
    pipe[MODEL_SMEM] = (double)c[CLASS_SMEM] * cu;
    pipe[MODEL_VMEM] = fmax((double)k->l0_lines + stores, addresses) * cu;
    pipe[MODEL_LDS] = lds * at.lds_imbalance * cu;
    pipe[MODEL_FILL] = (double)k->l2_lines * LINE / FILL_BYTES_PER_CYCLE * cu;
    pipe[MODEL_L2] = (double)k->l2_lines * LINE / (L2_BYTES_PER_CYCLE_PER_CU * chip->compute_units) * cycle;
    pipe[MODEL_MALL] = (double)(k->vram_read_bytes + k->vram_write_bytes) / chip->mall_bytes_per_s * 1e9;
    pipe[MODEL_VRAM] = (missed + (double)k->vram_write_bytes) / (chip->vram_bytes_per_s * VRAM_EFFICIENCY) * 1e9;
    pipe[MODEL_LATENCY] = at.rounds * wave_ns(chip, k, valu);
    for (uint32_t n = 0; n < MODEL_PIPES; n++) {
        out->bound = pipe[n] > pipe[out->bound] ? (enum model_pipe)n : out->bound;
    }
    out->waves_per_simd = at.waves_per_simd;
    out->ns += pipe[out->bound];
}

static double group_ns(const struct model_group *g)
{
    double slowest = 0;
    for (uint32_t n = 0; n < MODEL_PIPES; n++) {
        slowest = fmax(slowest, g->pipe_ns[n]);
    }
    return g->dispatches ? LAUNCH_NS + (g->dispatches - 1) * BESIDE_NS + slowest : 0;
}

double model_group_add(struct model_group *g, const struct model_time *time)
{
    double before = group_ns(g);
    for (uint32_t n = 0; n < MODEL_PIPES; n++) {
        g->pipe_ns[n] = n == MODEL_LATENCY ? fmax(g->pipe_ns[n], time->pipe_ns[n]) : g->pipe_ns[n] + time->pipe_ns[n];
    }
    g->dispatches++;
    return group_ns(g) - before;
}
