# Two later kinds: a cgroup namespace, in which the own control group is the
# root; and a time namespace, whose clocks are shifted.

source [file join [file dirname [info script]] tell.tcl]

tell {The control group of a program, as this machine sees it and as it is seen
   in a new cgroup namespace:}
puts "outside: [string map {\n { }} [exec cat /proc/self/cgroup]]"
puts "inside:  [string map {\n { }} [ns exec -new [kinds cgroup] -- \
    cat /proc/self/cgroup]]"

tell {Two numbers, so two namespaces:}
set box [ns clone -new [kinds cgroup time] -timeoffsets {
    boottime 864000 monotonic 3600
} -- sleep 1000]
foreach kind {cgroup time} {
    set here [file readlink /proc/self/ns/$kind]
    set there [file readlink /proc/[$box pid]/ns/$kind]
    puts "here $here, there $there: [expr {
        $here eq $there ? "same" : "different"}]"
}

tell {What the kernel adds to the clocks there, in seconds:}
puts [exec cat /proc/[$box pid]/timens_offsets]

tell {So the machine has been up for ten days more, there:}
set here [lindex [exec cat /proc/uptime] 0]
set there [lindex [ns exec -joinall $box -- cat /proc/uptime] 0]
puts "here $here s, there $there s, [expr {round(($there - $here) / 86400)}]\
    days apart"

tell {The time of day is the same. No namespace has another:}
set apart [expr {abs([ns exec -joinall $box -- date +%s]
    - [clock seconds])}]
puts [expr {$apart <= 2 ? "the same" : "$apart s apart"}]

$box close
