# The addresses of a topology. The first segment has the network that was
# given, each one more the next of them: 10.0.0.0/24 and fd00::/64, 10.0.1.0/24
# and fd00:1::/64, and so on. One with more hosts than a network has room for
# takes several. A host has the same number in both.

namespace eval ::nscg::topology::addressing {
    namespace path ::nscg::topology
    variable cidr ::nscg::cidr
}

proc ::nscg::topology::addressing::assign {plan network network6} {
    set base [Base network $network inet]
    set base6 [Base network6 $network6 inet6]
    set plan [dict replace $plan links [Numbered [dict get $plan links]]]
    set members [Members $plan]
    set chosen [Chosen $plan $members]
    set next 0
    dict for {segment ends} $members {
        set room [Room $base [llength $ends]]
        set next [Next $base $base6 $next $room [dict remove $chosen $segment]]
        set used [expr {[dict exists $chosen $segment]
            ? [dict get $chosen $segment] : {}}]
        set host 0
        foreach place $ends {
            if {[dict get [lindex [dict get $plan links] [lindex $place 0]] \
                    [lindex $place 1] addresses] ne "auto"} {
                continue
            }
            while 1 {
                incr host
                set addresses [Addresses $base $base6 $next $room $host]
                if {![Clash $addresses $used]} break
            }
            set plan [Give $plan $place $addresses]
        }
        incr next $room
    }
    return $plan
}

# {VALUE BITS}, or empty for no addresses of that family.
proc ::nscg::topology::addressing::Base {key text family} {
    if {$text eq {}} {
        return
    }
    lassign [::nscg::cidr::parse $text] found value bits
    set good [expr {$found eq $family
        && $value == [::nscg::cidr::network $family $value $bits]
        && [::nscg::cidr::hosts $family [expr {$value + 1}]]}]
    if {$family eq "inet"} {
        set good [expr {$good && $bits >= 8 && $bits <= 30}]
        set must "be a network of IPv4 for hosts, of 8 to 30 bits, such as\
            10.0.0.0/24"
    } else {
        set good [expr {$good && $bits == 64}]
        set must "be a network of IPv6 for hosts, of 64 bits, such as\
            fd00::/64"
    }
    if {!$good} {
        Fail VALUE $key "bad $key \"$text\": must $must"
    }
    return [list $value $bits]
}

# The hosts' ends without a hardware address get one that tells which they are,
# and that the user has given to nobody.
proc ::nscg::topology::addressing::Numbered {links} {
    set taken {}
    foreach link $links {
        foreach side {end peer} {
            dict set taken [string tolower [dict get $link $side mac]] 1
        }
    }
    set number 0
    return [lmap link $links {
        foreach side {end peer} {
            if {[dict get $link $side switch]} {
                continue
            }
            incr number
            if {[dict get $link $side mac] eq {}} {
                while {[dict exists $taken [set mac [Mac $number]]]} {
                    incr number
                }
                dict set link $side mac $mac
            }
        }
        set link
    }]
}

proc ::nscg::topology::addressing::Mac {number} {
    return [format 02:00:%02x:%02x:%02x:%02x {*}[lmap shift {24 16 8 0} {
        expr {($number >> $shift) & 255}
    }]]
}

# segment -> list of {number of the link, end or peer}, of the hosts' ends.
proc ::nscg::topology::addressing::Members {plan} {
    set members {}
    set number -1
    foreach link [dict get $plan links] {
        incr number
        # As they were written: the first name first.
        set sides [expr {[dict get $link from] eq [dict get $link end node]
            ? {end peer} : {peer end}}]
        foreach side $sides {
            if {![dict get $link $side switch]} {
                dict lappend members [dict get $link $side segment] \
                    [list $number $side]
            }
        }
    }
    return $members
}

# How many of the given networks as many hosts need, a power of two.
proc ::nscg::topology::addressing::Room {base hosts} {
    if {$base eq {}} {
        return 1
    }
    set size [expr {1 << (32 - [lindex $base 1])}]
    set room 1
    # Two addresses are none of a host's.
    while {$room * $size < $hosts + 2} {
        set room [expr {2 * $room}]
    }
    return $room
}

# The first address of the network of a NUMBER, counted from BASE.
proc ::nscg::topology::addressing::First {family base number} {
    set value [lindex $base 0]
    return [expr {$value + ($number << [Shift $family $base])}]
}

