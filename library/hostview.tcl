# This machine's own root file system as the lower layer of a container's.
#
# One overlay shows one mount: what is mounted below is not part of it and
# needs one of its own. In a user namespace the kernel also refuses a folder
# below which something is mounted that may not be taken away, "/" being the
# first: such a folder is split, and its entries are shown one by one.
#
# A piece is a dict: path, kind, and what the kind needs:
#
#     overlay     a layer upon that folder
#     bind        that file or folder as it is, read-only
#     folder      a folder of the container's own, with that mode
#     link        a symbolic link to that target

namespace eval ::nscg::hostview {
    # What a container has of its own, or must not see.
    variable hidden {/proc /sys /dev /run /tmp}
    # File systems that show the kernel's state and hold no files.
    variable pseudo {autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs
        devpts devtmpfs efivarfs fusectl hugetlbfs mqueue nsfs proc pstore
        rpc_pipefs securityfs selinuxfs sysfs tracefs}
    # File systems on which nothing can be written, or that are no layer for
    # an overlay, as upper and lower case are the same to them.
    variable plain {cramfs erofs exfat fuseblk hfs hfsplus iso9660 msdos ntfs
        ntfs3 squashfs udf vfat}
    # Those of other machines: a look at one might never return.
    variable remote {afs ceph cifs coda glusterfs lustre ncpfs nfs nfs4 orangefs
        smb3 smbfs}
}

# The pieces of which the view is made, each after those above it. SPLIT says
# that this is for a user namespace.
proc ::nscg::hostview::pieces {split} {
    set mounts [Mounts]
    if {$split} {
        return [linsert [Split / $mounts] 0 \
            [dict create path / kind folder mode 0o755]]
    }
    set pieces [list [dict create path / kind overlay]]
    dict for {path type} $mounts {
        if {![shown $path] || [Apart $type] || ![file exists $path]} {
            continue
        }
        lappend pieces [Whole $path $type]
    }
    return $pieces
}

# The type of the file system in which FOLDER, there or not, is or would be.
proc ::nscg::hostview::fstype {folder} {
    set best {}
    foreach mount [::nscg::mount list] {
        set path [dict get $mount target]
        if {[below $folder $path]
                && [string length $path] >= [string length $best]} {
            set best $path
            set type [dict get $mount fstype]
        }
    }
    return $type
}

# Every mount below "/": a dict path -> type, sorted.
proc ::nscg::hostview::Mounts {} {
    set found {}
    foreach mount [::nscg::mount list] {
        dict set found [dict get $mount target] [dict get $mount fstype]
    }
    dict unset found /
    return [lsort -stride 2 $found]
}

# Is PATH the folder ABOVE, or below it?
proc ::nscg::hostview::below {path above} {
    set above [string trimright $above /]/
    return [string equal -length [string length $above] $above $path/]
}

proc ::nscg::hostview::shown {path} {
    variable hidden
    foreach above $hidden {
        if {[below $path $above]} {
            return 0
        }
    }
    return 1
}

# Is there nothing to be shown of such a file system?
proc ::nscg::hostview::Apart {type} {
    variable pseudo
    variable remote
    return [expr {$type in $pseudo || $type in $remote
        || [string match fuse.* $type]}]
}

proc ::nscg::hostview::Whole {path type} {
    variable plain
    set kind overlay
    if {$type in $plain || ![file isdirectory $path]} {
        set kind bind
    }
    return [dict create path $path kind $kind]
}

# The pieces for the entries of FOLDER.
proc ::nscg::hostview::Split {folder mounts} {
    set pieces {}
    foreach name [entries $folder] {
        lappend pieces {*}[Entry [file join $folder $name] $mounts]
    }
    return $pieces
}

# The names in FOLDER, all of them, sorted.
proc ::nscg::hostview::entries {folder} {
    set names [concat [glob -nocomplain -tails -directory $folder *] \
        [glob -nocomplain -tails -directory $folder -types hidden *]]
    return [lsort -unique [lmap name $names {
        expr {$name in {. ..} ? [continue] : $name}
    }]]
}

proc ::nscg::hostview::Entry {path mounts} {
    if {[dict exists $mounts $path] && [Apart [dict get $mounts $path]]} {
        return [list [dict create path $path kind folder mode 0o755]]
    }
    try {
        file lstat $path stat
    } trap POSIX {} {
        return {}
    }
    switch -- $stat(type) {
        link {
            return [list [dict create path $path kind link \
                target [file readlink $path]]]
        }
        directory {
            return [Folder $path $mounts $stat(mode)]
        }
        file {
            return [list [dict create path $path kind bind]]
        }
    }
    return {}
}

proc ::nscg::hostview::Folder {path mounts mode} {
    set type {}
    if {[dict exists $mounts $path]} {
        set type [dict get $mounts $path]
    }
    set piece [dict create path $path kind folder \
        mode 0o[format %o [expr {$mode & 0o7777}]]]
    # What this user may not look into, the container's may not either.
    if {![shown $path] || ![file readable $path]
            || ![file executable $path]} {
        return [list $piece]
    }
    foreach mount [dict keys $mounts] {
        if {$mount ne $path && [below $mount $path]} {
            return [linsert [Split $path $mounts] 0 $piece]
        }
    }
    return [list [Whole $path $type]]
}
