# For the tests of containers' networks: a net namespace that stands in for a
# machine, with containers of its own. What they leave there is told.

source [file join $common::here networks.tcl]

namespace eval ::containernets {
    variable prelude {
        set ::env(NSCG_STATE) $state
        exec ip link set lo up
        set ::before [exec ip -br address]

        # Another machine, connected to this one: the pid of a process there.
        # Here is 192.0.2.1 (and 2001:db8::1), there is 192.0.2.2.
        proc machine {} {
            set pid [netns]
            exec ip link add out type veth peer name out netns $pid
            foreach {in number} [list {} 1 [list nsenter -t $pid -n] 2] {
                exec {*}$in ip link set lo up
                exec {*}$in ip address add 192.0.2.$number/24 dev out
                exec {*}$in ip address add 2001:db8::$number/64 dev out nodad
                exec {*}$in ip link set out up
            }
            return $pid
        }
        proc at {pid args} {
            return [exec nsenter -t $pid -n {*}$args]
        }
        proc forward {} {
            foreach path {ipv4/ip_forward ipv6/conf/all/forwarding} {
                set channel [open /proc/sys/net/$path w]
                puts $channel 1
                close $channel
            }
        }
        # A program that runs in the background, here or in a namespace.
        proc background {args} {
            lappend ::sleepers [exec {*}$args >& /dev/null &]
        }
        # A Tcl program that echoes what it gets at ADDRESS.
        proc listen {address port} {
            background [info nameofexecutable] << [format {
                proc accept {channel args} {
                    puts -nonewline $channel [gets $channel]
                    close $channel
                }
                socket -server accept -myaddr %s %s
                vwait forever
            } $address $port]
        }
        # A container that echoes what it gets at port 7, and its address.
        proc echoer {name args} {
            global root
            container run -detach 1 -name $name -rootfs $root -network bridge \
                {*}$args -- nc -ll -p 7 -e cat
            container exec $name sh -c \
                {until netstat -ltn | grep -q :7; do sleep 0.02; done}
            return [address $name]
        }
        proc address {name {index 0}} {
            return [lindex [split [lindex [dict get \
                [container inspect $name] network addresses] $index] /] 0]
        }
        # What comes back from ADDRESS when WORD is sent there; IN are words
        # before the program.
        proc echo {in word address {port 7}} {
            catch {exec {*}$in busybox nc -w 2 $address $port << $word} said
            return $said
        }
        # The same, asked by a new container with OPTIONS.
        proc echoFrom {options word address {port 7}} {
            global root
            catch {container run -rootfs $root {*}$options -input $word -- \
                nc -w 2 $address $port} said
            return $said
        }
        proc nft {} {
            return [exec nft list ruleset]
        }
        proc refusedBy {script} {
            if {[catch {uplevel 1 $script} message detail]} {
                return [list [dict get $detail -errorcode] $message]
            }
            return "not refused: $message"
        }
        proc end {} {
            foreach one [container list] {
                container remove [dict get $one name] -force 1
            }
        }
        # What containers have left: links, addresses, rules, files.
        proc left {} {
            set left {}
            foreach name [names] {
                if {[string match nscg* $name]} {
                    lappend left $name
                }
            }
            if {[nft] ne {}} {
                lappend left [nft]
            }
            lappend left {*}[glob -nocomplain -tails \
                -directory $::env(NSCG_STATE) * .gone-* .claim-*]
            return $left
        }
    }
}

# Runs SCRIPT in a new net namespace, with the folder of a root file system in
# $root; says what containers have left there. The SCRIPTs are one.
proc onMachine {args} {
    variable containernets::prelude
    return [networks::Run {unshare -n} "
        set state [list [file join [scratch] state]]
        set root [list [rootfs]]
        $prelude
        try {
            [join $args \n]
        } finally {
            end
        }
        set left \[left]
        if {\$left ne {}} {
            puts \"left: \$left\"
        }
    " {}]
}

testConstraint bridged [expr {[testConstraint root]
    && [testConstraint overlay] && [testConstraint busybox]
    && [testConstraint linkBridge] && [testConstraint linkVeth]
    && [testConstraint nat]}]
