# What came with version 2: one tree of all controllers, pressure, killing a
# group in one go, threaded groups, and being told instead of asking.

source [file join [file dirname [info script]] tell.tcl]

if {![needsRoot {groups of version 2}]} {
    exit
}
set top {}
foreach hierarchy [cgroup hierarchies] {
    if {[dict get $hierarchy version] == 2} {
        set top [dict get $hierarchy path]
    }
}
if {$top eq {}} {
    puts "(Version 2 is not mounted here.)"
    exit
}

tell {One tree: a group hands out controllers to those below it.}
cgroup create /nscg-tour
puts "the tree: $top"
puts "the group can have: [exec cat $top/nscg-tour/cgroup.controllers]"

tell {Being told: when the last process leaves, when it stands still.}
foreach event {empty frozen} {
    cgroup watch /nscg-tour $event [list apply {{name args} {
        puts "told: $name"
        incr ::told
    }} $event]
}
set told 0
set box [ns clone -cgroup /nscg-tour -- sleep 1000]
cgroup freeze /nscg-tour
while {$told < 1} {
    vwait told
}
cgroup thaw /nscg-tour
$box close
while {$told < 2} {
    vwait told
}

tell {Pressure: how long somebody in it had to wait for a processor.}
set pressure [cgroup stats /nscg-tour pressure]
if {[dict exists $pressure cpu]} {
    puts "cpu: [dict get $pressure cpu some]"
} else {
    puts "(This kernel counts no pressure: psi=1.)"
}

tell {Killing: one word for all who are in it, and nobody can fork out of it.}
set box [ns clone -cgroup /nscg-tour -- sh -c {
    for i in 1 2 3 4 5; do sleep 1000 & done; wait
}]
after 100
cgroup kill /nscg-tour
puts [dict remove [$box wait -timeout 5000] rusage]
puts "left: [llength [cgroup processes /nscg-tour]]"
$box close

tell {Threaded groups: the threads of one process, apart from each other.}
cgroup create /nscg-tour/a -controllers {} -threaded 1
puts "[exec cat $top/nscg-tour/a/cgroup.type], below a\
    [exec cat $top/nscg-tour/cgroup.type]"
cgroup delete /nscg-tour -recursive 1
