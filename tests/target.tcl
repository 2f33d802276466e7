# Processes in other namespaces, made by unshare(1): the targets of tests.

namespace eval ::target {}

# Starts "unshare OPTIONS sleep" and returns the pid of sleep, once it runs:
# then it is in its namespaces. To be ended by untarget.
proc target {args} {
    return [target::Sleep [exec unshare {*}$args sleep 60 &]]
}

# The same as the user UID. Needs the constraint setpriv.
proc targetOf {uid args} {
    return [target::Sleep [exec setpriv --reuid $uid --regid $uid \
        --clear-groups unshare {*}$args sleep 60 &]]
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
        foreach candidate [concat $pid [Children $pid]] {
            if {![catch {contents /proc/$candidate/comm} name]
                    && $name eq "sleep\n"} {
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

proc ::target::Number {link} {
    return [regexp -inline {\d+} $link]
}
