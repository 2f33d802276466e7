# Limits that hold: memory, processor time, processors, tasks, disks.

source [file join [file dirname [info script]] tell.tcl]

if {![needsRoot {limits set, and the kernel keeping them}]} {
    exit
}

# Runs a program in a new group with these limits, and says how it ended.
proc limited {limits args} {
    cgroup create /nscg-tour -set $limits
    set box [ns clone -cgroup /nscg-tour -stderr null -stdout null -- {*}$args]
    set status [$box wait -timeout 20000]
    puts "[dict remove $status rusage]"
    $box close
}

proc done {} {
    cgroup delete /nscg-tour -kill 1
}

tell {Memory: who takes more than the limit is killed, and it is counted.}
limited {memory.max 16M memory.swap.max 0} sh -c {
    a=x; while :; do a=$a$a; done
}
puts "killed for want of memory:\
    [dict get [cgroup stats /nscg-tour memory] oom_kill]"
done

tell {Processor time: a fifth of a processor, whatever it does. Two seconds:}
limited {cpu.max 0.2} timeout 2 sh -c {while :; do :; done}
set cpu [cgroup stats /nscg-tour cpu]
puts "[dict get $cpu usage_usec] microseconds used, throttled\
    [dict get $cpu nr_throttled] times"
done

tell {Processors: only the first.}
cgroup create /nscg-tour -set {cpuset.cpus 0}
puts [ns exec -cgroup /nscg-tour -- grep Cpus_allowed_list /proc/self/status]
done

tell {Tasks: no more than five.}
cgroup create /nscg-tour -set {pids.max 5}
catch {
    ns exec -cgroup /nscg-tour -- sh -c {
        for i in 1 2 3 4 5 6 7 8; do sleep 1 & done; wait
    }
} message
puts [lindex [split $message \n] 0]
puts "tasks at most: [cgroup get /nscg-tour pids.max]"
done

tell {Disks: bytes and requests in a second, for each.}
set disk {}
foreach name [glob -nocomplain -directory /sys/block -tails vd* sd* nvme*] {
    set file [open /sys/block/$name/dev]
    set disk [gets $file]
    close $file
    break
}
if {$disk ne {}} {
    cgroup create /nscg-tour -set [list io.max \
        [dict create $disk {wbps 1M riops 100}]]
    puts "for $disk: [dict get [cgroup get /nscg-tour io.max] $disk]"
    done
} else {
    puts "for no disk: there is none here"
}
