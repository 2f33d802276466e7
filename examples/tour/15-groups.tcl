# Control groups: tasks, groups, subsystems and hierarchies, as things that can
# be listed; and what groups are for: to limit, to prioritise, to account, to
# control.

source [file join [file dirname [info script]] tell.tcl]

tell {The subsystems (controllers) of this kernel, and where each is mounted:}
dict for {controller at} [cgroup controllers] {
    if {[dict get $at mounted]} {
        puts "$controller: version [dict get $at version], in\
            [dict get $at path]"
    } else {
        puts "$controller: in no hierarchy"
    }
}

tell {The hierarchies: each is a tree of groups, and every task of the machine
   is in one group of each.}
foreach hierarchy [cgroup hierarchies] {
    puts "[dict get $hierarchy hierarchy]: controllers\
        {[dict get $hierarchy controllers]}"
}

tell {The groups of this process, as data; and as the kernel writes them:}
dict for {hierarchy group} [cgroup of] {
    puts "$hierarchy is $group"
}
puts [exec cat /proc/self/cgroup]

if {[needsRoot {a group made, filled, counted and removed}]} {
    tell {A group is a folder in each hierarchy.}
    cgroup create /nscg-tour
    puts [join [lsort [glob /sys/fs/cgroup/*/nscg-tour \
        /sys/fs/cgroup/nscg-tour]] \n]

    tell {A task is put in before its first instruction, and is in it
       wherever the group is:}
    set box [ns clone -cgroup /nscg-tour -- sleep 1000]
    puts [exec grep nscg-tour /proc/[$box pid]/cgroup]
    puts "the group has [cgroup processes /nscg-tour], which is [$box pid]"

    tell {Limit, and prioritise: the same words on version 1 and version 2.}
    cgroup set /nscg-tour memory.max 64M cpu.max 0.5 cpu.weight 200 pids.max 20
    puts [cgroup get /nscg-tour memory.max]
    puts [cgroup get /nscg-tour cpu.max]
    tell {Account: what it has used.}
    puts "[dict get [cgroup stats /nscg-tour memory] current] bytes,\
        [dict get [cgroup stats /nscg-tour pids] current] task"
    tell {Control: it stands still, and goes on.}
    cgroup freeze /nscg-tour
    puts "frozen"
    cgroup thaw /nscg-tour
    puts "thawed"

    tell {A group with tasks in it stays:}
    catch {cgroup delete /nscg-tour} message
    puts $message
    $box close
    cgroup delete /nscg-tour
    puts "left: [llength [glob -nocomplain /sys/fs/cgroup/*/nscg-tour]]"
}
