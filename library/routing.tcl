# The routes of a topology: each host is told the way to the networks that it is
# not in, through hosts with -forward 1, by the fewest of them.

namespace eval ::nscg::topology::routing {}

# host -> list of {dest via}. Without a host that forwards there are none.
proc ::nscg::topology::routing::routes {plan} {
    set routes {}
    set routers [dict keys [dict filter [dict get $plan hosts] script \
        {name options} {dict get $options forward}]]
    if {$routers eq {}} {
        return
    }
    foreach family {inet inet6} {
        lassign [Places $plan $family] ends members
        set networks [Networks $members]
        set between {}
        foreach router $routers {
            if {[dict exists $ends $router]} {
                foreach segment [dict keys [dict get $ends $router]] {
                    dict lappend between $segment $router
                }
            }
        }
        foreach host [dict keys $ends] {
            dict lappend routes $host \
                {*}[From $host $between $ends $networks]
        }
    }
    return $routes
}

# Two dicts: host -> segment -> its addresses there; segment -> all addresses.
# Where there are none of the family, nobody is.
proc ::nscg::topology::routing::Places {plan family} {
    set ends {}
    set members {}
    foreach link [dict get $plan links] {
        foreach side {end peer} {
            set end [dict get $link $side]
            if {[dict get $end switch]} {
                continue
            }
            set node [dict get $end node]
            set segment [dict get $end segment]
            foreach address [dict get $end addresses] {
                if {[lindex [::nscg::cidr::parse $address] 0] eq $family} {
                    dict lappend members $segment $address
                    dict update ends $node places {
                        dict lappend places $segment $address
                    }
                }
            }
        }
    }
    return [list $ends $members]
}

# segment -> the networks of its addresses.
proc ::nscg::topology::routing::Networks {members} {
    return [dict map {segment addresses} $members {
        lsort -unique [lmap address $addresses {
            lassign [::nscg::cidr::parse $address] family value bits
            ::nscg::cidr::text $family \
                [::nscg::cidr::network $family $value $bits] $bits
        }]
    }]
}

# Segments are visited from the nearest on; FIRST has the addresses of the
# router through which each is reached. BETWEEN: segment -> its routers.
proc ::nscg::topology::routing::From {host between ends networks} {
    set first {}
    foreach segment [dict keys [dict get $ends $host]] {
        dict set first $segment {}
    }
    set queue [dict keys $first]
    set routes {}
    while {$queue ne {}} {
        set queue [lassign $queue segment]
        if {![dict exists $between $segment]} {
            continue
        }
        foreach router [dict get $between $segment] {
            if {$router eq $host} {
                continue
            }
            set via [dict get $first $segment]
            if {$via eq {}} {
                set via [dict get $ends $router $segment]
            }
            foreach next [dict keys [dict get $ends $router]] {
                if {![dict exists $first $next]} {
                    dict set first $next $via
                    lappend queue $next
                    foreach network [dict get $networks $next] {
                        lappend routes [list $network \
                            [lindex [split [lindex $via 0] /] 0]]
                    }
                }
            }
        }
    }
    return $routes
}
