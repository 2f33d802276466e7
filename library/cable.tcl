# The cables from containers to their bridge (see bridge.tcl), and the ports
# that lead to them.

namespace eval ::nscg::cable {
    # What the note of one begins with; the container's name follows, its
    # hardware address if it was asked for, and the token of its start, by which
    # it is known for what was made then.
    variable note {nscg container}
}

# Connects the container's net namespace to its bridge, which is made if need
# be. Returns what is to be kept of it: PART, with that.
proc ::nscg::cable::connect {container part stack} {
    set options [dict get $container options]
    set name [lindex [dict get $options -network] 1]
    set token [dict get $part token]
    set net [dict get $::nscg::network::held $token net]
    ::nscg::locked [::nscg::record::state] -timeout 60000 {
        set bridge [::nscg::bridge::ready $name [dict get $options -address]]
        set number [Make $container $bridge $net]
        ::nscg::undo::push $stack ::nscg::network::undo cable $token \
            [::nscg::addresses::text $number] [address6 $bridge $number] \
            [expr {[dict get $options -publish] ne {}}]
        Plug $container $number $name $token
        dict set part publish [Publish [dict get $options -publish] $bridge \
            $number [dict get $container name]]
    }
    set gateways [list [::nscg::addresses::text [dict get $bridge number]]]
    if {[dict exists $bridge gateway6]} {
        lappend gateways [dict get $bridge gateway6]
    }
    foreach gateway $gateways {
        ::nscg::route add default -via $gateway -ns $net
    }
    return [dict merge $part [Told $options $bridge $number]]
}

# Puts the cable into the bridge NAME. Until it has its note, it is nobody's.
proc ::nscg::cable::Plug {container number name token} {
    variable note
    set mac [dict get $container options -mac]
    try {
        Distinct [dict get $container name] \
            [Mac [dict get $container options] $number] $name
        ::nscg::link set [name $number] -master $name -member {hairpin 1} \
            -alias [join [list $note [dict get $container name] {*}$mac $token]]
    } on error {message detail} {
        ::nscg::veth delete [name $number]
        return -options $detail $message
    }
}

# Raises an error if somebody on the bridge NAME, or the bridge itself, has the
# hardware address MAC: the bridge would send to the one that spoke last, and
# the other would be cut off without a word.
proc ::nscg::cable::Distinct {container mac name} {
    foreach link [::nscg::link list] {
        if {[dict get $link name] ne $name
                && (![dict exists $link master]
                    || [dict get $link master] ne $name)} {
            continue
        }
        set far [Noted $link]
        if {[string equal -nocase $mac [lindex $far 2]]} {
            set whose "the container \"[lindex $far 0]\""
        } elseif {[dict exists $link mac]
                && [string equal -nocase $mac [dict get $link mac]]} {
            set whose "the link \"[dict get $link name]\""
        } else {
            continue
        }
        ::nscg::bridge::refuse "cannot give the container \"$container\" the\
            hardware address $mac: $whose has it, on the same bridge"
    }
}

# What the note of LINK says of the container at its other end: {NAME NUMBER
# MAC}; empty if it is no cable of ours.
proc ::nscg::cable::Noted {link} {
    variable note
    if {![dict exists $link alias]
            || ![regexp "^$note (\[a-zA-Z0-9]\[\\w.-]*)(?: (\[0-9a-fA-F:]{17}))?\
                \[0-9a-f]{8}\$" [dict get $link alias] - name mac]
            || ![regexp {^nscg([0-9a-f]{8})$} [dict get $link name] - digits]} {
        return
    }
    scan $digits %llx number
    return [list $name $number [Mac [list -mac $mac] $number]]
}

# The name of the host's end.
proc ::nscg::cable::name {number} {
    return [format nscg%08x $number]
}

# The container's address of IPv6; empty if the bridge has none.
proc ::nscg::cable::address6 {bridge number} {
    if {![dict exists $bridge gateway6]} {
        return {}
    }
    set host [expr {$number - [::nscg::addresses::network $number \
        [dict get $bridge bits]]}]
    return [string range [dict get $bridge gateway6] 0 end-1][format %x $host]
}

proc ::nscg::cable::Told {options bridge number} {
    set address [::nscg::addresses::text $number]
    set told [dict create link [name $number] \
        addresses [list $address/[dict get $bridge bits]] \
        mac [Mac $options $number] \
        gateway [::nscg::addresses::text [dict get $bridge number]]]
    if {[dict exists $bridge gateway6]} {
        dict lappend told addresses [address6 $bridge $number]/64
        dict set told gateway6 [dict get $bridge gateway6]
    }
    return $told
}

