# What a container may use: its control group, with its limits. Every program
# of it is in the group, and what is in the group ends with the container.
#
# The group's name has a part that nobody else would choose, and it stands in
# the container's record before there is a group. So one of that name was made
# for this container, whoever finds it, and may be removed with all in it.

namespace eval ::nscg::limits {
    variable rows {
        {-memory size {}}
        {-swap size {}}
        {-cpus cores {}}
        {-cpushares count {}}
        {-cpuset text {}}
        {-pids count {}}
        {-io list {}}
        {-ioweight count {}}
        {-devices list {}}
        {-cgroup text {}}
    }

    # The devices that Docker lets a container open, and what every container
    # has in its /dev. To make a node is no harm where it cannot be opened.
    variable devices {
        {c *:* m} {b *:* m}
        {c 1:3 rwm} {c 1:5 rwm} {c 1:7 rwm} {c 1:8 rwm} {c 1:9 rwm}
        {c 5:0 rwm} {c 5:1 rwm} {c 5:2 rwm} {c 136:* rwm}
    }
}

proc ::nscg::limits::check {options} {
    set shares [dict get $options -cpushares]
    if {$shares ne {} && ($shares eq "max" || $shares < 2
            || $shares > 262144)} {
        Bad -cpushares $shares "be 2 to 262144"
    }
    set weight [dict get $options -ioweight]
    if {$weight ne {} && ($weight eq "max" || $weight < 1
            || $weight > 10000)} {
        Bad -ioweight $weight "be 1 to 10000"
    }
    if {[llength [dict get $options -io]] % 2} {
        Bad -io [dict get $options -io] "be a dict: device, limits"
    }
    return $options
}

proc ::nscg::limits::Bad {option value must} {
    return -level 2 -code error \
        -errorcode [list NSCG CONTAINER VALUE $option] \
        "bad value \"$value\" for $option: must $must"
}

# The keys of `cgroup set` that OPTIONS ask for, and their values.
proc ::nscg::limits::Keys {options} {
    set keys {}
    foreach {option key} {
        -memory memory.max -swap memory.swap.max -cpus cpu.max
        -cpuset cpuset.cpus -pids pids.max -io io.max -ioweight io.weight
    } {
        if {[dict get $options $option] ne {}} {
            dict set keys $key [dict get $options $option]
        }
    }
    set shares [dict get $options -cpushares]
    if {$shares ne {}} {
        # 1024 of them are the weight 100, in the kernel as well.
        dict set keys cpu.weight \
            [expr {min(10000, max(1, ($shares * 100 + 512) / 1024))}]
    }
    return $keys
}

# Does it take a group to give what OPTIONS ask for?
proc ::nscg::limits::Wanted {options} {
    return [expr {[Keys $options] ne {} || [dict get $options -cgroup] ne {}
        || [dict get $options -devices] ni {{} all}}]
}

# -- Where --

# The groups in which the container's may be made, one after the other.
proc ::nscg::limits::Parents {options} {
    set parent [dict get $options -cgroup]
    if {$parent ne {}} {
        return [list [Absolute $parent]]
    }
    if {[::nscg::identity::root] && ![::nscg::identity::nested]} {
        return /
    }
    set bases [Bases]
    if {[dict exists [::nscg::cgroup base] unified]} {
        # One tree is enough to stand in.
        set bases [lrange $bases 0 0]
    }
    # Beside this process's own group is as good as in it, where others who
    # have been there before forbid groups in it.
    return [concat {*}[lmap base $bases {
        expr {$base eq "/" ? "/" : [list $base [file dirname $base]]}
    }]]
}

# The groups that relative names are below: one, unless this process is in
# different groups of different hierarchies. That of version 2 comes first.
proc ::nscg::limits::Bases {} {
    # A hierarchy without controllers limits nothing.
    set base [dict filter [::nscg::cgroup base] script {label -} {
        expr {![string match name=* $label]}
    }]
    set bases {}
    foreach label [list unified {*}[dict keys $base]] {
        if {[dict exists $base $label]
                && [dict get $base $label] ni $bases} {
            lappend bases [dict get $base $label]
        }
    }
    return [expr {$bases eq {} ? "/" : $bases}]
}

