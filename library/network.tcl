# What network a container has: none, this machine's, one of its own, or one
# that it shares with others.
#
# The net namespace of a container with a cable is there before its program: it
# is made, and furnished from outside (bridge.tcl, nat.tcl), then the program
# enters it. Until the program runs this interpreter holds it; so whatever is
# made for it dies with it, if this interpreter does.

foreach file {cidr addresses bridge cable nat ports resolv} {
    source [file join $::nscg::library $file.tcl]
}
unset file

namespace eval ::nscg::network {
    variable rows {
        {-network list private}
        {-address list {}}
        {-publish list {}}
        {-mac text {}}
        {-dns list {}}
        {-dnssearch list {}}
    }
    variable held {}        ;# TOKEN -> dict KIND -> namespace handle
}

# -- Options --

proc ::nscg::network::check {options} {
    set network [dict get $options -network]
    set words [llength $network]
    switch -- [lindex $network 0] {
        none - host - private { set good [expr {$words == 1}] }
        bridge {
            if {$words == 1} {
                lappend network nscg0
                dict set options -network $network
            }
            set good [expr {$words <= 2}]
        }
        container { set good [expr {$words == 2}] }
        default { set good 0 }
    }
    if {!$good} {
        Bad -network $network "be none, host, private, {bridge ?NAME?} or\
            {container NAME}"
    }
    CheckWords $options
    if {[mode $options] eq "bridge"} {
        return [CheckBridge $options]
    }
    foreach option {-address -publish -mac} {
        if {[dict get $options $option] ne {}} {
            return -code error \
                -errorcode [list NSCG CONTAINER VALUE $option] \
                "cannot use $option with \"-network $network\": it is of\
                \"-network bridge\""
        }
    }
    if {[mode $options] eq "container"} {
        return [CheckOther $options [lindex $network 1]]
    }
    return $options
}

proc ::nscg::network::Bad {option value must {level 2}} {
    return -level $level -code error \
        -errorcode [list NSCG CONTAINER VALUE $option] \
        "bad value \"$value\" for $option: must $must"
}

# What is the same for all networks. All of it is written into files.
proc ::nscg::network::CheckWords {options} {
    foreach server [dict get $options -dns] {
        if {[::nscg::addresses::plain $server] eq {}} {
            Bad -dns $server "be addresses of name servers" 3
        }
    }
    foreach domain [dict get $options -dnssearch] {
        if {![regexp {^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,252}$} $domain]} {
            Bad -dnssearch $domain "be names of domains" 3
        }
    }
}

proc ::nscg::network::CheckBridge {options} {
    set bridge [lindex [dict get $options -network] 1]
    if {![::nscg::bridge::good $bridge]} {
        Bad -network [dict get $options -network] "have a name of 1 to 15\
            letters, digits and \"_.-\" for the bridge, the first a letter,\
            and none that a link of a container could have" 3
    }
    set address [dict get $options -address]
    if {[llength $address] > 1
            || ![regexp {^([\d.]+)(?:/(\d{1,2}))?$} $address - ip bits]
                && $address ne {}
            || $address ne {} && (![::nscg::addresses::single $ip]
                || $bits ne {} && ($bits < 16 || $bits > 30))} {
        Bad -address $address "be the IPv4 address of a machine, such as\
            10.88.0.7, or 10.88.7.7/24 with the length of its network, 16 to\
            30 (the IPv6 address follows from it)" 3
    }
    set mac [dict get $options -mac]
    if {$mac ne {} && ![regexp -nocase \
            {^(?!00(:00){5}$)[0-9a-f][02468ace](:[0-9a-f]{2}){5}$} $mac]} {
        Bad -mac $mac "be the hardware address of one, such as\
            02:00:5e:10:00:01" 3
    }
    foreach port [dict get $options -publish] {
        if {[::nscg::ports::parse $port] eq {}} {
            Bad -publish $port [::nscg::ports::must $port] 3
        }
    }
    if {![admin]} {
        return -level 2 -code error \
            -errorcode {NSCG CONTAINER NETWORK bridge} \
            "cannot use \"-network bridge\": it changes the machine's network,\
            which takes root (or CAP_NET_ADMIN); \"-network host\" and\
            \"-network private\" do not, and in a network of one's own (unshare\
            -Urn) it works"
    }
    return $options
}

# A net namespace belongs to a user namespace, and both are entered: so who is
# who is as in the other container.
proc ::nscg::network::CheckOther {options name} {
    set other [::nscg::record::load $name]
    set userns [dict get $other options -userns]
    if {[dict get $options -userns] eq {}} {
        dict set options -userns $userns
        if {$userns eq {}} {
            dict set options -userns 0
        }
    }
    return $options
}

# none, host, private, bridge or container.
proc ::nscg::network::mode {options} {
    return [lindex [dict get $options -network] 0]
}

# May this process change the network that it is in?
proc ::nscg::network::admin {} {
    scan [::nscg::identity::Status CapEff] %llx mask
    return [expr {($mask >> 12) & 1}]
}

# -- Starting --

proc ::nscg::network::make {container} {
    ::nscg::resolv::make $container
}

# The bridge goes with the last container on it; one that could not be made, or
# has others on it, is let be. Of what is made for this container alone the
# names are known later, and until they are noted it dies with this
# interpreter.
proc ::nscg::network::plan {container} {
    set token [format %08x [expr {int(rand() * 2**32)}]]
    set undo {}
    if {[mode [dict get $container options]] eq "bridge"} {
        lappend undo [list ::nscg::network::undo bridge \
            [lindex [dict get $container options -network] 1] $token]
    }
    return [dict create part [dict create token $token] undo $undo]
}

