# What every test file starts with:
#
#       source [file join [file dirname [info script]] common.tcl]
#       ...
#       cleanupTests
#
# It loads tcltest and nscg, sets the constraints (constraints.tcl) and brings
# these commands, described where they stand:
#
#       childTclsh SCRIPT ?ARG ...?     asUser UID SCRIPT ?ARG ...?
#       snapshot                        leftovers BEFORE
#       scratch                         rootfs ?COPY?
#       debianRoot                      contents FILE
#       waitFor CONDITION ?MS?          slow MS
#       public FILE

package require Tcl 8.6-
package require tcltest 2.5
namespace import -force ::tcltest::*

namespace eval ::common {
    variable here [file dirname [file normalize [info script]]]
    variable count 0
}
foreach file {constraints scratch snapshot rootfs} {
    source [file join $common::here $file.tcl]
}

# Run by hand, a test file has a scratch folder of its own.
if {![info exists ::env(NSCG_SCRATCH)]} {
    set ::env(NSCG_SCRATCH) [scratch::make]
    trace add execution exit enter {apply {{folder args} {
        puts -nonewline [join [scratch::remove $folder] \n]
    }} $::env(NSCG_SCRATCH)}
}
configure -verbose {body error} \
    -tmpdir [file join $::env(NSCG_SCRATCH) files] {*}$argv

package require nscg

# From all.tcl the constraints come probed; by hand they are probed here.
proc ::common::Constraints {} {
    if {[info exists ::env(NSCG_CONSTRAINTS)]} {
        set met $::env(NSCG_CONSTRAINTS)
    } else {
        set met [dict map {name why} [probe::all] {expr {$why eq {}}}]
    }
    dict for {name value} $met {
        testConstraint $name $value
    }
}
common::Constraints

# MS, or more where a checker slows everything down.
proc slow {ms} {
    if {[info exists ::env(NSCG_SLOW)]} {
        return [expr {$ms * $::env(NSCG_SLOW)}]
    }
    return $ms
}

# Waits until CONDITION holds, an expression of the caller. Events are served
# meanwhile. Returns whether it came to hold within MS.
proc waitFor {condition {ms 5000}} {
    set end [expr {[clock milliseconds] + [slow $ms]}]
    while {![uplevel 1 [list expr $condition]]} {
        if {[clock milliseconds] > $end} {
            return 0
        }
        after 5 {set ::common::tick 1}
        vwait ::common::tick
    }
    return 1
}

# What stands in FILE, as bytes: also in those of /proc, that have no size.
proc contents {file} {
    return [scratch::bytes $file]
}

# A new empty folder, removed with the others after the test file. It is not
# below tcltest's own, which tells the world of every file left there.
proc scratch {} {
    set folder [file join [file dirname [configure -tmpdir]] \
        folder-[pid]-[incr ::common::count]]
    file mkdir $folder
    return $folder
}

# Runs SCRIPT in a fresh tclsh with nscg loaded, and returns {status output}:
# its exit status, or the name of the signal that ended it, and what it wrote,
# on standard error too. An error in the script is status 1 and its errorInfo.
proc childTclsh {script args} {
    return [common::Child [scratch] {} [scratch::tclsh] $script $args]
}

# The same as the user UID, who has no capabilities, a group of the same
# number and a folder of its own as working directory and HOME. Needs the
# constraint setpriv.
proc asUser {uid script args} {
    set folder [scratch]
    file attributes $folder -owner $uid -group $uid
    lassign [common::Public] path tclsh
    set command [list env HOME=$folder TMPDIR=$folder TCLLIBPATH=[list $path] \
        setpriv --reuid $uid --regid $uid --clear-groups {*}$tclsh]
    return [common::Child $folder $folder $command $script $args]
}

proc ::common::Child {folder dir command script words} {
    set file [file join $folder script.tcl]
    set log [file join $folder output]
    set channel [open $file w]
    puts $channel "package require nscg\n$script"
    close $channel
    # The output goes to a file: one whom the script leaves running would
    # hold a pipe open.
    set before [pwd]
    set status 0
    try {
        if {$dir ne {}} {
            cd $dir
        }
        exec timeout -k 5 [expr {[slow 60000] / 1000}] {*}$command $file \
            {*}$words < /dev/null >& $log
    } trap CHILDSTATUS {- detail} {
        set status [lindex [dict get $detail -errorcode] 2]
    } trap CHILDKILLED {- detail} {
        set status [lindex [dict get $detail -errorcode] 2]
    } finally {
        cd $before
    }
    set output [encoding convertfrom utf-8 [contents $log]]
    return [list $status [string trimright $output \n]]
}

# Returns the path of a copy of FILE, one of the tests' own, that every user
# can read. The tree itself may lie in someone's home. asUser runs the package
# from such a place too, also for the user 0.
proc public {file} {
    lassign [common::Public] path
    set copy [file join $path $file]
    if {![file exists $copy]} {
        exec install -m 644 [file join $common::here $file] $copy
    }
    return $copy
}

# Returns {path tclsh}: the package, and the words that start tclsh, where
# every user can read them.
proc ::common::Public {} {
    set tclsh [scratch::tclsh]
    set path [file join $::env(NSCG_SCRATCH) public]
    if {![file exists $path]} {
        set new [file join [scratch] public]
        file mkdir $new
        # The package stands where its index was found (see pkgIndex.tcl).
        set from [lindex [package ifneeded nscg [package require nscg]] 2]
        foreach file [glob -directory $from pkgIndex.tcl *nscg*.so library] {
            exec cp -rL -- $file $new
        }
        exec chmod -R a+rX $new
        file rename $new $path
    }
    set program [file normalize [lindex $tclsh end]]
    if {![string match /usr/* $program]} {
        set copy [file join $path [file tail $program]]
        if {![file exists $copy]} {
            exec install -m 755 $program $copy
        }
        lset tclsh end $copy
    }
    return [list $path $tclsh]
}
