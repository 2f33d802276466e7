# A card that a container has for a while comes home before its namespace dies
# (N16). One end of a cable stands in for the card; any link will do.

source [file join [file dirname [info script]] tell.tcl]

# The machine of this story is a net namespace of this script's own.
ns unshare [kinds net]

# The names of the links but lo, of this namespace or of a process's.
proc links {args} {
    return [lsort [lmap link [link list {*}$args] {
        if {[dict get $link name] eq "lo"} continue
        dict get $link name
    }]]
}

tell {A link can be in one namespace only. It goes, and is not here any more.}
veth create card cable
set box [ns clone -new net -- sleep 1000]
link set card -netns $box -name eth0
puts "here: [links]; there: [links -ns $box]"

tell {When the last process of a namespace has ended, and nobody holds it, it is
   gone, and so is what was in it: the card, and with it the other end.}
$box close
while {[links] ne {}} {
    after 10
}
puts "here: [links]"

tell {The same, but it is only lent: -return 1. Whatever is done to it there,}
veth create card cable
link set card -mtu 1400 -mac 02:00:00:00:00:07 -alias "the good one" -up 1
set box [ns clone -new net -- sleep 1000]
link set card -netns $box -name eth0 -return 1
link set eth0 -ns $box -name mine -mtu 1000 -alias stolen \
    -mac 02:00:00:00:00:66
puts "here: [links]; there: [links -ns $box]"

tell {it is here again once the box has ended, as it was.}
$box close
puts "here: [links]"
set card [link get card]
puts "mtu [dict get $card mtu], mac [dict get $card mac],\
    alias [dict get $card alias], up [dict get $card up]"

tell {If another has its name by now, it comes under one that is free, and says
   so to the handler of background errors.}
interp bgerror {} {apply {{message options} {
    puts $message
    set ::told 1
}}}
set box [ns clone -new net -- sleep 1000]
link set card -netns $box -return 1
veth create card spare
$box close
vwait told
puts "here: [links]"
