# /proc mounted anew in a pid namespace, so that ps shows only what is in it.

source [file join [file dirname [info script]] tell.tcl]

tell {In a new pid namespace a shell says its own number:}
puts [ns exec -new [kinds pid mnt] -- sh -c {echo $$}]

tell {But its /proc is still this machine's. How many processes that lists:}
puts [ns exec -new [kinds pid mnt] -- sh -c {set -- /proc/[0-9]*; echo $#}]

tell {The same once /proc is mounted anew. Now 1 is nscg's init, 2 the shell:}
set box [ns clone -new [kinds pid mnt] -setup {
    {mount new proc /proc}
} -- sleep 1000]
puts [ns exec -joinall $box -- sh -c {
    cd /proc && for pid in [0-9]*; do
        [ -r $pid/comm ] && echo $pid $(cat $pid/comm)
    done
    true
}]

if {[auto_execok ps] ne {}} {
    tell {ps reads /proc, so it sees only the namespace:}
    puts [ns exec -joinall $box -- ps -e -o pid,ppid,args]
}

tell {From here, the same sleep has another number (in front), and the kernel
   knows both of them:}
puts "[$box pid] here, [$box nspid] there"
set status [open /proc/[$box pid]/status]
puts [lsearch -inline [split [read $status] \n] NSpid:*]
close $status

tell {The /proc of this machine is mounted as before, and only once:}
puts [llength [lsearch -all -inline -index 1 [lmap mount [mount list] {
    list [dict get $mount fstype] [dict get $mount target]
}] /proc]]

$box close
