# What the packet filter does for containers: their packets leave under this
# machine's addresses, ports of this machine lead to them, and networks are
# kept apart. All of it is in one table, "inet nscg", that comes with the first
# bridge and goes with the last; nothing else is looked at or changed.
#
# The program nft does it, one transaction each time. Every word that gets into
# its text has been checked to be a name, a number or an address.

namespace eval ::nscg::nat {
    # Sets say which bridges and networks there are, maps where ports lead;
    # the rules are the same for all.
    variable tables {
        set bridges {type ifname;}
        set within {type ifname . ifname;}
        set net4 {type ipv4_addr; flags interval;}
        set net6 {type ipv6_addr; flags interval;}
        map any4 {type inet_proto . inet_service : ipv4_addr . inet_service;}
        map any6 {type inet_proto . inet_service : ipv6_addr . inet_service;}
        map at4 {type ipv4_addr . inet_proto . inet_service
            : ipv4_addr . inet_service;}
        map at6 {type ipv6_addr . inet_proto . inet_service
            : ipv6_addr . inet_service;}
        chain early {type filter hook prerouting priority -300;}
        chain in {type nat hook prerouting priority -100;}
        chain own {type nat hook output priority -100;}
        chain ports {}
        chain out {type nat hook postrouting priority 100;}
        chain across {type filter hook forward priority 0;}
    }
    # That 127.0.0.1 leads to a container must not lead a container to
    # 127.0.0.1; and nobody sends under an address that is not on that bridge,
    # be it 127.0.0.1. Who gets a packet by a port has to answer through this
    # machine, even to one beside it. From elsewhere nothing gets into a network
    # but by a port.
    variable rules {
        early {iifname @bridges ip daddr 127.0.0.0/8 drop}
        early {iifname @bridges fib saddr . iif oif missing drop}
        in {fib daddr type local jump ports}
        own {ip6 daddr ::1 accept}
        own {fib daddr type local jump ports}
        ports {dnat ip to ip daddr . meta l4proto . th dport map @at4}
        ports {dnat ip6 to ip6 daddr . meta l4proto . th dport map @at6}
        ports {meta nfproto ipv4 dnat ip to meta l4proto . th dport map @any4}
        ports {meta nfproto ipv6 dnat ip6 to meta l4proto . th dport map @any6}
        out {ip saddr @net4 oifname != @bridges masquerade}
        out {ip6 saddr @net6 oifname != @bridges masquerade}
        out {oifname @bridges ct status dnat ip saddr @net4 masquerade}
        out {oifname @bridges ct status dnat ip6 saddr @net6 masquerade}
        out {oifname @bridges ip saddr 127.0.0.0/8 masquerade}
        across {oifname != @bridges accept}
        across {iifname . oifname @within accept}
        across {ct state established,related accept}
        across {ct status dnat accept}
        across {drop}
    }
    variable key {(?:([0-9a-f:.]+) \. )?(tcp|udp|6|17) \. (\d+)}
}

# -- The program --

proc ::nscg::nat::Program {} {
    set folders [expr {[info exists ::env(PATH)]
        ? [split $::env(PATH) :] : {}}]
    foreach folder [concat $folders {/usr/sbin /sbin}] {
        set path [file join / $folder nft]
        if {[file executable $path] && [file isfile $path]} {
            return $path
        }
    }
    return -level 2 -code error -errorcode {NSCG CONTAINER NFT} \
        "there is no program nft, which a container's bridge needs (Debian:\
        apt install nftables); \"-network private\" and \"-network host\" do\
        without"
}

# Has nft do what the lines of TEXT say, all or nothing, or tell what WORDS
# ask for. What nft says of a failure becomes the message, behind MATTER.
proc ::nscg::nat::Nft {matter text args} {
    if {$args eq {}} {
        set args {-f -}
    }
    set program [Program]
    try {
        return [::nscg::ns exec -input $text -timeout 30000 \
            -env {LC_ALL C PATH /usr/sbin:/usr/bin:/sbin:/bin} \
            -- $program {*}$args]
    } trap NONE {message} {
        # It warns of something.
        return $message
    } trap CHILDSTATUS {message} {
        regsub {\nchild process exited abnormally$} $message {} message
        return -code error -errorcode [list NSCG CONTAINER NFT $message] \
            "$matter: nft says: [Brief $message]"
    }
}

# The first of nft's messages, without the place in a text that nobody sees.
proc ::nscg::nat::Brief {message} {
    regexp -line {Error: (.*)$} $message - message
    return $message
}

# -- Bridges --

# Makes the table right for BRIDGES, and for nobody else. If it is not there,
# or somebody has flushed it, it is made anew.
proc ::nscg::nat::arrange {bridges {more {}}} {
    variable tables
    variable rules
    set lines {}
    foreach {type name what} $tables {
        lappend lines "add $type inet nscg $name { [join $what { }] }"
    }
    lappend lines "flush table inet nscg"
    foreach name {bridges within net4 net6} {
        lappend lines "flush set inet nscg $name"
    }
    foreach {chain rule} $rules {
        lappend lines "add rule inet nscg $chain $rule"
    }
    foreach bridge $bridges {
        lappend lines {*}[Elements $bridge]
    }
    Nft "cannot set up the packet filter" \
        "add table inet nscg\n$more\n[join $lines \n]\n"
}

