# cgroup.tcl --
#
#       The part of bench.tcl on control groups. All groups are in one of the
#       bench's own, which is removed in the end, whatever happens; one that a
#       bench has left that was killed is removed by the next.

namespace eval ::bench {
    variable groupRows {
        stats           groups      group::stats
        statsLimit      cgstats     20
        statsTcl        groups      group::statsTcl
        life            groups      group::life
        lifeSet         groups      group::lifeSet
        lifeLimit       cglife      3
    }
    variable crowdRows {
        statsCrowd      groups      group::stats
        statsMany       groups      group::statsMany
        statsCrowdLimit cgstats     20
        statsManyLimit  cgstats     {many 20}
    }
}

# -- Hierarchies -------------------------------------------------------------------

# Where each is mounted.
proc ::bench::Hierarchies {} {
    set folders {}
    foreach line [split [Read /proc/self/mountinfo] \n] {
        if {[regexp {^(?:\S+ ){4}(\S+) .* - cgroup2? } $line - folder]} {
            lappend folders $folder
        }
    }
    return $folders
}

# Those in which the group NAME is.
proc ::bench::Folders {name} {
    return [lmap folder [Hierarchies] {
        if {![file isdirectory $folder$name]} continue
        set folder
    }]
}

# Groups of processes that are no more, and GROUP.
proc ::bench::RemoveGroups {{group {}}} {
    foreach folder [Hierarchies] {
        foreach left [glob -nocomplain -types d -directory $folder \
                nscg-bench-*] {
            set pid [lindex [split [file tail $left] -] 2]
            if {"/[file tail $left]" eq $group
                    || ![file exists /proc/$pid]} {
                catch {exec find $left -depth -type d -exec rmdir \{\} \;}
            }
        }
    }
}

# -- The run -----------------------------------------------------------------------

# What the life of a group by hand writes, for the version of each controller.
proc ::bench::Settings {group} {
    set found {}
    foreach folder [Folders $group] {
        foreach {file value} {
            cpu.cfs_quota_us 50000 memory.limit_in_bytes 67108864
            cpu.max {50000 100000} memory.max 67108864 pids.max 20
        } {
            if {[file exists $folder$group/home/$file]} {
                lappend found $folder$group/life/$file $value
            }
        }
    }
    return $found
}

proc ::bench::StartGroups {group pid} {
    variable folder
    set ::env(NSCG_BENCH_GROUP) $group
    set ::env(NSCG_BENCH_PID) $pid
    StartTcl groups 0 0
    Ask groups group::make
    Start cgstats [file join $folder cgstats] \
        {*}[Read [file join $folder files]]
    Start cglife [file join $folder cglife] $pid $group/life $group/home \
        {*}[Folders $group/home] -- {*}[Settings $group]
}

proc ::bench::RunGroups {} {
    variable options
    variable channels
    variable groupRows
    variable crowdRows
    set rounds [expr {max([dict get $options -rounds] / 5, 5)}]
    set group /nscg-bench-[pid]
    set sleeper [exec sleep 100000 &]
    RemoveGroups
    try {
        StartGroups $group $sleeper
        WarmUp $rounds $groupRows
        Rounds $rounds $groupRows
        Ask groups group::crowd
        WarmUp $rounds $crowdRows
        Rounds $rounds $crowdRows
        Ask groups group::disperse
        foreach who {cgstats cglife groups} {
            Stop $who
        }
    } finally {
        exec kill -KILL $sleeper
        # It is a zombie of ours, and in the group, until Tcl looks after it.
        while {[file exists /proc/$sleeper]} {
            after 10
            catch {exec true}
        }
        RemoveGroups $group
    }
}

# -- The document ------------------------------------------------------------------

proc ::bench::GroupAims {} {
    return [Table [list {aim ratio {at most} {}} \
        [Aim "`cgroup stats`, to C by hand" stats statsLimit 1.5] \
        [Aim "`cgroup stats`, to Tcl's open, read, close" stats statsTcl \
            [expr {1 / 3.0}]] \
        [Aim "`cgroup stats` with 1000 siblings, to none" statsCrowd stats \
            1.1] \
        [Aim "`cgroup stats` of ever other groups, to C by hand" statsMany \
            statsManyLimit 1.5] \
        [Aim "the life of a group, to C by hand" life lifeLimit 1.3] \
        [Aim "... with `cgroup set` apart" lifeSet lifeLimit 1.3]]]
}

proc ::bench::GroupReport {} {
    variable folder
    set files [Read [file join $folder files]]
    set text "# What control groups cost\n\n"
    append text [Machine] [string map [list @FILES [llength $files]] \
{`make bench BENCHFLAGS='-only cgroup -o FILE'` writes this. How to read it:

- A group with cpu, memory, pids and io; what `cgroup stats` says of it stands
  in @FILES files. By hand in C (bench/cgstats.c), each is opened by its path,
  read, its numbers are taken out, and it is closed. Tcl's open, read and close
  make nothing of the text.
- `cgroup stats` keeps the files of a few groups open that it is asked for again
  and again. Of "ever other groups" it knows none: all of a thousand
  in turn.
- The life of a group: it is made with cpu, memory and pids, three keys are set,
  a process is moved into it and out again, and it is removed. bench/cglife.c
  does that by hand. Most of it is the kernel's: that a process is moved waits
  for all processors.
- All take turns, in an order shuffled for each round.

}]
    append text "## The aims\n\n" [GroupAims]
    append text "## What a group has counted\n\n" \
        [Times {{to C} {to Tcl}} {
            statsLimit      {C by hand} {{} statsTcl}
            stats           {`cgroup stats`} {statsLimit statsTcl}
            statsTcl        {Tcl's open, read, close} {statsLimit {}}
            statsCrowdLimit {C, with 1000 siblings} {statsLimit {}}
            statsCrowd      {`cgroup stats`, with 1000 siblings} {statsLimit {}}
            statsManyLimit  {C, ever others of 1000 groups} {{} {}}
            statsMany       {`cgroup stats`, ever others} {statsManyLimit {}}
        } 20]
    append text "## The life of a group\n\n" \
        [Times {{to C}} {
            lifeLimit   {C by hand} {{}}
            life        {`cgroup create -set`, attach, attach, delete} lifeLimit
            lifeSet     {`cgroup create`, set, attach, attach, delete} lifeLimit
        } 3]
    return $text
}
