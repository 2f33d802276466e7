# A container without root: an ordinary user is root in it, and nowhere else.
# It needs no root; root becomes an ordinary user first.

source [file join [file dirname [info script]] tell.tcl]

if {[root]} {
    tell {Root starts this script again as an ordinary user.}
    puts [ns exec -setup {{user 65534} {env -unset TMPDIR}} -- \
        [info nameofexecutable] [file normalize [info script]]]
    return
}

set env(NSCG_STATE) [exec mktemp -d]

tell {Who this is, and what it may do: nothing.}
puts [exec id -u]
puts [exec grep CapEff: /proc/self/status]

tell {It runs a container. Who that believes to be:}
set box [nscg::container run -detach 1 -hostname mine -- sleep 1000]
puts [nscg::container exec $box id -u]
puts [nscg::container exec $box hostname]

tell {Which ids there are which here, and whose process it is in truth:}
set pid [dict get [nscg::container inspect $box] pid]
puts [exec cat /proc/$pid/uid_map]
puts [exec stat -c %u /proc/$pid]

tell {It mounts as root does, in its own mnt namespace:}
puts [nscg::container exec $box -caps all sh -c {
    mount -t tmpfs none /mnt && grep " /mnt " /proc/self/mounts
}]

tell {It cannot read what only this machine's root may:}
puts [nscg::container exec $box -ignorestderr 1 sh -c {
    cat /etc/shadow 2>/dev/null || echo "not readable"
}]

tell {It writes a file, which this machine does not see:}
nscg::container exec $box sh -c {echo hello > /tour}
puts [nscg::container diff $box]
puts "here: [expr {[file exists /tour] ? "there" : "not there"}]"

tell {It is stopped, and removed with all that it wrote:}
puts [dict remove [nscg::container stop $box -grace 200] rusage]
nscg::container remove $box
file delete -force $env(NSCG_STATE)
