/* race.ini: creator and mover, nothing keeps them apart. */
#include "files.pml"

active proctype Creator()
{
    short i = 0;
    CREATE(true)
    od
}

active proctype Mover()
{
    short k = 0;
    MOVE(true)
    od
}
