/*
 * Names for what a call can act on: a kind and an index, packed into 32 bits so that a body can
 * hold one as a value and a set of them is a small array.
 */
#ifndef KERNEL_MODEL_OBJECT_H
#define KERNEL_MODEL_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

typedef uint8_t thread_ix;    // 0-based; screens and schedules show it plus one
typedef uint16_t resource_ix; //
typedef uint16_t event_ix;    //
typedef uint16_t spinlock_ix; //
typedef uint16_t shared_ix;   // a cell
typedef uint16_t directory_ix;
typedef uint16_t name_ix;    // a file name; the layout's names are sorted by upper-cased full path
typedef uint32_t thread_set; // bit t: thread t

enum { NO_THREAD = 0xff, NO_INDEX = 0xffff };

enum object_kind {
    OBJECT_NONE,
    OBJECT_THREAD,
    OBJECT_RESOURCE,
    OBJECT_EVENT,
    OBJECT_SPINLOCK,
    OBJECT_SHARED,
    OBJECT_DIRECTORY,
    OBJECT_NAME,   // a file name and what is behind it
    OBJECT_HANDLE, // index: the thread's first handle slot plus the number of the handle
    OBJECT_SYSTEM, // the machine itself: bug check, driver image, device
};

typedef uint32_t object_ref; // kind in bits 16-23, index in bits 0-15; 0: no object

static inline object_ref object_make(enum object_kind kind, unsigned ix)
{
    return (object_ref)kind << 16 | (object_ref)(ix & 0xffff);
}

static inline enum object_kind object_kind_of(object_ref o)
{
    return (enum object_kind)(o >> 16 & 0xff);
}

static inline uint16_t object_ix_of(object_ref o)
{
    return (uint16_t)(o & 0xffff);
}

static inline thread_set thread_bit(thread_ix t)
{
    return (thread_set)1 << t;
}

#endif
