# What is known of each container, in files, so that other interpreters see
# it, and so that what a killed one leaves behind can be recognised.
#
# Each container has a folder of its name below the state folder. A record is
# a dict; its file is replaced as a whole, so that nobody reads half of one.

namespace eval ::nscg::record {
    # File systems that cannot hold the changes of an overlay.
    variable unfit {overlay nfs nfs4 cifs smb3 9p vfat exfat ntfs fuseblk
        ecryptfs virtiofs}
    variable count 0
}

# The state folder: NSCG_STATE, or the first usual place that can be used.
proc ::nscg::record::state {} {
    set candidates [Candidates]
    foreach folder $candidates {
        try {
            if {![file isdirectory $folder]} {
                file mkdir $folder
                file attributes $folder -permissions 0o711
            }
        } trap POSIX {} {
            continue
        }
        if {[file writable $folder]} {
            return $folder
        }
    }
    set where [expr {$candidates ne {}
        ? "cannot write to [join $candidates { or }]" : "no HOME is set"}]
    return -code error -errorcode {NSCG CONTAINER NOSTATE} \
        "no folder for containers: $where; the environment variable NSCG_STATE\
        can name one"
}

proc ::nscg::record::Candidates {} {
    global env
    if {[info exists env(NSCG_STATE)]} {
        return [list [file normalize $env(NSCG_STATE)]]
    }
    if {[::nscg::identity::root]} {
        set folders {/var/lib/nscg /run/nscg}
    } else {
        set folders {}
        if {[info exists env(XDG_RUNTIME_DIR)]} {
            lappend folders [file join $env(XDG_RUNTIME_DIR) nscg]
        }
        if {[info exists env(HOME)]} {
            lappend folders [file join $env(HOME) .local share nscg]
        }
    }
    set fit [lmap folder $folders {
        expr {[Fit $folder] ? $folder : [continue]}
    }]
    return [expr {$fit ne {} ? $fit : $folders}]
}

proc ::nscg::record::Fit {folder} {
    variable unfit
    set type [::nscg::hostview::fstype $folder]
    return [expr {$type ni $unfit && ![string match fuse.* $type]}]
}

# The folder of the container NAME.
proc ::nscg::record::folder {name} {
    return [file join [state] $name]
}

# Takes the name, for which nobody else may have a container, and makes its
# folder. A claim is there with its content or not at all; a folder that holds
# something without one is not ours to take.
proc ::nscg::record::claim {name} {
    variable count
    set folder [file join [state] $name]
    set new [file join [state] .claim-[pid]-[incr count]]
    set channel [open $new {WRONLY CREAT EXCL} 0o600]
    puts $channel [identity [pid]]
    close $channel
    try {
        file mkdir $folder
        if {[glob -nocomplain -directory $folder * .?*] eq
                [list [file join $folder ..]]} {
            file link -hard [file join $folder claim] $new
            file attributes $folder -permissions 0o700
            return $folder
        }
    } trap {POSIX EEXIST} {} {
        # Another one was faster.
    } finally {
        file delete -- $new
    }
    set what [expr {[claimer $name] ne {} ? "container" : "folder"}]
    return -code error -errorcode [list NSCG CONTAINER EXISTS $name] \
        "there is a $what \"$name\" already"
}

# Who claimed the name, as `identity` says it; empty if nobody did.
proc ::nscg::record::claimer {name} {
    try {
        return [Contents [file join [folder $name] claim]]
    } trap {POSIX ENOENT} {} {
        return {}
    }
}

# A name that no container has, after what it is made from.
proc ::nscg::record::newname {rootfs} {
    set stem [string tolower [file tail $rootfs]]
    regsub -all {[^a-z0-9]+} $stem - stem
    set stem [string range [string trim $stem -] 0 30]
    if {$stem eq {}} {
        set stem root
    }
    while 1 {
        set name $stem-[format %06x [expr {int(rand() * 0x1000000)}]]
        if {![file exists [folder $name]]} {
            return $name
        }
    }
}

# Raises an error unless NAME can be a container's, and its host name.
proc ::nscg::record::checkname {name} {
    if {![regexp {^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$} $name]} {
        return -code error -errorcode [list NSCG CONTAINER NAME $name] \
            "bad name \"$name\": must be 1 to 63 letters, digits and \"_.-\",\
            the first a letter or digit"
    }
}

