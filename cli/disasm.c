/* disasm.c: exosuit disasm: machine code of RDNA3 and RDNA4 as text, by the tables that the simulated card executes from. */
#include "cli/cli.h"

#include "sim/isa/isa.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Names as LLVM's -mcpu; mach: what a code object's e_flags hold in their low byte (LLVM, "AMDGPU ELF Header"). */
static const struct arch {
    const char *name;
    uint8_t mach;
    enum isa_gen gen;
} archs[] = {
    {"gfx1100", 0x41, ISA_GFX11}, {"gfx1101", 0x46, ISA_GFX11}, {"gfx1102", 0x47, ISA_GFX11},
    {"gfx1200", 0x48, ISA_GFX12}, {"gfx1201", 0x4e, ISA_GFX12},
};

enum { TEXT_BYTES = 512, MAX_FILE_BYTES = 1 << 28 };

static const struct arch *find_arch(const char *name)
{
    for (size_t n = 0; n < sizeof archs / sizeof archs[0]; n++) {
        if (strcmp(archs[n].name, name) == 0) {
            return &archs[n];
        }
    }
    return NULL;
}

struct listing {
    enum isa_gen gen;
    bool wave64;
};

/* ---- --hex: one instruction per line ---- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Bytes of a line of hex digits; blanks, commas and 0x between them do not count. -1: something else is there, or too many. */
static int parse_bytes(const char *line, uint8_t *bytes, int limit)
{
    int count = 0;
    for (const char *c = line; *c;) {
        if (strchr(" \t\r\n,", *c)) {
            c++;
        } else if (c[0] == '0' && (c[1] == 'x' || c[1] == 'X')) {
            c += 2;
        } else if (hex_digit(c[0]) >= 0 && hex_digit(c[1]) >= 0 && count < limit) {
            bytes[count++] = (uint8_t)(hex_digit(c[0]) << 4 | hex_digit(c[1]));
            c += 2;
        } else {
            return -1;
        }
    }
    return count;
}

static void print_line(const struct listing *l, const char *line)
{
    uint8_t bytes[16];
    uint32_t words[4] = {0};
    struct inst inst;
    char text[TEXT_BYTES];
    int count = parse_bytes(line, bytes, sizeof bytes);
    for (int n = 0; n < count; n++) {
        words[n / 4] |= (uint32_t)bytes[n] << n % 4 * 8;
    }
    bool whole = count > 0 && count % 4 == 0 && isa_decode(words, (uint32_t)count / 4, l->gen, &inst) == 0;
    whole = whole && inst.size == count && !isa_llvm_rejects(&inst) && isa_fits_wave(&inst, l->wave64);
    puts(whole ? isa_disassemble(&inst, l->wave64, text, sizeof text) : "(bad)");
}

static int print_hex(const struct listing *l, FILE *file)
{
    char line[256];
    while (fgets(line, sizeof line, file)) {
        if (!strchr(line, '\n') && !feof(file)) { /* longer than any instruction: one (bad) for all of it */
            int c;
            while ((c = fgetc(file)) != EOF && c != '\n') {
            }
            strcpy(line, "?");
        }
        print_line(l, line);
    }
    return ferror(file) ? cli_fail("the input cannot be read: %s", strerror(errno)) : CLI_DONE;
}

/* ---- files ---- */

static void print_code(const struct listing *l, const uint8_t *code, size_t bytes)
{
    char text[TEXT_BYTES];
    for (size_t at = 0; at + 4 <= bytes;) {
        uint32_t words[3] = {0}, avail = bytes - at >= 12 ? 3 : (uint32_t)((bytes - at) / 4);
        struct inst inst;
        for (uint32_t n = 0; n < avail * 4; n++) {
            words[n / 4] |= (uint32_t)code[at + n] << n % 4 * 8;
        }
        if (isa_decode(words, avail, l->gen, &inst) == 0 && isa_fits_wave(&inst, l->wave64)) {
            puts(isa_disassemble(&inst, l->wave64, text, sizeof text));
            at += inst.size;
        } else { /* as llvm-objdump does */
            printf(".long 0x%08x\n", words[0]);
            at += 4;
        }
    }
}

static uint64_t get(const uint8_t *at, int bytes)
{
    uint64_t value = 0;
    for (int n = bytes - 1; n >= 0; n--) {
        value = value << 8 | at[n];
    }
    return value;
}

/* ELF64, little-endian (System V ABI, "Object Files"): offsets of the fields used. */
enum {
    EHDR_BYTES = 64,
    E_SHOFF = 40,
    E_FLAGS = 48,
    E_SHENTSIZE = 58,
    E_SHNUM = 60,
    E_SHSTRNDX = 62,
    SHDR_BYTES = 64,
    SH_NAME = 0,
    SH_OFFSET = 24,
    SH_SIZE = 32,
};

static bool is_elf(const uint8_t *file, size_t bytes)
{
    return bytes >= EHDR_BYTES && memcmp(file, "\177ELF\2\1", 6) == 0;
}

