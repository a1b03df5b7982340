/*
 * The file system of the samples, as small as they can see it: what became of each file, and how
 * much was written to it. One kernel call is one d_step, with the loop's own work in it.
 *
 *   -DFILES=2 -DWRITES=1
 */
#define ABSENT   0
#define CREATING 1 /* the creator has it open, share access 0 */
#define CREATED  2 /* in Temp, nobody has it open */
#define MOVING   3 /* the mover has it open */
#define RENAMED  4 /* in Temp2, the mover has it open */
#define MOVED    5

byte file[FILES];
byte written[FILES];

/* The bodies of creator and mover but for the frame of lock and event around them. go: may begin. */
#define CREATE(go)                                                          \
    do                                                                      \
    :: d_step { (go) && i < FILES && file[i] == ABSENT ->                   \
           file[i] = CREATING }                                             \
    :: d_step { i < FILES && file[i] == CREATING && written[i] < WRITES ->  \
           written[i] = written[i] + 1 }                                    \
    :: d_step { i < FILES && file[i] == CREATING && written[i] == WRITES -> \
           file[i] = CREATED; i++ }
#define CREATE_DONE (i == FILES)

#define MOVE(go)                                                         \
    do                                                                   \
    :: d_step { (go) && k < FILES && file[k] <= CREATED ->               \
           if                                                            \
           :: file[k] == CREATED -> file[k] = MOVING                     \
           :: else -> k++ /* not found, or a sharing violation: next */  \
           fi }                                                          \
    :: d_step { k < FILES && file[k] == MOVING -> file[k] = RENAMED }    \
    :: d_step { k < FILES && file[k] == RENAMED -> file[k] = MOVED; k++ }
#define MOVE_DONE (k == FILES)