proc ::nscg::network::start {container stack} {
    set options [dict get $container options]
    set part [dict get $container network]
    set name [dict get $container name]
    switch -- [mode $options] {
        bridge {
            Hold $stack [dict get $part token] \
                [Fresh [::nscg::identity::userns $options]]
            set part [::nscg::cable::connect $container $part $stack]
            ::nscg::resolv::write $container $part
            ::nscg::bridge::acquaint [lindex [dict get $options -network] 1]
            return $part
        }
        container {
            set other [lindex [dict get $options -network] 1]
            set part [dict merge $part [Join $name $other $options $stack \
                [dict get $part token]]]
        }
    }
    ::nscg::resolv::write $container $part
    return $part
}

# A net namespace, in a user namespace of its own where there is a map for it;
# a dict of handles. A user namespace takes a process that makes it, and then
# goes.
proc ::nscg::network::Fresh {userns} {
    if {$userns eq {}} {
        return [dict create net [::nscg::ns unshare net {
            Settle
            ::nscg::ns open self net
        }]]
    }
    set process [::nscg::ns clone -new {net user} -uidmap $userns \
        -stdin pipe -- cat]
    try {
        ::nscg::ns setns $process -kinds net Settle
        return [Open $process {net user}]
    } finally {
        $process close
    }
}

# Of the net namespace that this thread is in: who is a router is not for a
# neighbour to say, and nobody else has the addresses that its links are given.
proc ::nscg::network::Settle {} {
    ::nscg::bridge::setting ipv6 default accept_ra 0
    ::nscg::bridge::setting ipv6 default accept_dad 0
}

# Handles for namespaces of PROCESS, of all KINDS or none.
proc ::nscg::network::Open {process kinds} {
    set handles {}
    try {
        foreach kind $kinds {
            dict set handles $kind [::nscg::ns open $process $kind]
        }
    } on error {message detail} {
        Close $handles
        return -options $detail $message
    }
    return $handles
}

proc ::nscg::network::Close {handles} {
    foreach handle [dict values $handles] {
        $handle close
    }
}

# Keeps HANDLES until the program runs, or it has failed to.
proc ::nscg::network::Hold {stack token handles} {
    variable held
    dict set held $token $handles
    ::nscg::undo::push $stack ::nscg::network::undo held $token
}

proc ::nscg::network::Release {token} {
    variable held
    if {[dict exists $held $token]} {
        set handles [dict get $held $token]
        dict unset held $token
        Close $handles
    }
}

# The namespaces of the container OTHER, which runs.
proc ::nscg::network::Join {name other options stack token} {
    set record [::nscg::life::record $other]
    if {[dict get $record options -userns] ne [dict get $options -userns]} {
        return -code error -errorcode {NSCG CONTAINER NETWORK container} \
            "cannot use the network of the container \"$other\": its user\
            namespace is \"[dict get $record options -userns]\", and that of\
            \"$name\" is \"[dict get $options -userns]\""
    }
    set kinds [expr {[dict get $options -userns] eq {} ? "net" : {net user}}]
    ::nscg::life::with process $other "use the network of" {
        Hold $stack $token [Open $process $kinds]
    }
    return [dict create other $other]
}

# Its program runs, and the namespaces stay without us.
proc ::nscg::network::launched {container} {
    if {[dict exists $container network token]} {
        Release [dict get $container network token]
    }
}

# -- The recipe --

proc ::nscg::network::recipe {container} {
    variable held
    set options [dict get $container options]
    set words {}
    switch -- [mode $options] {
        none { set words {-new net -loopback 0} }
        host {}
        default { set words {-new net} }
    }
    if {[dict exists $container network token]
            && [dict exists $held [dict get $container network token]]} {
        set words [list -join \
            [dict get $held [dict get $container network token]]]
    }
    return [dict create options $words \
        mounts [::nscg::resolv::steps $container]]
}

# Can /sys be mounted anew? It shows the net namespace, and takes the right to
# that.
proc ::nscg::network::sys {options} {
    return [expr {![::nscg::identity::confined $options]
        || [Source $options] ne "host"}]
}

# The mode of the container that the network comes from.
proc ::nscg::network::Source {options} {
    for {set i 0} {[mode $options] eq "container" && $i < 8} {incr i} {
        try {
            set options [dict get [::nscg::record::load \
                [lindex [dict get $options -network] 1]] options]
        } trap {NSCG CONTAINER} {} {
            break
        }
    }
    return [mode $options]
}

# -- The end --

# Whatever was done for a container that is over:
#
#       undo bridge NAME TOKEN  a bridge that has nobody any more
#       undo held TOKEN         what this interpreter holds
#       undo cable TOKEN ADDRESS ADDRESS6 PUBLISHED
#
# The words come from a record: nothing is done that they do not prove theirs.
proc ::nscg::network::undo {what args} {
    switch -- $what {
        bridge { ::nscg::bridge::leave {*}$args }
        held { Release {*}$args }
        cable { ::nscg::cable::disconnect {*}$args }
        default { error "cannot undo \"$what\"" }
    }
}

# What is told of a container's network, of one that runs with its addresses.
proc ::nscg::network::describe {record} {
    if {![dict exists $record options -network]} {
        return {mode private}
    }
    set options [dict get $record options]
    set told [dict create mode [mode $options]]
    switch -- [mode $options] {
        bridge { dict set told bridge [lindex [dict get $options -network] 1] }
        container {
            dict set told container [lindex [dict get $options -network] 1]
        }
    }
    if {[mode $options] ne "bridge"} {
        return $told
    }
    dict set told publish [dict get $options -publish]
    if {[dict get $record state] eq "running"} {
        foreach key {publish addresses gateway gateway6 mac link} {
            if {[dict exists $record network $key]} {
                dict set told $key [dict get $record network $key]
            }
        }
    }
    return [dict merge $told [::nscg::nat::forwarding]]
}
