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
# What stands in it is believed, so nobody else may write there.
proc ::nscg::record::state {} {
    set reasons {}
    foreach folder [Candidates] {
        try {
            if {![file isdirectory $folder]} {
                file mkdir $folder
                file attributes $folder -permissions 0o711
            }
            set reason [Unfit $folder]
        } trap POSIX {} {
            set reason "cannot write to $folder"
        }
        if {$reason eq {}} {
            return $folder
        }
        lappend reasons $reason
    }
    if {$reasons eq {}} {
        set reasons {{no HOME is set}}
    }
    return -code error -errorcode {NSCG CONTAINER NOSTATE} \
        "no folder for containers: [join $reasons {, }]; the environment\
        variable NSCG_STATE can name one"
}

# Why FOLDER can be no state folder; empty if it can.
proc ::nscg::record::Unfit {folder} {
    file stat $folder stat
    if {$stat(uid) != [::nscg::identity::user]} {
        return "$folder belongs to another user ($stat(uid))"
    }
    if {$stat(mode) & 0o022} {
        return "others may write to $folder"
    }
    if {![file writable $folder]} {
        return "cannot write to $folder"
    }
    return {}
}

# Is PATH itself, and not through a link, a folder of this user's?
proc ::nscg::record::Ours {path} {
    try {
        file lstat $path stat
    } trap POSIX {} {
        return 0
    }
    return [expr {$stat(type) eq "directory"
        && $stat(uid) == [::nscg::identity::user]}]
}

proc ::nscg::record::Candidates {} {
    global env
    if {[info exists env(NSCG_STATE)]} {
        return [list [file normalize $env(NSCG_STATE)]]
    }
    set folders {}
    if {[::nscg::identity::root]} {
        set folders {/var/lib/nscg /run/nscg}
    }
    # Who is root in a user namespace of their own need not be it outside.
    if {![::nscg::identity::root] || [::nscg::identity::nested]} {
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
        # One that is just being removed may go in between: then once more.
        foreach attempt {1 2 3 4 5} {
            try {
                file mkdir $folder
                if {[Ours $folder] && [empty $name]} {
                    file link -hard [file join $folder claim] $new
                    file attributes $folder -permissions 0o700
                    return $folder
                }
                break
            } trap {POSIX ENOENT} {} {
                continue
            } trap {POSIX EEXIST} {} {
                # Another one was faster.
                break
            }
        }
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
    } trap POSIX {} {
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
    if {![Good $name]} {
        return -code error -errorcode [list NSCG CONTAINER NAME $name] \
            "bad name \"$name\": must be 1 to 63 letters, digits and \"_.-\",\
            the first a letter or digit"
    }
}

proc ::nscg::record::Good {name} {
    return [regexp {^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$} $name]
}

# The names of the folders, those included that are just being made.
proc ::nscg::record::folders {} {
    set state [state]
    set names {}
    foreach name [glob -nocomplain -tails -directory $state *] {
        if {[Good $name] && [Ours [file join $state $name]]} {
            lappend names $name
        }
    }
    return [lsort $names]
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

proc ::nscg::record::empty {name} {
    return [expr {[::nscg::hostview::entries [folder $name]] eq {}}]
}

# Takes away the folder of NAME if it is empty; returns whether it was.
proc ::nscg::record::discard {name} {
    try {
        file delete -- [folder $name]
    } trap {POSIX EEXIST} {} {
        return 0
    }
    return 1
}

proc ::nscg::record::save {name record} {
    variable count
    set folder [folder $name]
    set new [file join $folder record.[pid]-[incr count]]
    try {
        set channel [open $new {WRONLY CREAT EXCL} 0o600]
        try {
            fconfigure $channel -encoding utf-8
            puts $channel $record
        } finally {
            close $channel
        }
        file rename -force $new [file join $folder record]
    } trap POSIX {message detail} {
        catch {file delete -- $new}
        set code [dict get $detail -errorcode]
        return -code error -errorcode $code \
            "cannot note the state of $name: [lindex $code 2]"
    }
}

# The record of NAME, or an error if there is no such container.
proc ::nscg::record::load {name} {
    checkname $name
    set folder [folder $name]
    try {
        if {![Ours $folder]} {
            throw {POSIX ENOENT} {}
        }
        set channel [open [file join $folder record]]
    } trap {POSIX ENOENT} {} {
        return -code error -errorcode [list NSCG CONTAINER UNKNOWN $name] \
            "there is no container \"$name\""
    }
    try {
        fconfigure $channel -encoding utf-8
        set record [string trimright [read $channel] \n]
    } finally {
        close $channel
    }
    set fault [::nscg::fault::of $name $record]
    if {$fault ne {}} {
        return -code error -errorcode [list NSCG CONTAINER BROKEN $name] \
            "the record of the container \"$name\" is broken: $fault;\
            \"container remove $name -force 1\" takes it away"
    }
    return $record
}

# Takes the folder of NAME away, with all that the container wrote. In one
# move it is no container any more; deleting may then take its time.
proc ::nscg::record::delete {name} {
    variable count
    set folder [folder $name]
    if {![Ours $folder]} {
        return
    }
    set gone [file join [state] .gone-[pid]-[incr count]]
    try {
        file rename $folder $gone
    } trap {POSIX ENOENT} {} {
        # Another one was faster.
        return
    }
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
            if {[Ours $path]} {
                Delete $path
            } elseif {[::nscg::recipe::type $path] eq "file"} {
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
    if {$identity eq {} || ![::nscg::fault::isidentity $identity]} {
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
