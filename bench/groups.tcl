# groups.tcl --
#
#       What bench.tcl asks a contestant for that has to do with control
#       groups: a part of contestant.tcl.
#
#       NSCG_BENCH_GROUP in the environment is the name of a group that is the
#       bench's own; all others are in it. NSCG_BENCH_PID is a process that may
#       be moved about.

namespace eval ::group {
    variable top {}
    variable pid {}
    variable files {}
    variable next 0
    variable controllers {cpu cpuacct memory pids io}
    if {[info exists ::env(NSCG_BENCH_GROUP)]} {
        set top $::env(NSCG_BENCH_GROUP)
        set pid $::env(NSCG_BENCH_PID)
    }
}

# -- What has to be there --------------------------------------------------------

# The group that is asked about, and the one where the process is at home. The
# files that nscg reads of the former, which it keeps open, go to a file.
proc ::group::make {} {
    variable top
    variable pid
    variable files
    variable controllers
    # As either version calls it.
    set mounted [string map {blkio io} [dict keys [dict filter \
        [cgroup controllers] script {- where} {dict get $where mounted}]]]
    set controllers [lmap controller $controllers {
        if {$controller ni $mounted} continue
        set controller
    }]
    cgroup create $top -controllers $controllers
    cgroup create $top/one -controllers $controllers
    cgroup create $top/home -controllers {cpu memory pids}
    cgroup attach $top/home $pid
    for {set i 0} {$i < 3} {incr i} {
        cgroup stats $top/one
    }
    # As they are open through a mount that stands nowhere, they have no path.
    foreach link [glob -directory /proc/self/fd *] {
        if {[catch {file readlink $link} path]
                || ![string match */one/* $path]} continue
        foreach hierarchy [cgroup hierarchies] {
            set path [dict get $hierarchy path]$top/one/[file tail $path]
            if {[file exists $path]} {
                lappend files $path
            }
        }
    }
    set files [lsort -unique $files]
    set channel [open [file join $::folder files] w]
    puts $channel $files
    close $channel
    return 0
}

# A thousand groups beside it.
proc ::group::crowd {} {
    variable top
    variable controllers
    for {set i 0} {$i < 1000} {incr i} {
        cgroup create $top/$i -controllers $controllers
    }
    # The kernel makes what it needs for a file when it is first opened.
    for {set i 0} {$i < 1000} {incr i} {
        cgroup stats $top/$i
    }
    return 0
}

proc ::group::disperse {} {
    variable top
    for {set i 0} {$i < 1000} {incr i} {
        cgroup delete $top/$i
    }
    return 0
}

# -- Contests ----------------------------------------------------------------------

# Twenty times what one group has counted.
proc ::group::stats {} {
    variable top
    set name $top/one
    for {set i 0} {$i < 20} {incr i} {
        cgroup stats $name
    }
    return 0
}

# Of twenty groups in turn, ever others: none is known.
proc ::group::statsMany {} {
    variable top
    variable next
    for {set i 0} {$i < 20} {incr i} {
        cgroup stats $top/$next
        set next [expr {($next + 1) % 1000}]
    }
    return 0
}

# The same files, and nothing made of them.
proc ::group::statsTcl {} {
    variable files
    for {set i 0} {$i < 20} {incr i} {
        foreach file $files {
            set channel [open $file]
            read $channel
            close $channel
        }
    }
    return 0
}

proc ::group::life {} {
    variable top
    variable pid
    for {set i 0} {$i < 3} {incr i} {
        cgroup create $top/life -controllers {cpu memory pids} \
            -set {cpu.max 0.5 memory.max 64M pids.max 20}
        cgroup attach $top/life $pid
        cgroup attach $top/home $pid
        cgroup delete $top/life
    }
    return 0
}

# The same, by one command more: what is set of a group that others may see by
# then is noted, to be put back if the next is refused.
proc ::group::lifeSet {} {
    variable top
    variable pid
    for {set i 0} {$i < 3} {incr i} {
        cgroup create $top/life -controllers {cpu memory pids}
        cgroup set $top/life cpu.max 0.5 memory.max 64M pids.max 20
        cgroup attach $top/life $pid
        cgroup attach $top/home $pid
        cgroup delete $top/life
    }
    return 0
}
