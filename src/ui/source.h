/*
 * Bodies as the screen shows them: each line in full, with NT's name and main argument, or with a verb.
 *
 *     full    NTSTATUS status = ZwCreateFile(&h, "C:\Temp\file_{i}.txt", GENERIC_WRITE, 0, FILE_OPEN);
 *     medium  ZwCreateFile file_{i}.txt
 *     short   Create file_{i}.txt
 *
 * Made once when a scenario is opened, so drawing only chooses. The shorter forms leave out lines that do
 * nothing (declarations, braces): those are not code.
 */
#ifndef UI_SOURCE_H
#define UI_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/lang/scenario.h"

enum source_form { SOURCE_FULL, SOURCE_MEDIUM, SOURCE_SHORT, N_SOURCE_FORMS };

/* What a local variable holds, seen from how it is set. */
enum local_kind { LOCAL_NUMBER, LOCAL_HANDLE, LOCAL_STATUS };

struct source_line {
    const char *text[N_SOURCE_FORMS]; // indented
    bool code;                        // something is done there; the first line of a statement
    bool continues;                   // the statement of the line before goes on
    bool steps;                       // of a statement that makes a step
    uint32_t statement;               // first line of it
    uint32_t end;                     // behind the last instruction up to this line's statement
};

struct source {
    uint32_t n;
    struct source_line *lines;
    uint8_t local_kind[MAX_LOCALS]; // enum local_kind
    char *memory;                   // of the texts that are not the thread's own
    const struct code *program;     // the thread's own
};

/* False: memory is refused. The thread must outlive the source. */
bool source_make(struct source *source, const struct scenario_thread *thread);
void source_release(struct source *source);

/* How far back a thread that stands at pc can still come: the first instruction of the outermost loop around it. */
uint32_t source_lowest(const struct source *source, uint32_t pc);

/*
 * Is the line done: does the thread not come to it again, and did it make its step, if the line has one? lines: the
 * steps it has made (struct annex_thread); NULL: nobody knows. lowest: UINT32_MAX when it has ended.
 */
bool source_done(const struct source *source, uint32_t line, uint32_t lowest,
                 const uint32_t *lines);

/* Writes the medium or short form of one line; call is the one that the line makes, or CALL_NONE. */
void source_shorten(const char *line, enum nt_call call, enum source_form form, char *out,
                    size_t size);

/*
 * Where even that is too wide: "NT_SUCCESS(status)" becomes "ok(status)", "AcquireShared" "AcqShared". In
 * place; never longer.
 */
void source_tighten(char *text);

#endif
