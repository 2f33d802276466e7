# Topologies: what is wrong with one is found before anything is made, and what
# it leaves open (names of interfaces, addresses, routes) is decided here.
#
# `topology::plan` makes of what the user wrote a plan, a dict:
#
#     hosts       name -> dict: forward
#     switches    name -> dict: stp
#     links       list of dicts: from, to (as written), mtu, shape (a dict of
#                 options for `qdisc set`), end, peer: dicts with node, device,
#                 mac, addresses, switch (whether node is one), segment
#     routes      host -> list of {dest via}
#
# `end` is the switch where there is one: the kernel lets only the first end of
# a pair be a member of a bridge from the start.

namespace eval ::nscg::topology {
    variable keys {hosts links network network6 switches}
    variable hostOptions {-forward 0}
    variable switchOptions {-stp 0}
    variable linkOptions {
        -address auto -burst {} -corrupt {} -delay {} -duplicate {} -jitter {}
        -latency {} -limit {} -loss {} -mac {} -mtu {} -name {}
        -peeraddress auto -peermac {} -peername {} -rate {} -reorder {}
    }
}
foreach file {cidr addressing routing shaping} {
    source [file join [file dirname [info script]] $file.tcl]
}

# REASON becomes part of the errorCode, WORD is what it is about.
proc ::nscg::topology::Fail {reason word message} {
    return -code error -errorcode [list NSCG LAB $reason $word] $message
}

proc ::nscg::topology::plan {topology} {
    variable hostOptions
    variable switchOptions
    set topology [Keys $topology]
    set plan [dict create \
        hosts [Nodes host [dict get $topology hosts] $hostOptions] \
        switches [Nodes switch [dict get $topology switches] $switchOptions] \
        links {} routes {}]
    foreach name [dict keys [dict get $plan switches]] {
        CheckSwitchName $name $plan
    }
    foreach link [dict get $topology links] {
        dict lappend plan links [Link $plan $link]
    }
    set plan [Devices $plan]
    set plan [Segments $plan]
    set plan [addressing::assign $plan [dict get $topology network] \
        [dict get $topology network6]]
    CheckMtus [dict get $plan links]
    return [dict replace $plan routes [routing::routes $plan]]
}

# -- Words ---------------------------------------------------------------------

# Every key has a value, and each value is a list.
proc ::nscg::topology::Keys {topology} {
    variable keys
    if {![string is list $topology] || [llength $topology] % 2} {
        Fail TOPOLOGY $topology "bad topology \"$topology\": must be a dict"
    }
    set seen {}
    foreach {key value} $topology {
        if {[dict exists $seen $key]} {
            Fail TOPOLOGY $key "there is \"$key\" twice in the topology"
        }
        dict set seen $key 1
        if {$key ni $keys} {
            Fail TOPOLOGY $key "bad key \"$key\" of a topology: must be [join \
                [lrange $keys 0 end-1] {, }], or [lindex $keys end]"
        }
        if {![string is list $value]} {
            Fail TOPOLOGY $key "bad $key \"$value\": must be a list"
        }
    }
    # A kernel may be without IPv6.
    return [dict merge [list hosts {} switches {} links {} \
        network 10.0.0.0/24 network6 [expr {
            [file exists /proc/sys/net/ipv6] ? "fd00::/64" : ""}]] $topology]
}

# Returns WORDS, options and values, over DEFAULTS, as a dict without dashes.
# WHAT is whose they are, for people.
proc ::nscg::topology::Options {what words defaults} {
    set options $defaults
    if {[llength $words] % 2} {
        Fail OPTION [lindex $words end] \
            "value for \"[lindex $words end]\" of $what missing"
    }
    foreach {option value} $words {
        if {![dict exists $defaults $option]} {
            set names [lsort [dict keys $defaults]]
            set list [join [lrange $names 0 end-1] {, }]
            set list [string trimleft "$list, or [lindex $names end]" {, or}]
            Fail OPTION $option \
                "bad option \"$option\" of $what: must be $list"
        }
        dict set options $option $value
    }
    set result {}
    dict for {option value} $options {
        dict set result [string range $option 1 end] $value
    }
    return $result
}

proc ::nscg::topology::Value {option what value must} {
    Fail VALUE $option "bad value \"$value\" for $option of $what: must $must"
}

# -- Hosts and switches --------------------------------------------------------

