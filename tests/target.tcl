# Processes in other namespaces, made by unshare(1): the targets of tests.

namespace eval ::target {}

# Starts "unshare OPTIONS sleep" and returns the pid of sleep, once it runs:
# then it is in its namespaces. To be ended by untarget.
proc target {args} {
    return [target::Sleep [exec unshare {*}$args sleep 60 2> /dev/null &]]
}

# The same as the user UID. Needs the constraint setpriv.
proc targetOf {uid args} {
    return [target::Sleep [exec setpriv --reuid $uid --regid $uid \
        --clear-groups unshare {*}$args sleep 60 2> /dev/null &]]
}

proc untarget {args} {
    foreach pid $args {
        catch {exec kill -KILL $pid}
        while {[file exists /proc/$pid]} {
            after 2
            exec true ;# Tcl reaps what has ended
        }
    }
}

# The inode number of a namespace, as the kernel shows it.
proc inode {pid kind} {
    return [target::Number [file readlink /proc/$pid/ns/$kind]]
}

# The pid of a process that has just ended.
proc gone {} {
    return [exec sh -c {echo $$}]
}

# unshare -f stays behind as the parent.
proc ::target::Sleep {pid} {
    for {set i 0} {$i < 1000} {incr i} {
        foreach candidate [Family $pid] {
            # The command line is there later than the name.
            if {![catch {contents /proc/$candidate/cmdline} words]
                    && $words eq "sleep\x0060\x00"} {
                return $candidate
            }
        }
        after 5
    }
    error "process $pid does not come to sleep"
}

proc ::target::Children {pid} {
    set file /proc/$pid/task/$pid/children
    return [expr {[catch {contents $file} list] ? {} : $list}]
}

# A process, its children, and theirs.
proc ::target::Family {pid} {
    set family [list $pid]
    foreach child [Children $pid] {
        lappend family {*}[Family $child]
    }
    return $family
}

proc ::target::Number {link} {
    return [regexp -inline {\d+} $link]
}

# Runs SCRIPT in a tclsh that is PID 1 of a pid namespace with a /proc of its
# own, so that nothing else of the machine is seen. Returns {status output}.
# Needs root, nsPid and nsMnt.
proc world {script args} {
    return [childTclsh {
        lassign $argv script
        puts [exec unshare -p -f --mount-proc [info nameofexecutable] \
            << "package require nscg\n$script" {*}[lrange $argv 1 end]]
    } $script {*}$args]
}

# Runs SCRIPT where a leak checker stays silent: at its end it makes a process
# that shares memory, and of a process whose children are in another pid
# namespace the kernel refuses that.
proc unchecked {script} {
    set before [expr {[info exists ::env(ASAN_OPTIONS)] \
        ? $::env(ASAN_OPTIONS) : {}}]
    set ::env(ASAN_OPTIONS) $before:detect_leaks=0
    try {
        uplevel 1 $script
    } finally {
        set ::env(ASAN_OPTIONS) $before
    }
}
