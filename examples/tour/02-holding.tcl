# Holding: a namespace without any process lives as long as something holds it
# (N5).

source [file join [file dirname [info script]] tell.tcl]

tell {A process in a uts and an ipc namespace of its own makes a message queue
   in it, and ends.}
set maker [ns clone -new [kinds uts ipc] -setup {{hostname held}} \
    -stdin pipe -stdout pipe sh -c {ipcmk -Q; read end}]
puts [gets [$maker stdout]]

tell {Before it ends, descriptors of its namespaces are opened. This script's:}
set held {}
foreach kind [kinds ipc uts] {
    dict set held $kind [$maker namespace $kind]
}
foreach namespace [dict values $held] {
    puts "[$namespace path] -> [file readlink [$namespace path]]"
}
close [$maker stdin]
set status [dict get [$maker wait] state]
puts "the maker has $status"
$maker close

tell {Who is in it? No process of the machine:}
set number [file readlink [[dict get $held ipc] path]]
set inside 0
foreach link [glob -nocomplain {/proc/[0-9]*/ns/ipc}] {
    incr inside [expr {![catch {file readlink $link} its] && $its eq $number}]
}
puts "$inside processes in $number"

tell {Another joins it later, and finds the queue and the name:}
puts [ns exec -join $held sh -c {hostname; ipcs -q}]

tell {A bind mount holds one too. In a mnt namespace, so that this machine's
   mounts stay as they are, /tmp/held becomes the uts namespace:}
if {[needsRoot "the bind mount"]} {
    ns unshare mnt
    mount new tmpfs /tmp
    ns pin [dict get $held uts] uts /tmp/held
    show grep nsfs /proc/self/mounts
}

tell {With the last descriptor the namespace goes, and with it the queue.}
foreach namespace [dict values $held] {
    $namespace close
}
if {[root]} {
    puts "The pinned one is still there: [ns exec -join {uts /tmp/held} hostname]"
    ns unpin /tmp/held
}