# All options of both are booleans.
proc ::nscg::topology::Nodes {kind list defaults} {
    set nodes {}
    set seen {}
    foreach entry $list {
        if {![string is list $entry] || [llength $entry] == 0} {
            Fail NAME $entry "bad $kind \"$entry\": must be a name, and\
                perhaps options behind it"
        }
        set words [lassign $entry name]
        CheckName $kind $name
        # Whoever looks for a name in /etc/hosts does not heed capitals.
        if {[dict exists $seen [string tolower $name]]} {
            Fail NAME $name "there are two ${kind}s \"$name\" (capitals do not\
                count)"
        }
        dict set seen [string tolower $name] 1
        set what "$kind \"$name\""
        set options [Options $what $words $defaults]
        dict for {option value} $options {
            if {![string is boolean -strict $value]} {
                Value -$option $what $value "be a boolean"
            }
            dict set options $option [expr {bool($value)}]
        }
        dict set nodes $name $options
    }
    return $nodes
}

proc ::nscg::topology::CheckName {kind name} {
    if {![regexp {^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$} $name]
            || $name eq "localhost"} {
        Fail NAME $name "bad name \"$name\" of a $kind: must be letters and\
            digits, with \".\", \"-\" or \"_\" between them, 63 at most"
    }
    # What looks for names takes these for addresses.
    if {$kind eq "host" && [regexp -nocase {^(0x[\da-f.x]*|[\d.]+)$} $name]} {
        Fail NAME $name "bad name \"$name\" of a host: programs would take it\
            for an address"
    }
}

# A bridge has its name, and sysctls have two that mean other things.
proc ::nscg::topology::CheckSwitchName {name plan} {
    if {[string length $name] > 15 || $name in {lo all default}} {
        Fail NAME $name "bad name \"$name\" of a switch: must be the name of\
            a link, 15 bytes at most"
    }
    if {[dict exists $plan hosts $name]} {
        Fail NAME $name "\"$name\" is a host and a switch"
    }
}

# -- Links ---------------------------------------------------------------------

proc ::nscg::topology::Link {plan link} {
    variable linkOptions
    if {![string is list $link] || [llength $link] < 2} {
        Fail LINK $link "bad link \"$link\": must be two names, and perhaps\
            options behind them"
    }
    set words [lassign $link from to]
    foreach name [list $from $to] {
        if {![dict exists $plan hosts $name]
                && ![dict exists $plan switches $name]} {
            Fail LINK $name "bad link \"$link\": there is no host or switch\
                \"$name\""
        }
    }
    if {$from eq $to} {
        Fail LINK $from "bad link \"$link\": both ends are \"$from\""
    }
    set what "link \"$from $to\""
    set options [Options $what $words $linkOptions]
    CheckValues $what $options
    set shape [Shape $options]
    ::nscg::shaping::check $from $to $shape
    set end [End $plan $what $from $options {}]
    set peer [End $plan $what $to $options peer]
    set ends [list $end $peer]
    if {[dict get $peer switch] && ![dict get $end switch]} {
        set ends [lreverse $ends]
    }
    return [dict create from $from to $to mtu [dict get $options mtu] \
        shape $shape end [lindex $ends 0] peer [lindex $ends 1]]
}

# Of a switch's end there is nothing to choose.
proc ::nscg::topology::End {plan what node options prefix} {
    set switch [dict exists $plan switches $node]
    if {$switch} {
        foreach {option default} {address auto mac {} name {}} {
            if {[dict get $options $prefix$option] ne $default} {
                Fail OPTION -$prefix$option "-$prefix$option of $what is for\
                    a host, and \"$node\" is a switch"
            }
        }
    }
    return [dict create node $node switch $switch \
        device [dict get $options ${prefix}name] \
        mac [dict get $options ${prefix}mac] \
        addresses [dict get $options ${prefix}address] what $what]
}

proc ::nscg::topology::CheckValues {what options} {
    foreach option {address peeraddress} {
        if {![string is list [dict get $options $option]]} {
            Value -$option $what [dict get $options $option] "be a list"
        }
    }
    set mtu [dict get $options mtu]
    if {$mtu ne {} && (![regexp {^\d{2,5}$} $mtu] || $mtu < 68
            || $mtu > 65535)} {
        Value -mtu $what $mtu "be bytes, 68 to 65535"
    }
    foreach option {mac peermac} {
        set value [dict get $options $option]
        if {$value ne {}
                && (![regexp {^[[:xdigit:]]{2}(:[[:xdigit:]]{2}){5}$} $value]
                || [regexp {^.[13579bdfBDF]|^[0:]*$} $value])} {
            Value -$option $what $value "be a hardware address such as\
                02:00:5e:10:00:01, with an even first byte"
        }
    }
}

