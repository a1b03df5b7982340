/*
 * Every capacity of the emulated kernel, in one place.
 *
 * A limit that a scenario can meet at load is a diagnostic with file, line and column; one that a
 * run can meet (a full table) ends that run as a fault. None is ever met silently.
 */
#ifndef KERNEL_MODEL_LIMITS_H
#define KERNEL_MODEL_LIMITS_H

enum {
    MAX_THREADS = 32,           // thread sets are 32-bit masks
    MAX_RESOURCES = 256,        // an array counts with each of its elements
    MAX_EVENTS = 256,           //
    MAX_SPINLOCKS = 256,        //
    MAX_SHARED = 4096,          // cells of shared variables, arrays element by element
    MAX_DIRECTORIES = 64,       //
    MAX_NAMES = 60000,          // file names that a scenario can form
    MAX_HANDLES = 1024,         // open handles of one thread
    MAX_OPENS = 250,            // open handles of one file
    MAX_RECURSION = 65535,      // acquisitions of one resource by one owner
    MAX_OWNER_POINTERS = 32,    // distinct owner pointers of one resource
    MAX_FILE_SIZE = 0x7fffffff, // bytes
    MAX_CODE = 65535,           // instructions of one thread
    MAX_WORDS = 512,            // a thread's live locals and operands, in 32-bit words

    THREAD_WAIT_OBJECTS = 3,   // NT: without wait blocks of the caller (KERNEL.md 2.5)
    MAXIMUM_WAIT_OBJECTS = 64, // NT: with them
};

#endif
