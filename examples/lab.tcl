# A network in a box: three hosts on a switch. A link is cut, and the ping stops;
# it is mended, and the ping resumes.
#
#       tclsh examples/lab.tcl
#
# As root, or as anybody in a user namespace of their own:
#
#       unshare -Urn tclsh examples/lab.tcl

package require nscg
namespace import nscg::lab

# This machine's own network: what of it changes is told in the end.
set before [nscg::link list]

lab create {
    hosts {anna bert carl}
    switches hub
    links {{anna hub} {bert hub} {carl hub -rate 10mbit}}
}
puts "[lab describe]\n"

# A ping a second from one host to another; says how many were answered.
proc ping {from to} {
    set status [catch {
        lab exec $from busybox ping -c 3 -W 1 $to
    } said]
    regexp {(\d+) packets received} $said - received
    puts "$from pings $to: $received of 3 are answered"
}

ping anna bert
ping anna carl

puts "\nthe link of bert is cut"
lab cut bert hub
puts "bert's eth0 has [expr {
    [dict get [nscg::link get eth0 -ns [lab namespace bert]] carrier]
        ? "a" : "no"}] carrier"
ping anna bert
ping anna carl

puts "\nit is mended"
lab restore bert hub
ping anna bert

# This script is a server on one host and a client on another, at once: the
# sockets are the hosts', the event loop is this one.
proc greet {channel address port} {
    puts $channel "[lab address bert] greets $address"
    close $channel
}
puts "\na server on bert, a client on carl"
set server [lab eval bert {socket -server greet 80}]
set client [lab eval carl {socket [lab address bert] 80}]
fileevent $client readable {set ready 1}
vwait ready
puts [gets $client]
close $client
close $server

lab delete
puts "\nthis machine has [expr {
    [llength [nscg::link list]] - [llength $before]}] links more than before"
