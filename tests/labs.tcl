# What the tests of labs share: scripts in a net namespace of their own, which
# stands for the machine's, that ask iproute2 in each host what came of it.

source [file join $common::here networks.tcl]

namespace eval ::labs {
    variable prelude {
        # iproute2 in the namespace of a host or switch: its output, or dicts.
        proc at {host args} {
            return [exec nsenter --net=[[lab namespace $host] path] ip \
                {*}$args]
        }
        proc allAt {host args} {
            return [lmap found [json [at $host -d -j {*}$args]] {
                if {$found eq {}} continue
                set found
            }]
        }
        # Name and addresses of each link of a host but lo, link-local ones
        # left out.
        proc has {host} {
            set found {}
            foreach link [allAt $host addr show] {
                if {[dict get $link ifname] eq "lo"} continue
                lappend found [dict get $link ifname] [lsort [lmap info \
                        [dict get $link addr_info] {
                    if {[dict get $info scope] ne "global"} continue
                    set _ [dict get $info local]/[dict get $info prefixlen]
                }]]
            }
            return $found
        }
        # How many of COUNT pings are answered, after one that may be lost in
        # finding the neighbour.
        proc pings {from to {family -4} {count 2}} {
            catch {lab exec $from busybox ping $family -c $count -W 1 $to} said
            regexp {(\d+) packets received} $said - received
            return [expr {[info exists received] ? $received : $said}]
        }
        # What is seen of it from outside.
        proc outside {} {
            return [list [exec ip -j link] [exec ip -j addr] [exec ip netns]]
        }
        set outsideBefore [outside]
    }
    variable coda {
        # Every lab, and with it all that was held for it.
        while {![catch {lab delete}]} {}
        if {[outside] ne $outsideBefore} {
            puts "this net namespace was changed: [outside]"
        }
    }
}

proc ::labs::script {args} {
    variable prelude
    variable coda
    return "$prelude\ntry {\n[join $args \n]\n} finally {\n$coda\n}"
}

# As root, in a new net namespace; the SCRIPTs as one.
proc inLab {args} {
    return [inNet [labs::script {*}$args]]
}

# As root of a new user namespace.
proc inUserLab {args} {
    return [inUserNet [labs::script {*}$args]]
}

# Evaluates SCRIPT for an error; returns its errorCode and message.
proc refused {script} {
    if {[catch {uplevel 1 $script} message detail]} {
        return [list [dict get $detail -errorcode] $message]
    }
    return [list none $message]
}

testConstraint lab [expr {[testConstraint root] && [testConstraint linkVeth]
    && [testConstraint linkBridge] && [testConstraint busybox]}]
