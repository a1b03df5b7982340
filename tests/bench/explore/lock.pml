/*
 * eresource_exclusive.ini and, with -DREADER, eresource_shared.ini: one ERESOURCE around each body.
 * As in Lockstep an acquire that has to wait is a step that queues, and a release hands over.
 */
#include "files.pml"

#define CREATOR 1
#define MOVER   2

byte owner;         /* exclusive, 0 for none */
byte first, second; /* who waits for exclusive access, oldest first */
bit shared, shared_waits;

#define ACQUIRE_EXCLUSIVE(me)                                     \
    d_step {                                                      \
        if                                                        \
        :: owner == 0 && !shared -> owner = me                    \
        :: else ->                                                \
            if                                                    \
            :: first == 0 -> first = me                           \
            :: else -> second = me                                \
            fi                                                    \
        fi                                                        \
    }

#define HAND_OVER owner = first; first = second; second = 0

#define RELEASE_EXCLUSIVE                                         \
    owner = 0;                                                    \
    if                                                            \
    :: shared_waits -> shared_waits = 0; shared = 1               \
    :: else -> HAND_OVER                                          \
    fi

active proctype Creator()
{
    short i = 0;
    ACQUIRE_EXCLUSIVE(CREATOR);
    CREATE(owner == CREATOR)
    :: d_step { owner == CREATOR && CREATE_DONE -> RELEASE_EXCLUSIVE }
    od
}

active proctype Mover()
{
    short k = 0;
    ACQUIRE_EXCLUSIVE(MOVER);
    MOVE(owner == MOVER)
    :: d_step { owner == MOVER && MOVE_DONE -> RELEASE_EXCLUSIVE }
    od
}

#ifdef READER
bit readme;     /* open */
short lines;    /* written to it */

active proctype Reader()
{
    d_step {
        if
        :: owner == 0 && first == 0 -> shared = 1
        :: else -> shared_waits = 1
        fi
    }
    d_step { shared -> readme = 1 }
    do
    :: d_step { readme && lines < FILES -> lines++ }
    :: d_step { readme && lines == FILES -> readme = 0 }
    :: d_step { shared && !readme && lines == FILES -> shared = 0; HAND_OVER }
    od
}
#endif
