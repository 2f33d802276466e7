# The root file system of a container: what it is made from stays as it is,
# and what the container changes lies in layers of its own.
#
# The record has it under the key rootfs: source (host or a folder), method
# (overlay, userxattr or copy) and layers, a list of dicts: path (where in the
# container), kind, lower, upper, work.

namespace eval ::nscg::rootfs {
    variable rows {
        {-rootfs name host}
        {-readonly bool 0}
    }
    # The ways to copy on write, in the order in which they are tried.
    variable methods {overlay userxattr copy}
}

proc ::nscg::rootfs::check {options} {
    set source [dict get $options -rootfs]
    if {$source eq "host"} {
        return $options
    }
    set folder [file normalize $source]
    if {$folder eq "/"} {
        return [dict set options -rootfs host]
    }
    if {![file isdirectory $folder]} {
        return -code error -errorcode [list NSCG CONTAINER ROOTFS $source] \
            "cannot use \"$source\" as a root file system: it is no folder"
    }
    # Mounted through such a link, the container's own would lie elsewhere.
    foreach name {dev proc sys} {
        set path [file join $folder $name]
        if {[::nscg::recipe::type $path] eq "link"} {
            return -code error -errorcode \
                [list NSCG CONTAINER ROOTFS $source] \
                "cannot use \"$source\" as a root file system: its \"/$name\"\
                is a symbolic link, to \"[file readlink $path]\""
        }
    }
    return [dict set options -rootfs $folder]
}

# The folder of the host that the container's root shows.
proc ::nscg::rootfs::lower {container} {
    set source [dict get $container options -rootfs]
    return [expr {$source eq "host" ? "/" : $source}]
}

# Where the root is put together, in the container's mount namespace.
proc ::nscg::rootfs::place {container} {
    return [file join [dict get $container folder] root]
}

proc ::nscg::rootfs::create {container} {
    set options [dict get $container options]
    set confined [::nscg::identity::confined $options]
    set method [expr {$confined ? "userxattr" : "overlay"}]
    if {[dict get $options -rootfs] eq "host"} {
        set pieces [::nscg::hostview::pieces $confined]
    } else {
        set pieces [list [dict create path / kind overlay]]
    }
    set layers {}
    set base {}
    foreach piece $pieces {
        set layer [Layer $container $piece [llength $layers] $base]
        if {$layers eq {} && [dict get $layer kind] eq "folder"} {
            set base [dict get $layer upper]
        }
        lappend layers $layer
    }
    return [dict create source [dict get $options -rootfs] \
        method $method layers $layers]
}

# Adds to a piece the folders that it needs. Nothing is made yet. In the base
# of a split view, the folder on which an overlay is mounted is its upper one.
proc ::nscg::rootfs::Layer {container piece number base} {
    set folder [dict get $container folder]
    set path [dict get $piece path]
    set upper [expr {$base ne {} ? [under $base $path]
        : [file join $folder layers $number]}]
    switch -- [dict get $piece kind] {
        overlay {
            dict set piece lower [under [lower $container] $path]
            dict set piece upper $upper
            dict set piece work [file join $folder work $number]
        }
        bind {
            dict set piece lower $path
            dict set piece upper $upper
        }
        folder {
            dict set piece upper $upper
        }
    }
    return $piece
}

proc ::nscg::rootfs::under {root path} {
    return [expr {$path eq "/" ? $root : "[string trimright $root /]$path"}]
}

# Makes the folders of all layers, and what stands in the base of a split view.
proc ::nscg::rootfs::make {container} {
    set owner [::nscg::identity::outside [dict get $container options]]
    file mkdir [place $container]
    set layers [dict get $container rootfs layers]
    set split [expr {[dict get [lindex $layers 0] kind] eq "folder"}]
    foreach layer $layers {
        set kind [dict get $layer kind]
        if {$kind eq "overlay"} {
            file mkdir [dict get $layer upper] [dict get $layer work]
            Like [dict get $layer lower] [dict get $layer upper] $owner
            own [dict get $layer work] $owner
        } elseif {$kind eq "folder"} {
            file mkdir [dict get $layer upper]
            file attributes [dict get $layer upper] \
                -permissions [dict get $layer mode]
            own [dict get $layer upper] $owner
        } elseif {$kind eq "bind" && $split} {
            if {[file isdirectory [dict get $layer lower]]} {
                file mkdir [dict get $layer upper]
            } else {
                close [open [dict get $layer upper] w]
            }
        }
    }
}