# The kernel has no IPv6 on a link with less.
proc ::nscg::topology::CheckMtus {links} {
    foreach link $links {
        set mtu [dict get $link mtu]
        if {$mtu eq {} || $mtu >= 1280} {
            continue
        }
        foreach side {end peer} {
            set end [dict get $link $side]
            if {![dict get $end switch] && [string match *:* \
                    [dict get $end addresses]]} {
                Value -mtu [dict get $end what] $mtu "be 1280 or more where\
                    there is IPv6 (there is none with \"network6 {}\")"
            }
        }
    }
}

# What of OPTIONS shapes the traffic, those that were given.
proc ::nscg::topology::Shape {options} {
    set shape {}
    foreach option [::nscg::shaping::options] {
        if {[dict get $options $option] ne {}} {
            dict set shape $option [dict get $options $option]
        }
    }
    return $shape
}

# -- Names of links ------------------------------------------------------------

# A host's are eth0, eth1, ...; a switch's, which all lie in one namespace with
# the bridges, are named after what is at the other end.
proc ::nscg::topology::Devices {plan} {
    set taken {}
    foreach name [dict keys [dict get $plan switches]] {
        dict set taken {} $name 1
    }
    set links [dict get $plan links]
    foreach link $links {
        foreach side {end peer} {
            set end [dict get $link $side]
            if {[dict get $end device] ne {}} {
                CheckDevice $end $taken
                dict set taken [dict get $end node] [dict get $end device] 1
            }
        }
    }
    set named {}
    foreach link $links {
        foreach {side other} {peer end end peer} {
            set end [dict get $link $side]
            if {[dict get $end device] eq {}} {
                set place [expr {[dict get $end switch] ? {}
                    : [dict get $end node]}]
                set device [Free $taken $place $end [dict get $link $other]]
                dict set taken $place $device 1
                dict set link $side device $device
            }
        }
        lappend named $link
    }
    return [dict replace $plan links $named]
}

proc ::nscg::topology::CheckDevice {end taken} {
    dict with end {}
    if {![regexp {^[^-/:%[:space:][:cntrl:]][^/:%[:space:][:cntrl:]]*$} $device]
            || $device in {. .. lo all default}
            || [string length [encoding convertto utf-8 $device]] > 15} {
        Fail NAME $device "bad name \"$device\" for an interface of $what:\
            must be the name of a link, 15 bytes at most"
    }
    if {[dict exists $taken $node $device]} {
        Fail NAME $device "host \"$node\" has two interfaces \"$device\""
    }
}

proc ::nscg::topology::Free {taken place end other} {
    if {[dict get $end switch]} {
        set device [dict get $other node]
        if {![dict get $other switch] && [dict get $other device] ne "eth0"} {
            append device . [dict get $other device]
        } elseif {[dict get $other switch]} {
            set device [dict get $end node].$device
        }
        if {[string length $device] <= 15
                && $device ni {lo all default}
                && ![dict exists $taken $place $device]} {
            return $device
        }
        set stem port
        set next [dict size [dict get $taken $place]]
    } else {
        set stem eth
        set next 0
    }
    while {[dict exists $taken $place $stem$next]} {
        incr next
    }
    return $stem$next
}

# -- What hears each other -----------------------------------------------------

# Each end gets the segment that it is in: switches that are connected are one,
# and every cable between two hosts is one of its own.
proc ::nscg::topology::Segments {plan} {
    set root {}
    foreach name [dict keys [dict get $plan switches]] {
        dict set root $name $name
    }
    foreach link [dict get $plan links] {
        set root [Join $plan $link $root]
    }
    set links {}
    set number 0
    foreach link [dict get $plan links] {
        set segment [expr {[dict get $link end switch]
            ? [list switch [dict get $root [dict get $link end node]]]
            : [list cable [incr number]]}]
        dict set link end segment $segment
        dict set link peer segment $segment
        lappend links $link
    }
    return [dict replace $plan links $links]
}

# Packets for everybody would go round for ever where switches make a ring, and
# none of it is cut by the spanning tree protocol.
proc ::nscg::topology::Join {plan link root} {
    if {![dict get $link end switch] || ![dict get $link peer switch]} {
        return $root
    }
    set one [dict get $root [dict get $link end node]]
    set two [dict get $root [dict get $link peer node]]
    if {$one eq $two} {
        dict for {name where} $root {
            if {$where eq $one && ![dict get $plan switches $name stp]} {
                Fail LOOP [list [dict get $link from] [dict get $link to]] \
                    "link \"[dict get $link from] [dict get $link to]\" makes\
                    a ring of switches, and switch \"$name\" is without -stp 1"
            }
        }
    }
    return [dict map {name where} $root {
        expr {$where eq $two ? $one : $where}
    }]
}
