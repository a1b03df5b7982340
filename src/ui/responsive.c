/*
 * See the header. Elsewhere than with glibc nothing is known to be needed.
 */
#include "ui/responsive.h"

#include <stdlib.h> // defines __GLIBC__

#ifdef __GLIBC__
#include <malloc.h>

enum { OWN_PAGES = 1 << 20 }; // bytes from which on a block has its own

void responsive_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, OWN_PAGES);
}

#else

void responsive_memory(void)
{
}

#endif
