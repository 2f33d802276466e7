# User namespaces: ids are mapped, and an ordinary user is root inside, with all
# capabilities there and none outside. It needs no root; root becomes an
# ordinary user first.

source [file join [file dirname [info script]] tell.tcl]

if {[root]} {
    tell {As root: ids 0 to 999 inside are 100000 to 100999 outside.}
    set box [ns clone -new user -uidmap {{0 100000 1000}} -- sleep 1000]
    puts "inside it is [ns exec -join [list user $box] -setup {{user 0}} -- \
        id -u], outside [exec stat -c %u /proc/[$box pid]]"
    puts "the kernel's map: [exec cat /proc/[$box pid]/uid_map]"
    $box close

    tell {From here on an ordinary user runs this script.}
    puts [ns exec -setup {{user 65534} {env -unset TMPDIR}} -- \
        [info nameofexecutable] [file normalize [info script]]]
    return
}

tell {Outside: who this is, and its effective capabilities.}
puts [exec id -u]
puts [exec grep CapEff: /proc/self/status]

tell {Inside a new user namespace: the same person.}
puts [ns exec -new user -- id -u]
puts [ns exec -new user -- grep CapEff: /proc/self/status]
puts "the kernel's map: [ns exec -new user -- cat /proc/self/uid_map]"

tell {These count in there: the host name of a namespace of its own is set.}
puts [ns exec -new {user uts} -setup {{hostname mine}} -- hostname]

tell {They do not count outside: the machine's own host name cannot be set.}
catch {ns exec -new user -host 1 -setup {{hostname mine}} -- true} message
puts $message

tell {A file that it makes inside belongs to root there, and here to us:}
set file [exec mktemp]
puts "inside: [ns exec -new user -- stat -c %u $file]"
puts "outside: [exec stat -c %u $file]"
file delete $file
