# What nscg::doctor tries with control groups: each is a group of its own, with
# a program in it, and the group is removed again.

namespace eval ::nscg::groups {
    # Each probe: name, what it is, what is set of the group, and a command that
    # takes the group's name, or nothing.
    variable probes {
        group {control groups} {} {}
        memory {a limit of memory} {memory.max 64M} {}
        cpu {a limit of processor time} {cpu.max 0.5} {}
        pids {a limit of processes} {pids.max 100} {}
        io {limits of disks} {} ::nscg::groups::Io
        devices {rules for devices} {} ::nscg::groups::Devices
        freeze {freezing} {} ::nscg::groups::Freeze
    }
}

# For each probe a dict, as nscg::doctor returns it.
proc ::nscg::groups::probe {} {
    variable probes
    set found {}
    # Groups are tried where containers have theirs.
    if {[info procs ::nscg::limits::Parents] eq {}} {
        ::nscg::Read container.tcl container
    }
    foreach {name title settings command} $probes {
        dict set found $name \
            [dict merge [dict create title $title] [Try $settings $command]]
    }
    return $found
}

# Where groups of containers are made, one of the places that are allowed.
proc ::nscg::groups::Make {} {
    set leaf nscg-doctor-[pid]
    foreach parent [::nscg::limits::Parents {-cgroup {}}] {
        try {
            return [::nscg::cgroup create [file join $parent $leaf]]
        } on error {message detail} {
            # The reason of the last one is told.
        }
    }
    return -options $detail $message
}

proc ::nscg::groups::Try {settings command} {
    try {
        set group [Make]
    } on error {message detail} {
        return [Refused $message $detail]
    }
    try {
        if {$settings ne {}} {
            ::nscg::cgroup set $group {*}$settings
        }
        if {$command ne {}} {
            $command $group
        }
        ::nscg::ns exec -cgroup [list $group] -timeout 10000 -- true
        return [dict create works 1]
    } on error {message detail} {
        return [Refused $message $detail]
    } finally {
        ::nscg::cgroup delete $group -kill 1
    }
}

proc ::nscg::groups::Refused {message detail} {
    return [dict create works 0 reason $message \
        code [dict get $detail -errorcode]]
}

# A limit for the first disk there is; to none for who has none.
proc ::nscg::groups::Io {group} {
    foreach path [glob -nocomplain -directory /sys/block */dev] {
        set file [open $path]
        set device [gets $file]
        close $file
        if {![regexp {/(loop|ram|zram)\d} $path]} {
            ::nscg::cgroup set $group io.max \
                [dict create $device {wbps 100M}]
            return
        }
    }
    ::nscg::cgroup get $group io.max
}

proc ::nscg::groups::Devices {group} {
    ::nscg::cgroup devices $group deny {b *:* m}
}

proc ::nscg::groups::Freeze {group} {
    ::nscg::cgroup freeze $group
    ::nscg::cgroup thaw $group
}
