# Folders that tests may fill, and the tclsh that runs their children.

namespace eval ::scratch {}

# A new folder that others may enter (tests become other users), outside the
# sources.
proc ::scratch::make {} {
    set folder [exec mktemp -d -t nscg-test-XXXXXX]
    file attributes $folder -permissions 0o755
    return $folder
}

# Removes FOLDER and returns what was found mounted in it. That is unmounted
# first, the last one first: deleting through a bind mount that a test forgot
# would delete what it shows.
proc ::scratch::remove {folder} {
    set mounts [Mounts $folder]
    foreach mount [lreverse $mounts] {
        catch {exec umount -l -- $mount}
    }
    if {[Mounts $folder] eq {}} {
        exec rm -rf -- $folder
    }
    return $mounts
}

# The mount points in FOLDER, in the order in which they were mounted.
proc ::scratch::Mounts {folder} {
    set channel [open /proc/self/mountinfo rb]
    try {
        set lines [split [string trimright [read $channel] \n] \n]
    } finally {
        close $channel
    }
    set found {}
    foreach line $lines {
        # The kernel writes a blank in a path as \040.
        set point [subst -nocommands -novariables [lindex [split $line] 4]]
        if {[string equal -length [string length $folder/] $folder/ $point/]} {
            lappend found $point
        }
    }
    return $found
}

# The words that start a tclsh like this one. NSCG_TCLSH may put another in
# its place, or a checker such as valgrind in front.
proc ::scratch::tclsh {} {
    if {[info exists ::env(NSCG_TCLSH)]} {
        return $::env(NSCG_TCLSH)
    }
    return [list [info nameofexecutable]]
}
