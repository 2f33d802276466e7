# Addresses as numbers. What the kernel is given is checked by the commands
# that give it; here are those that a network is planned with.

namespace eval ::nscg::cidr {}

# Returns {FAMILY VALUE BITS} of an address such as 10.0.0.1/24 or fd00::1/64:
# inet or inet6, the address as a whole number, the length of its network.
# Empty if TEXT is none.
proc ::nscg::cidr::parse {text} {
    if {![regexp {^([0-9a-fA-F:.]+)/(\d{1,3})$} $text - address bits]} {
        return
    }
    scan $bits %d bits
    if {[string first : $address] < 0} {
        set family inet
        set value [Four $address]
        set most 32
    } else {
        set family inet6
        set value [Sixteen $address]
        set most 128
    }
    if {$value eq {} || $bits > $most} {
        return
    }
    return [list $family $value $bits]
}

proc ::nscg::cidr::Four {text} {
    if {![regexp {^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$} $text]} {
        return
    }
    set value 0
    foreach part [split $text .] {
        scan $part %d number
        if {$number > 255} {
            return
        }
        set value [expr {($value << 8) | $number}]
    }
    return $value
}

# The hextets that "::" stands for are as many as are missing.
proc ::nscg::cidr::Sixteen {text} {
    if {[regexp {^(.*:)(\d+\.[\d.]+)$} $text - before last]} {
        set four [Four $last]
        if {$four eq {}} {
            return
        }
        set text $before[format %x:%x [expr {$four >> 16}] \
            [expr {$four & 0xffff}]]
    }
    set halves [lmap half [split [string map {:: \n} $text] \n] {
        expr {$half eq {} ? {} : [split $half :]}
    }]
    if {[llength $halves] > 2} {
        return
    }
    lassign $halves parts behind
    if {[llength $halves] == 2} {
        set missing [expr {8 - [llength $parts] - [llength $behind]}]
        if {$missing < 1} {
            return
        }
        set parts [concat $parts [lrepeat $missing 0] $behind]
    }
    if {[llength $parts] != 8} {
        return
    }
    set value 0
    foreach part $parts {
        if {![regexp {^[0-9a-fA-F]{1,4}$} $part]} {
            return
        }
        set value [expr {($value << 16) | "0x$part"}]
    }
    return $value
}

# The address as the kernel writes it; with BITS, its network's length behind.
proc ::nscg::cidr::text {family value {bits {}}} {
    if {$family eq "inet"} {
        set text [join [lmap shift {24 16 8 0} {
            expr {($value >> $shift) & 255}
        }] .]
    } else {
        set text [Hextets $value]
    }
    return $text[expr {$bits eq {} ? "" : "/$bits"}]
}

# The longest row of zeros, of two at least, is "::"; of equals the first.
proc ::nscg::cidr::Hextets {value} {
    set parts [lmap shift {112 96 80 64 48 32 16 0} {
        format %x [expr {($value >> $shift) & 0xffff}]
    }]
    set text :[join $parts :]:
    for {set length 8} {$length > 1} {incr length -1} {
        set row :[string repeat 0: $length]
        set at [string first $row $text]
        if {$at >= 0} {
            set text [string replace $text $at \
                [expr {$at + [string length $row] - 1}] ::]
            break
        }
    }
    if {[string range $text 0 1] ne "::"} {
        set text [string range $text 1 end]
    }
    if {[string range $text end-1 end] ne "::"} {
        set text [string range $text 0 end-1]
    }
    return $text
}

# The first address of a network of BITS that VALUE is in.
proc ::nscg::cidr::network {family value bits} {
    set low [expr {($family eq "inet" ? 32 : 128) - $bits}]
    return [expr {($value >> $low) << $low}]
}

# The last one.
proc ::nscg::cidr::last {family value bits} {
    set low [expr {($family eq "inet" ? 32 : 128) - $bits}]
    return [expr {$value | ((1 << $low) - 1)}]
}

# Whether VALUE can be a host's: not everybody's, nobody's or a group's, and of
# IPv6 not lo's, which the kernel gives no other link.
proc ::nscg::cidr::hosts {family value} {
    if {$family eq "inet"} {
        return [expr {$value != 0 && $value < 0xe0000000}]
    }
    return [expr {$value > 1 && $value < 0xff << 120}]
}
