# Addresses of IPv4 as numbers, and networks of them.

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
    return [format %d.%d.%d.%d [expr {$number >> 24 & 255}] \
        [expr {$number >> 16 & 255}] [expr {$number >> 8 & 255}] \
        [expr {$number & 255}]]
}

# inet, inet6, or empty if TEXT is no address.
proc ::nscg::addresses::family {text} {
    if {[number $text] ne {}} {
        return inet
    }
    return [expr {[Inet6 $text] ? "inet6" : {}}]
}

# Eight groups of digits; "::" stands for those that are left out, once.
proc ::nscg::addresses::Inet6 {text} {
    set at [string first :: $text]
    if {$at < 0} {
        set groups [split $text :]
        set good [expr {[llength $groups] == 8}]
    } else {
        set groups [concat [split [string range $text 0 $at-1] :] \
            [split [string range $text $at+2 end] :]]
        set good [expr {[llength $groups] < 8}]
    }
    return [expr {$good
        && [lsearch -not -regexp $groups {^[0-9a-fA-F]{1,4}$}] < 0}]
}

# The first address of the network that NUMBER is in.
proc ::nscg::addresses::network {number bits} {
    return [expr {$number & ~((1 << (32 - $bits)) - 1)}]
}

# Have two networks an address in common?
proc ::nscg::addresses::overlap {one bits1 other bits2} {
    set bits [expr {min($bits1, $bits2)}]
    return [expr {[network $one $bits] == [network $other $bits]}]
}
