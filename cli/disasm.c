/* disasm.c: exosuit disasm: machine code of RDNA3 and RDNA4 as text, by the tables that the simulated card executes from. */
#include "cli/cli.h"

#include "sim/isa/isa.h"

#include <elf.h>
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
    puts(whole && inst.size == count ? isa_disassemble(&inst, l->wave64, text, sizeof text) : "(bad)");
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
        if (isa_decode(words, avail, l->gen, &inst) == 0) {
            puts(isa_disassemble(&inst, l->wave64, text, sizeof text));
            at += inst.size;
        } else { /* as llvm-objdump does */
            printf(".long 0x%08x\n", words[0]);
            at += 4;
        }
    }
}

/* The .text section of an AMDGPU code object. False: it has none, or lies outside the file. */
static bool find_text(const uint8_t *file, size_t bytes, size_t *at_out, size_t *size_out)
{
    Elf64_Ehdr header;
    Elf64_Shdr names, section;
    if (bytes < sizeof header) {
        return false;
    }
    memcpy(&header, file, sizeof header);
    if (header.e_shentsize != sizeof section || header.e_shstrndx >= header.e_shnum || header.e_shoff > bytes ||
        (bytes - header.e_shoff) / sizeof section < header.e_shnum) {
        return false;
    }
    memcpy(&names, file + header.e_shoff + header.e_shstrndx * sizeof section, sizeof names);
    if (names.sh_offset > bytes || names.sh_size > bytes - names.sh_offset) {
        return false;
    }
    for (uint32_t n = 0; n < header.e_shnum; n++) {
        memcpy(&section, file + header.e_shoff + n * sizeof section, sizeof section);
        bool named = section.sh_name < names.sh_size && names.sh_size - section.sh_name >= sizeof ".text" &&
                     memcmp(file + names.sh_offset + section.sh_name, ".text", sizeof ".text") == 0;
        if (named && section.sh_offset <= bytes && section.sh_size <= bytes - section.sh_offset) {
            *at_out = section.sh_offset;
            *size_out = section.sh_size;
            return true;
        }
    }
    return false;
}

static const struct arch *arch_of_elf(const uint8_t *file, size_t bytes)
{
    Elf64_Ehdr header;
    if (bytes < sizeof header) {
        return NULL;
    }
    memcpy(&header, file, sizeof header);
    for (size_t n = 0; n < sizeof archs / sizeof archs[0]; n++) {
        if (archs[n].mach == (header.e_flags & 0xff)) {
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
    bool elf = bytes >= SELFMAG && memcmp(data, ELFMAG, SELFMAG) == 0;
    int rc = CLI_DONE;
    if (elf && !find_text(data, bytes, &at, &size)) {
        rc = cli_fail("the file is ELF, but has no .text section within it");
    }
    if (arch == NULL && elf) {
        arch = arch_of_elf(data, bytes);
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
               "With --hex every input line gives one line: its instruction, or (bad) where it is none.",
    .options = options,
    .max_arguments = 1,
    .run = run,
};
