#include "amd/ranges.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int range_pool_init(struct range_pool *p, uint64_t start, uint64_t size)
{
    *p = (struct range_pool){.capacity = 64};
    p->free = malloc(p->capacity * sizeof *p->free);
    if (!p->free) {
        return -ENOMEM;
    }
    if (size) {
        p->free[0] = (struct range){start, size};
        p->count = 1;
        p->free_bytes = size;
    }
    return 0;
}

void range_pool_destroy(struct range_pool *p)
{
    free(p->free);
    *p = (struct range_pool){0};
}

/* Each taken range can cost two rows (the cut, and its return as a row of its own); keep that much room ahead. */
static int make_room(struct range_pool *p)
{
    if (p->count + 2 <= p->capacity) {
        return 0;
    }
    struct range *more = realloc(p->free, 2 * (size_t)p->capacity * sizeof *more);
    if (!more) {
        return -ENOMEM;
    }
    p->free = more;
    p->capacity *= 2;
    return 0;
}

static void insert_row(struct range_pool *p, uint32_t at, struct range row)
{
    memmove(&p->free[at + 1], &p->free[at], (p->count - at) * sizeof row);
    p->free[at] = row;
    p->count++;
}

static void remove_row(struct range_pool *p, uint32_t at)
{
    memmove(&p->free[at], &p->free[at + 1], (p->count - at - 1) * sizeof p->free[0]);
    p->count--;
}

/* Where in the free range an allocation would lie; false if it does not fit. */
static bool place_in(struct range r, uint64_t size, uint64_t align, enum range_end end, uint64_t *start_out)
{
    uint64_t low = (r.start + align - 1) & ~(align - 1);
    if (low < r.start || low - r.start > r.size || size > r.size - (low - r.start)) {
        return false;
    }
    *start_out = end == RANGE_LOW ? low : (r.start + r.size - size) & ~(align - 1);
    return true;
}

static void cut_row(struct range_pool *p, uint32_t i, uint64_t start, uint64_t size)
{
    struct range r = p->free[i];
    struct range left = {r.start, start - r.start}, right = {start + size, r.start + r.size - start - size};
    if (left.size && right.size) {
        p->free[i] = left;
        insert_row(p, i + 1, right);
    } else if (left.size || right.size) {
        p->free[i] = left.size ? left : right;
    } else {
        remove_row(p, i);
    }
    p->free_bytes -= size;
}

int range_take(struct range_pool *p, uint64_t size, uint64_t align, enum range_end end, uint64_t *start_out)
{
    if (size == 0 || align == 0 || (align & (align - 1))) {
        return -EINVAL;
    }
    if (make_room(p)) {
        return -ENOMEM;
    }
    for (uint32_t n = 0; n < p->count; n++) {
        uint32_t i = end == RANGE_LOW ? n : p->count - 1 - n;
        uint64_t start;
        if (place_in(p->free[i], size, align, end, &start)) {
            cut_row(p, i, start, size);
            *start_out = start;
            return 0;
        }
    }
    return -ENOMEM;
}

void range_give(struct range_pool *p, uint64_t start, uint64_t size)
{
    if (size == 0) {
        return;
    }
    uint32_t low = 0, high = p->count; /* first row behind start */
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (p->free[middle].start < start) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool joins_left = low > 0 && p->free[low - 1].start + p->free[low - 1].size == start;
    bool joins_right = low < p->count && start + size == p->free[low].start;
    p->free_bytes += size;
    if (joins_left && joins_right) {
        p->free[low - 1].size += size + p->free[low].size;
        remove_row(p, low);
    } else if (joins_left) {
        p->free[low - 1].size += size;
    } else if (joins_right) {
        p->free[low].start = start;
        p->free[low].size += size;
    } else if (make_room(p) == 0) {
        insert_row(p, low, (struct range){start, size});
    } else {
        p->free_bytes -= size; /* no memory for a row: the range is lost until close, which is better than corrupting the list */
    }
}

uint64_t range_largest(const struct range_pool *p)
{
    uint64_t largest = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        largest = p->free[i].size > largest ? p->free[i].size : largest;
    }
    return largest;
}