/* Section n's place in the file. False: it lies outside. */
static bool find_section(const uint8_t *file, size_t bytes, uint64_t n, const uint8_t **header_out, size_t *at_out,
                         size_t *size_out)
{
    uint64_t table = get(file + E_SHOFF, 8), count = get(file + E_SHNUM, 2);
    if (get(file + E_SHENTSIZE, 2) != SHDR_BYTES || n >= count || table > bytes || (bytes - table) / SHDR_BYTES < count) {
        return false;
    }
    const uint8_t *header = file + table + n * SHDR_BYTES;
    uint64_t at = get(header + SH_OFFSET, 8), size = get(header + SH_SIZE, 8);
    if (at > bytes || size > bytes - at) {
        return false;
    }
    *header_out = header;
    *at_out = (size_t)at;
    *size_out = (size_t)size;
    return true;
}

/* The .text section of a code object. */
static bool find_text(const uint8_t *file, size_t bytes, size_t *at_out, size_t *size_out)
{
    const uint8_t *header;
    size_t names, names_size;
    if (!find_section(file, bytes, get(file + E_SHSTRNDX, 2), &header, &names, &names_size)) {
        return false;
    }
    for (uint64_t n = 0; n < get(file + E_SHNUM, 2); n++) {
        if (!find_section(file, bytes, n, &header, at_out, size_out)) {
            continue;
        }
        uint64_t name = get(header + SH_NAME, 4);
        if (name < names_size && names_size - name >= sizeof ".text" &&
            memcmp(file + names + name, ".text", sizeof ".text") == 0) {
            return true;
        }
    }
    return false;
}

static const struct arch *arch_of_elf(const uint8_t *file)
{
    for (size_t n = 0; n < sizeof archs / sizeof archs[0]; n++) {
        if (archs[n].mach == get(file + E_FLAGS, 1)) {
            return &archs[n];
        }
    }
    return NULL;
}

static uint8_t *read_all(FILE *file, size_t *bytes_out)
{
    size_t used = 0, room = 1 << 16;
    uint8_t *data = malloc(room);
    while (data != NULL) {
        size_t got = fread(data + used, 1, room - used, file);
        used += got;
        if (got == 0) {
            break;
        }
        if (used == room) {
            uint8_t *more = room < MAX_FILE_BYTES ? realloc(data, room * 2) : NULL;
            if (more == NULL) {
                free(data);
                return NULL;
            }
            data = more;
            room *= 2;
        }
    }
    *bytes_out = used;
    return data;
}

static int print_file(const struct cli_args *args, struct listing *l, const struct arch *arch, FILE *file)
{
    size_t bytes, at = 0, size;
    uint8_t *data = read_all(file, &bytes);
    if (data == NULL) {
        return cli_fail("the input is larger than 256 MiB or than memory");
    }
    size = bytes;
    bool elf = is_elf(data, bytes);
    int rc = CLI_DONE;
    if (elf && !find_text(data, bytes, &at, &size)) {
        rc = cli_fail("the file is ELF, but has no .text section within it");
    }
    if (arch == NULL && elf) {
        arch = arch_of_elf(data);
    }
    if (rc == CLI_DONE && arch == NULL) {
        rc = cli_usage_error(args->command, "--arch gfxNNNN says whose code it is.");
    }
    if (rc == CLI_DONE) {
        l->gen = arch->gen;
        print_code(l, data + at, size);
    }
    free(data);
    return rc;
}

static int run(const struct cli_args *args)
{
    const char *name = cli_value(args, "arch"), *path = cli_value(args, "hex");
    const struct arch *arch = name ? find_arch(name) : NULL;
    struct listing l = {.wave64 = cli_flag(args, "wave64")};
    if (name && !arch) {
        return cli_usage_error(args->command, "'%s' is no architecture known here: gfx1100, gfx1101, gfx1102, gfx1200, gfx1201.",
                               name);
    }
    bool hex = path != NULL;
    if (hex && !arch) {
        return cli_usage_error(args->command, "--arch gfxNNNN says whose code it is.");
    }
    if (hex && args->argc > 0) {
        return cli_usage_error(args->command, "--hex has its own file.");
    }
    path = hex ? path : args->argc > 0 ? args->argv[0] : "-";
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!file) {
        return cli_fail("%s cannot be read: %s", path, strerror(errno));
    }
    if (hex) {
        l.gen = arch->gen;
    }
    int rc = hex ? print_hex(&l, file) : print_file(args, &l, arch, file);
    if (file != stdin) {
        fclose(file);
    }
    return rc;
}

static const struct cli_option options[] = {
    {"arch", 'a', "GFX", "whose code it is: gfx1100, gfx1101, gfx1102, gfx1200, gfx1201; a code object says it itself"},
    {"hex", 'x', "FILE", "read one instruction's bytes in hexadecimal per line, in memory order; - is standard input"},
    {"wave64", 0, NULL, "lane masks are register pairs"},
    {0},
};

const struct cli_command cli_disasm = {
    .name = "disasm",
    .arguments = "[FILE]",
    .help = "print machine code as LLVM writes it, one instruction a line",
    .details = "FILE is a code object, of which .text is printed, or raw code; without it standard input is read.\n"
               "With --hex every input line gives one line: its instruction, or (bad) where it is none to LLVM 19.",
    .options = options,
    .max_arguments = 1,
    .run = run,
};