# The second group of IPv6 counts, or that in front of the hosts' part where the
# network is one of a site's.
proc ::nscg::topology::addressing::Shift {family base} {
    if {$family eq "inet"} {
        return [expr {32 - [lindex $base 1]}]
    }
    return [expr {([lindex $base 0] >> 64) & 0xffffffff ? 64 : 96}]
}

proc ::nscg::topology::addressing::Addresses {base base6 number room host} {
    set addresses {}
    if {$base ne {}} {
        set bits [lindex $base 1]
        set value [expr {[First inet $base $number] + $host}]
        set longer [expr {$bits - int(round(log($room) / log(2)))}]
        if {![::nscg::cidr::hosts inet $value]
                || $longer < 1 || $host >= (1 << (32 - $longer)) - 1} {
            Fail ROOM network "there are more hosts than addresses from\
                \"[::nscg::cidr::text inet [lindex $base 0] $bits]\" on"
        }
        lappend addresses [::nscg::cidr::text inet $value $longer]
    }
    if {$base6 ne {}} {
        set value [expr {[First inet6 $base6 $number] + $host}]
        if {![::nscg::cidr::hosts inet6 $value]} {
            Fail ROOM network6 "there are more networks than addresses from\
                \"[::nscg::cidr::text inet6 {*}$base6]\" on"
        }
        lappend addresses [::nscg::cidr::text inet6 $value [lindex $base6 1]]
    }
    return $addresses
}

# The addresses that the user has chosen: segment -> {family value} -> {bits
# node}. In a segment there is none twice.
proc ::nscg::topology::addressing::Chosen {plan members} {
    set chosen {}
    dict for {segment ends} $members {
        foreach place $ends {
            lassign $place number side
            set end [dict get [lindex [dict get $plan links] $number] $side]
            if {[dict get $end addresses] eq "auto"} {
                continue
            }
            foreach address [dict get $end addresses] {
                lassign [Parsed $end $address] family value bits
                set key [list $family $value]
                if {[dict exists $chosen $segment $key]} {
                    Fail ADDRESS $address "address \"$address\" of [dict get \
                        $end what] is that of \"[lindex [dict get $chosen \
                        $segment $key] 1]\", too"
                }
                dict set chosen $segment $key [list $bits [dict get $end node]]
            }
        }
    }
    return $chosen
}

proc ::nscg::topology::addressing::Parsed {end address} {
    set found [::nscg::cidr::parse $address]
    if {$found eq {}} {
        Fail ADDRESS $address "bad address \"$address\" of [dict get $end \
            what]: must be such as 10.0.0.1/24 or fd00::1/64"
    }
    if {![::nscg::cidr::hosts {*}[lrange $found 0 1]]} {
        Fail ADDRESS $address "bad address \"$address\" of [dict get $end \
            what]: it can be no host's"
    }
    return $found
}

# The first number, from NEXT on, of ROOM networks that have nothing in common
# with those of CHOSEN addresses.
proc ::nscg::topology::addressing::Next {base base6 next room chosen} {
    set number {}
    while {$number ne $next} {
        # A network of twice the size begins at a multiple of it.
        set next [expr {(($next + $room - 1) / $room) * $room}]
        set number $next
        foreach addresses [dict values $chosen] {
            dict for {key owner} $addresses {
                lassign $key family value
                set is4 [expr {$family eq "inet"}]
                set next [Past $family [expr {$is4 ? $base : $base6}] $next \
                    [expr {$is4 ? $room : 1}] $value [lindex $owner 0]]
            }
        }
    }
    return $next
}

# NUMBER, or the next one behind the network of VALUE and BITS if that is one of
# COUNT from NUMBER on.
proc ::nscg::topology::addressing::Past {
    family base number count value bits
} {
    if {$base eq {}} {
        return $number
    }
    set last [::nscg::cidr::last $family $value $bits]
    if {$last < [First $family $base $number]
            || [::nscg::cidr::network $family $value $bits]
                >= [First $family $base [expr {$number + $count}]]} {
        return $number
    }
    return [expr {
        (($last - [lindex $base 0]) >> [Shift $family $base]) + 1}]
}

proc ::nscg::topology::addressing::Clash {addresses taken} {
    foreach address $addresses {
        if {[dict exists $taken [lrange [::nscg::cidr::parse $address] 0 1]]} {
            return 1
        }
    }
    return 0
}

proc ::nscg::topology::addressing::Give {plan place addresses} {
    lassign $place number side
    set links [dict get $plan links]
    set link [lindex $links $number]
    dict set link $side addresses $addresses
    lset links $number $link
    return [dict replace $plan links $links]
}
