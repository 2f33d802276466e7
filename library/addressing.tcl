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
    set next 0
    dict for {segment ends} [Members $plan] {
        set used [Taken $plan $segment $ends]
        set room [Room $base [llength $ends]]
        # A network of twice the size begins at a multiple of it.
        set next [expr {(($next + $room - 1) / $room) * $room}]
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
        && $value == [::nscg::cidr::network $family $value $bits]}]
    if {$family eq "inet"} {
        set good [expr {$good && $bits >= 8 && $bits <= 30}]
        set must "be a network of IPv4 of 8 to 30 bits, such as 10.0.0.0/24"
    } else {
        set good [expr {$good && $bits == 64}]
        set must "be a network of IPv6 of 64 bits, such as fd00::/64"
    }
    if {!$good} {
        Fail VALUE $key "bad $key \"$text\": must $must"
    }
    return [list $value $bits]
}

# The hosts' ends without a hardware address get one that tells which they are.
proc ::nscg::topology::addressing::Numbered {links} {
    set number 0
    return [lmap link $links {
        foreach side {end peer} {
            if {![dict get $link $side switch]} {
                incr number
                if {[dict get $link $side mac] eq {}} {
                    dict set link $side mac [format 02:00:%02x:%02x:%02x:%02x \
                        {*}[lmap shift {24 16 8 0} {
                            expr {($number >> $shift) & 255}
                        }]]
                }
            }
        }
        set link
    }]
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

proc ::nscg::topology::addressing::Addresses {base base6 number room host} {
    set addresses {}
    if {$base ne {}} {
        lassign $base value bits
        set value [expr {$value + ($number << (32 - $bits)) + $host}]
        set longer [expr {$bits - int(round(log($room) / log(2)))}]
        if {$value >= 1 << 32
                || $longer < 1 || $host >= (1 << (32 - $longer)) - 1} {
            Fail ROOM network "there are more hosts than addresses from\
                \"[::nscg::cidr::text inet [lindex $base 0] $bits]\" on"
        }
        lappend addresses [::nscg::cidr::text inet $value $longer]
    }
    if {$base6 ne {}} {
        lassign $base6 value bits
        # The second group counts, or that in front of the hosts' part where
        # the network is one of a site's.
        set step [expr {($value >> 64) & 0xffffffff ? 64 : 96}]
        lappend addresses [::nscg::cidr::text inet6 \
            [expr {$value + ($number << $step) + $host}] $bits]
    }
    return $addresses
}

# The addresses in a segment that the user has chosen, as a dict; none twice.
proc ::nscg::topology::addressing::Taken {plan segment ends} {
    set taken {}
    foreach place $ends {
        lassign $place number side
        set end [dict get [lindex [dict get $plan links] $number] $side]
        if {[dict get $end addresses] eq "auto"} {
            continue
        }
        foreach address [dict get $end addresses] {
            set found [::nscg::cidr::parse $address]
            if {$found eq {}} {
                Fail ADDRESS $address "bad address \"$address\" of [dict get \
                    $end what]: must be such as 10.0.0.1/24 or fd00::1/64"
            }
            set key [lrange $found 0 1]
            if {[dict exists $taken $key]} {
                Fail ADDRESS $address "address \"$address\" of\
                    [dict get $end what] is that of \"[dict get $taken $key]\",\
                    too"
            }
            dict set taken $key [dict get $end node]
        }
    }
    return $taken
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
