/*
 * Values are written out as in KERNEL.md 4.1, so that a wrong constant of the model shows too.
 */
#include "oracle_share.h"

const uint32_t oracle_accesses[24] = {
    0x1,        // READ_DATA
    0x2,        // WRITE_DATA
    0x4,        // APPEND_DATA
    0x8,        // READ_EA
    0x10,       // WRITE_EA
    0x20,       // EXECUTE
    0x40,       // DELETE_CHILD
    0x80,       // READ_ATTRIBUTES
    0x100,      // WRITE_ATTRIBUTES
    0x10000,    // DELETE
    0x20000,    // READ_CONTROL
    0x40000,    // WRITE_DAC
    0x80000,    // WRITE_OWNER
    0x100000,   // SYNCHRONIZE
    0x80000000, // GENERIC_READ
    0x40000000, // GENERIC_WRITE
    0x20000000, // GENERIC_EXECUTE
    0x10000000, // GENERIC_ALL
    0x3,        // READ_DATA | WRITE_DATA
    0x10001,    // READ_DATA | DELETE
    0x10002,    // WRITE_DATA | DELETE
    0x10024,    // EXECUTE | APPEND_DATA | DELETE
    0x100080,   // READ_ATTRIBUTES | SYNCHRONIZE
    0xc0010000, // GENERIC_READ | GENERIC_WRITE | DELETE, as the mover opens
};

static uint32_t mapped(uint32_t access)
{
    uint32_t rights = access & 0x0fffffff;

    if (access & 0x80000000)
        rights |= 0x120089;
    if (access & 0x40000000)
        rights |= 0x120116;
    if (access & 0x20000000)
        rights |= 0x1200a0;
    if (access & 0x10000000)
        rights |= 0x1f01ff;
    return rights;
}

static bool reads(struct oracle_open open)
{
    return (mapped(open.access) & (0x1 | 0x20)) != 0;
}

static bool writes(struct oracle_open open)
{
    return (mapped(open.access) & (0x2 | 0x4)) != 0;
}

static bool deletes(struct oracle_open open)
{
    return (mapped(open.access) & 0x10000) != 0;
}

bool oracle_share_participates(struct oracle_open open)
{
    return reads(open) || writes(open) || deletes(open);
}

/* Does b allow what a does? */
static bool allows(struct oracle_open b, struct oracle_open a)
{
    if (reads(a) && !(b.share & 1))
        return false;
    if (writes(a) && !(b.share & 2))
        return false;
    if (deletes(a) && !(b.share & 4))
        return false;
    return true;
}

bool oracle_share_compatible(struct oracle_open a, struct oracle_open b)
{
    if (!oracle_share_participates(a) || !oracle_share_participates(b))
        return true;
    return allows(a, b) && allows(b, a);
}

bool oracle_file_open(struct oracle_file *file, struct oracle_open open)
{
    for (unsigned i = 0; i < file->n_opens; i++) {
        if (!oracle_share_compatible(file->opens[i], open))
            return false;
    }
    file->opens[file->n_opens++] = open;
    return true;
}

void oracle_file_close(struct oracle_file *file, struct oracle_open open)
{
    for (unsigned i = 0; i < file->n_opens; i++) {
        if (file->opens[i].access == open.access && file->opens[i].share == open.share) {
            file->opens[i] = file->opens[--file->n_opens];
            return;
        }
    }
}

struct oracle_share_counts oracle_file_counts(const struct oracle_file *file)
{
    struct oracle_share_counts counts = {0};

    for (unsigned i = 0; i < file->n_opens; i++) {
        struct oracle_open open = file->opens[i];
        if (!oracle_share_participates(open))
            continue;
        counts.opens++;
        counts.readers += reads(open);
        counts.writers += writes(open);
        counts.deleters += deletes(open);
        counts.shared_read += (open.share & 1) != 0;
        counts.shared_write += (open.share & 2) != 0;
        counts.shared_delete += (open.share & 4) != 0;
    }
    return counts;
}
