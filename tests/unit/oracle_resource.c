/*
 * The grant table stands below as it stands in the document; the rest are its numbered sentences.
 */
#include "oracle_resource.h"

/* The rows of the grant table: what the caller finds. */
enum found {
    FOUND_FREE,
    FOUND_MINE_EXCLUSIVE,
    FOUND_OTHERS_EXCLUSIVE,
    FOUND_OTHERS_SHARED,
    FOUND_OTHERS_SHARED_WRITER_WAITS,
    FOUND_MINE_SHARED,
    FOUND_MINE_SHARED_WRITER_WAITS,
};

/* G granted, + granted recursively, B blocked or refused; columns in the order of enum oracle_mode.
 */
static const char grants[][5] = {
    [FOUND_FREE] = "GGGG",
    [FOUND_MINE_EXCLUSIVE] = "++++",
    [FOUND_OTHERS_EXCLUSIVE] = "BBBB",
    [FOUND_OTHERS_SHARED] = "BGGG",
    [FOUND_OTHERS_SHARED_WRITER_WAITS] = "BBGB",
    [FOUND_MINE_SHARED] = "B+++",
    [FOUND_MINE_SHARED_WRITER_WAITS] = "B++B",
};

void oracle_list_add(struct oracle_list *list, int thread)
{
    list->thread[list->n++] = thread;
}

static int take_oldest(struct oracle_list *list)
{
    int oldest = list->thread[0];

    list->n--;
    for (unsigned i = 0; i < list->n; i++)
        list->thread[i] = list->thread[i + 1];
    return oldest;
}

static struct oracle_hold *find(struct oracle_resource *r, oracle_owner owner)
{
    for (unsigned i = 0; i < r->n_holds; i++) {
        if (r->holds[i].owner == owner)
            return &r->holds[i];
    }
    return 0;
}

unsigned oracle_count(const struct oracle_resource *r, oracle_owner owner)
{
    for (unsigned i = 0; i < r->n_holds; i++) {
        if (r->holds[i].owner == owner)
            return r->holds[i].count;
    }
    return 0;
}

/* One acquisition more for this owner. */
static void hold(struct oracle_resource *r, oracle_owner owner, unsigned count)
{
    struct oracle_hold *present = find(r, owner);

    if (present != 0)
        present->count += count;
    else
        r->holds[r->n_holds++] = (struct oracle_hold){owner, count};
}

static void drop(struct oracle_resource *r, struct oracle_hold *gone)
{
    *gone = r->holds[--r->n_holds];
}

static enum found look(const struct oracle_resource *r, int thread)
{
    bool mine = oracle_count(r, thread) > 0;
    bool writer_waits = r->exclusive_waiters.n > 0;

    if (r->n_holds == 0)
        return FOUND_FREE;
    if (r->exclusive)
        return mine ? FOUND_MINE_EXCLUSIVE : FOUND_OTHERS_EXCLUSIVE;
    if (mine)
        return writer_waits ? FOUND_MINE_SHARED_WRITER_WAITS : FOUND_MINE_SHARED;
    return writer_waits ? FOUND_OTHERS_SHARED_WRITER_WAITS : FOUND_OTHERS_SHARED;
}

enum oracle_grant oracle_acquire(struct oracle_resource *r, int thread, enum oracle_mode mode,
                                 bool wait)
{
    enum found found = look(r, thread);

    if (grants[found][mode] != 'B') {
        if (found == FOUND_FREE && mode == ORACLE_EXCLUSIVE)
            r->exclusive = true;
        hold(r, thread, 1);
        return ORACLE_GRANTED;
    }
    if (!wait)
        return ORACLE_REFUSED;
    r->contention++;
    oracle_list_add(mode == ORACLE_EXCLUSIVE ? &r->exclusive_waiters : &r->shared_waiters, thread);
    return ORACLE_BLOCKED;
}

/* 1.5, 4a: all of them become owners. */
static void admit_all_shared(struct oracle_resource *r, struct oracle_list *woken)
{
    r->exclusive = false;
    while (r->shared_waiters.n > 0) {
        int thread = take_oldest(&r->shared_waiters);
        hold(r, thread, 1);
        oracle_list_add(woken, thread);
    }
}

/* 1.5, 4b: the oldest becomes the owner. */
static void admit_one_exclusive(struct oracle_resource *r, struct oracle_list *woken)
{
    int thread = take_oldest(&r->exclusive_waiters);

    r->exclusive = true;
    hold(r, thread, 1);
    oracle_list_add(woken, thread);
}

void oracle_release(struct oracle_resource *r, oracle_owner owner, bool writer_first,
                    struct oracle_list *woken)
{
    struct oracle_hold *mine = find(r, owner);
    bool was_exclusive = r->exclusive;

    if (--mine->count > 0)
        return;
    drop(r, mine);
    if (r->n_holds > 0)
        return;
    r->exclusive = false;
    if (was_exclusive && r->shared_waiters.n > 0 && !(writer_first && r->exclusive_waiters.n > 0))
        admit_all_shared(r, woken);
    else if (r->exclusive_waiters.n > 0)
        admit_one_exclusive(r, woken);
}

/* A retail kernel does not look who owns it, or how. */
void oracle_convert(struct oracle_resource *r, struct oracle_list *woken)
{
    admit_all_shared(r, woken);
}

void oracle_set_owner_pointer(struct oracle_resource *r, int thread, oracle_owner pointer)
{
    struct oracle_hold *mine = find(r, thread);
    unsigned count = mine->count;

    drop(r, mine);
    hold(r, pointer, count);
}
