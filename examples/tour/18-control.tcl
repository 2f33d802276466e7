# What a group may do, and when: devices, freezing, killing.

source [file join [file dirname [info script]] tell.tcl]

if {![needsRoot {devices denied, and groups frozen and killed}]} {
    exit
}

tell {Devices: all are denied but /dev/null.}
cgroup create /nscg-tour
cgroup devices /nscg-tour deny all allow {c 1:3 rw}
puts [cgroup devices /nscg-tour]
catch {
    ns exec -cgroup /nscg-tour -- sh -c {
        echo x >/dev/null && echo null: opened
        (: </dev/zero) 2>/dev/null && echo zero: opened || echo zero: denied
    }
} said
puts $said
cgroup devices /nscg-tour allow all

tell {Freezing: it makes no progress, and knows nothing of it.}
set box [ns clone -cgroup /nscg-tour -- sh -c {while :; do :; done}]
proc ticks {} {
    set file [open /proc/[$::box pid]/stat]
    set text [read $file]
    close $file
    return [lindex $text 13]
}
cgroup freeze /nscg-tour
set before [ticks]
after 300
puts "frozen: [expr {[ticks] - $before}] ticks in 300 ms"
cgroup thaw /nscg-tour
set before [ticks]
while {[ticks] - $before < 10} {
    after 10
}
puts "thawed: ten ticks, and more"

tell {Killing: the group and all that it has started, however fast it forks.}
set bomb [ns clone -cgroup /nscg-tour -- sh -c {
    trap {} TERM HUP INT
    for i in 1 2 3 4 5 6 7 8 9 10; do sleep 1000 & done; wait
}]
after 200
puts "[llength [cgroup processes /nscg-tour]] processes"
cgroup kill /nscg-tour
puts [dict remove [$bomb wait -timeout 10000] rusage]
puts "[llength [cgroup processes /nscg-tour]] processes"
$box close
$bomb close
cgroup delete /nscg-tour
