# nscg::doctor: what works here, found out by doing it.

source [file join [file dirname [info script]] groups.tcl]

namespace eval ::nscg::diagnosis {
    # Each probe: name, what it is, the namespaces it needs, options of
    # ns exec, steps, program. It works if the program prints "ok".
    variable probes
    set ok {sh -c {echo ok}}
    set overlay {
        {mount new tmpfs /tmp}
        {mkdir /tmp/lower} {mkdir /tmp/upper} {mkdir /tmp/work}
        {mkdir /tmp/merged} {write /tmp/lower/a lower}
        {mount overlay /tmp/merged -lower /tmp/lower -upper /tmp/upper
            -work /tmp/work}
        {write /tmp/merged/a ok}
    }
    set link {sh -c {grep -q nscg0: /proc/net/dev && echo ok}}
    set pair {veth create nscg1 nscg2}
    # As a container's bridge needs it (nat.tcl).
    set nat {sh -c {
        PATH=$PATH:/usr/sbin:/sbin
        nft -f - <<'END' && echo ok
        table inet nscg {
            map ports {
                type inet_proto . inet_service : ipv4_addr . inet_service;
            }
            chain in {
                type nat hook prerouting priority -100;
                fib daddr type local dnat ip to \
                    meta l4proto . th dport map @ports
            }
            chain out {
                type nat hook postrouting priority 100;
                ct status dnat masquerade
            }
        }
END
    }}
    set probes [list \
        user {user namespace} user {} {} $ok \
        cgroup {cgroup namespace} cgroup {} {} $ok \
        ipc {ipc namespace} ipc {} {} $ok \
        mnt {mount namespace} mnt {} {} $ok \
        net {network namespace} net {} {} $ok \
        pid {pid namespace} pid {-init 0} {} $ok \
        time {time namespace} time {} {} $ok \
        uts {uts namespace} uts {} {} $ok \
        init {init as PID 1} pid {-init 1} {} $ok \
        mount {mounting} mnt {} \
            {{mount new tmpfs /tmp} {write /tmp/a ok}} {cat /tmp/a} \
        bind {bind mounts} mnt {} {{mount bind /dev/null /dev/zero}} \
            {sh -c {test "$(cat /dev/zero)" || echo ok}} \
        proc {/proc of a pid namespace} {mnt pid} {-init 0} \
            {{mount new proc /proc}} {sh -c {test $$ = 1 && echo ok}} \
        overlay {overlay} mnt {} $overlay {cat /tmp/upper/a} \
        overlayuser {overlay in a user namespace} {mnt user} {} $overlay \
            {cat /tmp/upper/a} \
        procuser {/proc in a user namespace} {mnt pid user} {-init 0} \
            {{mount new proc /proc}} {sh -c {test $$ = 1 && echo ok}} \
        veth {veth, a cable} net {} {{veth create nscg0 nscg1 -up 1}} $link \
        bridge {bridge} net {} {{link create bridge nscg0 -up 1}} $link \
        macvlan {macvlan} net {} [list $pair \
            {link create macvlan nscg0 -link nscg1}] $link \
        ipvlan {ipvlan} net {} [list $pair \
            {link create ipvlan nscg0 -link nscg1}] $link \
        vlan {vlan} net {} [list $pair \
            {link create vlan nscg0 -link nscg1 -id 1}] $link \
        vxlan {vxlan} net {} {
            {link create vxlan nscg0 -id 1 -port 4789}
        } $link \
        dummy {dummy link} net {} {{link create dummy nscg0}} $link \
        tbf {tbf, a rate} net {} {
            {veth create nscg0 nscg1} {qdisc set nscg0 tbf -rate 1mbit}
        } $link \
        htb {htb, a rate} net {} {
            {veth create nscg0 nscg1} {qdisc set nscg0 htb -rate 1mbit}
        } $link \
        netem {netem, delay and loss} net {} {
            {veth create nscg0 nscg1} {qdisc set nscg0 netem -delay 1}
        } $link \
        lab {hosts of a lab} {net mnt uts} {} {
            {hostname nscg} {link create bridge nscg1}
            {veth create nscg0 eth0 -master nscg1 -up 1}
            {mount new sysfs /sys}
        } {sh -c {ls /sys/class/net | grep -q nscg0 && echo ok}} \
        tap {tap, by /dev/net/tun} net {} {{link create tap nscg0}} $link \
        nat {NAT, by the program nft} net {} {} $nat \
        newuidmap {a range of ids (newuidmap)} user {-uidmap auto} \
            {{user 1}} {sh -c {test $(id -u) = 1 && echo ok}}]
    unset ok overlay link pair nat
}

