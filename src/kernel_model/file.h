/*
 * The file system: names, files, handles.
 *
 * Purpose    Create, open, read, write, rename, delete and close as NTFS does through the Zw
 *            routines.
 * State      struct file_slot per name, struct handle_slot per handle, struct directory per
 *            directory. A file is its name: a rename moves the record and the handles that name
 *            it. Contents are a size; bytes are not kept.
 * Invariant  A handle names an existing file; share counts equal the participating open handles; a
 *            directory's n_files equals its existing names. Returns Each fills an effect: result
 *            is the NTSTATUS; KM_BUSY where the failure is somebody else's open; KM_FULL when the
 *            thread's handle table or the file's open count is full.
 * Source     KERNEL.md 4; F and R rows.
 */
#ifndef KERNEL_MODEL_FILE_H
#define KERNEL_MODEL_FILE_H

#include "kernel_model/effect.h"
#include "kernel_model/world.h"

struct create_request {
    name_ix name;
    uint32_t access; // DesiredAccess, generic bits allowed
    uint32_t share;
    int32_t disposition; // NT_FILE_SUPERSEDE ... NT_FILE_OVERWRITE_IF
    uint32_t attributes; // of a file that is created or overwritten
    bool asynchronous;   // neither FILE_SYNCHRONOUS_IO option: the handle keeps no position
    bool user_mode;      // the caller is user code: a synchronous open needs SYNCHRONIZE (F23)
};

/* Rights that replacing a file which exists uses in the share test, beside those asked for (4.3). */
uint32_t file_disposition_access(int32_t disposition);

/* ZwCreateFile; ZwOpenFile is disposition FILE_OPEN. out_value: the handle. information: 4.1. */
void zw_create_file(struct world *w, thread_ix t, const struct create_request *q,
                    struct effect *out);

/* information: bytes read or written. offset: bytes, or the two FILE_ constants of 4.4. */
void zw_read_file(struct world *w, thread_ix t, int32_t handle, int32_t bytes, struct effect *out);
void zw_write_file(struct world *w, thread_ix t, int32_t handle, int32_t bytes, int32_t offset,
                   struct effect *out);
void zw_close(struct world *w, thread_ix t, int32_t handle, struct effect *out);
void zw_delete_file(struct world *w, thread_ix t, name_ix name, struct effect *out);
void zw_set_disposition(struct world *w, thread_ix t, int32_t handle, bool delete_file,
                        struct effect *out);

/*
 * FileRenameInformation, and with posix FileRenameInformationEx. Writing more than buffer_bytes is
 * memory corruption that NT does not see: a verifier stop with the number of bytes (5.6). KM_FULL:
 * no unnamed slot of the layout is left for a file that loses its name.
 */
struct rename_request {
    int32_t handle;
    name_ix target; // the full name, also where the caller gives root and a bare name
    bool replace;
    bool posix;           // an open target may be replaced if all its opens share delete
    int32_t root;         // handle of the directory that the name is relative to; 0: none
    int32_t buffer_bytes; // what the caller allocated for the structure; -1: enough
    int32_t length;       // the Length argument; -1: right
    int32_t name_bytes;   // FileNameLength; -1: right
};
void zw_rename(struct world *w, thread_ix t, const struct rename_request *q, struct effect *out);

/* Slot of an open handle, or UINT32_MAX: any thread may use any thread's handle. */
uint32_t handle_find(const struct world *w, int32_t handle);

/* The value of a handle slot: 4 times its number plus one, the thread in the high half. */
int32_t handle_value(const struct world *w, uint32_t slot);

/* The thread that opened it. */
thread_ix handle_thread(const struct world *w, uint32_t slot);

#endif
