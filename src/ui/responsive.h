/*
 * Memory for a program with a screen: what a search in the background allocates must not make a key wait.
 */
#ifndef UI_RESPONSIVE_H
#define UI_RESPONSIVE_H

/*
 * Once, before anything is allocated that grows. glibc lets blocks up to a limit live in heaps with a lock, and
 * raises that limit to 32 MB as large blocks are freed; a heap that is too small for one hands it to that of the
 * first thread. Then the screen waits while a search copies its growing tables: 10 to 20 ms were measured. With a
 * fixed limit large blocks have pages of their own, which grow without being copied.
 */
void responsive_memory(void);

#endif