# The upper folder is what is seen of the two: it gets the lower one's mode,
# and its owner where we may give it.
proc ::nscg::rootfs::Like {lower upper owner} {
    file stat $lower stat
    file attributes $upper -permissions [expr {$stat(mode) & 0o7777}]
    if {$owner ne {}} {
        own $upper $owner
    } elseif {[::nscg::identity::root]} {
        try {
            own $upper [list $stat(uid) $stat(gid)]
        } trap {POSIX EINVAL} {} {
            # Whose it is has no id in our own user namespace.
        }
    }
}

proc ::nscg::rootfs::own {path owner} {
    if {$owner ne {}} {
        lassign $owner uid gid
        file attributes $path -owner $uid -group $gid
    }
}

# CONTAINER made in another way, where step NUMBER of its recipe was refused;
# empty if there is none. If other layers could be mounted before, that one
# alone is at fault: it is shown as it is, read-only.
proc ::nscg::rootfs::retry {container number} {
    variable methods
    set index [lindex [Steps $container] [expr {$number - 1}] 0]
    set earlier [lrange [dict get $container rootfs layers] 0 $index-1]
    if {[lsearch -regexp $earlier {\mkind overlay\M}] >= 0} {
        set layers [dict get $container rootfs layers]
        dict set container rootfs layers [lreplace $layers $index $index \
            [dict replace [lindex $layers $index] kind bind]]
        return $container
    }
    set method [dict get $container rootfs method]
    set next [lindex $methods [expr {[lsearch $methods $method] + 1}]]
    if {$next eq {} || ($next eq "copy"
            && [dict get $container rootfs source] eq "host")} {
        return {}
    }
    return [Use $container $next]
}

# Changes the way. A copy is made here.
proc ::nscg::rootfs::Use {container method} {
    dict set container rootfs method $method
    if {$method eq "copy"} {
        set layer [lindex [dict get $container rootfs layers] 0]
        set copy [file join [dict get $container folder] layers copy]
        file mkdir $copy
        exec cp -a --reflink=auto -- [dict get $layer lower]/. $copy
        dict set layer kind copy
        dict set layer upper $copy
        dict set container rootfs layers [list $layer]
    }
    return $container
}

proc ::nscg::rootfs::recipe {container} {
    set root [place $container]
    set steps [Steps $container]
    set phases [dict create root [lmap item $steps {lindex $item 1}] \
        enter [list [list mount pivot $root]]]
    if {[dict get $container options -readonly]} {
        set seal {}
        foreach item $steps {
            lassign $item index step
            if {[lrange $step 0 1] in {{mount overlay} {mount bind}}} {
                set layer [lindex [dict get $container rootfs layers] $index]
                lappend seal [list mount attr [dict get $layer path] \
                    +readonly -root $root]
            }
        }
        dict set phases seal $seal
    }
    return $phases
}

# The steps that put the root together, each as {INDEX STEP} with the index of
# its layer.
proc ::nscg::rootfs::Steps {container} {
    set root [place $container]
    set method [dict get $container rootfs method]
    # What the container did to a link later is its own.
    set fresh [expr {[dict get $container state] eq "created"}]
    set steps {}
    set index -1
    foreach layer [dict get $container rootfs layers] {
        incr index
        set step [Step $layer $method $root]
        if {$step ne {} && ($fresh || [lindex $step 0] eq "mount")} {
            lappend steps [list $index $step]
        }
    }
    return $steps
}

# How the layer comes into the root; empty if it is there.
proc ::nscg::rootfs::Step {layer method root} {
    set path [dict get $layer path]
    switch -- [dict get $layer kind] {
        link {
            return [list symlink [dict get $layer target] $path -root $root]
        }
        overlay {
            set step [list mount overlay $path -root $root -nodev 1 \
                -lower [list [dict get $layer lower]] \
                -upper [dict get $layer upper] -work [dict get $layer work]]
            if {$method eq "userxattr"} {
                return [lappend step -userxattr 1]
            }
            # What is renamed is copied: a layer can then be read by itself.
            return [lappend step -userxattr 0 \
                -data {index off redirect_dir off}]
        }
        copy {
            return [list mount bind [dict get $layer upper] $path -root $root \
                -nodev 1]
        }
        folder {
            if {$path eq "/"} {
                return [list mount bind [dict get $layer upper] / -root $root \
                    -nodev 1]
            }
        }
        bind {
            return [list mount bind [dict get $layer lower] $path \
                -root $root -nodev 1 -readonly 1]
        }
    }
}