# NAME seen from the top. Whoever finds the record may have another base.
proc ::nscg::limits::Absolute {name} {
    if {[string match /* $name]} {
        return $name
    }
    set bases [Bases]
    if {[llength $bases] > 1} {
        return -level 2 -code error \
            -errorcode [list NSCG CONTAINER CGROUP $name] \
            "cannot make a group in \"$name\": this process is in different\
            groups of different hierarchies; begin the name with a \"/\""
    }
    return [file join / [lindex $bases 0] $name]
}

# The names that the group may get, before there is one.
proc ::nscg::limits::plan {container} {
    set leaf [format nscg-%s-%08x [dict get $container name] \
        [expr {int(rand() * 0x100000000)}]]
    set groups {}
    if {[::nscg::cgroup mode] ne "none"} {
        set groups [lmap parent [Parents [dict get $container options]] {
            file join $parent $leaf
        }]
    }
    return [dict create \
        part [dict create groups $groups group {}] \
        undo [expr {$groups eq {} ? {}
            : [list [list ::nscg::limits::undo {*}$groups]]}]]
}

# -- Making it --

proc ::nscg::limits::start {container stack} {
    set part [dict get $container limits]
    set options [dict get $container options]
    set keys [Keys $options]
    try {
        dict set part group [Make [dict get $part groups] $keys]
        Devices [dict get $part group] $options
        Limit [dict get $part group] $keys $options
    } on error {message detail} {
        if {[Wanted $options]} {
            return -options $detail "cannot limit the container\
                \"[dict get $container name]\": $message"
        }
        # It runs without a group, and this says why.
        undo {*}[dict get $part groups]
        dict set part group {}
        dict set part why $message
    }
    return $part
}

# Makes the first of GROUPS that can be made: with everything that is to be had,
# or with what KEYS need.
proc ::nscg::limits::Make {groups keys} {
    set controllers [lsort -unique [lmap key [dict keys $keys] {
        lindex [split $key .] 0
    }]]
    set first {}
    foreach group $groups {
        foreach words [list {} [list -controllers $controllers]] {
            try {
                ::nscg::cgroup create $group {*}$words
                return $group
            } on error {message detail} {
                if {$first eq {}} {
                    set first [list $message $detail]
                }
            }
        }
    }
    if {$first eq {}} {
        return -code error -errorcode {NSCG CGROUP NOTMOUNTED} \
            "no control groups are mounted here"
    }
    return -options [lindex $first 1] [lindex $first 0]
}

# A limit of memory would be none if what is above it went to the swap. Unless
# it was asked for, it is no failure that the kernel does not count that.
proc ::nscg::limits::Limit {group keys options} {
    if {[dict exists $keys memory.max] && [dict get $keys memory.max] ne "max"
            && ![dict exists $keys memory.swap.max]} {
        try {
            return [::nscg::cgroup set $group {*}$keys memory.swap.max 0]
        } trap {NSCG CGROUP UNSUPPORTED memory.swap.max} {} {
            # Then there is nothing to be limited.
        }
    }
    if {$keys ne {}} {
        ::nscg::cgroup set $group {*}$keys
    }
}

# Only who may set rules for devices has a reason to: others cannot make any.
proc ::nscg::limits::Devices {group options} {
    variable devices
    set rules [dict get $options -devices]
    if {$rules eq "all"} {
        return
    }
    try {
        ::nscg::cgroup devices $group deny all allow {*}$devices {*}$rules
    } on error {message detail} {
        if {$rules ne {}} {
            return -options $detail $message
        }
    }
}

# Removes those of GROUPS that are there, with all who are in them.
proc ::nscg::limits::undo {args} {
    foreach group $args {
        if {![regexp {^/(?:.*/)?nscg-[^/]+-[0-9a-f]{8}$} $group]} {
            error "\"$group\" is no container's group"
        }
        try {
            ::nscg::cgroup delete $group -recursive 1 -kill 1 -timeout 5000
        } trap {POSIX ENOENT} {} - trap {NSCG CGROUP NOTMOUNTED} {} {
            # It was not made, or is gone.
        }
    }
}

# -- What is in it --

proc ::nscg::limits::recipe {container} {
    set group [group $container]
    return [expr {$group eq {} ? {}
        : [dict create options [list -cgroup [list $group]]]}]
}

proc ::nscg::limits::enter {container} {
    return [recipe $container]
}

# The group of a container that was started; empty if it has none.
proc ::nscg::limits::group {container} {
    return [expr {[dict exists $container limits group]
        ? [dict get $container limits group] : {}}]
}

# The same, or an error that says why it has none.
proc ::nscg::limits::need {container matter} {
    set group [group $container]
    if {$group ne {}} {
        return $group
    }
    set name [dict get $container name]
    set why "it has no control group"
    if {[dict exists $container limits why]} {
        append why ", for: [dict get $container limits why]"
    }
    return -level 2 -code error \
        -errorcode [list NSCG CONTAINER NOGROUP $name] \
        "cannot $matter the container \"$name\": $why"
}

proc ::nscg::limits::paused {container} {
    set group [group $container]
    if {$group eq {}} {
        return 0
    }
    foreach {key value} {cgroup.freeze 1 freezer.state FROZEN} {
        try {
            return [expr {[::nscg::cgroup get $group $key] eq $value}]
        } on error {} {
            # The other version has it, or it is gone.
        }
    }
    return 0
}

# What the group knows of how the container ended, which had STATUS: `oom 1`
# where its limit killed the program.
proc ::nscg::limits::ended {container status} {
    set group [group $container]
    if {$group eq {} || [dict exists $status oom]
            || ![Killed $status]} {
        return $status
    }
    try {
        set memory [::nscg::cgroup stats $group memory]
    } on error {} {
        return $status
    }
    if {[dict exists $memory memory]} {
        set memory [dict get $memory memory]
    }
    if {[dict exists $memory oom_kill] && [dict get $memory oom_kill] > 0} {
        dict set status oom 1
    }
    return $status
}

# Shells say 137 of a program of theirs that was killed.
proc ::nscg::limits::Killed {status} {
    switch -- [dict get $status state] {
        signaled { return [expr {[dict get $status signal] eq "SIGKILL"}] }
        exited { return [expr {[dict get $status code] == 137}] }
    }
    return 1
}
