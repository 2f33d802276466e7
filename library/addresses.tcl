# Addresses of IPv4 as numbers, and networks of them; both in fewer words than
# cidr.tcl, for whom they may be of IPv6 as well.

namespace eval ::nscg::addresses {}

# The number that an IPv4 address is; empty if TEXT is none.
proc ::nscg::addresses::number {text} {
    if {![regexp {^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$} $text - \
            a b c d]} {
        return {}
    }
    set number 0
    foreach part [list $a $b $c $d] {
        # A leading 0 would be octal to some, and decimal to others.
        if {[string match 0?* $part] || $part > 255} {
            return {}
        }
        set number [expr {$number * 256 + $part}]
    }
    return $number
}

proc ::nscg::addresses::text {number} {
    return [::nscg::cidr::text inet $number]
}

# The address as the kernel writes it; empty if TEXT is none.
proc ::nscg::addresses::plain {text} {
    if {[number $text] ne {}} {
        return $text
    }
    lassign [::nscg::cidr::parse $text/128] family value
    return [expr {$family eq {} ? {} : [::nscg::cidr::text $family $value]}]
}

# inet or inet6, of an address.
proc ::nscg::addresses::family {address} {
    return [expr {[string match *:* $address] ? "inet6" : "inet"}]
}

# Is it an IPv4 address that one machine can have, for others to reach?
proc ::nscg::addresses::single {text} {
    set number [number $text]
    return [expr {$number ne {} && $number >> 24 ni {0 127}
        && $number >> 24 < 224}]
}

# The first address of the network that NUMBER is in.
proc ::nscg::addresses::network {number bits} {
    return [::nscg::cidr::network inet $number $bits]
}

# Have two networks an address in common?
proc ::nscg::addresses::overlap {one bits1 other bits2} {
    set bits [expr {min($bits1, $bits2)}]
    return [expr {[network $one $bits] == [network $other $bits]}]
}
