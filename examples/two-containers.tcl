# Two containers on a bridge: a web server in one, a client in the other, that
# finds it by name; and a port of this machine that leads to the server.
#
# It takes root, or a network of one's own:
#
#       unshare -Urnm tclsh two-containers.tcl

package require nscg

proc tell {text} {
    puts "\n== $text"
}

# In a new network not even lo is up.
if {![dict get [nscg::link get lo] up]} {
    nscg::link set lo -up 1
}

# The programs in the containers are Tcl as well: the machine's root, that they
# see, has it.
set server {
    proc serve {channel address port} {
        while {[gets $channel line] > 0} {
            lappend request $line
        }
        set text "You asked for [lindex $request 0 1], from $address.\n"
        puts -nonewline $channel "HTTP/1.0 200 OK\r\nContent-Length:\
            [string length $text]\r\n\r\n$text"
        close $channel
    }
    socket -server serve 80
    puts ready
    vwait forever
}
set client {
    lassign $argv host port path
    set channel [socket $host $port]
    fconfigure $channel -translation crlf
    puts $channel "GET $path HTTP/1.0\n"
    flush $channel
    puts [lindex [split [read $channel] \n] end-1]
}
# The words that run SCRIPT with WORDS, in a container or here.
proc tcl {script args} {
    return [list sh -c {script=$1; shift; printf %s "$script" | \
        exec tclsh /dev/stdin "$@"} sh $script {*}$args]
}

tell {A container with a web server:}
set web [nscg::container run -detach 1 -name web-[pid] -network bridge \
    -publish 8080:80 -- {*}[tcl $server]]
while {![string match *ready* [nscg::container logs $web]]} {
    if {[dict get [nscg::container inspect $web] state] ne "running"} {
        error [nscg::container logs $web]
    }
    after 20
}
set network [dict get [nscg::container inspect $web] network]
puts "[dict get $network bridge]: [dict get $network addresses]"

tell {Another one, that asks it, by its name:}
puts [nscg::container run -network bridge -- {*}[tcl $client $web 80 /hello]]

tell {This machine asks it, at its own port 8080:}
puts [exec {*}[tcl $client 127.0.0.1 8080 /from-outside]]

tell {Its network, as it sees it itself:}
puts [nscg::container exec $web cat /etc/hosts]

tell {A third one wants the same port:}
catch {nscg::container run -network bridge -publish 8080:80 -- true} message
puts [regsub {"host-[0-9a-f]+"} $message {"host-..."}]

tell {The server is removed. Nobody listens at the port, the bridge is gone:}
nscg::container remove $web -force 1
catch {exec {*}[tcl $client 127.0.0.1 8080 /]} message
puts [lindex [split $message \n] 0]
set links [lmap link [nscg::link list] {dict get $link name}]
puts [expr {[dict get $network bridge] in $links ? "still there" : "no bridge"}]
