# Proof that nothing is left: what this process holds, and what it can see of
# the system that nscg could have changed, before and after.

namespace eval ::snapshot {}

# Returns a dict of sorted lists: descriptors, children (zombies too),
# threads, mounts, links (of this network namespace) and namespaces (that
# this process is in).
proc snapshot {} {
    set now {}
    foreach kind {descriptors children threads mounts links namespaces} {
        dict set now $kind [lsort [snapshot::$kind]]
    }
    return $now
}

# Returns what has come or gone since BEFORE, a snapshot: a dict KIND -> {+
# ITEM - ITEM ...}, empty if nothing has. What is just ending (a thread, a
# mount that its last process let go) is given a second to end.
proc leftovers {before {ms 1000}} {
    set end [expr {[clock milliseconds] + [slow $ms]}]
    while 1 {
        set differences [snapshot::Compare $before [snapshot]]
        if {$differences eq {} || [clock milliseconds] > $end} {
            return $differences
        }
        after 10
    }
}

proc ::snapshot::Compare {before after} {
    set differences {}
    dict for {kind items} $before {
        set now [dict get $after $kind]
        foreach item [Without $now $items] {
            if {$kind eq "children"} {
                lappend item {*}[lrange [Process $item] 0 1]
            }
            dict lappend differences $kind + $item
        }
        foreach item [Without $items $now] {
            dict lappend differences $kind - $item
        }
    }
    return $differences
}

# The items of LIST that are not in OTHER, each as often as it is missing.
proc ::snapshot::Without {list other} {
    set count {}
    foreach item $other {
        dict incr count $item
    }
    set rest {}
    foreach item $list {
        if {[dict exists $count $item] && [dict get $count $item] > 0} {
            dict incr count $item -1
        } else {
            lappend rest $item
        }
    }
    return $rest
}

proc ::snapshot::descriptors {} {
    set found {}
    foreach path [glob -nocomplain -directory /proc/self/fd *] {
        # The descriptor that glob itself reads with is gone by now.
        if {![catch {file readlink $path} target]
                && ($target ne "/" || ![Hierarchy [file tail $path]])} {
            lappend found "[file tail $path] $target"
        }
    }
    return $found
}

# Does nscg keep the descriptor for a hierarchy of control groups? It opens
# one when it has looked there a number of times.
proc ::snapshot::Hierarchy {fd} {
    return [string match cgroup* [exec stat -L -f -c %T /proc/[pid]/fd/$fd]]
}

# The children of all threads by pid alone: a child may change its name (by
# exec) and its state.
proc ::snapshot::children {} {
    set found {}
    foreach path [glob -nocomplain -directory /proc -type d {[0-9]*}] {
        lassign [Process [file tail $path]] - - parent
        if {$parent eq [pid]} {
            lappend found [file tail $path]
        }
    }
    return $found
}

# Returns {name state parent} of PID; empty if it is gone.
proc ::snapshot::Process {pid} {
    if {[catch {contents /proc/$pid/stat} stat]} {
        return
    }
    # The name stands in brackets and may hold any byte.
    regexp {^\d+ \((.*)\) (\S) (\d+) } $stat - name state parent
    return [list $name $state $parent]
}

proc ::snapshot::threads {} {
    return [glob -tails -directory /proc/self/task *]
}

proc ::snapshot::mounts {} {
    return [split [string trimright [contents /proc/self/mountinfo] \n] \n]
}

proc ::snapshot::links {} {
    return [lmap {- name} [regexp -all -inline -line {^\s*([^:\s]+):} \
        [contents /proc/net/dev]] {set name}]
}

proc ::snapshot::namespaces {} {
    set found {}
    foreach path [glob -directory /proc/self/ns *] {
        # The kinds for children have no target once unshared and not entered.
        if {![catch {file readlink $path} target]} {
            lappend found "[file tail $path] $target"
        }
    }
    return $found
}
