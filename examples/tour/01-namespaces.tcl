# Namespaces: made with a process, joined, left, told apart (N1 to N4).

source [file join [file dirname [info script]] tell.tcl]

tell {clone: a process starts together with new uts and ipc namespaces. The
   kernel names every namespace by a number; the sleeper's:}
set sleeper [ns clone -new [kinds uts ipc] -setup {
    {hostname bedroom}
} sleep 1000]
show ls -l /proc/[$sleeper pid]/ns | sed -n {s/.* \([a-z]* -> .*\)/\1/p}

tell {Two processes are in the same namespace if the numbers agree. This
   script and the sleeper, kind by kind:}
foreach kind {uts ipc mnt net} {
    set mine [file readlink /proc/self/ns/$kind]
    set its [file readlink /proc/[$sleeper pid]/ns/$kind]
    puts "$kind: $mine and $its: [expr {$mine eq $its ? "same" : "different"}]"
}

tell {setns, then exec, as "docker exec" does: a program is started in the
   sleeper's namespaces, and this script stays where it is.}
puts "there: [ns exec -joinall $sleeper hostname]"
puts "here unchanged: [expr {[exec hostname] ne "bedroom"}]"

tell {The same by a path: only the file that stands for the namespace is
   needed, and it is checked that it is of the kind that was asked for.}
set uts /proc/[$sleeper pid]/ns/uts
if {[needsRoot "the sleeper's host name"]} {
    puts [ns exec -join [list uts $uts] hostname]
}
catch {ns exec -join [list ipc $uts] hostname} refusal
puts "as ipc: $refusal"

tell {unshare: this script itself leaves its uts namespace, without a new
   process, and what it starts is in the new one too.}
set before [file readlink /proc/self/ns/uts]
ns unshare [kinds uts]
ns hostname moved
puts "$before -> [file readlink /proc/self/ns/uts]: [exec hostname]"

$sleeper close
