# pairs.tcl --
#
#       What contestant.tcl does to net namespaces.

# Each is made between two net namespaces, with an address at each end, and set
# up; its removal is not counted.
namespace eval ::network {
    variable processes {}
}

proc ::network::Pids {} {
    variable processes
    if {$processes eq {}} {
        for {set i 0} {$i < 2} {incr i} {
            lappend processes [ns clone -new net -stdin null \
                -- $::launch::true sleep]
        }
    }
    set ::afterwards [list veth delete veth0 -ns [lindex $processes 0]]
    return [lmap process $processes {$process pid}]
}

proc ::network::veth {} {
    variable processes
    Pids
    lassign $processes one two
    ::veth create veth0 eth0 -ns $one -peerns $two -up 1 \
        -address 10.0.0.1/24 -peeraddress 10.0.0.2/24
    return 0
}

proc ::network::ip {} {
    lassign [Pids] one two
    ::exec nsenter --net=/proc/$one/ns/net sh -c "
        ip link add veth0 type veth peer name eth0 netns $two
        ip addr add 10.0.0.1/24 dev veth0
        ip link set veth0 up
        nsenter --net=/proc/$two/ns/net sh -c '
            ip addr add 10.0.0.2/24 dev eth0
            ip link set eth0 up'"
    return 0
}

# A thousand scripts in another net namespace, and how much of it is Tcl's own.
proc ::network::visit {} {
    variable handle
    if {![info exists handle]} {
        set handle [ns unshare net {ns open self net}]
    }
    for {set i 0} {$i < 1000} {incr i} {
        ns setns $handle -kinds net {}
    }
    return 0
}

proc ::network::visitPid {} {
    variable processes
    set pid [lindex [Pids] 0]
    set ::afterwards {}
    for {set i 0} {$i < 1000} {incr i} {
        ns setns $pid -kinds net {}
    }
    return 0
}

proc ::network::eval {} {
    set level 1
    for {set i 0} {$i < 1000} {incr i} {
        uplevel $level {}
    }
    return 0
}

# The shortest: one ip for each namespace.
proc ::network::batch {} {
    lassign [Pids] one two
    ::exec nsenter --net=/proc/$one/ns/net ip -batch - << "
        link add veth0 type veth peer name eth0 netns $two
        addr add 10.0.0.1/24 dev veth0
        link set veth0 up"
    ::exec nsenter --net=/proc/$two/ns/net ip -batch - << "
        addr add 10.0.0.2/24 dev eth0
        link set eth0 up"
    return 0
}