# What an address had before may be in its neighbours' memory: so the hardware
# address comes from it.
proc ::nscg::cable::Mac {options number} {
    set mac [dict get $options -mac]
    return [expr {$mac ne {} ? $mac : [::nscg::bridge::mac $number]}]
}

# Makes the cable: with the address that is asked for, or the first that is
# free. Returns that.
proc ::nscg::cable::Make {container bridge net} {
    set options [dict get $container options]
    set address [dict get $options -address]
    if {$address ne {}} {
        set number [Wanted $address $bridge]
        sweep $bridge [taken]
        if {![Try $options $bridge $number $net]} {
            ::nscg::bridge::refuse "cannot give the container\
                \"[dict get $container name]\" the address\
                [::nscg::addresses::text $number]:\
                [whose [::nscg::addresses::text $number]] has it"
        }
        return $number
    }
    set taken [taken]
    sweep $bridge $taken
    set first [::nscg::addresses::network [dict get $bridge number] \
        [dict get $bridge bits]]
    set last [expr {$first + (1 << (32 - [dict get $bridge bits])) - 2}]
    for {set number [expr {$first + 1}]} {$number <= $last} {incr number} {
        if {$number != [dict get $bridge number]
                && ![dict exists $taken [name $number]]
                && [Try $options $bridge $number $net]} {
            return $number
        }
    }
    ::nscg::bridge::refuse "no address is free in the network\
        \"[dict get $bridge name]\": all of its [expr {$last - $first - 1}] are\
        taken (-network {bridge NAME} makes another network)"
}

# The number of ADDRESS, if it can be one in the bridge's network.
proc ::nscg::cable::Wanted {address bridge} {
    lassign [split $address /] ip length
    set number [::nscg::addresses::number $ip]
    set bits [dict get $bridge bits]
    set network [::nscg::addresses::network [dict get $bridge number] $bits]
    if {[::nscg::addresses::network $number $bits] != $network
            || $length ni [list {} $bits]
            || $number in [list $network [dict get $bridge number] \
                [expr {$network + (1 << (32 - $bits)) - 1}]]} {
        ::nscg::bridge::refuse "the address $address cannot be had in the\
            network \"[dict get $bridge name]\": that is\
            [::nscg::addresses::text $network]/$bits, the bridge being\
            [::nscg::addresses::text [dict get $bridge number]]"
    }
    return $number
}

# The names of all cables of containers, as keys of a dict.
proc ::nscg::cable::taken {} {
    set channel [open /proc/thread-self/net/dev]
    try {
        set text [read $channel]
    } finally {
        close $channel
    }
    set taken {}
    foreach {- name} [regexp -all -inline -line \
            {^\s*(nscg[0-9a-f]{8}):} $text] {
        dict set taken $name {}
    }
    return $taken
}

# Makes the cable to the container that is to have the address. Returns 0 if
# somebody has it.
proc ::nscg::cable::Try {options bridge number net} {
    set address [::nscg::addresses::text $number]
    set addresses [list $address/[dict get $bridge bits]]
    if {[dict exists $bridge gateway6]} {
        lappend addresses [address6 $bridge $number]/64
    }
    try {
        ::nscg::veth create [name $number] eth0 -peerns $net \
            -peermac [Mac $options $number] -peeraddress $addresses -nodad 1 \
            -up 1
    } trap {POSIX EEXIST} {} {
        return 0
    }
    return 1
}

# The containers on the bridge, by LINKS: a dict NAME -> addresses.
proc ::nscg::cable::there {bridge links} {
    set there {}
    foreach link $links {
        if {![dict exists $link master]
                || [dict get $link master] ne [dict get $bridge name]
                || [set far [Noted $link]] eq {}} {
            continue
        }
        lassign $far name number
        set addresses [list [::nscg::addresses::text $number]]
        if {[dict exists $bridge gateway6]} {
            lappend addresses [address6 $bridge $number]
        }
        dict set there $name $addresses
    }
    return $there
}

# Who has ADDRESS, for a message.
proc ::nscg::cable::whose {address} {
    set links [::nscg::link list]
    foreach bridge [::nscg::bridge::all] {
        dict for {name addresses} [there $bridge $links] {
            if {$address in $addresses} {
                return "the container \"$name\""
            }
        }
    }
    return "another one"
}

# -- Ports --

