# Process 1 of a pid namespace: parent of orphans, safe from inside, and the
# end of all when it ends (N9).

source [file join [file dirname [info script]] tell.tcl]

tell {A shell is process 1, and waits for its children.}
set box [ns clone -new [kinds pid mnt] -init 0 -setup {
    {mount new proc /proc}
} sh -c {sleep 1001 & sleep 1002 & wait; :}]
while {[llength [ns processes $box]] < 3} {
    after 10
}
set sleeper [dict get [lindex [ns processes $box] end] pid]

tell {An orphan becomes the child of process 1, which reaps it.}
puts [ns exec -joinall $box sh -c {
    pid=$(sh -c 'sleep 0.3 > /dev/null & echo $!')
    echo "the orphan's $(grep PPid: /proc/$pid/status)"
    sleep 0.6
    test -e /proc/$pid && echo "a zombie is left" || echo "no zombie is left"
}]

tell {From inside, SIGKILL and SIGTERM do nothing to process 1.}
puts [ns exec -joinall $box sh -c {kill -KILL 1; kill -TERM 1; echo sent}]
puts "process 1: [dict get [$box status] state]"

tell {From outside, SIGTERM does nothing either: the shell has no handler for
   it. But SIGSTOP is forced on it.}
$box signal TERM
$box signal STOP
after 100
show grep State: /proc/[$box pid]/status
$box signal CONT

tell {From outside, SIGKILL ends process 1, and with it all the others:}
puts "the sleeper is there: [file exists /proc/$sleeper]"
$box signal KILL
puts "process 1: [dict remove [$box wait] rusage]"
puts "the sleeper is there: [file exists /proc/$sleeper]"

tell {nscg's own process 1, if -init is not 0, does this for any program: it
   passes signals on, and reaps.}
puts [ns exec -new [kinds pid mnt] -setup {{mount new proc /proc}} \
    ps -e -o pid,ppid,comm]

$box close
