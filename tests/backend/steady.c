/*
 * steady.c: what a computation costs the host once its plan is made: no allocation, no encoding, one look for the plan. Loads the
 * plug-in as ggml does and computes one graph of 30 layers again and again.
 *
 *   steady allocations: counts calls of malloc and its kin on this thread while tokens are computed.
 *   steady plans FILE:  FILE is what EXOSUIT_STATS names; the last computations found their plan by ggml's mark.
 *   steady order:       what is read without waiting is of the computation before, also when the next one begins at once; and
 *                       what is written from pinned memory without waiting arrives before what comes after it.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ggml-backend-impl.h"
#include "ggml-impl.h"

enum { WIDTH = 64, LAYERS = 30, WARM = 3, ROUNDS = 200 };

/* ---- counting: the program's own malloc stands before libc's, for the plug-in too ---------------------------------------- */

static _Thread_local bool counting;
static _Thread_local unsigned long allocations;

#ifdef __GLIBC__
#pragma GCC visibility push(default)
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *p, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size)
{
    allocations += counting;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    allocations += counting;
    return __libc_calloc(count, size);
}

void *realloc(void *p, size_t size)
{
    allocations += counting;
    return __libc_realloc(p, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    allocations += counting;
    return __libc_memalign(alignment, size);
}
#pragma GCC visibility pop
#endif

/* ---- a model ----------------------------------------------------------------------------------------------------------------
 */

struct model {
    ggml_backend_t backend;
    struct ggml_tensor *in, *out;
    struct ggml_cgraph *graph;
};

static void stop(const char *why)
{
    printf("%s\n", why);
    exit(1);
}

static struct ggml_tensor *matrix(struct ggml_context *c)
{
    return ggml_new_tensor_2d(c, GGML_TYPE_Q4_1, WIDTH, WIDTH);
}

static struct ggml_tensor *layer(struct ggml_context *c, struct ggml_tensor *x)
{
    struct ggml_tensor *h = ggml_mul(c, ggml_rms_norm(c, x, 1e-5f), ggml_new_tensor_1d(c, GGML_TYPE_F32, WIDTH));
    struct ggml_tensor *gate = ggml_mul_mat(c, matrix(c), h), *up = ggml_mul_mat(c, matrix(c), h);
    return ggml_add(c, ggml_mul_mat(c, matrix(c), ggml_swiglu_split(c, gate, up)), x);
}

static ggml_backend_t open_backend(void)
{
    void *module = dlopen(getenv("PLUGIN"), RTLD_NOW | RTLD_LOCAL);
    ggml_backend_reg_t (*init)(void) = module ? (ggml_backend_reg_t(*)(void))dlsym(module, "ggml_backend_init") : NULL;
    ggml_backend_reg_t reg = init ? init() : NULL;
    if (!reg || ggml_backend_reg_dev_count(reg) != 1) {
        stop("the plug-in named by PLUGIN did not load, or found no device");
    }
    return ggml_backend_dev_init(ggml_backend_reg_dev_get(reg, 0), NULL);
}

static struct model open_model(void)
{
    struct model m = {.backend = open_backend()};
    struct ggml_context *c = ggml_init((struct ggml_init_params){.mem_size = 8 << 20, .no_alloc = true});
    m.graph = ggml_new_graph(c);
    m.out = m.in = ggml_new_tensor_1d(c, GGML_TYPE_F32, WIDTH);
    for (int i = 0; i < LAYERS; i++) {
        m.out = layer(c, m.out);
    }
    ggml_build_forward_expand(m.graph, m.out);
    m.graph->uid = 4711; /* as ggml's scheduler does for a graph that it means to compute again */
    ggml_backend_buffer_t buffer = ggml_backend_alloc_ctx_tensors(c, m.backend);
    if (!buffer) {
        stop("no memory for the model");
    }
    ggml_backend_buffer_clear(buffer, 0);
    return m;
}

/* As llama.cpp does a token: inputs, graph, logits. */
static void compute(const struct model *m, int round)
{
    float in[WIDTH], out[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
        in[i] = (float)(round + i);
    }
    ggml_backend_tensor_set_async(m->backend, m->in, in, 0, sizeof in);
    if (ggml_backend_graph_compute_async(m->backend, m->graph) != GGML_STATUS_SUCCESS) {
        stop("the graph was not computed");
    }
    ggml_backend_tensor_get_async(m->backend, m->out, out, 0, sizeof out);
    ggml_backend_synchronize(m->backend);
    if (out[3] != in[3]) { /* weights are zero: what remains is the residual */
        printf("result: wanted %g, got %g\n", in[3], out[3]);
        exit(1);
    }
}

/* ---- the tests ----------------------------------------------------------------------------------------------------------------
 */

static unsigned long count_rounds(const struct model *m, int rounds)
{
    allocations = 0;
    counting = true;
    for (int i = 0; i < rounds; i++) {
        compute(m, i);
    }
    counting = false;
    return allocations;
}

static int test_allocations(const struct model *m)
{
    unsigned long first = count_rounds(m, 1);
    count_rounds(m, WARM);
    unsigned long steady = count_rounds(m, ROUNDS);
    printf("allocations of the first computation: wanted some, got %lu\n", first);
    printf("allocations of %d computations after that: wanted 0, got %lu\n", ROUNDS, steady);
    return first == 0 || steady != 0;
}

static long number(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    return at ? strtol(at + strlen(key), NULL, 10) : -1;
}

/* The file is renewed once a second: computing goes on until it is there with enough computations. */
static int test_plans(const struct model *m, const char *path)
{
    static char text[16384];
    remove(path);
    for (int i = 0, computes = 0; computes < ROUNDS && i < 100 * ROUNDS; i++) {
        compute(m, i);
        FILE *file = i % 100 ? NULL : fopen(path, "r");
        if (file) {
            text[fread(text, 1, sizeof text - 1, file)] = 0;
            fclose(file);
            computes = (int)number(text, "\"computes\": ");
        }
    }
    long computes = number(text, "\"middle_computes\": "), known = number(text, "\"middle_plans_known\": ");
    long made = number(text, "\"plans_made\": "), cpu = number(text, "\"middle_host_cpu_ns\": ");
    printf("computations that found their plan by its mark: wanted %ld, got %ld\n", computes, known);
    printf("plans made in all: wanted 1, got %ld\n", made);
    printf("processor time of a computation: %.1f us\n", (double)cpu / 1000 / (double)(computes > 0 ? computes : 1));
    return computes < 1 || known != computes || made != 1 || cpu <= 0;
}

/* Computations one behind the other, each result asked for and not waited for. */
static int test_reads(const struct model *m)
{
    enum { AHEAD = 8 };
    static float out[AHEAD][WIDTH];
    int wrong = 0;
    for (int i = 0; i < AHEAD; i++) {
        float in[WIDTH];
        for (int j = 0; j < WIDTH; j++) {
            in[j] = (float)(100 * i + j);
        }
        ggml_backend_tensor_set_async(m->backend, m->in, in, 0, sizeof in);
        ggml_backend_graph_compute_async(m->backend, m->graph);
        memset(out[i], 0xff, sizeof out[i]);
        ggml_backend_tensor_get_async(m->backend, m->out, out[i], 0, sizeof out[i] / 2);
        ggml_backend_tensor_get_async(m->backend, m->out, out[i] + WIDTH / 2, sizeof out[i] / 2, sizeof out[i] / 2);
    }
    ggml_backend_synchronize(m->backend);
    for (int i = 0; i < AHEAD * WIDTH; i++) {
        float want = (float)(100 * (i / WIDTH) + i % WIDTH), got = out[i / WIDTH][i % WIDTH];
        if (want != got && wrong++ < 5) {
            printf("result %d of computation %d: wanted %g, got %g\n", i % WIDTH, i / WIDTH, (double)want, (double)got);
        }
    }
    return wrong != 0;
}

static int test_writes(const struct model *m)
{
    enum { COUNT = 256 * 1024 };
    struct ggml_context *c = ggml_init((struct ggml_init_params){.mem_size = 1 << 16, .no_alloc = true});
    struct ggml_tensor *t = ggml_new_tensor_1d(c, GGML_TYPE_F32, COUNT);
    ggml_backend_buffer_t buffer = ggml_backend_alloc_ctx_tensors(c, m->backend);
    ggml_backend_buffer_type_t host_type = ggml_backend_dev_host_buffer_type(ggml_backend_get_device(m->backend));
    ggml_backend_buffer_t host = ggml_backend_buft_alloc_buffer(host_type, COUNT * 4);
    float *data = ggml_backend_buffer_get_base(host), *back = malloc(COUNT * 4), one = -1;
    int wrong = 0;
    for (int i = 0; i < COUNT; i++) {
        data[i] = (float)i;
    }
    ggml_backend_tensor_set_async(m->backend, t, data, 0, COUNT * 4);
    ggml_backend_tensor_set_async(m->backend, t, &one, 400, 4); /* staged, over the large one */
    ggml_backend_tensor_get_async(m->backend, t, back, 0, COUNT * 4);
    ggml_backend_synchronize(m->backend);
    for (int i = 0; i < COUNT; i++) {
        float want = i == 100 ? one : (float)i;
        if (want != back[i] && wrong++ < 5) {
            printf("element %d: wanted %g, got %g\n", i, (double)want, (double)back[i]);
        }
    }
    ggml_backend_buffer_free(host);
    ggml_backend_buffer_free(buffer);
    ggml_free(c);
    free(back);
    return wrong != 0;
}

int main(int argc, char **argv)
{
    if (argc < 2 || !getenv("PLUGIN")) {
        stop("usage: PLUGIN=libggml-exosuit.so steady allocations | order | plans FILE");
    }
    struct model m = open_model();
    if (!strcmp(argv[1], "order")) {
        return test_reads(&m) | test_writes(&m);
    }
    return argc > 2 ? test_plans(&m, argv[2]) : test_allocations(&m);
}
