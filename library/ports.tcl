# The ports that -publish names: what its words say, and whether this machine
# has them to give away.

namespace eval ::nscg::ports {}

# -- Words --

# {ADDRESS HOSTPORT PORT PROTOCOL} of what -publish says, HOSTPORT empty where
# it is to be chosen; empty if it is wrong.
proc ::nscg::ports::parse {text} {
    if {![regexp {(?x) ^
            (?: (?:(\[[0-9a-fA-F:.]+\]|[\d.]+):)? (\d{0,5}) : )?
            (\d{1,5}) (?:/(tcp|udp))? $} \
            $text - address from to protocol]} {
        return {}
    }
    foreach port {from to} {
        if {[set $port] eq {} && $port eq "from"} {
            continue
        }
        scan [set $port] %d $port
        if {[set $port] < 1 || [set $port] > 65535} {
            return {}
        }
    }
    set plain [::nscg::addresses::plain [string trim $address {[]}]]
    if {$address ne {} && $plain eq {} || $plain eq "::1"} {
        return {}
    }
    return [list $plain $from $to \
        [expr {$protocol eq {} ? "tcp" : $protocol}]]
}

# What TEXT, that `parse` takes for wrong, must be; for a message.
proc ::nscg::ports::must {text} {
    if {[regexp {^\[([^]]*)\]} $text - address]
            && [::nscg::addresses::plain $address] eq "::1"} {
        return "be at another address than ::1, whose packets the kernel keeps\
            to this machine (127.0.0.1 can lead to a container)"
    }
    if {[regexp {^[^[]*:[^[]*:[^[]*:} $text]} {
        return "have its address of IPv6 in brackets, as in\
            \[2001:db8::1\]:8080:80"
    }
    return "be ??ADDRESS:??HOSTPORT?:?PORT, with /udp behind it for UDP"
}

# LIST with a port for each that has none, of those that programs get if they
# do not care which.
proc ::nscg::ports::choose {list} {
    return [lmap text $list {
        lassign [parse $text] at from to protocol
        if {$from ne {}} {
            set text
        } else {
            set from [expr {32768 + int(rand() * 28232)}]
            string cat [lindex [regexp -inline {^(.+:):} $text] 1] \
                "$from:$to/$protocol"
        }
    }]
}

# The elements of the maps for LIST, of -publish: {MAP KEY TARGET} each.
proc ::nscg::ports::elements {list address address6} {
    set ports {}
    foreach text $list {
        lassign [parse $text] at from to protocol
        set key "$protocol . $from"
        set before $ports
        foreach {family map any target} [list inet 4 0.0.0.0 $address \
                inet6 6 :: $address6] {
            if {$target eq {}} {
                continue
            }
            if {$at in [list {} $any]} {
                lappend ports [list any$map $key "$target . $to"]
            } elseif {[::nscg::addresses::family $at] eq $family} {
                lappend ports [list at$map "$at . $key" "$target . $to"]
            }
        }
        if {$ports eq $before} {
            return -code error -errorcode \
                {POSIX EADDRNOTAVAIL {cannot assign requested address}} \
                "cannot publish the port $from/$protocol at $at: the container\
                has no address of IPv6, since this machine has it turned off"
        }
    }
    return $ports
}

# Is one of PORTS at 127.0.0.1, or at all addresses and so there as well?
proc ::nscg::ports::local {ports} {
    return [expr {[lsearch -glob $ports {at4 {127.*}*}] >= 0 ? "asked"
        : [lsearch -index 0 $ports any4] >= 0 ? "also" : {}}]
}

# -- This machine --

# Raises an error if a program of this machine listens at one of the ports that
# LIST, of -publish, wants: it would be cut off without a word. Or if this
# machine has not the address: there would be nothing to reach.
proc ::nscg::ports::vacant {list} {
    foreach text $list {
        lassign [parse $text] at from to protocol
        if {$at ni {{} 0.0.0.0 ::} && ![Ours $at]} {
            return -code error -errorcode \
                {POSIX EADDRNOTAVAIL {cannot assign requested address}} \
                "cannot publish the port $from/$protocol at $at: this machine\
                has no such address"
        }
        # Who listens at all addresses of IPv6 has those of IPv4, too.
        foreach file [expr {[string match *:* $at] ? "${protocol}6"
                : [list $protocol ${protocol}6]}] {
            if {[Listening $file $from $at]} {
                return -code error \
                    -errorcode {POSIX EADDRINUSE {address already in use}} \
                    "cannot publish the port $from/$protocol: a program of\
                    this machine listens there"
            }
        }
    }
}

proc ::nscg::ports::Ours {address} {
    try {
        return [expr {[dict get [::nscg::route get $address] type] eq "local"}]
    } trap POSIX {} - trap {NSCG NET} {} {
        return 0
    }
}

# Does somebody, as FILE of /proc/net has it, listen at PORT of ADDRESS, or at
# that of all addresses? An empty one stands for all.
proc ::nscg::ports::Listening {file port address} {
    try {
        set channel [open /proc/thread-self/net/$file]
    } trap {POSIX ENOENT} {} {
        return 0
    }
    set text [read $channel]
    close $channel
    set own {}
    if {[::nscg::addresses::number $address] ne {}} {
        # As the processor stores it: the first byte is the last.
        set own [join [lreverse [lmap part [split $address .] {
            format %02X $part
        }]] {}]
    }
    set state 07
    if {[string match tcp* $file]} {
        set state 0A
    }
    foreach {- at} [regexp -all -inline -line [format \
            {^\s*\d+: ([0-9A-F]+):%04X [0-9A-F:]+ %s } $port $state] $text] {
        if {$address in {{} 0.0.0.0 ::} || $at eq $own
                || [string trim $at 0] eq {}} {
            return 1
        }
    }
    return 0
}
