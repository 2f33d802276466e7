# PID: process numbers of its own, one namespace in another, and how it looks
# from outside (N8 and N10).

source [file join [file dirname [info script]] tell.tcl]

# The numbers that a process has, from this pid namespace down to its own.
proc numbers {pid} {
    return [exec sed -n {s/^NSpid:\t//p} /proc/$pid/status]
}

tell {A shell is process 1 of a pid namespace, and makes another in that, with
   another shell as process 1, which starts a sleeper.}
set box [ns clone -new [kinds pid mnt] -init 0 -stderr null -setup {
    {mount new proc /proc}
} sh -c {unshare -p -f sh -c "sleep 1001; :"; sleep 1002; :}]
while {[dict get [set last [lindex [ns processes $box] end]] command]
    ne "sleep 1001"} {
    after 10
}
set sleeper [dict get $last pid]
puts "the shell's numbers, here and there: [numbers [$box pid]]"
puts "the sleeper's, on three levels: [numbers $sleeper]"

tell {All of both namespaces, from outside, with both numbers:}
foreach process [ns processes $box] {
    puts [format {%7s is %2s there: %s} [dict get $process pid] \
        [dict get $process nspid] [join [dict get $process command]]]
}

tell {Inside nothing of this machine is seen. All that ps finds:}
puts [ns exec -joinall $box ps -e -o pid,ppid,comm]

tell {From the inner namespace nothing of the outer one can be reached: there
   is no number for it. Process 2 there is the sleeper, and 99 is nobody.}
puts [ns exec -joinall $box nsenter -t 4 -p \
    sh -c {kill -0 2 && echo "2 is there"; kill -0 99 2>&1 || :}]

tell {The outer one sees and signals the inner one's:}
ns exec -joinall $box kill -KILL 4
while {[file exists /proc/$sleeper]} {
    after 10
}
puts "the sleeper has ended"

$box close
