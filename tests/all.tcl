# Runs the whole suite: every test file in a tclsh of its own, and the C
# programs of tests/lx. What a file says of itself is not enough: one that
# ends with an error, that dies, hangs or reports no total has failed too.
#
#   tclsh all.tcl ?-file PATTERNS? ?-notfile PATTERNS? ?-dir DIR?
#                 ?-units DIR? ?-limit SECONDS? ?tcltest options?
#
#   -file, -notfile  test files by the pattern of their names
#   -dir             where they stand, if not beside this file
#   -units           the folder of built unit programs
#   -limit           how long one file may take; NSCG_SLOW multiplies it
#
# NSCG_REQUIRE lists constraints: each one that is not met is a failure.
# The last line is `N passed, N failed, N skipped`; the exit status is 1 if
# anything failed or nothing ran.

package require Tcl 8.6-

namespace eval ::run {
    variable here [file dirname [file normalize [info script]]]
    variable options [dict create \
        -file *.test -notfile {} -dir $here -units {} -limit 300]
    variable total [dict create passed 0 failed 0 skipped 0]
    variable reasons {}
    variable broken {}
}
source [file join $run::here constraints.tcl]
source [file join $run::here scratch.tcl]

# Takes our own options out of WORDS; the rest is for the test files.
proc ::run::Options {words} {
    variable options
    set rest {}
    foreach {name value} $words {
        if {[dict exists $options $name]} {
            dict set options $name $value
        } else {
            lappend rest $name $value
        }
    }
    return $rest
}

# Runs COMMAND within the time limit and returns {status output milliseconds}.
# The output goes to a file: a process that outlives the command would hold a
# pipe open.
proc ::run::Command {command scratch} {
    variable options
    set limit [dict get $options -limit]
    if {[info exists ::env(NSCG_SLOW)]} {
        set limit [expr {$limit * $::env(NSCG_SLOW)}]
    }
    set log [file join $scratch output]
    set status 0
    set start [clock milliseconds]
    try {
        exec timeout -k 5 $limit {*}$command < /dev/null >& $log
    } trap CHILDSTATUS {- detail} {
        set status [lindex [dict get $detail -errorcode] 2]
    } trap CHILDKILLED {- detail} {
        set status [lindex [dict get $detail -errorcode] 2]
    }
    set ms [expr {[clock milliseconds] - $start}]
    set output [encoding convertfrom utf-8 [scratch::bytes $log]]
    if {$status eq 124} {
        set status "not done after $limit seconds"
    } elseif {$status ne 0} {
        set status "ended with status $status"
    } else {
        set status {}
    }
    return [list $status $output $ms]
}

proc ::run::Add {passed failed skipped} {
    variable total
    dict incr total passed $passed
    dict incr total failed $failed
    dict incr total skipped $skipped
}

# Counts one failure beyond those that the tests themselves count.
proc ::run::Fail {name why} {
    variable broken
    lappend broken "$name: $why"
    Add 0 1 0
}

proc ::run::Line {passed failed skipped} {
    return "$passed passed, $failed failed, $skipped skipped"
}

# Reads a test program's report with PATTERN, which has to occur exactly once
# and gives passed, failed and skipped by the indices of ORDER; prints the
# output without that report. What took long says so: MS is in milliseconds.
proc ::run::Report {name status output ms pattern order} {
    set found [regexp -all -inline -line $pattern $output]
    set rest [string trim [regsub -all -line $pattern $output {}] \n]
    if {$rest ne {}} {
        puts "== $name\n$rest"
    }
    if {$status ne {}} {
        Fail $name $status
    } elseif {[llength $found] != 4} {
        Fail $name [expr {$found eq {} ? "reported no total" :
            "reported more than one total"}]
    }
    if {[llength $found] == 4} {
        set counts [lmap index $order {lindex $found $index}]
        Add {*}$counts
        set long [expr {$ms < 10000 ? {} : " ([expr {$ms / 1000}] s)"}]
        puts [format "%-32s %s%s" $name [Line {*}$counts] $long]
    }
}

# Takes tcltest's table of skipped tests out of OUTPUT, adds it to ours. A
# constraint that nobody defines is a misspelt one: its test would never run. Nor
# would one whose constraints are neither a list nor an expression.
proc ::run::Skips {name source output} {
    variable reasons
    set kept {}
    set inside 0
    foreach line [split $output \n] {
        if {$line eq "Number of tests skipped for each constraint:"} {
            set inside 1
        } elseif {$inside && [regexp {^\t(\d+)\t(.*)$} $line - count reason]} {
            dict incr reasons $reason $count
            if {![Readable $reason]} {
                Fail $name "these are no constraints: \"$reason\""
            }
            foreach word [regexp -all -inline {[[:alpha:]]\w*} $reason] {
                if {![Known $word $source]} {
                    Fail $name "there is no constraint \"$word\""
                }
            }
        } else {
            set inside 0
            lappend kept $line
        }
    }
    return [join $kept \n]
}

