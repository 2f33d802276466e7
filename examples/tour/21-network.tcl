# A net namespace has devices, addresses, routes, a firewall and sockets of its
# own (N14).

source [file join [file dirname [info script]] tell.tcl]

tell {This script goes to a net namespace of its own, and touches nothing of the
   machine's. In it there is the loopback device, and no route to anywhere:}
ns unshare [kinds net]
puts "links: [lmap link [link list] {dict get $link name}]"
puts "routes: [llength [route list -table main]]"

tell {Another one, in which nobody is: a handle holds it. Each has devices and
   addresses that the other does not see.}
set other [ns unshare net {ns open self net}]
veth create here0 here1 -address 10.0.0.1/24 -up 1
veth create there0 there1 -address 10.0.0.1/24 -up 1 -ns $other
route add 192.168.7.0/24 -via 10.0.0.2 -ns $other
foreach {name script} {here {} other {-ns $other}} {
    set links [lmap link [link list {*}[subst $script]] {dict get $link name}]
    set routes [lmap route [route list -table main {*}[subst $script]] {
        if {[dict get $route family] ne "inet"} continue
        dict get $route dest
    }]
    puts "$name: links [lsort $links]; routes $routes"
}

tell {/proc/net is what the process that looks is in. A script that is run over
   there sees another file than this one:}
proc devices {} {
    set file [open /proc/thread-self/net/dev]
    set text [read $file]
    close $file
    return [lsort [lmap {- name} [regexp -all -inline {(\w+):} $text] {
        set name
    }]]
}
puts "here: [devices]"
puts "there: [ns setns $other {devices}]"

tell {Sockets: the same port twice, and no way from one to the other. Both
   sockets are this script's; where they were opened is where they are.}
foreach place {here there} {
    set open {socket -server {apply {{place channel args} {
        puts $channel "you are $place"
        close $channel
    }} PLACE} -myaddr 127.0.0.1 7000}
    set open [string map [list PLACE $place] $open]
    if {$place eq "here"} {
        eval $open
        set client(here) [socket 127.0.0.1 7000]
    } else {
        ns setns $other {
            puts "before anybody listens there: [catch {socket 127.0.0.1 7000}]"
            eval $open
            set client(there) [socket 127.0.0.1 7000]
        }
    }
}
foreach place {here there} {
    fileevent $client($place) readable [list set readable $place]
    while {![info exists readable] || $readable ne $place} {
        vwait readable
    }
    puts "$place: [gets $client($place)]"
    close $client($place)
}

tell {The firewall: a rule there lets nobody in, and none is here.}
if {[auto_execok nft] eq {}} {
    puts "(There is no nft.)"
    exit
}
ns exec -join [list net $other] -input {
    table inet tour {
        chain in {
            type filter hook input priority 0
            tcp dport 7000 reject with tcp reset
        }
    }
} -- nft -f -
puts "tables here: [llength [split [exec nft list tables] \n]]"
puts "tables there: [ns exec -join [list net $other] -- nft list tables]"
puts "here: [expr {[catch {close [socket 127.0.0.1 7000]}] ? "refused" : "open"}]"
puts "there: [ns setns $other {
    expr {[catch {close [socket 127.0.0.1 7000]}] ? "refused" : "open"}
}]"
