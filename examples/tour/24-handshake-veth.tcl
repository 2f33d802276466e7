# Before the veth exists, the two sides talk through a pipe: the child waits in
# its empty net namespace until the parent has made the cable (N17).

source [file join [file dirname [info script]] tell.tcl]

# The machine of this story is a net namespace of this script's own.
ns unshare [kinds net]

# What the child does: a program like any other.
set child {
    puts ready
    flush stdout
    gets stdin address
    set channel [socket $address 7000]
    puts "connected to $address"
    puts $channel "hello over the cable"
    flush $channel
    puts "the other side says: [gets $channel]"
}
set file [file tempfile program]
puts $file $child
close $file

tell {The child is there first: only with it is there a namespace for the end of
   the cable. It says that it is ready, and waits for a word.}
set process [ns clone -new net -stdin pipe -stdout pipe -- \
    [info nameofexecutable] $program]
fconfigure [$process stdin] -buffering line
puts [gets [$process stdout]]
puts "its links: [lmap link [link list -ns $process] {dict get $link name}]"

tell {The parent makes the cable, one end here and the other, eth0, there, with
   addresses and up, in one command; and it listens.}
veth create child0 eth0 -peerns $process -up 1 \
    -address 10.0.0.1/24 -peeraddress 10.0.0.2/24
puts "its links: [lmap link [link list -ns $process] {dict get $link name}]"
socket -server {apply {{channel host port} {
    puts "$host says: [gets $channel]"
    puts $channel "hello $host"
    close $channel
}}} -myaddr 10.0.0.1 7000

tell {Now it gives the word through the pipe, and from then on they talk through
   the cable.}
puts [$process stdin] 10.0.0.1
$process onexit {apply {{process status} {
    set ::status $status
}}}
vwait status
puts [read -nonewline [$process stdout]]
puts [dict remove $status rusage]
$process close
file delete $program