proc ::nscg::nat::Elements {bridge} {
    set name \"[dict get $bridge name]\"
    set bits [dict get $bridge bits]
    set network [::nscg::addresses::text [::nscg::addresses::network \
        [dict get $bridge number] $bits]]
    set lines [list "bridges { $name }" "within { $name . $name }" \
        "net4 { $network/$bits }"]
    if {[dict exists $bridge gateway6]} {
        lappend lines "net6 { [dict get $bridge gateway6]/64 }"
    }
    return [lmap line $lines {string cat "add element inet nscg " $line}]
}

# A first bridge finds nothing of former ones that others took away.
proc ::nscg::nat::add {bridge others} {
    arrange [linsert $others end $bridge] \
        [expr {$others eq {} ? "delete table inet nscg\nadd table inet nscg"
            : {}}]
}

# Are the rules there, and for the bridge NAME?
proc ::nscg::nat::knows {name} {
    try {
        Nft "cannot ask the packet filter" \
            "get element inet nscg within { \"$name\" . \"$name\" }\n"
    } trap {NSCG CONTAINER NFT} {message detail} {
        if {[Absent $detail]} {
            return -options $detail $message
        }
        return 0
    }
    return 1
}

# The bridges that are left are OTHERS. Where there is no nft any more, nothing
# can be taken away.
proc ::nscg::nat::remove {others} {
    try {
        if {$others eq {}} {
            Nft "cannot remove the packet filter" \
                "add table inet nscg\ndelete table inet nscg\n"
        } else {
            arrange $others
        }
    } trap {NSCG CONTAINER NFT} {message detail} {
        if {![Absent $detail]} {
            return -options $detail $message
        }
    }
}

# Did it fail because there is no program nft?
proc ::nscg::nat::Absent {detail} {
    return [expr {[llength [dict get $detail -errorcode]] == 3}]
}

# -- Ports (see ports.tcl) --

# Lets PORTS lead to the container, unless one of them leads somewhere already.
proc ::nscg::nat::publish {name ports} {
    set taken [Listed]
    set own {}
    foreach port $ports {
        foreach other $taken {
            if {[Clash $port $other]} {
                Refuse $name [lindex $port 1] "it leads to\
                    [::nscg::cable::whose [lindex $other 2 0]] already"
            }
        }
        foreach other $own {
            if {[Clash $port $other]} {
                Refuse $name [lindex $port 1] "it stands twice in the list"
            }
        }
        lappend own $port
        lassign $port map key target
        lappend lines "create element inet nscg $map { $key : $target }"
    }
    Nft "cannot publish ports of the container \"$name\"" [join $lines \n]\n
}

# Is there a packet that both ports would get? What is at one address is at all
# addresses as well.
proc ::nscg::nat::Clash {one other} {
    lassign $one map1 key1
    lassign $other map2 key2
    return [expr {$map1 eq $map2 ? $key1 eq $key2
        : [string index $map1 end] eq [string index $map2 end]
            && [lrange $key1 end-2 end] eq [lrange $key2 end-2 end]}]
}

# Says WHY the port KEY cannot lead to the container.
proc ::nscg::nat::Refuse {name key why} {
    return -level 2 -code error \
        -errorcode {POSIX EADDRINUSE {address already in use}} \
        "cannot publish the port [lindex $key end]/[lindex $key end-2] for the\
        container \"$name\": $why"
}

# Every port that leads somewhere, {MAP KEY TARGET} each; none without a table.
proc ::nscg::nat::Listed {} {
    variable key
    set map {}
    set found {}
    try {
        set text [Nft "cannot list ports" {} list table inet nscg]
    } trap {NSCG CONTAINER NFT} {message detail} {
        if {[string match "*No such file or directory*" $message]} {
            return {}
        }
        return -options $detail $message
    }
    foreach line [split $text \n] {
        regexp {^\s*map (\w+) \{} $line - map
        foreach {- at protocol from target to} [regexp -all -inline \
                "$key : (\[0-9a-f:.]+) \\. (\\d+)" $line] {
            # A machine without /etc/protocols has only their numbers.
            set protocol [string map {6 tcp 17 udp} $protocol]
            set port "$protocol . $from"
            if {$at ne {}} {
                set port "$at . $port"
            }
            lappend found [list $map $port "$target . $to"]
        }
    }
    return $found
}

# Takes back all ports that lead to one of ADDRESSES.
proc ::nscg::nat::sweep {addresses} {
    try {
        set listed [Listed]
    } trap {NSCG CONTAINER NFT} {message detail} {
        if {![Absent $detail]} {
            return -options $detail $message
        }
        return
    }
    set lines {}
    foreach port $listed {
        lassign $port map key target
        if {[lindex $target 0] in $addresses} {
            lappend lines "delete element inet nscg $map { $key }"
        }
    }
    if {$lines ne {}} {
        Nft "cannot take back ports" [join $lines \n]\n
    }
}

# -- Forwarding --

# Does this machine let a container's packets through to others? That is for
# its administrator to say.
proc ::nscg::nat::forwarding {} {
    try {
        set channel [open /proc/sys/net/ipv4/ip_forward]
    } trap POSIX {} {
        return {}
    }
    set on [read -nonewline $channel]
    close $channel
    if {$on ne "0"} {
        return {forwarding 1}
    }
    return [dict create forwarding 0 why "this machine passes nothing on\
        between its networks, so the container reaches this machine and its\
        neighbours alone; net.ipv4.ip_forward=1 (and\
        net.ipv6.conf.all.forwarding=1) lets it reach others"]
}
