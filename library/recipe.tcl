# A container is a list of steps. Contributors, each a namespace of ::nscg,
# know one matter each: `recipe` puts together what they say.
#
# A contributor has a variable
#
#     rows            its options, see options.tcl
#
# and any of these procedures. CONTAINER is a dict: name, folder, options,
# command, state, and under each contributor's name what its `create` and its
# `start` returned.
#
#     check OPTIONS              returns the options, or an error
#     create CONTAINER           what is to be kept; nothing is made yet
#     make CONTAINER             makes, in the container's folder, what lasts
#     plan CONTAINER             before each start, a dict: part, what is to be
#                                kept of it, and undo, the inverses of what
#                                `start` is about to do. They are noted before
#                                it is done, and must be nothing where it was
#                                not.
#     start CONTAINER STACK      before each start: changes the system, pushes
#                                the inverse on the undo stack
#     undo ARG ...               the inverse, and the only command that may be
#                                pushed there: it is kept in the container's
#                                record, where it is what may be run
#     launched CONTAINER         its program runs
#     recipe CONTAINER           a dict: the phases' steps, and under options
#                                those of ns clone
#     enter CONTAINER            the same for a program in one that runs
#     ended CONTAINER STATUS     returns the status, with what it knows of the
#                                end; nothing is undone yet

namespace eval ::nscg::recipe {
    # The network comes before the users: that of another container decides
    # who they are.
    variable contributors {
        rootfs standard volumes names network identity limits
    }

    # The steps' order. Until `enter` paths are the host's, and the root is
    # reached through -root alone; from then on there is no host any more.
    variable phases {
        root places seal mounts enter settings identity
    }
}

# Calls PROCEDURE of every contributor that has it, with ARGS. Returns a dict
# of what they returned.
proc ::nscg::recipe::each {procedure args} {
    variable contributors
    set results {}
    foreach contributor $contributors {
        set command ::nscg::${contributor}::$procedure
        if {[info procs $command] ne {}} {
            dict set results $contributor [$command {*}$args]
        }
    }
    return $results
}

# Is COMMAND, a list, the inverse of what a contributor's start does?
proc ::nscg::recipe::undoes {command} {
    variable contributors
    return [expr {[string is list $command]
        && [regexp {^::nscg::(\w+)::undo$} [lindex $command 0] - contributor]
        && $contributor in $contributors}]
}

# The rows of all options.
proc ::nscg::recipe::rows {} {
    variable contributors
    return [concat {*}[lmap contributor $contributors {
        if {![info exists ::nscg::${contributor}::rows]} {
            continue
        }
        set ::nscg::${contributor}::rows
    }]]
}

# How CONTAINER is started: a dict with the options of ns clone, the steps of
# its -setup, and roots, the number of steps with which the layers are
# mounted. It is made of the container's dict alone, and of what the host has
# in /proc and /sys.
proc ::nscg::recipe::build {container} {
    return [Compose [each recipe $container]]
}

# The same for one more program in a container that runs.
proc ::nscg::recipe::enter {container} {
    return [Compose [each enter $container]]
}

# The options as their contributors take them.
proc ::nscg::recipe::check {options} {
    variable contributors
    foreach contributor $contributors {
        set command ::nscg::${contributor}::check
        if {[info procs $command] ne {}} {
            set options [$command $options]
        }
    }
    return $options
}

# How CONTAINER has ended, which had STATUS.
proc ::nscg::recipe::ended {container status} {
    variable contributors
    foreach contributor $contributors {
        set command ::nscg::${contributor}::ended
        if {[info procs $command] ne {}} {
            set status [$command $container $status]
        }
    }
    return $status
}

proc ::nscg::recipe::Compose {parts} {
    variable phases
    set options {}
    set steps {}
    foreach part [dict values $parts] {
        set options [Merge $options $part]
    }
    foreach phase $phases {
        foreach part [dict values $parts] {
            if {[dict exists $part $phase]} {
                lappend steps {*}[dict get $part $phase]
            }
        }
        if {$phase eq "root"} {
            set roots [llength $steps]
        }
    }
    return [dict create options [Joined $options] steps $steps roots $roots]
}

# A namespace that is entered is not made, and the ids of a user namespace that
# is entered are there.
proc ::nscg::recipe::Joined {options} {
    if {![dict exists $options -join]} {
        return $options
    }
    set kinds [dict keys [dict get $options -join]]
    dict set options -new [lmap kind [dict get $options -new] {
        expr {$kind in $kinds ? [continue] : $kind}
    }]
    if {"user" in $kinds} {
        dict unset options -uidmap
    }
    return $options
}

# Adds the options of PART; kinds of namespaces add up.
proc ::nscg::recipe::Merge {options part} {
    if {![dict exists $part options]} {
        return $options
    }
    set more [dict get $part options]
    if {[dict exists $options -new] && [dict exists $more -new]} {
        dict set more -new [lsort -unique [concat \
            [dict get $options -new] [dict get $more -new]]]
    }
    return [dict merge $options $more]
}

# The steps that make a mount point of TYPE (directory or file) at PATH in the
# container's root; none, if LOWER is 1 and the lower layer has it plainly.
proc ::nscg::recipe::place {container path type {lower 1}} {
    set root [::nscg::rootfs::place $container]
    set below [::nscg::rootfs::under [::nscg::rootfs::lower $container] $path]
    if {$lower && [type $below] eq $type} {
        return {}
    }
    if {$type eq "directory"} {
        return [list [list mkdir $path 755 -parents 1 -root $root]]
    }
    set steps {}
    set folder [file dirname $path]
    if {$folder ne "/"} {
        lappend steps [list mkdir $folder 755 -parents 1 -root $root]
    }
    return [lappend steps \
        [list write $path {} -append 1 -mode 644 -root $root]]
}

# What is at PATH: file, directory, link ...; empty if nothing is.
proc ::nscg::recipe::type {path} {
    try {
        file lstat $path stat
        return $stat(type)
    } trap POSIX {} {
        return {}
    }
}
