# How mounts travel: shared, slave, private, unbindable, and slave and shared
# at once. Each type is seen to do what its name says.

source [file join [file dirname [info script]] tell.tcl]

# This script leaves the machine's mounts alone, and its table ends with it.
ns unshare [kinds mnt] -propagation private
mount new tmpfs /mnt
foreach name {a b c} {
    file mkdir /mnt/$name
}

# By the kernel's own table: at which of our places something is mounted.
proc where {name} {
    set found {}
    set file [open /proc/thread-self/mountinfo]
    while {[gets $file line] >= 0} {
        if {[string match /mnt/*/$name [lindex [split $line] 4]]} {
            lappend found [lindex [split $line] 4]
        }
    }
    close $file
    return [lsort $found]
}

# Mounts something at one place, says where it appeared, and takes it away.
proc try {place} {
    mount new tmpfs /mnt/$place/x
    puts "mounted in $place: it is at [where x]"
    mount umount /mnt/$place/x
    puts "  unmounted: [llength [where x]] left"
}

tell {/mnt/a becomes a shared mount, and /mnt/b a bind of it: one peer group.}
mount bind /mnt/a /mnt/a
mount propagation /mnt/a shared
file mkdir /mnt/a/x
mount bind /mnt/a /mnt/b
puts [exec grep {/mnt/[abc] } /proc/self/mountinfo]
tell {shared: it travels both ways.}
try a
try b

tell {slave: b receives from a, and gives nothing back.}
mount propagation /mnt/b slave
puts [mount propagation /mnt/b]
try a
try b

tell {slave and shared: b receives from a, and passes it on to c, its peer.}
mount propagation /mnt/b {slave shared}
mount bind /mnt/b /mnt/c
puts [mount propagation /mnt/b]
try a
try c

tell {private: nothing travels to c, nor from it.}
mount propagation /mnt/c private
try a
try c

tell {unbindable: private, and it cannot be bound elsewhere.}
mount propagation /mnt/c unbindable
catch {mount bind /mnt/c /mnt/b} message
puts $message

tell {New mnt namespaces get copies: a slave's sees what is mounted later, a
   private one's does not, and a shared one's gives back as well.}
foreach type {slave private unchanged} {
    set box [ns clone -new mnt -propagation $type -- sleep 1000]
    mount new tmpfs /mnt/a/x
    set there [exec cat /proc/[$box pid]/mountinfo]
    puts "$type: [regexp -all { /mnt/a/x } $there] mounted there too"
    mount umount /mnt/a/x
    if {$type eq "unchanged"} {
        ns exec -join [list mnt $box] -setup {
            {mount new tmpfs /mnt/a/x}
        } -- true
        puts "mounted there, it is here at [where x]"
    }
    $box close
}
