# Three containers with limits: one is throttled, one is killed by its memory
# limit and says so, one is paused and resumed. What is told of them is what
# the kernel has counted.
#
# It takes root, or a part of the tree of control groups that was handed over:
#
#       systemd-run --user --scope -p Delegate=yes tclsh limits.tcl

package require nscg

proc tell {text} {
    puts "\n== $text"
}

# Milliseconds of a processor that the container NAME has used.
proc used {name} {
    return [expr {
        [dict get [nscg::container stats $name] cpu usage_usec] / 1000}]
}

# An ordinary user's processes leave room for groups with controllers.
if {[exec id -u] != 0} {
    cgroup delegate {}
}

tell {A container that wants a whole processor, and may have a fifth of one:}
set box [nscg::container run -detach 1 -cpus 0.2 -- \
    sh -c {while :; do :; done}]
after 500
set start [clock milliseconds]
set before [used $box]
after 3000
set took [expr {[clock milliseconds] - $start}]
puts "it has used [expr {100 * ([used $box] - $before) / $took}] % of one"
set cpu [dict get [nscg::container stats $box] cpu]
puts "the kernel has stopped it [dict get $cpu nr_throttled] times,\
    for [expr {[dict get $cpu throttled_usec] / 1000}] ms"
nscg::container remove $box -force 1

tell {One that wants ever more memory, and may have 32 MB:}
set box [nscg::container create -memory 32M -pids 20 -- \
    sh -c {text=x; while :; do text=$text$text; done}]
nscg::container start $box
puts "it ended: [dict remove [nscg::container wait $box] rusage]"
nscg::container remove $box

tell {The same, of a program that is waited for:}
catch {
    nscg::container run -memory 32M -- \
        sh -c {text=x; while :; do text=$text$text; done}
} message options
puts $message
puts [lrange [dict get $options -errorcode] 2 3]

tell {One that counts, is paused, and resumed:}
set box [nscg::container run -detach 1 -- \
    sh -c {n=0; while :; do n=$((n + 1)); echo $n; sleep 0.01; done}]
proc count {} {
    return [lindex [nscg::container logs $::box] end]
}
proc state {} {
    return [dict get [nscg::container inspect $::box] state]
}
while {[count] eq {}} {
    after 10
}
nscg::container pause $box
set before [count]
after 500
puts "[state]: it has counted on by [expr {[count] - $before}]"
nscg::container resume $box
while {[count] == $before} {
    after 10
}
puts "[state]: it counts"

tell {What the kernel has counted for it:}
set stats [nscg::container stats $box]
puts "processes: [dict get $stats pids current]"
puts "memory: at most [expr {[dict get $stats memory peak] / 1024}] KB"
puts "processor: [expr {[dict get $stats cpu usage_usec] / 1000}] ms"

tell {It is removed, and so is its group:}
set group [dict get [nscg::container inspect $box] cgroup]
nscg::container remove $box -force 1
puts [expr {[catch {cgroup get $group} message] ? $message : "it is there"}]
