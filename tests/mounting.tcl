# What the tests of `mount` share: scripts in a mount namespace of their own,
# on a tmpfs of their own, that ask the kernel what came of it.

namespace eval ::mounting {
    # What a script starts with. T is the folder of an empty tmpfs.
    variable prelude {
        set argv [lassign $argv T outside]
        if {[file readlink /proc/self/ns/mnt] eq $outside} {
            error "these are not the mounts to play with"
        }
        exec mount -t tmpfs test $T
        cd $T
        # The last line of mountinfo on what is mounted at PATH, as a dict;
        # empty if nothing is.
        proc kernel {path {pid self}} {
            set found {}
            set channel [open /proc/$pid/mountinfo]
            foreach line [split [read $channel] \n] {
                if {[lindex $line 4] eq [file join $::T $path]} {
                    regexp {^(\S+) (\S+) (\S+) (\S+) (\S+) (\S+)(.*) - (\S+) (\S*) (.*)$} \
                        $line - id parent device root target options \
                        propagation fstype source super
                    set found [dict create id $id parent $parent root $root \
                        options [split $options ,] \
                        propagation [string trim $propagation] \
                        fstype $fstype source $source \
                        super [split $super ,]]
                }
            }
            close $channel
            return $found
        }
        # The same, of one KEY; {} where nothing is mounted.
        proc kernelSays {path key} {
            set dict [kernel $path]
            return [expr {$dict eq {} ? {} : [dict get $dict $key]}]
        }
        proc isMounted {path} {
            return [expr {[kernel $path] ne {}}]
        }
        # Whether COMMAND is refused: its message and errorCode, on two lines.
        proc refused {args} {
            if {![catch {uplevel 1 $args} message options]} {
                return "not refused: $message"
            }
            return $message\n[dict get $options -errorcode]
        }
        proc write {path text} {
            set channel [open $path w]
            puts -nonewline $channel $text
            close $channel
        }
        proc read1 {path} {
            set channel [open $path]
            set text [read $channel]
            close $channel
            return $text
        }
    }
}

# Runs SCRIPT so, behind the words of COMMAND, and returns what it wrote; what
# its tmpfs is called there is T here. If it failed, {status output}.
proc ::mounting::Run {command script words} {
    set folder [file normalize [scratch]]
    lassign [common::Child [scratch] {} \
        [list {*}$command {*}[scratch::tclsh]] $mounting::prelude$script \
        [list $folder [file readlink /proc/self/ns/mnt] {*}$words]] \
        status output
    set output [string map [list $folder T] $output]
    return [expr {$status eq 0 ? $output : [list $status $output]}]
}

# As root, all mounts private.
proc inMounts {script args} {
    return [mounting::Run {unshare -m --propagation private} $script $args]
}

# As root of a new user namespace.
proc inUserMounts {script args} {
    return [mounting::Run {unshare -U -r -m} $script $args]
}
