/*
 * The share rule. Six counters decide: how many opens use read, write, delete, and how many allow
 * each. A new open that uses a right needs every present open to allow it; a right that some
 * present open uses needs the new open to allow it.
 */
#include "kernel_model/share.h"

#include "kernel_model/nt_status.h"

uint32_t access_map(uint32_t access)
{
    static const uint32_t generic[][2] = {
        {(uint32_t)NT_GENERIC_READ, NT_FILE_GENERIC_READ},
        {(uint32_t)NT_GENERIC_WRITE, NT_FILE_GENERIC_WRITE},
        {(uint32_t)NT_GENERIC_EXECUTE, NT_FILE_GENERIC_EXECUTE},
        {(uint32_t)NT_GENERIC_ALL, NT_FILE_ALL_ACCESS},
    };
    for (unsigned i = 0; i < sizeof generic / sizeof generic[0]; i++) {
        if ((access & generic[i][0]) != 0) {
            access = (access & ~generic[i][0]) | generic[i][1];
        }
    }
    return access;
}

uint32_t share_uses(uint32_t access)
{
    uint32_t uses = 0;
    uses |= (access & (NT_FILE_READ_DATA | NT_FILE_EXECUTE)) != 0 ? NT_FILE_SHARE_READ : 0;
    uses |= (access & (NT_FILE_WRITE_DATA | NT_FILE_APPEND_DATA)) != 0 ? NT_FILE_SHARE_WRITE : 0;
    uses |= (access & NT_DELETE) != 0 ? NT_FILE_SHARE_DELETE : 0;
    return uses;
}

bool share_participates(uint32_t access)
{
    return share_uses(access) != 0;
}

bool share_fits(const struct share_access *s, uint32_t access, uint32_t share)
{
    uint32_t uses = share_uses(access);
    if (uses == 0) {
        return true;
    }
    return !((uses & NT_FILE_SHARE_READ) != 0 && s->shared_read < s->open_count) &&
           !((uses & NT_FILE_SHARE_WRITE) != 0 && s->shared_write < s->open_count) &&
           !((uses & NT_FILE_SHARE_DELETE) != 0 && s->shared_delete < s->open_count) &&
           !(s->readers != 0 && (share & NT_FILE_SHARE_READ) == 0) &&
           !(s->writers != 0 && (share & NT_FILE_SHARE_WRITE) == 0) &&
           !(s->deleters != 0 && (share & NT_FILE_SHARE_DELETE) == 0);
}

static void count(uint8_t *counter, bool yes, int by)
{
    if (yes) {
        *counter = (uint8_t)(*counter + by);
    }
}

static void share_count(struct share_access *s, uint32_t access, uint32_t share, int by)
{
    uint32_t uses = share_uses(access);
    if (uses == 0) {
        return;
    }
    count(&s->open_count, true, by);
    count(&s->readers, (uses & NT_FILE_SHARE_READ) != 0, by);
    count(&s->writers, (uses & NT_FILE_SHARE_WRITE) != 0, by);
    count(&s->deleters, (uses & NT_FILE_SHARE_DELETE) != 0, by);
    count(&s->shared_read, (share & NT_FILE_SHARE_READ) != 0, by);
    count(&s->shared_write, (share & NT_FILE_SHARE_WRITE) != 0, by);
    count(&s->shared_delete, (share & NT_FILE_SHARE_DELETE) != 0, by);
}

void share_add(struct share_access *s, uint32_t access, uint32_t share)
{
    share_count(s, access, share, 1);
}

void share_remove(struct share_access *s, uint32_t access, uint32_t share)
{
    share_count(s, access, share, -1);
}
