/*
 * Texts of objects, arguments and calls. An argument is written as its parameter's kind and name
 * ask for: a mask by the names of its bits, a handle by the file it names, an object by its name in
 * the scenario.
 */
#include "sim/report/calls.h"

#include "kernel_model/file.h"
#include "kernel_model/stop.h"
#include "sim/report/text.h"

/* ---- objects ---- */

static const char *last_component(const char *path)
{
    const char *slash = strrchr(path, '\\');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

void write_thread(struct pen *p, thread_ix t)
{
    pen_printf(p, "T%u", t + 1u);
}

void write_threads(struct pen *p, thread_set set)
{
    bool first = true;
    for (thread_ix t = 0; t < MAX_THREADS; t++) {
        if ((set & thread_bit(t)) == 0) {
            continue;
        }
        set &= ~thread_bit(t);
        pen_text(p, first ? "" : set == 0 ? " and " : ", ");
        write_thread(p, t);
        first = false;
    }
}

void write_object(struct pen *p, const struct scenario *s, object_ref o, enum name_form form)
{
    uint16_t ix = object_ix_of(o);
    switch (object_kind_of(o)) {
    case OBJECT_THREAD:
        pen_text(p, s->threads[ix].name);
        break;
    case OBJECT_RESOURCE:
        pen_text(p, s->resources[ix].name);
        break;
    case OBJECT_EVENT:
        pen_text(p, s->events[ix].name);
        break;
    case OBJECT_SPINLOCK:
        pen_text(p, s->spinlocks[ix].name);
        break;
    case OBJECT_SHARED:
        pen_text(p, s->shared_names[ix]);
        break;
    case OBJECT_DIRECTORY:
        pen_text(p, s->directories[ix].path);
        break;
    case OBJECT_NAME: {
        const char *path = s->layout.shape.names[ix].path;
        pen_text(p, form == NAME_SHORT ? last_component(path) : path);
        break;
    }
    case OBJECT_HANDLE:
        pen_printf(p, "handle %u", ix + 1u);
        break;
    case OBJECT_SYSTEM:
        pen_text(p, "the driver");
        break;
    case OBJECT_NONE:
        break;
    }
}

void write_cycle(struct pen *p, const struct scenario *s, const struct cycle *c)
{
    for (unsigned i = 0; i < c->n; i++) {
        write_thread(p, c->threads[i]);
        pen_text(p, " \xE2\x86\x92 ");
        if (object_kind_of(c->objects[i]) != OBJECT_THREAD) {
            write_object(p, s, c->objects[i], NAME_FULL);
            pen_text(p, " \xE2\x86\x92 ");
        }
    }
    write_thread(p, c->threads[0]);
}

/* ---- values ---- */

struct bit_name {
    uint32_t bits;
    const char *name;
};

/* Names of the bits, joined by " | "; what has no name in hex; 0 as "0". */
static void write_mask(struct pen *p, uint32_t mask, const struct bit_name *names, size_t n)
{
    bool first = true;
    for (size_t i = 0; i < n; i++) {
        if ((mask & names[i].bits) == names[i].bits) {
            pen_printf(p, "%s%s", first ? "" : " | ", names[i].name);
            mask &= ~names[i].bits;
            first = false;
        }
    }
    if (mask != 0 || first) {
        pen_printf(p, mask != 0 ? "%s0x%X" : "%s0", first ? "" : " | ", mask);
    }
}

#define BIT(name)                   \
    {                               \
        (uint32_t) NT_##name, #name \
    }

static void write_access(struct pen *p, uint32_t access)
{
    static const struct bit_name names[] = {
        BIT(GENERIC_READ),          BIT(GENERIC_WRITE),
        BIT(GENERIC_EXECUTE),       BIT(GENERIC_ALL),
        BIT(FILE_ALL_ACCESS),       BIT(FILE_GENERIC_READ),
        BIT(FILE_GENERIC_WRITE),    BIT(FILE_GENERIC_EXECUTE),
        BIT(FILE_READ_DATA),        BIT(FILE_WRITE_DATA),
        BIT(FILE_APPEND_DATA),      BIT(FILE_READ_EA),
        BIT(FILE_WRITE_EA),         BIT(FILE_EXECUTE),
        BIT(FILE_DELETE_CHILD),     BIT(FILE_READ_ATTRIBUTES),
        BIT(FILE_WRITE_ATTRIBUTES), BIT(DELETE),
        BIT(READ_CONTROL),          BIT(WRITE_DAC),
        BIT(WRITE_OWNER),           BIT(SYNCHRONIZE),
    };
    write_mask(p, access, names, sizeof names / sizeof names[0]);
}

static void write_share(struct pen *p, uint32_t share)
{
    static const struct bit_name names[] = {BIT(FILE_SHARE_READ), BIT(FILE_SHARE_WRITE),
                                            BIT(FILE_SHARE_DELETE)};
    write_mask(p, share, names, sizeof names / sizeof names[0]);
}

static void write_word(struct pen *p, int32_t value, const char *const *words, int32_t n)
{
    if (value >= 0 && value < n) {
        pen_text(p, words[value]);
    } else {
        pen_printf(p, "%d", value);
    }
}

static void write_status(struct pen *p, int32_t status)
{
    const char *name = nt_status_name(status);
    if (name != NULL) {
        pen_text(p, name);
    } else {
        pen_printf(p, "0x%08X", (uint32_t)status);
    }
}

/* A thread's id, an owner pointer made of one, or any other pointer. */
static void write_owner(struct pen *p, const struct scenario *s, int32_t id)
{
    for (thread_ix t = 0; t < s->layout.shape.n_threads; t++) {
        if ((id & ~3) == thread_id(t)) {
            pen_printf(p, (id & 3) != 0 ? "(T%u | %d)" : "T%u", t + 1u, id & 3);
            return;
        }
    }
    pen_printf(p, "0x%X", (uint32_t)id);
}

/* A plain value, by what its parameter is called. */
static void write_value(struct pen *p, const struct scenario *s, const char *parameter,
                        int32_t value)
{
    static const char *const dispositions[] = {"FILE_SUPERSEDE", "FILE_OPEN",
                                               "FILE_CREATE",    "FILE_OPEN_IF",
                                               "FILE_OVERWRITE", "FILE_OVERWRITE_IF"};
    static const char *const event_types[] = {"NotificationEvent", "SynchronizationEvent"};
    static const char *const wait_types[] = {"all", "any"};
    static const char *const reasons[] = {"Executive"};
    static const char *const modes[] = {"KernelMode", "UserMode"};
    if (strcmp(parameter, "DesiredAccess") == 0) {
        write_access(p, (uint32_t)value);
    } else if (strcmp(parameter, "ShareAccess") == 0) {
        write_share(p, (uint32_t)value);
    } else if (strcmp(parameter, "CreateDisposition") == 0) {
        write_word(p, value, dispositions, 6);
    } else if (strcmp(parameter, "Type") == 0) {
        write_word(p, value, event_types, 2);
    } else if (strcmp(parameter, "WaitType") == 0) {
        write_word(p, value, wait_types, 2);
    } else if (strcmp(parameter, "WaitReason") == 0) {
        write_word(p, value, reasons, 1);
    } else if (strcmp(parameter, "WaitMode") == 0) {
        write_word(p, value, modes, 2);
    } else if (strcmp(parameter, "NewIrql") == 0 && text_irql(value) != NULL) {
        pen_text(p, text_irql(value));
    } else if (strcmp(parameter, "ExitStatus") == 0) {
        write_status(p, value);
    } else if (strcmp(parameter, "ResourceThreadId") == 0 ||
               strcmp(parameter, "OwnerPointer") == 0) {
        write_owner(p, s, value);
    } else if (strcmp(parameter, "FileInformationClass") == 0) {
        pen_text(p, value == NT_FileRenameInformation ? "FileRenameInformation"
                                                      : "FileDispositionInformation");
    } else {
        pen_printf(p, "%d", value);
    }
}

/* The file that an open handle names, else the bare value. */
static void write_handle(struct pen *p, const struct scenario *s, const struct world *w,
                         int32_t handle, enum name_form form)
{
    uint32_t slot = w != NULL ? handle_find(w, handle) : UINT32_MAX;
    if (slot == UINT32_MAX) {
        pen_printf(p, handle == 0 ? "handle 0" : "handle 0x%X", (uint32_t)handle);
        return;
    }
    const struct handle_slot *h = world_handle(w, slot);
    bool directory = (h->flags & HANDLE_DIRECTORY) != 0;
    write_object(p, s, object_make(directory ? OBJECT_DIRECTORY : OBJECT_NAME, h->name), form);
}

/* ---- arguments ---- */

/* Place of parameter ix (0-based) among the arguments; out-parameters take none. -1 for those. */
static int argument_place(const struct nt_call_row *row, unsigned ix)
{
    int place = 0;
    if (ix >= row->n_params || row->params[ix].kind == PARAM_OUT_HANDLE) {
        return -1;
    }
    for (unsigned i = 0; i < ix; i++) {
        place += row->params[i].kind != PARAM_OUT_HANDLE;
    }
    return place;
}

bool argument_given(const struct nt_call_row *row, unsigned ix, const int32_t *args,
                    unsigned n_args)
{
    int place = argument_place(row, ix);
    return place >= 0 && (unsigned)place < n_args &&
           !(row->params[ix].optional && args[place] == row->params[ix].if_omitted);
}

void write_argument(struct pen *p, const struct scenario *s, const struct world *w,
                    const struct nt_call_row *row, unsigned ix, const int32_t *args,
                    unsigned n_args, enum name_form form)
{
    int place = argument_place(row, ix);
    if (place < 0 || (unsigned)place >= n_args) {
        return;
    }
    int32_t value = args[place];
    switch ((enum nt_param_kind)row->params[ix].kind) {
    case PARAM_RESOURCE:
    case PARAM_EVENT:
    case PARAM_SPINLOCK:
    case PARAM_THREAD:
    case PARAM_WAITABLE:
    case PARAM_SHARED:
        write_object(p, s, (object_ref)value, form);
        break;
    case PARAM_PATH:
        write_object(p, s, object_make(OBJECT_NAME, (unsigned)value), form);
        break;
    case PARAM_HANDLE:
        write_handle(p, s, w, value, form);
        break;
    case PARAM_TIMEOUT:
        if (value == TIMEOUT_FOREVER) {
            pen_text(p, "NULL");
        } else {
            pen_printf(p, "%d", value);
        }
        break;
    case PARAM_FLAG:
        pen_text(p, value != 0 ? "TRUE" : "FALSE");
        break;
    case PARAM_BYTES:
        pen_printf(p, "%d", value);
        break;
    case PARAM_VALUE:
        write_value(p, s, row->params[ix].name, value);
        break;
    case PARAM_REST:
        for (unsigned i = (unsigned)place; i < n_args; i++) {
            pen_text(p, i == (unsigned)place ? "" : ", ");
            write_object(p, s, (object_ref)args[i], form);
        }
        break;
    case PARAM_OUT_HANDLE:
        break;
    }
}

void write_result(struct pen *p, const struct scenario *s, enum nt_call call, int32_t result)
{
    switch ((enum nt_result)nt_call_row(call)->result) {
    case RESULT_VOID:
        break;
    case RESULT_BOOLEAN:
        pen_text(p, result != 0 ? "TRUE" : "FALSE");
        break;
    case RESULT_STATUS:
        if (nt_call_row(call)->group == GROUP_WAIT && result > 0 && result < MAXIMUM_WAIT_OBJECTS) {
            pen_printf(p, "STATUS_WAIT_%d", result);
        } else {
            write_status(p, result);
        }
        break;
    case RESULT_NUMBER:
        pen_printf(p, "%d", result);
        break;
    case RESULT_STATE:
        pen_text(p, result > 0 ? "signalled" : "not signalled");
        break;
    case RESULT_THREAD:
        write_owner(p, s, result);
        break;
    case RESULT_POINTER:
        pen_text(p, "NULL");
        break;
    }
}

/* ---- calls ---- */

void write_call(struct pen *p, const struct scenario *s, const struct world *w, enum nt_call call,
                const int32_t *args, unsigned n_args)
{
    const struct nt_call_row *row = nt_call_row(call);
    pen_text(p, row->name);
    if (call == CALL_NONE || call == CALL_return) {
        return;
    }
    pen_text(p, "(");
    bool first = true;
    for (unsigned i = 0; i < row->n_params; i++) {
        if (!argument_given(row, i, args, n_args)) {
            continue;
        }
        pen_text(p, first ? "" : ", ");
        write_argument(p, s, w, row, i, args, n_args, NAME_FULL);
        first = false;
    }
    pen_text(p, ")");
}

/* Parameter that a narrow column shows beside the verb; MAX_PARAMS: none. */
static unsigned main_parameter(const struct nt_call_row *row)
{
    for (unsigned i = 0; i < row->n_params; i++) {
        uint8_t kind = row->params[i].kind;
        if (kind != PARAM_OUT_HANDLE && kind != PARAM_FLAG &&
            !(kind == PARAM_VALUE && row->group == GROUP_WAIT)) {
            return kind == PARAM_TIMEOUT && row->n_params > 1 ? row->n_params - 1u : i;
        }
    }
    return MAX_PARAMS;
}

void write_call_short(struct pen *p, const struct scenario *s, const struct world *w,
                      enum nt_call call, const int32_t *args, unsigned n_args)
{
    const struct nt_call_row *row = nt_call_row(call);
    pen_text(p, row->verb);
    unsigned shown = main_parameter(row);
    if (shown < MAX_PARAMS) {
        pen_text(p, " ");
        write_argument(p, s, w, row, shown, args, n_args, NAME_SHORT);
    }
    if (call == CALL_store) {
        pen_printf(p, " = %d", args[1]);
    }
    // Two waits for the same object differ in how long they wait.
    for (unsigned i = 0; i < row->n_params; i++) {
        if (i != shown && row->params[i].kind == PARAM_TIMEOUT &&
            args[argument_place(row, i)] != TIMEOUT_FOREVER) {
            pen_printf(p, ", %d ms", args[argument_place(row, i)]);
        }
    }
}

/* "A, B and C", "A or B": what a wait names, by its kind. */
static void write_awaited(struct pen *p, const struct scenario *s, enum nt_call call,
                          const int32_t *args, unsigned place, unsigned n_args, enum name_form form)
{
    bool any = call == CALL_KeWaitForMultipleObjects && args[0] == NT_WaitAny;
    for (unsigned i = place; i < n_args; i++) {
        pen_text(p, i == place ? "" : i + 1 < n_args ? ", " : any ? " or " : " and ");
        write_object(p, s, (object_ref)args[i], form);
    }
}

void write_template(struct pen *p, const struct scenario *s, const struct world *w,
                    enum nt_call call, const char *template_text, const int32_t *args,
                    unsigned n_args, const struct effect *effect, enum name_form form)
{
    const struct nt_call_row *row = nt_call_row(call);
    for (const char *c = template_text; *c != '\0'; c++) {
        if (*c != '{') {
            char one[2] = {*c, '\0'};
            pen_text(p, one);
            continue;
        }
        char hole = c[1];
        c += 2; // "{x}": on to the brace
        if (hole >= '1' && hole <= '6' && row->params[hole - '1'].kind == PARAM_REST) {
            write_awaited(p, s, call, args, (unsigned)argument_place(row, (unsigned)(hole - '1')),
                          n_args, form);
        } else if (hole >= '1' && hole <= '6') {
            write_argument(p, s, w, row, (unsigned)(hole - '1'), args, n_args, form);
        } else if (effect != NULL && hole == 'r') {
            write_result(p, s, call, effect->result);
        } else if (effect != NULL && hole == 'o') {
            write_object(p, s, effect->object, form);
        } else if (effect != NULL && hole == 'p') {
            write_object(p, s, effect->other, form);
        } else if (effect != NULL && hole == 'i') {
            pen_printf(p, "%u", effect->information);
        }
    }
}