# nscg::doctor ?-text BOOL?
#
#       Tries each facility in a child process, and says what works here.
#
#       -text BOOL      text for people
#       Result          dict: facility -> dict with the key works (0 or 1),
#                       and with title; with: user, where it works only in a
#                       user namespace of its own; where it does not work
#                       reason (what was refused, and what opens it) and code
#                       (the errorCode)
#       Errors          TCL LOOKUP INDEX option
proc ::nscg::doctor {args} {
    set text 0
    foreach {option value} $args {
        if {$option ne "-text"} {
            return -code error \
                -errorcode [list TCL LOOKUP INDEX option $option] \
                "bad option \"$option\": must be -text"
        }
        if {![string is boolean -strict $value]} {
            return -code error -errorcode {NSCG VALUE BOOLEAN} \
                "bad value \"$value\" for -text: must be a boolean"
        }
        set text $value
    }
    set found [diagnosis::Probe]
    return [expr {$text ? [diagnosis::Text $found] : $found}]
}

proc ::nscg::diagnosis::Probe {} {
    variable probes
    set found {}
    foreach {name title kinds options steps program} $probes {
        dict set found $name title $title
        set result [Try $kinds $options $steps $program]
        # Who lacks the right may have it in a user namespace.
        if {![dict get $result works] && "user" ni $kinds
            && [lindex [dict get $result code] 1] in {EPERM EACCES}} {
            set result [Try [linsert $kinds 0 user] $options $steps $program]
            if {[dict get $result works]} {
                dict set result with user
            }
        }
        dict set found $name [dict merge [dict get $found $name] $result]
    }
    dict set found forwarding [Forwarding]
    return [dict merge $found [::nscg::groups::probe]]
}

# That this machine does not pass on what is for others is no fault of it; but
# it is what a container's network lacks most often.
proc ::nscg::diagnosis::Forwarding {} {
    set told {title {forwarding between networks} works 1}
    try {
        set channel [open /proc/sys/net/ipv4/ip_forward]
    } trap POSIX {message detail} {
        return [dict merge $told [dict create works 0 reason $message \
            code [dict get $detail -errorcode]]]
    }
    set on [read -nonewline $channel]
    close $channel
    if {$on eq "0"} {
        dict set told works 0
        dict set told code {NSCG DOCTOR OFF}
        dict set told reason "net.ipv4.ip_forward is 0: containers on a bridge\
            reach this machine and one another alone, and published ports are\
            not reached from other machines; \"sysctl -w\
            net.ipv4.ip_forward=1\", as root, opens it"
    }
    return $told
}

proc ::nscg::diagnosis::Try {kinds options steps program} {
    try {
        set said [::nscg::ns exec -new $kinds {*}$options -setup $steps \
            -stdin null -timeout 10000 -- {*}$program]
    } on error {message detail} {
        return [dict create works 0 reason $message \
            code [dict get $detail -errorcode]]
    }
    if {$said ne "ok"} {
        return [dict create works 0 code {NSCG DOCTOR WRONG} \
            reason "nothing was refused, but the outcome is \"$said\""]
    }
    return [dict create works 1]
}

# TEXT in lines of WIDTH characters at most, where its words allow it.
proc ::nscg::diagnosis::Fill {text width} {
    set lines {}
    set line {}
    foreach word [regexp -all -inline {\S+} $text] {
        if {$line ne {} && [string length "$line $word"] > $width} {
            lappend lines $line
            set line {}
        }
        append line [expr {$line eq {} ? "" : " "}] $word
    }
    return [concat $lines [list $line]]
}

proc ::nscg::diagnosis::Verdict {result} {
    if {![dict get $result works]} {
        return "does not work"
    }
    return [expr {[dict exists $result with] ? "works in a user namespace" :
        "works"}]
}

# What has the same reason as one before it only says so.
proc ::nscg::diagnosis::Text {found} {
    set lines {}
    set first {}
    dict for {name result} $found {
        set title [dict get $result title]
        set verdict [Verdict $result]
        set reason {}
        if {[dict exists $result reason]} {
            set reason [dict get $result reason]
            if {[dict exists $first $reason]} {
                append verdict ", as: [dict get $first $reason]"
                set reason {}
            } else {
                dict set first $reason $title
            }
        }
        lappend lines [format "%-30s %s" $title $verdict]
        foreach line [Fill $reason 70] {
            if {$line ne {}} {
                lappend lines "        $line"
            }
        }
    }
    return [join $lines \n]
}
