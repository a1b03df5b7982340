/*
 * event_synchronization.ini and, with -DNOTIFICATION, event_notification.ini: the mover waits for
 * the creator's KeSetEvent. A wait that is not met at once is a step that queues.
 */
#include "files.pml"

bit signaled, waits, went; /* went: the mover's wait is over */

active proctype Creator()
{
    short i = 0;
    bit set = 0;
    CREATE(true)
    :: d_step { CREATE_DONE && !set ->
           set = 1;
#ifdef NOTIFICATION
           signaled = 1;
#else
           signaled = !waits;
#endif
           if
           :: waits -> waits = 0; went = 1
           :: else
           fi }
    od
}

active proctype Mover()
{
    short k = 0;
    d_step {
        if
        :: signaled ->
            went = 1;
#ifndef NOTIFICATION
            signaled = 0
#endif
        :: else -> waits = 1
        fi
    }
#ifdef NOTIFICATION
    d_step { went -> signaled = 0 } /* KeResetEvent */
#endif
    MOVE(went)
    od
}
