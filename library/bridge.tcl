# Bridges that containers are on, and the cables to them.
#
# What there is, the kernel is asked: nothing of it is kept in files, so that
# any number of interpreters agree, and none leaves anything behind that would
# have to be corrected. A bridge of ours has a note that says so; its address
# is the network. The host's end of a cable is named after the container's
# address (nscg0a580002 is 10.88.0.2): who makes it has the address, and who
# comes later is told that it exists. It goes with the container's namespace.
#
# Only the coming and going of bridges takes a lock: a bridge must not be
# removed as empty while somebody puts a cable into it.

namespace eval ::nscg::bridge {
    # In these the networks are, each of 256 addresses.
    variable pool {10.88.0.0 16}
    variable bits 24
    # The note, by which ours are known.
    variable note {nscg network}
}

# Can NAME be a bridge's? The names of cables are none, nor what in /proc/sys
# stands for all links.
proc ::nscg::bridge::good {name} {
    return [expr {[regexp {^[a-zA-Z][a-zA-Z0-9_.-]{0,14}$} $name]
        && ![regexp {^nscg[0-9a-f]{8}$} $name]
        && $name ni {all default lo eth0}}]
}

proc ::nscg::bridge::refuse {message} {
    return -level 2 -code error \
        -errorcode {NSCG CONTAINER NETWORK bridge} $message
}

# -- The bridge --

# The bridge NAME as it is: a dict of name, number (its own address), bits and
# gateway6; empty if there is none. It is an error if it is not ours, or not as
# we make it.
proc ::nscg::bridge::look {name} {
    try {
        set link [::nscg::link get $name]
    } trap {POSIX ENODEV} {} {
        return {}
    }
    if {![Ours $link]} {
        refuse "cannot use \"$name\" as a container's network: there is such a\
            link, and nscg did not make it (-network {bridge NAME} takes\
            another name)"
    }
    if {![dict get $link up]} {
        refuse "cannot use the network \"$name\": somebody has set the bridge\
            down; \"nscg::link set $name -up 1\" sets it up"
    }
    set found [dict create name $name]
    foreach address [::nscg::address list $name] {
        if {[dict get $address scope] ne "global"} {
            continue
        }
        set text [dict get $address address]
        if {[dict get $address family] eq "inet"} {
            if {![dict exists $found number]} {
                dict set found number [::nscg::addresses::number $text]
                dict set found bits [dict get $address bits]
            }
        } elseif {[string match *::1 $text] && [dict get $address bits] == 64} {
            dict set found gateway6 $text
        }
    }
    if {![dict exists $found number]} {
        refuse "cannot use the network \"$name\": the bridge has lost its\
            address; \"nscg::link delete $name\" lets it be made anew"
    }
    return $found
}

# Is LINK, as `link get` has it, a bridge of ours? Where its maker was killed
# before it got its note, the hardware address tells.
proc ::nscg::bridge::Ours {link} {
    variable note
    return [expr {[dict exists $link bridge] && ([dict exists $link alias]
        ? [dict get $link alias] eq $note
        : ![dict get $link up] && [string match 02:6e:* [dict get $link mac]])}]
}

# Has nobody a cable in the bridge NAME?
proc ::nscg::bridge::Empty {name links} {
    foreach link $links {
        if {[dict exists $link master] && [dict get $link master] eq $name} {
            return 0
        }
    }
    return 1
}

# The bridge NAME for one more container: with the rules that belong to it,
# which go when somebody flushes those of this machine. One that is not as we
# make it, since who made it was killed on the way, or somebody has changed it,
# is made anew if nobody is on it.
proc ::nscg::bridge::ready {name wanted} {
    try {
        set bridge [look $name]
    } trap {NSCG CONTAINER NETWORK} {message detail} {
        set link [::nscg::link get $name]
        if {![Ours $link] || ![Empty $name [::nscg::link list]]} {
            return -options $detail $message
        }
        ::nscg::link delete $name
        set bridge {}
    }
    if {$bridge eq {}} {
        return [make $name $wanted]
    }
    if {![::nscg::nat::knows $name]} {
        ::nscg::nat::arrange [all]
    }
    return $bridge
}

# Makes the bridge NAME, for the network of WANTED if that is an address. Once
# it is up, it is ready.
proc ::nscg::bridge::make {name wanted} {
    variable note
    variable bits
    lassign [split $wanted /] ip length
    if {$wanted eq {}} {
        set network [Free $name]
        set length $bits
    } else {
        if {$length eq {}} {
            set length $bits
        }
        set network [::nscg::addresses::network \
            [::nscg::addresses::number $ip] $length]
        Lonely $name $network $length
    }
    set number [expr {$network + 1}]
    set addresses [list [::nscg::addresses::text $number]/$length]
    set found [dict create name $name number $number bits $length]
    if {[Inet6]} {
        dict set found gateway6 [Local $network]
        lappend addresses [dict get $found gateway6]/64
    }
    # Its hardware address would be that of a member, and change with them.
    ::nscg::link create bridge $name -alias $note -mac [mac $number] \
        -mcastsnooping 0 -address $addresses -nodad 1
    try {
        # A container must not tell this machine what its routers are; and
        # nobody has the address, so that it can be used at once.
        setting ipv6 $name accept_ra 0
        setting ipv6 $name accept_dad 0
        ::nscg::nat::add $found [all $name]
        ::nscg::link set $name -up 1
    } on error {message detail} {
        ::nscg::link delete $name
        return -options $detail $message
    }
    return $found
}

