/*
 * The other name has the process's number in it, and must not be there: two programs never share one.
 */
#include "sim/report/out_file.h"

#include <errno.h>
#include <stdlib.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/lang/mem.h"

/* A file of this name that was not there before, or NULL and errno. */
static FILE *create(const char *name)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (fd >= 0 && out == NULL) {
        close(fd);
    }
    return out;
}

static void release(struct out_file *file)
{
    int error = errno;
    free(file->name);
    free(file->temporary);
    *file = (struct out_file){0};
    errno = error;
}

static bool is_special(const char *name)
{
    struct stat status;
    return stat(name, &status) == 0 && !S_ISREG(status.st_mode);
}

bool out_file_begin(struct out_file *file, const char *name)
{
    *file = (struct out_file){.name = mem_format("%s", name)};
    if (is_special(name)) {
        file->out = fopen(name, "w");
    } else {
        file->temporary = mem_format("%s.%ld.tmp", name, (long)getpid());
        file->out = create(file->temporary);
    }
    bool ok = file->out != NULL;
    if (!ok) {
        release(file);
    }
    return ok;
}

bool out_file_drop(struct out_file *file)
{
    fclose(file->out);
    if (file->temporary != NULL) {
        unlink(file->temporary);
    }
    release(file);
    return false;
}

bool out_file_end(struct out_file *file)
{
    bool written = !ferror(file->out);
    bool ok = fclose(file->out) == 0 && written;
    if (ok && file->temporary != NULL) {
        ok = rename(file->temporary, file->name) == 0;
    }
    if (!ok && file->temporary != NULL) {
        int error = errno;
        unlink(file->temporary);
        errno = error;
    }
    release(file);
    return ok;
}
