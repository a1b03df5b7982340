#!/bin/sh
# decisive.sh BINARY: writes the cases decisive_*.case, one shipped scenario each in the moment in which it is
# decided (from `lockstep explore`), at three sizes, and has them accepted.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cases=

# write NAME SIZE KEYS
write()
{
    printf '# %s where it is decided.\nargs: render %s --size %s --keys '"'%s'"'\nexit: 0\n---\n' \
        "$1" "$1" "$2" "$3" >"$here/decisive_$1_$2.case"
    cases="$cases decisive_$1_$2"
}

while read -r name keys; do
    for size in 80x24 120x40 200x50; do
        write "$name" "$size" "$keys"
    done
done <<'END'
abba_deadlock 12
alertable_wait 111~2
convert_wakes_readers 12341
critical_region_outside 1
dining_ordered 12345
dining_philosophers 12345
driver_load 11114442
eresource_exclusive 12
eresource_shared 123
event_notification 21111111
event_synchronization 2111111
file_tour 12221
interlocked_counter 121
leftover_file 112
lost_update 12
missing_directory 1111222
mixed_waiters 12341
mixed_waiters_writer_first 12341
mover_first 22
notification_reset_latecomer 1111222223
owner_pointer 1112
priorities_and_levels 11112
pulse_missed 12
race 112
readme_lies 2
release_not_owned 2
rename_overrun 11
resource_queries 12341
second_waiter_notification 1111232
second_waiter_synchronization 111122223
spin_lock 2222
timeouts 1~1
two_readers_one_readme 1221
unload_done_right 222213
unload_too_early 1112222
upgrade_deadlock 11
upgrade_pair 1221
wait_any_and_all 111223
writer_starvation 1234
END
# shellcheck disable=SC2086
sh "$here/../golden/run.sh" "$1" --accept $cases