# The kernel's setting of a link; where this machine has it not, or lets it not
# be changed, WHY is raised, if that is given.
proc ::nscg::bridge::setting {family name key value {why {}}} {
    try {
        set channel [open /proc/sys/net/$family/conf/$name/$key w]
        puts $channel $value
        close $channel
    } trap POSIX {message} {
        if {$why ne {}} {
            refuse "$why: $message"
        }
    }
}

proc ::nscg::bridge::Inet6 {} {
    try {
        set channel [open /proc/sys/net/ipv6/conf/default/disable_ipv6]
    } trap POSIX {} {
        return 0
    }
    set off [read -nonewline $channel]
    close $channel
    return [expr {$off eq "0"}]
}

# An address of a network of IPv6 that is nobody else's (RFC 4193).
proc ::nscg::bridge::Local {network} {
    return [format fd%02x:%x:%x:%x::1 [expr {int(rand() * 256)}] \
        [expr {1 + int(rand() * 65535)}] [expr {1 + int(rand() * 65535)}] \
        [expr {1 + ($network >> 8 & 255)}]]
}

proc ::nscg::bridge::mac {number} {
    return 02:6e:[join [regexp -all -inline .. [format %08x $number]] :]
}

# What this machine has addresses in, or routes to: a list of {NUMBER BITS}.
proc ::nscg::bridge::Known {} {
    set known {}
    foreach address [::nscg::address list -family inet] {
        lappend known [list \
            [::nscg::addresses::number [dict get $address address]] \
            [dict get $address bits]]
    }
    foreach route [::nscg::route list -family inet -table all] {
        lassign [split [dict get $route dest] /] ip length
        set number [::nscg::addresses::number $ip]
        if {$number ne {} && $length ni {{} 0}} {
            lappend known [list $number $length]
        }
    }
    return [lsort -unique $known]
}

# The first network of the pool that has nothing to do with any other.
proc ::nscg::bridge::Free {name} {
    variable pool
    variable bits
    lassign $pool first length
    set first [::nscg::addresses::number $first]
    set known [Known]
    for {set i 0} {$i < 1 << ($bits - $length)} {incr i} {
        set network [expr {$first + ($i << (32 - $bits))}]
        if {[Clash $network $bits $known] eq {}} {
            return $network
        }
    }
    refuse "cannot make the network \"$name\": this machine has addresses in,\
        or routes to, all networks of [join $pool /]; -address\
        ADDRESS/LENGTH gives another one"
}

# The first of KNOWN that the network has an address in common with; empty if
# there is none.
proc ::nscg::bridge::Clash {network bits known} {
    foreach other $known {
        if {[::nscg::addresses::overlap $network $bits {*}$other]} {
            return $other
        }
    }
    return {}
}

# Raises an error if this machine has anything in the network. A route that
# leads to more than that is no hindrance to one who has chosen it.
proc ::nscg::bridge::Lonely {name network bits} {
    set known [lmap other [Known] {
        expr {[lindex $other 1] < $bits ? [continue] : $other}
    }]
    set other [Clash $network $bits $known]
    if {$other ne {}} {
        set text [::nscg::addresses::text [lindex $other 0]]
        refuse "cannot make the network \"$name\" of\
            [::nscg::addresses::text $network]/$bits: this machine has\
            $text/[lindex $other 1] already"
    }
}

# -- Its end --

# Of a container that was started under TOKEN and is over: takes its cable away,
# and the bridge if it is ours and nothing is on it any more.
proc ::nscg::bridge::leave {name token} {
    ::nscg::locked [::nscg::record::state] -timeout 60000 {
        ::nscg::cable::forsake $token
        Leave $name
    }
}

proc ::nscg::bridge::Leave {name} {
    try {
        set link [::nscg::link get $name]
    } trap {POSIX ENODEV} {} {
        return [::nscg::nat::remove [all $name]]
    }
    if {![Ours $link]} {
        return
    }
    set links [::nscg::link list]
    set empty [Empty $name $links]
    try {
        set bridge [look $name]
        ::nscg::cable::sweep $bridge [::nscg::cable::taken]
        if {!$empty} {
            ::nscg::resolv::acquaint $bridge $links
        }
    } trap {NSCG CONTAINER NETWORK} {} {
        # It is not as we make it: the next one is told so.
    }
    if {$empty} {
        try {
            ::nscg::link delete $name
        } trap {POSIX ENODEV} {} {
            # Somebody with another state folder was faster.
        }
        ::nscg::nat::remove [all $name]
    }
}

# Tells the containers on the bridge who is there.
proc ::nscg::bridge::acquaint {name} {
    ::nscg::locked [::nscg::record::state] -timeout 60000 {
        set bridge [look $name]
        if {$bridge ne {}} {
            ::nscg::resolv::acquaint $bridge [::nscg::link list]
        }
    }
}

# The bridges of ours as they are, besides EXCEPT. One that is not as we make
# them is of no use to containers.
proc ::nscg::bridge::all {{except {}}} {
    variable note
    set found {}
    foreach link [::nscg::link list] {
        if {![dict exists $link alias] || [dict get $link alias] ne $note
                || [dict get $link name] eq $except} {
            continue
        }
        try {
            lappend found [look [dict get $link name]]
        } trap {NSCG CONTAINER NETWORK} {} {
            continue
        }
    }
    return $found
}
