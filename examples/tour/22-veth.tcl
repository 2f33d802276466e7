# veth: a pair of links is a pipe between two net namespaces; in a bridge it is
# a port of a switch, and with a route it leads on (N15).

source [file join [file dirname [info script]] tell.tcl]

# The machine of this story is a net namespace of this script's own.
ns unshare [kinds net]

# A namespace of its own for each box.
foreach name {a b c} {
    set box($name) [ns unshare net {ns open self net}]
}

# Whether, and from where, ADDRESS is reached by a script in a namespace: what
# a server in another one says to it. Each has a port of its own: Tcl's thread of
# events may hold the last one for a moment after it was closed.
set port 7000
proc talk {from to address} {
    incr ::port
    set server [ns setns $to {
        socket -server {apply {{channel host port} {
            puts $channel "hello $host"
            close $channel
        }}} $::port
    }]
    try {
        set client [ns setns $from {socket -async $address $::port}]
        fconfigure $client -blocking 0
        fileevent $client readable {set ::said 1}
        set late [after 1500 {set ::said 0}]
        vwait ::said
        after cancel $late
        set line [gets $client]
        close $client
    } finally {
        close $server
    }
    return [expr {$line eq {} ? "nothing" : $line}]
}

tell {A pipe: one request makes both ends, "eth0" in the box, the other here.
   What goes in at one end comes out at the other.}
veth create box0 eth0 -peerns $box(a) -up 1 -nodad \
    -address {10.0.0.1/24 fd00::1/64} -peeraddress {10.0.0.2/24 fd00::2/64}
puts "here: [dict get [link get box0] state], there:\
    [dict get [link get eth0 -ns $box(a)] state]"
puts "to the box: [talk self $box(a) 10.0.0.2]"
puts "from it: [talk $box(a) self 10.0.0.1]"
puts "by IPv6: [talk self $box(a) fd00::2]"
link set eth0 -ns $box(a) -up 0
puts "one end down, the other: [dict get [link get box0] carrier]"
veth delete box0
puts "one end deleted, the other is there: [expr {
    ![catch {link get eth0 -ns $box(a)}]}]"

tell {A bridge: here are the ports of a switch, and the boxes are in one
   network. The machine itself takes part through the bridge's address.}
if {[catch {
    link create bridge br0 -address 10.0.0.1/24 -up 1
} refused]} {
    puts "(This kernel has no bridges: $refused)"
    exit
}
foreach {name host} {a 2 b 3} {
    veth create port$name eth0 -peerns $box($name) -master br0 -up 1 \
        -peeraddress 10.0.0.$host/24
}
puts "ports: [lsort [lmap link [link list] {
    if {![dict exists $link master]} continue
    dict get $link name
}]]"
puts "a to b: [talk $box(a) $box(b) 10.0.0.3]"
puts "b to the machine: [talk $box(b) self 10.0.0.1]"

tell {Routed: a third box is in another network, and this namespace leads from
   one to the other, once it is told to pass things on.}
veth create box2 eth0 -peerns $box(c) -up 1 \
    -address 10.0.1.1/24 -peeraddress 10.0.1.2/24
proc forward {on} {
    set file [open /proc/sys/net/ipv4/ip_forward w]
    puts $file $on
    close $file
}
forward 0
foreach {name via} {a 10.0.0.1 c 10.0.1.1} {
    route add default -via $via -ns $box($name)
}
puts "a to c, nothing is passed on: [talk $box(a) $box(c) 10.0.1.2]"
forward 1
puts "a to c: [talk $box(a) $box(c) 10.0.1.2]"
puts "the way: [route get 10.0.1.2 -ns $box(a)]"
