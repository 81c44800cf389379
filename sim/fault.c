/* fault.c: the rows of fault.h, and reading a list of them. */
#include "fault.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

struct fault_row {
    const char *name, *argument;
    uint64_t otherwise, most;
    const char *facts, *help;
};

static const struct fault_row rows[FAULT_COUNT] = {
#define ROW(id, name, argument, otherwise, most, facts, help) [FAULT_##id] = {name, argument, otherwise, most, facts, help},
    SIM_FAULTS(ROW)
#undef ROW
};

bool sim_fault_describe(int index, struct sim_fault_help *help_out)
{
    if (index < 0 || index >= FAULT_COUNT) {
        return false;
    }
    *help_out = (struct sim_fault_help){rows[index].name, rows[index].argument, rows[index].facts, rows[index].help};
    return true;
}

static const struct fault_row *find_row(const char *name, size_t length)
{
    for (int i = 0; i < FAULT_COUNT; i++) {
        if (strlen(rows[i].name) == length && memcmp(rows[i].name, name, length) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

static int refuse_number(const struct fault_row *row, const char *rest, int length, char *err, size_t err_size)
{
    if (row->argument[0] == '\0') {
        snprintf(err, err_size, "fault %s takes no number, but \"%.*s\" follows", row->name, length, rest);
    } else {
        snprintf(err, err_size, "fault %s=%s wants a number from 1 to %llu, not \"%.*s\"", row->name, row->argument,
                 (unsigned long long)row->most, length, rest);
    }
    return -EINVAL;
}

/* One word, "NAME" or "NAME=NUMBER", of `length` characters. */
static int read_word(const char *word, size_t length, struct sim_faults *out, char *err, size_t err_size)
{
    const char *equals = memchr(word, '=', length);
    size_t name_length = equals ? (size_t)(equals - word) : length;
    const struct fault_row *row = find_row(word, name_length);
    if (!row) {
        snprintf(err, err_size, "there is no fault \"%.*s\"; exosuit sim --fault help lists those there are", (int)name_length,
                 word);
        return -EINVAL;
    }
    uint64_t value = row->otherwise;
    char *end = NULL;
    errno = 0;
    if (equals) {
        value = strtoull(equals + 1, &end, 0);
    }
    bool number = !equals || (end == word + length && end != equals + 1 && equals[1] != '-' && errno == 0);
    if (!number || value == 0 || value > row->most || (equals && row->argument[0] == '\0')) {
        return refuse_number(row, word + name_length, (int)(length - name_length), err, err_size);
    }
    out->value[row - rows] = value;
    return 0;
}

int sim_faults_read(const char *list, struct sim_faults *faults_out, char *err, size_t err_size)
{
    *faults_out = (struct sim_faults){0};
    for (const char *at = list; at && *at;) {
        size_t length = strcspn(at, ",");
        int rc = length ? read_word(at, length, faults_out, err, err_size) : 0;
        if (rc) {
            return rc;
        }
        at += length + (at[length] == ',');
    }
    return 0;
}

uint64_t sim_fault_value(const char *list, const char *name)
{
    struct sim_faults faults;
    char ignored[256];
    const struct fault_row *row = find_row(name, strlen(name));
    return row && sim_faults_read(list, &faults, ignored, sizeof ignored) == 0 ? faults.value[row - rows] : 0;
}

int sim_fault_check(const char *list, char *err, size_t err_size)
{
    struct sim_faults ignored;
    return sim_faults_read(list, &ignored, err, err_size);
}