proc ::run::Readable {reason} {
    return [expr {[regexp {[\[$]} $reason]
        || ![catch {expr [regsub -all {[.\w]+} $reason 1]}]}]
}

proc ::run::Known {constraint source} {
    return [expr {[dict exists $::env(NSCG_CONSTRAINTS) $constraint]
        || $constraint in {userSpecifiedNonMatch userSpecifiedSkip}
        || [string match "*testConstraint $constraint *" $source]}]
}

# The text of a test file, and of what it sources.
proc ::run::Source {path} {
    set text [scratch::bytes $path]
    foreach {- name} [regexp -all -inline \
            {\$common::here ([-.\w]+\.tcl)\]} $text] {
        append text [scratch::bytes [file join [file dirname $path] $name]]
    }
    return $text
}

proc ::run::File {path folder words} {
    set name [file tail $path]
    set scratch [file join $folder [file rootname $name]]
    file mkdir $scratch
    set ::env(NSCG_TEST_FILE) $scratch
    set command [list {*}[scratch::tclsh] $path \
        -tmpdir [file join $scratch files] {*}$words]
    lassign [Command $command $scratch] status output ms
    Report $name $status [Skips $name [Source $path] $output] $ms \
        {^\S+:\tTotal\t\d+\tPassed\t(\d+)\tSkipped\t(\d+)\tFailed\t(\d+)$} \
        {1 3 2}
    foreach process [scratch::processes NSCG_TEST_FILE=$scratch 2000] {
        Fail $name "left running: $process"
        catch {exec kill -KILL [lindex $process 0]}
    }
    set mounts [scratch::remove $scratch]
    if {$mounts ne {}} {
        Fail $name "left mounted: $mounts"
    }
}

proc ::run::Unit {path folder} {
    set name lx/[file tail $path]
    lassign [Command [scratch::checked $path] $folder] status output ms
    set pattern {^(\d+) passed, (\d+) failed, (\d+) skipped$}
    # Its status says again that a test failed.
    if {$status eq "ended with status 1"
            && [regexp -line $pattern $output - - failed] && $failed > 0} {
        set status {}
    }
    Report $name $status $output $ms $pattern {1 2 3}
}

# Probes once for all files, and fails for each required one that is not met.
proc ::run::Constraints {} {
    set found [probe::all]
    set ::env(NSCG_CONSTRAINTS) {}
    dict for {name why} $found {
        lappend ::env(NSCG_CONSTRAINTS) $name [expr {$why eq {}}]
    }
    if {![info exists ::env(NSCG_REQUIRE)]} {
        return
    }
    foreach name [regexp -all -inline {\S+} $::env(NSCG_REQUIRE)] {
        if {![dict exists $found $name]} {
            Fail NSCG_REQUIRE "there is no constraint \"$name\""
        } elseif {[dict get $found $name] ne {}} {
            Fail NSCG_REQUIRE \
                "\"$name\" is not met: [dict get $found $name]"
        }
    }
}

proc ::run::Matching {dir patterns} {
    set found {}
    foreach pattern $patterns {
        lappend found {*}[glob -nocomplain -directory $dir -- $pattern]
    }
    return [lsort -unique $found]
}

proc ::run::Main {words} {
    variable options
    variable total
    variable reasons
    variable broken
    fconfigure stdout -buffering line
    set words [Options $words]
    dict with options {}
    set folder [scratch::make]
    set ::env(NSCG_SCRATCH) $folder
    try {
        Constraints
        if {${-units} ne {}} {
            foreach path [Matching [file normalize ${-units}] *] {
                if {[file extension $path] eq {}} {
                    Unit $path $folder
                }
            }
        }
        set without [Matching ${-dir} ${-notfile}]
        foreach path [Matching ${-dir} ${-file}] {
            if {$path ni $without} {
                File $path $folder $words
            }
        }
    } finally {
        unset ::env(NSCG_SCRATCH)
        scratch::remove $folder
    }
    dict for {reason count} $reasons {
        puts [format "%5d skipped: %s" $count $reason]
    }
    foreach line $broken {
        puts "FAILED: $line"
    }
    if {[dict get $total passed] + [dict get $total failed] == 0} {
        puts "FAILED: nothing ran"
        set failed 1
    } else {
        set failed [expr {[dict get $total failed] > 0}]
    }
    puts [Line {*}[dict values $total]]
    exit $failed
}

run::Main $argv
