/*
 * What the three thread routines of the samples do, in the body language: 15 bytes are the samples'
 * "Hello, World!\r\n", the share modes and dispositions are theirs too.
 *
 * All roles have the same frame: wait, reset and acquire before the work, release and signal after
 * it.
 */
#include "sim/lang/roles.h"

#include <stddef.h>

#include "sim/lang/mem.h"

struct role {
    const char *name;
    const char *constants[3]; // NULL behind the last
    const char *declarations;
    const char *work;
};

// clang-format off
static const struct role roles[] = {
    {"creator", {"files", "writes", NULL},
     "HANDLE h;\n"
     "NTSTATUS status;\n",
     "for (int i = 0; i < files; i++) {\n"
     "    status = ZwCreateFile(&h, \"C:\\Temp\\file_{i}.txt\",\n"
     "                          GENERIC_WRITE, 0, FILE_OVERWRITE_IF);\n"
     "    if (NT_SUCCESS(status)) {\n"
     "        for (int j = 0; j < writes; j++)\n"
     "            ZwWriteFile(h, 15);\n"
     "        ZwClose(h);\n"
     "    }\n"
     "}\n"},
    {"mover", {"files", NULL},
     "HANDLE h;\n"
     "NTSTATUS status;\n",
     "for (int i = 0; i < files; i++) {\n"
     "    status = ZwOpenFile(&h, \"C:\\Temp\\file_{i}.txt\",\n"
     "                        FILE_ALL_ACCESS,\n"
     "                        FILE_SHARE_READ | FILE_SHARE_WRITE);\n"
     "    if (NT_SUCCESS(status)) {\n"
     "        ZwSetInformationFile(h, FileRenameInformation,\n"
     "                             \"C:\\Temp2\\NewFile_{i}.txt\", TRUE);\n"
     "        ZwClose(h);\n"
     "    }\n"
     "}\n"},
    {"reader", {"files", NULL},
     "HANDLE h;\n",
     "NTSTATUS status = ZwCreateFile(&h, \"C:\\Temp2\\README.txt\",\n"
     "                               GENERIC_WRITE, 0,\n"
     "                               FILE_OVERWRITE_IF);\n"
     "for (int i = 0; i < files; i++) {\n"
     "    if (NT_SUCCESS(status))\n"
     "        ZwWriteFile(h, \"Read File: NewFile_{i}.txt{CRLF}\");\n"
     "}\n"
     "if (NT_SUCCESS(status))\n"
     "    ZwClose(h);\n"},
};
// clang-format on

enum { N_ROLES = sizeof roles / sizeof roles[0] };

static const struct role *find_role(struct span name)
{
    for (unsigned k = 0; k < N_ROLES; k++)
        if (span_is(name, roles[k].name))
            return &roles[k];
    return NULL;
}

char *role_body(struct span name, const struct role_options *options)
{
    const struct role *role = find_role(name);
    struct text body = {0};
    if (role == NULL)
        return NULL;
    text_format(&body, "%s", role->declarations);
    if (options->wait.n > 0)
        text_format(&body,
                    "KeWaitForSingleObject(&%.*s, Executive,\n"
                    "                      KernelMode, FALSE, NULL);\n",
                    SPAN(options->wait));
    if (options->reset.n > 0)
        text_format(&body, "KeResetEvent(&%.*s);\n", SPAN(options->reset));
    if (options->lock.n > 0)
        text_format(&body, "ExAcquireResource%sLite(&%.*s, TRUE);\n",
                    options->lock_shared ? "Shared" : "Exclusive", SPAN(options->lock));
    text_format(&body, "%s", role->work);
    if (options->lock.n > 0)
        text_format(&body, "ExReleaseResourceLite(&%.*s);\n", SPAN(options->lock));
    if (options->signal.n > 0)
        text_format(&body, "KeSetEvent(&%.*s, IO_NO_INCREMENT, FALSE);\n", SPAN(options->signal));
    return body.at;
}

const char *role_name(unsigned ix)
{
    return ix < N_ROLES ? roles[ix].name : NULL;
}

const char *role_constant(struct span name, unsigned ix)
{
    const struct role *role = find_role(name);
    return role != NULL ? role->constants[ix] : NULL;
}