# An address to which ports lead has a route of its own, which stays if this
# interpreter is killed: nobody else gets the address while they lead there.
#
# Returns LIST, of -publish, with the ports of this machine that were chosen for
# those that had none. One that somebody has is no failure then: there are
# others.
proc ::nscg::cable::Publish {list bridge number name} {
    if {$list eq {}} {
        return
    }
    ::nscg::route add [::nscg::addresses::text $number]/32 -replace 1 \
        -dev [dict get $bridge name]
    for {set tries 50} 1 {incr tries -1} {
        set chosen [::nscg::ports::choose $list]
        try {
            Lead $chosen $bridge $number $name
            return $chosen
        } trap {POSIX EADDRINUSE} {message detail} {
            if {$chosen eq $list || $tries == 0} {
                return -options $detail $message
            }
        }
    }
}

# Lets the ports of LIST lead to the container NAME, all or none.
proc ::nscg::cable::Lead {list bridge number name} {
    ::nscg::ports::vacant $list
    set ports [::nscg::ports::elements $list [::nscg::addresses::text $number] \
        [address6 $bridge $number]]
    switch -- [::nscg::ports::local $ports] {
        asked {
            ::nscg::bridge::setting ipv4 [dict get $bridge name] \
                route_localnet 1 "cannot let 127.0.0.1 lead to a container"
        }
        also {
            ::nscg::bridge::setting ipv4 [dict get $bridge name] \
                route_localnet 1
        }
    }
    ::nscg::nat::publish $name $ports
}

# Takes back the ports of containers that are not there any more: TAKEN are
# the cables that are.
proc ::nscg::cable::sweep {bridge taken} {
    set name [dict get $bridge name]
    set stale {}
    foreach route [::nscg::route list -family inet -dev $name] {
        lassign [split [dict get $route dest] /] ip length
        if {$length eq "32" && ![dict exists $taken \
                [name [::nscg::addresses::number $ip]]]} {
            lappend stale $ip
        }
    }
    if {$stale eq {}} {
        return
    }
    ::nscg::nat::sweep [concat $stale [lmap ip $stale {
        address6 $bridge [::nscg::addresses::number $ip]
    }]]
    foreach ip $stale {
        Unroute $ip $name
    }
}

# -- The end --

# Takes the cable away that was made under TOKEN for the container of ADDRESS,
# and if it is PUBLISHED the ports that lead there. If the cable is gone,
# another may have the address, and `leave` knows what to do with the ports.
proc ::nscg::cable::disconnect {token address address6 published} {
    variable note
    set number [::nscg::addresses::number $address]
    if {$number eq {} || ![regexp {^[0-9a-f]{8}$} $token]} {
        error "\"$token $address\" is no container's cable"
    }
    # While it is locked, nobody else gets the name.
    ::nscg::locked [::nscg::record::state] -timeout 60000 {
        Unplug [name $number] "$note * $token" \
            [expr {$published ? [list $address $address6] : {}}]
    }
}

# Takes away the CABLE, if its note is like PATTERN, and the ports that
# lead to ADDRESSES. Somebody may have taken it out of its bridge.
proc ::nscg::cable::Unplug {cable pattern addresses} {
    try {
        set link [::nscg::link get $cable]
    } trap {POSIX ENODEV} {} {
        return
    }
    if {![dict exists $link alias]
            || ![string match $pattern [dict get $link alias]]} {
        return
    }
    if {$addresses ne {}} {
        ::nscg::nat::sweep $addresses
        if {[dict exists $link master]} {
            Unroute [lindex $addresses 0] [dict get $link master]
        }
    }
    Delete $cable
}

# Takes back the route that keeps ADDRESS, if it is there.
proc ::nscg::cable::Unroute {address bridge} {
    try {
        ::nscg::route delete $address/32 -dev $bridge
    } trap {POSIX ESRCH} {} - trap {POSIX ENODEV} {} {
        # It has gone, or was not made.
    }
}

# Takes the cable away that was made under TOKEN, whatever its address. It is
# there still where the interpreter was killed before that was noted, and the
# namespace is only just going.
proc ::nscg::cable::forsake {token} {
    variable note
    if {![regexp {^[0-9a-f]{8}$} $token]} {
        error "\"$token\" is of no container's start"
    }
    foreach link [::nscg::link list] {
        if {[dict exists $link alias]
                && [string match "$note * $token" [dict get $link alias]]} {
            Delete [dict get $link name]
        }
    }
}

proc ::nscg::cable::Delete {cable} {
    try {
        ::nscg::veth delete $cable
    } trap {POSIX ENODEV} {} {
        # It has just gone with the container's namespace.
    }
}
