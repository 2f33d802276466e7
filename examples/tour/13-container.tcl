# A container: all of the tour put together. It is run from a root, entered
# again, stopped, and cleaned up.

source [file join [file dirname [info script]] tell.tcl]

# Containers live in a folder of this script's own.
set env(NSCG_STATE) [exec mktemp -d]
set before [exec wc -l < /proc/self/mountinfo]

tell {A container runs on this machine's root, through a layer:}
set box [nscg::container run -detach 1 -hostname tour -rootfs host \
    -- sleep 1000]
set pid [dict get [nscg::container inspect $box] pid]
puts [exec cat /proc/$pid/comm]

tell {Its namespaces that are not this machine's, by the kernel's links:}
foreach kind [dict keys [ns of]] {
    if {![ns same self $pid $kind]} {
        puts [file readlink /proc/$pid/ns/$kind]
    }
}

tell {It is entered again: what its main process, number 1, is; who is there;
   and what it may do.}
puts [nscg::container exec $box cat /proc/1/comm]
puts [nscg::container exec $box hostname]
puts [nscg::container exec $box grep CapEff: /proc/self/status]

tell {What is written inside stays inside:}
nscg::container exec $box sh -c {echo hello > /etc/tour}
puts "inside: [nscg::container exec $box cat /etc/tour]"
puts "here: [expr {[file exists /etc/tour] ? "there" : "not there"}]"
puts [join [nscg::container diff $box] \n]

tell {It is stopped. Its process is gone:}
puts [dict remove [nscg::container stop $box -grace 200] rusage]
puts [expr {[file exists /proc/$pid] ? "still there" : "gone"}]

tell {It is removed. Nothing is left, neither files nor mounts:}
nscg::container remove $box
puts "containers: [llength [nscg::container list]]"
puts "mounts more than before: [expr {
    [exec wc -l < /proc/self/mountinfo] - $before}]"
file delete -force $env(NSCG_STATE)
