# Who runs in a container, and with what rights: user namespace, user and
# groups, capabilities, environment.

namespace eval ::nscg::identity {
    variable rows {
        {-user name 0}
        {-userns name {}}
        {-caps list default}
        {-nonewprivs bool 1}
        {-env env {}}
        {-workdir file /}
        {-cwd alias -workdir}
        {-init bool 1}
    }
    # Those of one more program; what is not given is as of the container.
    variable enterRows {
        {-user text {}}
        {-caps list {}}
        {-env env {}}
        {-workdir text {}}
        {-cwd alias -workdir}
    }

    # What Docker leaves, without mknod: there is no control group yet that
    # keeps a container from making, and opening, the host's disks.
    variable defaults {
        audit_write chown dac_override fowner fsetid kill net_bind_service
        net_raw setfcap setgid setpcap setuid sys_chroot
    }
    # Ids that no distribution gives to anybody: above those of /etc/subuid and
    # of systemd, below those that tools take for negative.
    variable free {0 1879048192 65536}
    variable path /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
}

proc ::nscg::identity::check {options} {
    set userns [dict get $options -userns]
    if {$userns eq {}} {
        set userns [expr {![privileged]}]
    }
    if {[string is boolean -strict $userns]} {
        set userns [expr {$userns ? [Own] : {}}]
    } elseif {$userns ni {{} self auto} && ![IsMap $userns]} {
        return -code error -errorcode {NSCG CONTAINER VALUE -userns} \
            "bad user namespace \"$userns\": must be a boolean, self, auto, or\
            a list of {inside outside count}"
    }
    dict set options -userns $userns
    Harmless $options
    if {![regexp {^[^:]+(:[^:]+)?$} [dict get $options -user]]} {
        return -code error -errorcode [list NSCG CONTAINER VALUE -user] \
            "bad user \"[dict get $options -user]\": must be USER or USER:GROUP"
    }
    foreach id [split [dict get $options -user] :] {
        if {$userns ni {{} auto} && [IsId $id] && ![mapped $userns $id]} {
            return -code error -errorcode [list NSCG CONTAINER VALUE -user] \
                "cannot use the user \"[dict get $options -user]\": the user\
                namespace \"$userns\" does not have $id (-userns auto has more\
                than one)"
        }
    }
    return $options
}

# The map of a user namespace that is only wanted to be one. For root itself to
# be root in it would be no protection: the kernel's settings in /proc are its
# own everywhere.
proc ::nscg::identity::Own {} {
    variable free
    if {![root] || [nested]} {
        return self
    }
    foreach range [Subordinate /etc/subuid] {
        if {$range in [Subordinate /etc/subgid]} {
            return [list [linsert $range 0 0]]
        }
    }
    return [list $free]
}

# The ranges {outside count} that FILE gives to root, of a usual size.
proc ::nscg::identity::Subordinate {file} {
    try {
        set channel [open $file]
    } trap POSIX {} {
        return {}
    }
    try {
        set text [read $channel]
    } finally {
        close $channel
    }
    return [lmap {- outside count} [regexp -inline -all -line \
            {^(?:root|0):([1-9]\d{0,9}):([1-9]\d{4,9})$} $text] {
        list $outside $count
    }]
}

# Raises an error where the machine's root would have the rights, or the ways,
# with which what a container has of /proc and /sys can be changed.
proc ::nscg::identity::Harmless {options} {
    set kept [kept [dict get $options -caps]]
    set map [dict get $options -userns]
    if {$map eq {} || ![root] || [nested] || ![holds $map 0]} {
        return
    }
    if {![dict get $options -masked]} {
        set way "-masked 0"
    } elseif {"sys_admin" in $kept} {
        set way "the capability sys_admin"
    } else {
        return
    }
    return -level 2 -code error -errorcode {NSCG CONTAINER VALUE -userns} \
        "cannot use the user namespace \"$map\" with $way: the machine's root\
        is in it, who could change the kernel's settings through /proc\
        (-userns 1 is without)"
}

proc ::nscg::identity::IsMap {map} {
    if {![string is list $map]} {
        return 0
    }
    foreach range $map {
        if {![string is list $range] || [llength $range] != 3
                || 0 in [lmap number $range {IsId $number}]} {
            return 0
        }
    }
    return 1
}

proc ::nscg::identity::IsId {text} {
    return [regexp {^(0|[1-9]\d{0,9})$} $text]
}

# -- This process --

proc ::nscg::identity::Status {field} {
    set channel [open /proc/self/status]
    try {
        regexp -line "^$field:\\s*(.*)$" [read $channel] - value
        return $value
    } finally {
        close $channel
    }
}

# The user as whom it acts.
proc ::nscg::identity::user {} {
    return [lindex [Status Uid] 1]
}

proc ::nscg::identity::root {} {
    return [expr {[user] == 0}]
}

# May this process mount, without a user namespace of its own?
proc ::nscg::identity::privileged {} {
    scan [Status CapEff] %llx mask
    return [expr {($mask >> 21) & 1}]
}

# Is it in another user namespace than the first one?
proc ::nscg::identity::nested {} {
    return [expr {[concat {*}[::nscg::ns idmap self uid]]
        ne {0 0 4294967295}}]
}

