# What a container changed, read from its layers.
#
# A container's mount points had to be made where there were none: empty, they
# are no change of the container's, and neither are the folders above them.

namespace eval ::nscg::diff {}

# See container diff. Folders that other users of the container closed can be
# read by its root alone: then this is done in such a user namespace.
proc ::nscg::diff::changes {record} {
    try {
        return [Changes $record]
    } trap {POSIX EACCES} {message detail} {
        set map [::nscg::identity::userns [dict get $record options]]
        if {$map in {{} self}} {
            return -options $detail $message
        }
    }
    return [::nscg::ns exec -new user -uidmap $map -input "
        lappend auto_path [list [file dirname $::nscg::library]]
        package require nscg
        source [list [file join $::nscg::library container.tcl]]
        puts \[::nscg::diff::Changes [list $record]]
    " -- [info nameofexecutable]]
}

proc ::nscg::diff::Changes {record} {
    set changes {}
    foreach layer [dict get $record rootfs layers] {
        switch -- [dict get $layer kind] {
            overlay {
                lappend changes {*}[Overlay $layer]
            }
            copy {
                lappend changes {*}[Copy $layer {}]
            }
            folder {
                if {[dict get $layer path] eq "/"} {
                    lappend changes {*}[Base [dict get $layer upper] {} \
                        [Skeleton $record]]
                }
            }
        }
    }
    return [lsort -index 1 [Without $changes [Places $record]]]
}

# -- An overlay's upper folder --

proc ::nscg::diff::Overlay {layer} {
    set top [dict get $layer path]
    set lower [dict get $layer lower]
    set changes {}
    # What is the container's own alone, with all below: below a folder there is
    # nothing of the lower layer's unless that has a folder there as well. A
    # link there would lead elsewhere.
    set own {}
    foreach entry [::nscg::mount layer [dict get $layer upper]] {
        set path [dict get $entry path]
        set shown [::nscg::rootfs::under $top $path]
        if {[dict exists $own [Above $path]]} {
            set there {}
        } else {
            set there [::nscg::recipe::type \
                [::nscg::rootfs::under $lower $path]]
        }
        if {$there ne "directory"} {
            dict set own $path 1
        }
        if {[dict get $entry type] eq "whiteout"} {
            if {$there ne {}} {
                lappend changes [list D $shown]
            }
        } elseif {$there eq {}} {
            lappend changes [list A $shown]
        } else {
            lappend changes [list C $shown]
            if {$there eq "directory" && [dict exists $entry opaque]} {
                lappend changes {*}[Hidden $layer $path]
            }
        }
    }
    if {$changes ne {} && $top ne "/"} {
        lappend changes [list C $top]
    }
    return $changes
}

# The folder of PATH, whatever characters it has.
proc ::nscg::diff::Above {path} {
    return [string range $path 0 [string last / $path]-1]
}

proc ::nscg::diff::There {path} {
    return [expr {[::nscg::recipe::type $path] ne {}}]
}

# What an opaque folder at PATH hides, and does not have itself.
proc ::nscg::diff::Hidden {layer path} {
    set lower [::nscg::rootfs::under [dict get $layer lower] $path]
    set changes {}
    foreach name [::nscg::hostview::entries $lower] {
        if {![There [dict get $layer upper]$path/$name]} {
            lappend changes [list D [::nscg::rootfs::under \
                [dict get $layer path] $path/$name]]
        }
    }
    return $changes
}

# -- The base of a split view --

# What was put into the base: PATH -> kind, or {link TARGET}.
proc ::nscg::diff::Skeleton {record} {
    set skeleton {}
    foreach layer [dict get $record rootfs layers] {
        set kind [dict get $layer kind]
        if {$kind eq "link"} {
            lappend kind [dict get $layer target]
        }
        dict set skeleton [dict get $layer path] $kind
    }
    return $skeleton
}

proc ::nscg::diff::Base {base path skeleton} {
    set changes {}
    foreach name [::nscg::hostview::entries $base$path] {
        set below $path/$name
        if {![dict exists $skeleton $below]} {
            lappend changes {*}[Added $base $below]
            continue
        }
        set kind [dict get $skeleton $below]
        set type [::nscg::recipe::type $base$below]
        if {$kind eq "folder" && $type eq "directory"} {
            lappend changes {*}[Base $base $below $skeleton]
        } elseif {[lindex $kind 0] in {link folder} && $kind ne
                [list {*}[string map {directory folder} $type] \
                    {*}[Target $base$below]]} {
            lappend changes [list C $below]
        }
    }
    dict for {below kind} $skeleton {
        if {[file dirname $below] eq [expr {$path eq {} ? "/" : $path}]
                && $below ne "/" && ![There $base$below]} {
            lappend changes [list D $below]
        }
    }
    if {$changes ne {} && $path ne {}} {
        lappend changes [list C $path]
    }
    return $changes
}

proc ::nscg::diff::Target {path} {
    if {[::nscg::recipe::type $path] ne "link"} {
        return {}
    }
    return [list [file readlink $path]]
}

proc ::nscg::diff::Added {base path} {
    set changes [list [list A $path]]
    if {[::nscg::recipe::type $base$path] eq "directory"} {
        foreach name [::nscg::hostview::entries $base$path] {
            lappend changes {*}[Added $base $path/$name]
        }
    }
    return $changes
}

# -- A copy --

proc ::nscg::diff::Copy {layer path} {
    set upper [dict get $layer upper]$path
    set lower [::nscg::rootfs::under [dict get $layer lower] $path]
    set changes {}
    set names [concat [::nscg::hostview::entries $lower] \
        [::nscg::hostview::entries $upper]]
    foreach name [lsort -unique $names] {
        set below $path/$name
        if {![There $upper/$name]} {
            lappend changes [list D $below]
        } elseif {![There $lower/$name]} {
            lappend changes {*}[Added [dict get $layer upper] $below]
        } else {
            set inner {}
            if {[::nscg::recipe::type $upper/$name] eq "directory"
                    && [::nscg::recipe::type $lower/$name] eq "directory"} {
                set inner [Copy $layer $below]
            }
            if {$inner ne {} || [Looks $upper/$name] ne [Looks $lower/$name]} {
                lappend changes [list C $below] {*}$inner
            }
        }
    }
    return $changes
}

# What a copy has in common with what it was made of, until it is changed.
proc ::nscg::diff::Looks {path} {
    file lstat $path stat
    set looks [list $stat(type) $stat(mode) $stat(uid) $stat(gid)]
    if {$stat(type) eq "link"} {
        lappend looks [file readlink $path]
    } elseif {$stat(type) ne "directory"} {
        lappend looks $stat(size) $stat(mtime)
    }
    return $looks
}

# -- Mount points --

# Where the container's mounts are.
proc ::nscg::diff::Places {record} {
    set places {}
    if {![dict exists $record recipe]} {
        return {}
    }
    foreach step [dict get $record recipe steps] {
        switch -glob -- $step {
            {mount bind *} - {mount new *} {
                dict set places [lindex $step 3] 1
            }
        }
    }
    return $places
}

# CHANGES, but for mount points and the folders above them, unless there is
# something else in those.
proc ::nscg::diff::Without {changes places} {
    set above {}
    foreach place [dict keys $places] {
        for {set path $place} {$path ne "/"} {set path [file dirname $path]} {
            dict set above $path 1
        }
    }
    # The inner ones first: whether they stay decides on the outer ones.
    set kept {}
    set filled {}
    foreach change [lsort -decreasing -index 1 $changes] {
        lassign $change kind path
        if {$kind ne "D" && [dict exists $above $path]
                && ![dict exists $filled $path]} {
            continue
        }
        lappend kept $change
        dict set filled [file dirname $path] 1
    }
    return $kept
}
