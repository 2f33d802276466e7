# What the tests of hierarchies share: scripts in a mount namespace of their
# own (mounting.tcl), which mount hierarchies of their own there and ask the
# kernel what came of it.

source [file join $common::here mounting.tcl]

namespace eval ::hierarchies {
    variable prelude {
        # Whether CONDITION comes to hold within ten seconds, or more where
        # everything is slow.
        proc holds {condition} {
            set slow [expr {[info exists ::env(NSCG_SLOW)]
                ? $::env(NSCG_SLOW) : 1}]
            set end [expr {[clock milliseconds] + 10000 * $slow}]
            while {![uplevel 1 [list expr $condition]]} {
                if {[clock milliseconds] > $end} {
                    return 0
                }
                after 10
            }
            return 1
        }
        # The number of the hierarchy that CONTROLLER is in; 0: of none of
        # version 1.
        proc hierarchyOf {controller} {
            regexp -line "^$controller\\t(\\d+)" [read1 /proc/cgroups] - id
            return $id
        }
        # Those of a few controllers that are in no hierarchy, when there are
        # COUNT.
        proc free {{count 1}} {
            holds {[llength [set ::found [lmap name {
                net_prio net_cls perf_event
            } {
                if {[hierarchyOf $name] != 0} continue
                set name
            }]]] >= $count}
            return [lrange $::found 0 $count-1]
        }
        # The group of PID in the hierarchy that /proc/PID/cgroup calls LABEL.
        proc groupOf {label {pid self}} {
            set groups {}
            foreach line [split [string trim [read1 /proc/$pid/cgroup]] \n] {
                if {[regexp {^\d+:([^:]*):(.*)$} $line - name path]
                    && $name eq $label} {
                    lappend groups $path
                }
            }
            return $groups
        }
        # A process of the script's own, ended with it.
        proc process {args} {
            if {$args eq {}} {
                set args {sleep 100}
            }
            lappend ::processes {*}[exec {*}$args &]
            return [lindex $::processes end]
        }
        set processes {}
        trace add execution exit enter {apply {args {
            foreach pid $::processes {
                catch {exec kill -9 $pid}
            }
        }}}
    }
}

# As root, all mounts private. The words are what the script has in argv. A
# name for a hierarchy is in N.
proc inHierarchies {script args} {
    set name nscg-[pid]-[incr ::hierarchies::count]
    return [string map [list $name N] [inMounts \
        "$hierarchies::prelude\nset N $name\n$script\nexit" {*}$args]]
}