# Will the container be in another user namespace than the first one? Devices
# cannot be made there, and mounts may not be taken apart.
proc ::nscg::identity::confined {options} {
    return [expr {[userns $options] ne {} || [nested]}]
}

# -- The user namespace --

# The id map of the container's user namespace; empty if it has none.
proc ::nscg::identity::userns {options} {
    return [dict get $options -userns]
}

# The range of MAP that has ID, in column 0 inside, in column 1 outside; empty
# if none has.
proc ::nscg::identity::Range {map column id} {
    foreach range $map {
        set first [lindex $range $column]
        if {$id >= $first && $id < $first + [lindex $range 2]} {
            return $range
        }
    }
    return {}
}

# Is the id there, inside the map, or as a group here if that is empty?
proc ::nscg::identity::mapped {map id} {
    if {$map eq "auto"} {
        return 1
    }
    if {$map eq {}} {
        set map [::nscg::ns idmap self gid]
    } elseif {$map eq "self"} {
        return [expr {$id == 0}]
    }
    return [expr {[Range $map 0 $id] ne {}}]
}

# Is the id of ours mapped, outside the map? One that our own user namespace
# does not have appears as 65534.
proc ::nscg::identity::holds {map id} {
    if {$map eq {}} {
        return [expr {$id != 65534 || ![nested]}]
    }
    if {$map in {self auto}} {
        return [expr {$id == [user]}]
    }
    return [expr {[Range $map 1 $id] ne {}}]
}

# What the container's root is outside, {uid gid}; empty if it is who we are.
proc ::nscg::identity::outside {options} {
    set map [userns $options]
    if {$map in {{} self auto}} {
        return {}
    }
    lassign [Range $map 0 0] - outside
    return [expr {$outside eq {} ? {} : [list $outside $outside]}]
}

# -- Capabilities --

# The names that RULES leave. Its words are names, and the sets all, none and
# default; "-" before a word takes away, "+" adds. Unless the first word has no
# sign, it is the default set from which they do.
proc ::nscg::identity::kept {rules} {
    variable defaults
    set kept {}
    if {[regexp {^[-+]} [lindex $rules 0]]} {
        set kept $defaults
    }
    foreach rule $rules {
        regexp {^([-+]?)(.*)$} $rule - sign word
        set names [Names $word]
        set kept [lmap name $kept {
            expr {$name in $names ? [continue] : $name}
        }]
        if {$sign ne "-"} {
            lappend kept {*}$names
        }
    }
    return [lsort $kept]
}

proc ::nscg::identity::Names {word} {
    variable defaults
    set known [lmap name [::nscg::caps names] {string range $name 4 end}]
    set name [regsub ^cap_ [string tolower $word] {}]
    switch -- $name {
        "default" { return $defaults }
        all { return $known }
        none { return {} }
    }
    if {$name ni $known} {
        return -code error -level 2 \
            -errorcode [list NSCG CONTAINER CAPS $word] \
            "bad capability \"$word\": must be all, none, default, or one of\
            [join $known {, }]"
    }
    return [list $name]
}

# -- The steps --

# The step by which the program becomes its user; empty where it is him
# already, and can be nobody else.
proc ::nscg::identity::Login {options} {
    lassign [split [dict get $options -user] :] user group
    if {[userns $options] eq "self" && $user in {0 root}
            && $group in {{} 0 root}} {
        return {}
    }
    set step [list login $user]
    if {$group ne {}} {
        lappend step $group
    }
    if {[dict exists $options -env HOME]} {
        lappend step -home 0
    }
    return $step
}

# Nothing is given up before it has been used: what may ever be had is limited
# first, then the user changes, then what is had goes.
proc ::nscg::identity::Steps {options} {
    set keep [kept [dict get $options -caps]]
    set steps [list [list caps bound $keep]]
    set login [Login $options]
    if {$login ne {}} {
        lappend steps $login
    }
    lappend steps [list caps drop all -keep $keep]
    if {[dict get $options -nonewprivs]} {
        lappend steps nonewprivs
    }
    return $steps
}

# For him who will delete what the container's users own; and their root must
# get to its layers.
proc ::nscg::identity::make {container} {
    set folder [dict get $container folder]
    set map [userns [dict get $container options]]
    if {$map ni {{} self}} {
        set channel [open [file join $folder idmap] w]
        puts $channel $map
        close $channel
    }
    set owner [outside [dict get $container options]]
    if {$owner ne {}} {
        file attributes $folder -group [lindex $owner 1] -permissions 0o710
    }
}

proc ::nscg::identity::recipe {container} {
    set options [dict get $container options]
    set words [list -env [environment $container] \
        -cwd [dict get $options -workdir] -init [dict get $options -init]]
    set userns [userns $options]
    if {$userns ne {}} {
        lappend words -new user -uidmap $userns
    }
    return [dict create options $words identity [Steps $options]]
}

proc ::nscg::identity::enter {container} {
    set options [dict get $container options]
    return [dict create identity [Steps $options] options [list \
        -env [environment $container] -cwd [dict get $options -workdir]]]
}

# Nothing of this process's environment goes into a container. HOME is set by
# the step login, where there is one.
proc ::nscg::identity::environment {container} {
    variable path
    set options [dict get $container options]
    return [dict merge [list PATH $path HOME /root \
        HOSTNAME [::nscg::names::hostname $container]] \
        [dict get $options -env]]
}
