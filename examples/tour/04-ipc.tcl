# IPC: message queues, semaphores and shared memory of its own (N7).

source [file join [file dirname [info script]] tell.tcl]

# How many message queues, shared memories and semaphore sets the kernel shows
# to a program that is started by the words COMMAND, as "msg shm sem".
proc count {args} {
    return [{*}$args sh -c {cd /proc/sysvipc
        for kind in msg shm sem; do echo $(($(wc -l < $kind) - 1)); done | xargs
    }]
}

tell {A process in an ipc namespace of its own. Nothing of this machine's is
   there (queues, shared memories, semaphores):}
set box [ns clone -new [kinds ipc mnt] -setup {
    {mount new mqueue /mnt}
} sleep 1000]
set here [count exec]
puts "inside: [count ns exec -joinall $box]"

tell {One of each is made inside. There it is seen:}
puts [ns exec -joinall $box sh -c {ipcmk -Q; ipcmk -M 4096; ipcmk -S 3; ipcs}]
puts "inside: [count ns exec -joinall $box]"

tell {Outside it is not: this machine has as many as before.}
puts "as before: [expr {[count exec] eq $here}]"

tell {The reverse: of two ipc namespaces, neither shows what the other has.}
set other [ns clone -new [kinds ipc mnt] -setup {
    {mount new mqueue /mnt}
} sleep 1000]
ns exec -joinall $other ipcmk -Q
puts "one: [count ns exec -joinall $box]"
puts "other: [count ns exec -joinall $other]"

tell {POSIX message queues are files of a file system that the namespace owns:}
ns exec -joinall $box touch /mnt/letters
puts "one: [ns exec -joinall $box ls /mnt]"
puts "one: [ns exec -joinall $box cat /mnt/letters]"
puts "other: [llength [ns exec -joinall $other ls /mnt]] queues"

tell {They are gone with their namespaces: nothing is to be removed.}
$box close
$other close