# The names of the folders, those included that are just being made.
proc ::nscg::record::folders {} {
    return [lsort [glob -nocomplain -tails -directory [state] -types d *]]
}

# The names of the containers.
proc ::nscg::record::names {} {
    return [lmap name [folders] {expr {[exists $name] ? $name : [continue]}}]
}

proc ::nscg::record::exists {name} {
    return [file exists [file join [folder $name] record]]
}

# For how many seconds its folder has been as it is.
proc ::nscg::record::age {name} {
    try {
        return [expr {[clock seconds] - [file mtime [folder $name]]}]
    } trap POSIX {} {
        return 0
    }
}

proc ::nscg::record::save {name record} {
    variable count
    set folder [folder $name]
    set new [file join $folder record.[pid]-[incr count]]
    set channel [open $new {WRONLY CREAT EXCL} 0o600]
    try {
        fconfigure $channel -encoding utf-8
        puts $channel $record
    } finally {
        close $channel
    }
    file rename -force $new [file join $folder record]
}

# The record of NAME, or an error if there is no such container.
proc ::nscg::record::load {name} {
    checkname $name
    try {
        set channel [open [file join [folder $name] record]]
    } trap {POSIX ENOENT} {} {
        return -code error -errorcode [list NSCG CONTAINER UNKNOWN $name] \
            "there is no container \"$name\""
    }
    try {
        fconfigure $channel -encoding utf-8
        return [string trimright [read $channel] \n]
    } finally {
        close $channel
    }
}

# Takes the folder of NAME away, with all that the container wrote. In one
# move it is no container any more; deleting may then take its time.
proc ::nscg::record::delete {name} {
    variable count
    set folder [folder $name]
    if {![file exists $folder]} {
        return
    }
    set gone [file join [state] .gone-[pid]-[incr count]]
    file rename $folder $gone
    Delete $gone
}

# What a program wrote as one of several users, only their root may delete:
# where the folder has a map for that, it is done in such a user namespace.
proc ::nscg::record::Delete {folder} {
    set map {}
    set file [file join $folder idmap]
    if {[file exists $file]} {
        set map [Contents $file]
    }
    try {
        ::nscg::removetree $folder
    } trap {POSIX EACCES} {message detail} - trap {POSIX EPERM} {message detail} {
        if {$map eq {}} {
            return -options $detail $message
        }
        ::nscg::ns exec -new user -uidmap $map \
            -setup [list [list removetree [file join $folder layers]] \
                [list removetree [file join $folder work]]] -- true
        ::nscg::removetree $folder
    }
}

# Deletes what is left of containers that are gone.
proc ::nscg::record::sweep {} {
    foreach path [glob -nocomplain -directory [state] .gone-* .claim-*] {
        if {[regexp {(\d+)-\d+$} $path - pid] && [identity $pid] eq {}} {
            if {[file isdirectory $path]} {
                Delete $path
            } else {
                file delete -- $path
            }
        }
    }
}

# Who a process is, as long as it lives: its pid alone may be given to
# another one later. Empty if there is none.
proc ::nscg::record::identity {pid} {
    try {
        set channel [open /proc/$pid/stat]
    } trap POSIX {} {
        return {}
    }
    try {
        # The name stands in brackets and may hold any byte.
        set line [read $channel]
    } trap POSIX {} {
        return {}
    } finally {
        close $channel
    }
    set fields [lrange [string range $line [string last ) $line] end] 1 end]
    if {[lindex $fields 0] in {Z X}} {
        return {}
    }
    return [dict create pid $pid start [lindex $fields 19] \
        boot [Contents /proc/sys/kernel/random/boot_id] \
        pidns [file readlink /proc/self/ns/pid]]
}

# Is the process that `identity` described there? One in a pid namespace
# other than ours cannot be seen: then it is taken to be.
proc ::nscg::record::alive {identity} {
    if {$identity eq {}} {
        return 0
    }
    if {[dict get $identity boot]
            ne [Contents /proc/sys/kernel/random/boot_id]} {
        return 0
    }
    if {[dict get $identity pidns] ne [file readlink /proc/self/ns/pid]} {
        return 1
    }
    return [expr {$identity eq [identity [dict get $identity pid]]}]
}

proc ::nscg::record::Contents {path} {
    set channel [open $path]
    try {
        return [string trim [read $channel]]
    } finally {
        close $channel
    }
}
