# A first container: programs that believe to be alone on a machine.
#
# Its root file system is this machine's own, through a layer that takes
# whatever the container changes. So it needs no image, and costs no copy. It
# works as root and as an ordinary user.

package require nscg

proc tell {text} {
    puts "\n== $text"
}

tell {A container starts. Its main program sleeps, and does nothing else.}
set box [nscg::container run -detach 1 -hostname first -- sleep 1000]

tell {Its host name, and who it is there:}
puts [nscg::container exec $box hostname]
puts [nscg::container exec $box id]

tell {All the processes that it can see:}
set ps [expr {[auto_execok ps] ne {} ? {ps -e -o pid,user,args} : {sh -c {
    cd /proc && for pid in [0-9]*; do echo $pid $(cat $pid/comm); done 2>&-
}}}]
puts [nscg::container exec $box {*}$ps]

tell {Its mounts. None of them is in this machine's list:}
puts [nscg::container exec $box cut -d { } -f 1-3 /proc/mounts]

tell {It writes a file of its own, and reads it:}
puts [nscg::container exec $box sh -c {
    echo "process $$ of $(hostname) was here" > /etc/first
    cat /etc/first
}]

tell {Is /etc/first on this machine?}
puts [expr {[file exists /etc/first] ? "yes" : "no"}]

tell {What the container changed (A: added, C: changed, D: deleted):}
puts [join [nscg::container diff $box] \n]

tell {It is stopped, and removed with all that it wrote:}
puts [dict remove [nscg::container stop $box -grace 200] rusage]
nscg::container remove $box
