# A lab is made and removed: all of it, or nothing.

namespace eval ::nscg::lab::make {}

# Settings of the namespaces, before there is any link. A host's addresses can
# be used at once, its own IPv6 ones included: nobody else has them. They stay
# where a link is set down. Who forwards says so before it has addresses.
# Bridges and their members have no addresses, and look for no routers; what a
# bridge forwards is nothing that a packet filter is asked about. (Tcl looks at
# every folder of a path, but only once where it is the same value again.)
namespace eval ::nscg::lab::make {
    variable ofHost {
        /proc/sys/net/ipv6/conf/default/accept_dad 0
        /proc/sys/net/ipv6/conf/default/keep_addr_on_down 1
    }
    variable ofRouter {
        /proc/sys/net/ipv4/ip_forward 1
        /proc/sys/net/ipv6/conf/all/forwarding 1
    }
    variable ofSwitches {
        /proc/sys/net/ipv6/conf/default/disable_ipv6 1
        /proc/sys/net/bridge/bridge-nf-call-iptables 0
        /proc/sys/net/bridge/bridge-nf-call-ip6tables 0
        /proc/sys/net/bridge/bridge-nf-call-arptables 0
    }

    # By their group the links are deleted at once: those of switches, and the
    # cables between hosts.
    variable ofSwitch 1
    variable ofCable 2
}

# Returns the namespaces: host -> handle, and {} -> that of the bridges.
proc ::nscg::lab::make::network {plan} {
    variable ofSwitches
    ::nscg::shaping::probe [lmap link [dict get $plan links] {
        dict get $link shape
    }]
    set spaces {}
    ::nscg::undo::scope undo {
        if {[dict size [dict get $plan switches]] > 0} {
            dict set spaces {} [Space undo "the switches" $ofSwitches]
            Bridges [dict get $spaces {}] [dict get $plan switches]
        }
        dict for {host options} [dict get $plan hosts] {
            dict set spaces $host \
                [Space undo "host \"$host\"" [Settings $options]]
        }
        foreach link [dict get $plan links] {
            Cable $link $spaces
        }
        SwitchOn $plan $spaces
        dict for {host routes} [dict get $plan routes] {
            foreach route $routes {
                lassign $route dest via
                ::nscg::route add $dest -via $via -ns [dict get $spaces $host]
            }
        }
    }
    return $spaces
}

proc ::nscg::lab::make::Settings {options} {
    variable ofHost
    variable ofRouter
    return [expr {[dict get $options forward] ? [concat $ofHost $ofRouter]
        : $ofHost}]
}

# A net namespace without a process, with SETTINGS. WHAT it is for stands in the
# error.
proc ::nscg::lab::make::Space {undoVar what settings} {
    upvar 1 $undoVar undo
    try {
        set space [::nscg::ns unshare net {
            foreach {file value} $settings {
                Write $file $value
            }
            ::nscg::ns open self net
        }]
    } trap {POSIX EPERM} {- detail} {
        # That of the command says how to get a user namespace by it; this
        # thread would have to be in one.
        return -code error -errorcode [dict get $detail -errorcode] \
            "cannot make $what: operation not permitted; it takes\
            CAP_SYS_ADMIN, as root has it, and whoever is in a user namespace\
            of their own: unshare -Urn tclsh"
    } trap {POSIX EMFILE} {message detail} {
        return -code error -errorcode [dict get $detail -errorcode] \
            "cannot make $what: $message; each host takes a descriptor, and\
            \"ulimit -n\" says how many there may be"
    } on error {message detail} {
        return -code error -errorcode [dict get $detail -errorcode] \
            "cannot make $what: $message"
    }
    ::nscg::undo::push $undo $space close
    return $space
}

# What this kernel lacks (IPv6) needs no setting.
proc ::nscg::lab::make::Write {file value} {
    try {
        set channel [open $file WRONLY]
    } trap {POSIX ENOENT} {} {
        return
    }
    try {
        puts -nonewline $channel $value
    } finally {
        close $channel
    }
}

proc ::nscg::lab::make::Bridges {space switches} {
    variable ofSwitch
    dict for {name options} $switches {
        ::nscg::link create bridge $name -ns $space \
            -group $ofSwitch -stp [dict get $options stp]
    }
}

proc ::nscg::lab::make::Cable {link spaces} {
    variable ofSwitch
    variable ofCable
    set end [dict get $link end]
    set peer [dict get $link peer]
    set options {}
    foreach {option value} [list \
        -address [Addresses $end] -peeraddress [Addresses $peer] \
        -mac [dict get $end mac] -peermac [dict get $peer mac] \
        -mtu [dict get $link mtu]
    ] {
        if {$value ne {}} {
            lappend options $option $value
        }
    }
    if {[dict get $end switch]} {
        lappend options -master [dict get $end node] -group $ofSwitch
    } else {
        lappend options -group $ofCable
    }
    set space [Of $end $spaces]
    ::nscg::veth create [dict get $end device] [dict get $peer device] \
        -ns $space -peerns [Of $peer $spaces] -nodad 1 -up 1 {*}$options
    if {[dict get $peer switch]} {
        ::nscg::link set [dict get $peer device] -ns $space \
            -master [dict get $peer node]
    }
    ::nscg::shaping::apply [list $space [dict get $end device] \
        [Of $peer $spaces] [dict get $peer device]] {} [dict get $link shape]
}

# The switches begin when all is connected: what each host says when it comes
# would be sent to all that are there, and the time for that grows by the square
# of their number. A bridge has its carrier from its members.
proc ::nscg::lab::make::SwitchOn {plan spaces} {
    foreach name [dict keys [dict get $plan switches]] {
        ::nscg::link set $name -up 1 -ns [dict get $spaces {}]
        ::nscg::link wait $name -exists 1 -ns [dict get $spaces {}]
    }
}

proc ::nscg::lab::make::Addresses {end} {
    return [expr {[dict get $end switch] ? {} : [dict get $end addresses]}]
}

# The namespace that an end of a link is in.
proc ::nscg::lab::make::Of {end spaces} {
    return [dict get $spaces [expr {[dict get $end switch] ? {}
        : [dict get $end node]}]]
}

# When this returns no link is left, also of a host that lives on, since a
# socket or a process holds its namespace. A handle that was closed by the user
# is no error.
proc ::nscg::lab::make::remove {plan spaces} {
    variable ofSwitch
    variable ofCable
    set cabled {}
    foreach link [dict get $plan links] {
        if {![dict get $link end switch]} {
            dict set cabled [dict get $link end node] 1
        }
    }
    try {
        if {[dict exists $spaces {}]} {
            DeleteGroup $ofSwitch [dict get $spaces {}]
        }
        foreach host [dict keys $cabled] {
            DeleteGroup $ofCable [dict get $spaces $host]
        }
    } finally {
        dict for {name space} $spaces {
            if {[info commands $space] ne {}} {
                $space close
            }
        }
    }
}

# It is no error that there is none of the group: the user has deleted them.
proc ::nscg::lab::make::DeleteGroup {group space} {
    if {[info commands $space] eq {}} {
        return
    }
    try {
        ::nscg::link delete -group $group -ns $space
    } trap {POSIX ENODEV} {} {
    }
}
