# What a test may leave behind besides what Tcl and the network have: groups,
# containers, mounts, programs in the background.
#
# Others on this machine make such things, too, at the same time. So that a test
# is not failed by them, groups and containers are asked for that are known to
# be this process's own.

# Notes in seen(NAME) which groups are made from now on.
proc ::nscg::lab::watch::Follow {name} {
    variable seen
    dict set seen($name) groups {}
    trace add execution ::nscg::cgroup::create leave \
        [list ::nscg::lab::watch::Created $name]
}

proc ::nscg::lab::watch::Unfollow {name} {
    trace remove execution ::nscg::cgroup::create leave \
        [list ::nscg::lab::watch::Created $name]
}

# A name without a "/" before it is below what `cgroup base` says now.
proc ::nscg::lab::watch::Created {name words code result operation} {
    variable seen
    if {$code != 0} {
        return
    }
    set groups [list $result]
    if {![string match /* $result]} {
        set groups [lmap base [dict values [::nscg::cgroup base]] {
            string cat [string trimright $base /] / $result
        }]
    }
    dict set seen($name) groups [lsort -unique \
        [concat [dict get $seen($name) groups] $groups]]
}

# Those of NAMES that are there.
proc ::nscg::lab::watch::Groups {names} {
    set found {}
    foreach name $names {
        try {
            ::nscg::cgroup list $name
            lappend found "group $name"
        } trap POSIX {} - trap {NSCG CGROUP} {} {
            # Gone, or its hierarchy is.
        }
    }
    return $found
}

# The containers that this process has made.
proc ::nscg::lab::watch::Containers {} {
    if {[namespace which ::nscg::record::claimer] eq {}} {
        # Nothing has asked for containers yet.
        return
    }
    try {
        set names [::nscg::record::folders]
    } trap {NSCG CONTAINER NOSTATE} {} {
        return
    }
    set me [::nscg::record::identity [pid]]
    return [lmap name $names {
        if {[::nscg::record::claimer $name] ne $me} continue
        set _ "container $name"
    }]
}

# The number of a mount tells it from one that was at the same place before.
proc ::nscg::lab::watch::Mounts {} {
    return [lmap mount [::nscg::mount list] {
        set _ "mount [dict get $mount target]\
            ([dict get $mount fstype], id [dict get $mount id])"
    }]
}

# The programs that this thread has started and has no handle for, but those
# that have ended and that nobody has asked for yet: Tcl does so later.
proc ::nscg::lab::watch::Children {} {
    try {
        set pids [Read /proc/thread-self/children]
    } trap {POSIX ENOENT} {} {
        # A kernel without CONFIG_PROC_CHILDREN.
        return
    }
    if {$pids eq {}} {
        return
    }
    set handled [Handled]
    set found {}
    foreach pid $pids {
        if {$pid ni $handled && [lindex [Status $pid] 0] ni {{} Z X}} {
            lappend found "process $pid ([Command $pid])"
        }
    }
    return $found
}

# The processes of handles, and their parents: a program in a pid namespace of
# its own has an init between it and this process.
proc ::nscg::lab::watch::Handled {} {
    set pids {}
    foreach handle [info commands ::nscg::process*\[0-9\]] {
        set pid [$handle pid]
        lappend pids $pid [lindex [Status $pid] 1]
    }
    return $pids
}

# Those children that were not there BEFORE. Who was told to end just now is
# given a moment.
proc ::nscg::lab::watch::NewChildren {before} {
    set end [expr {[clock milliseconds] + 1000}]
    while {[set left [New $before [Children]]] ne {}
            && [clock milliseconds] < $end} {
        after 10
    }
    return $left
}

# State and parent of a process; empty if it is gone.
proc ::nscg::lab::watch::Status {pid} {
    try {
        set line [Read /proc/$pid/stat]
    } trap POSIX {} {
        return
    }
    # The name stands in brackets and may hold any byte.
    return [lrange [string range $line [string last ) $line] end] 1 2]
}

proc ::nscg::lab::watch::Read {path} {
    set channel [open $path]
    try {
        return [string trim [read $channel]]
    } finally {
        close $channel
    }
}
