# What there is in a lab.

proc ::nscg::lab::do::Hosts {token} {
    return [dict keys [dict get $::nscg::lab::labs $token plan hosts]]
}

proc ::nscg::lab::do::Switches {token} {
    return [dict keys [dict get $::nscg::lab::labs $token plan switches]]
}

proc ::nscg::lab::do::Namespace {token name} {
    return [::nscg::lab::Space $token $name]
}

# A list of dicts. Whether a link is cut is what the kernel says.
proc ::nscg::lab::do::Links {token} {
    return [lmap link [dict get $::nscg::lab::labs $token plan links] {
        set from [::nscg::lab::Side $link from]
        set to [::nscg::lab::Side $link to]
        dict create \
            from [dict get $link from] to [dict get $link to] \
            device [dict get $from device] peerdevice [dict get $to device] \
            address [::nscg::lab::make::Addresses $from] \
            peeraddress [::nscg::lab::make::Addresses $to] \
            up [::nscg::lab::Up $token $link] {*}[dict get $link shape]
    }]
}

# The end of LINK that was written first or second: from, to.
proc ::nscg::lab::Side {link which} {
    set first [expr {[dict get $link end node] eq [dict get $link from]}]
    return [dict get $link [expr {$first == ($which eq "from") ? "end" :
        "peer"}]]
}

# One that the user has deleted, or closed the namespace of, is as one that is
# cut.
proc ::nscg::lab::Up {token link} {
    set end [dict get $link end]
    try {
        return [dict get [::nscg::link get [dict get $end device] \
            -ns [Space $token [dict get $end node]]] up]
    } trap {POSIX ENODEV} {} {
        return 0
    } trap {NSCG LAB CLOSED} {} {
        return 0
    }
}

# The addresses of a host, on its link to a neighbour or on all, as the kernel
# has them, without the lengths of their networks.
proc ::nscg::lab::do::Address {token host args} {
    set space [::nscg::lab::Space $token [::nscg::lab::Host $token $host]]
    set family inet
    set devices {}
    if {[llength $args] % 2} {
        set args [lassign $args neighbour]
        foreach link [::nscg::lab::Between $token $host $neighbour] {
            lappend devices [dict get [::nscg::lab::Side $link [expr {
                [dict get $link from] eq $host ? "from" : "to"}]] device]
        }
    }
    foreach {option value} $args {
        if {$option ne "-family"} {
            return -code error -errorcode [list NSCG LAB OPTION $option] \
                "bad option \"$option\": must be -family"
        }
        set family $value
    }
    set found {}
    foreach address [::nscg::address list -family $family -ns $space] {
        if {[dict get $address scope] eq "global" && ($devices eq {}
                || [dict get $address link] in $devices)} {
            lappend found [dict get $address address]
        }
    }
    return $found
}

# Text for people: each host and switch, with its links.
proc ::nscg::lab::do::Describe {token} {
    set plan [dict get $::nscg::lab::labs $token plan]
    set found {}
    foreach kind {hosts switches} {
        foreach name [dict keys [dict get $plan $kind]] {
            dict set found $name [list $name]
        }
    }
    foreach link [dict get $plan links] {
        set cut [expr {[::nscg::lab::Up $token $link] ? "" : "  (cut)"}]
        foreach {which other} {from to to from} {
            dict lappend found [dict get $link $which] \
                [::nscg::lab::Line $link $which $other]$cut
        }
    }
    return [join [concat {*}[dict values $found]] \n]
}

proc ::nscg::lab::Line {link which other} {
    set end [Side $link $which]
    set text "    [dict get $end device] -- [dict get $link $other]"
    append text [join [concat {{}} [make::Addresses $end]] "  "]
    dict for {option value} [dict get $link shape] {
        append text "  $option $value"
    }
    return $text
}
