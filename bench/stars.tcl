# stars.tcl --
#
#       What contestant.tcl makes of a star: hosts around a switch, each with a
#       link, addresses of IPv4 and IPv6, all of it up. The interpreter is in a
#       net and mnt namespace of its own, with a /run that may be written to.

namespace eval ::star {
    variable sizes {100 200 400 700 1000}
    variable topologies
    foreach size $sizes {
        set topology {switches s}
        for {set i 0} {$i < $size} {incr i} {
            dict lappend topology hosts h$i
            dict lappend topology links [list h$i s]
        }
        set topologies($size) $topology
        foreach name {lab ip} {
            interp alias {} ::star::$name$size {} ::star::$name $size
        }
    }
    unset topology
}

proc ::star::lab {size} {
    variable topologies
    nscg::lab create $topologies($size)
    return 0
}

proc ::star::unlab {} {
    nscg::lab delete
    return 0
}

# The shortest: one ip makes all namespaces, one the switch with all links, and
# one for each host.
proc ::star::ip {size} {
    variable made $size
    set spaces "netns add s\n"
    set links "link set lo up\nlink add s type bridge\nlink set s up\n"
    for {set i 0} {$i < $size} {incr i} {
        append spaces "netns add h$i\n"
        append links "link add h$i group 1 master s type veth\
            peer name eth0 netns h$i\nlink set h$i up\n"
    }
    ::exec ip -batch - << $spaces
    ::exec ip -n s -batch - << $links
    for {set i 0} {$i < $size} {incr i} {
        set last [expr {($i + 1) / 256}].[expr {($i + 1) % 256}]
        ::exec ip -n h$i -batch - << "
            link set lo up
            addr add 10.0.$last/22 dev eth0
            addr add fd00::[format %x [expr {$i + 1}]]/64 dev eth0 nodad
            link set eth0 up"
    }
    return 0
}

proc ::star::unip {} {
    variable made
    ::exec ip -n s link delete group 1
    set spaces "netns delete s\n"
    for {set i 0} {$i < $made} {incr i} {
        append spaces "netns delete h$i\n"
    }
    ::exec ip -batch - << $spaces
    return 0
}
