# bench.tcl --
#
#       What a launch costs, beside the least that it can cost and beside what
#       else there is; and whether that is what nscg aims at.
#
#       tclsh bench.tcl ?-o FILE? ?-rounds N? ?-data MEGABYTES? ?-crowd N?
#               ?-only launch|cgroup|lab?
#
#       make bench builds and starts it. All contestants run in the same run,
#       in turn, in an order that is shuffled anew for every round: whatever
#       else the machine does, and whatever one of them leaves behind, falls on
#       all alike. Each is asked for one launch after another and takes its own
#       time. -o writes the results as a document.

package require Tcl 8.6-

namespace eval ::bench {
    variable here [file dirname [file normalize [info script]]]
    variable folder [file normalize $::env(NSCG_BENCH)]
    variable options [dict create -o {} -rounds 300 -data 500 -crowd 1000 \
        -only {}]
    variable blocks 3               ;# crowd and no crowd take turns
    variable pause 2                ;# ms, for what is left behind to go
    variable samples [dict create]  ;# name -> microseconds

    # Rows: name, who is asked, for what.
    variable launches {
        bare            limit   bare
        limit           limit   plain
        limitInit       limit   init
        clone           tcl     launch::plain
        cloneInit       tcl     launch::init
        exec            tcl     launch::exec
        nsExec          tcl     launch::nsExec
        nsExecNew       tcl     launch::nsExecNew
        unshare         tcl     launch::unshare
        bwrap           tcl     launch::bwrap
        runc            tcl     launch::runc
        cloneData       data    launch::plain
        cloneInitData   data    launch::init
        execData        data    launch::exec
    }
    variable crowded {
        limitCrowd      limit   plain
        limitInitCrowd  limit   init
        cloneCrowd      crowd   launch::plain
        cloneInitCrowd  crowd   launch::init
    }
    variable queries {
        of              tcl     query::of
        ofTcl           tcl     query::ofTcl
        hostname        tcl     query::hostname
        hostnameTcl     tcl     query::hostnameTcl
        mounts          tcl     query::mounts
        mountsTcl       tcl     query::mountsTcl
    }
    variable networks {
        vethLimit       veth    pair
        veth            tcl     network::veth
        vethBatch       tcl     network::batch
        vethIp          tcl     network::ip
    }
    variable visits {
        visitLimit      visit   pair
        visit           tcl     network::visit
        visitPid        tcl     network::visitPid
        visitTcl        tcl     network::eval
    }
}
source [file join $::bench::here report.tcl]
source [file join $::bench::here cgroup.tcl]
source [file join $::bench::here lab.tcl]

# -- Asking --------------------------------------------------------------------

# Their standard error is ours.
proc ::bench::Start {who args} {
    variable channels
    set channels($who) [open |[list {*}$args 2>@stderr] r+]
    fconfigure $channels($who) -buffering line
}

# Returns what the new interpreter says that it is.
proc ::bench::StartTcl {who megabytes containers} {
    variable here
    variable folder
    Start $who [info nameofexecutable] [file join $here contestant.tcl] \
        $folder $megabytes $containers
    return [Answer $who]
}

proc ::bench::Answer {who} {
    variable channels
    if {[gets $channels($who) line] < 0} {
        error "contestant \"$who\" has ended"
    }
    return $line
}

proc ::bench::Ask {who what} {
    variable channels
    puts $channels($who) $what
    return [Answer $who]
}

# Returns its last word.
proc ::bench::Stop {who} {
    variable channels
    chan close $channels($who) write
    set last [read -nonewline $channels($who)]
    close $channels($who)
    unset channels($who)
    return $last
}

# -- Rounds --------------------------------------------------------------------

proc ::bench::Shuffled {list} {
    for {set last [expr {[llength $list] - 1}]} {$last > 0} {incr last -1} {
        set chosen [expr {int(rand() * ($last + 1))}]
        set value [lindex $list $last]
        lset list $last [lindex $list $chosen]
        lset list $chosen $value
    }
    return $list
}

proc ::bench::Rounds {rounds rows} {
    variable pause
    foreach {name who what} $rows {
        lappend order [list $name $who $what]
    }
    for {set round 0} {$round < $rounds} {incr round} {
        foreach row [Shuffled $order] {
            lassign $row name who what
            after $pause
            # The first one pays for what its forerunner has left: Tcl's exec
            # forks, and until its pages are writable again each costs a fault.
            Ask $who $what
            after $pause
            Keep $name [Ask $who $what]
        }
    }
}

proc ::bench::Keep {name time} {
    variable samples
    dict lappend samples $name $time
}

proc ::bench::WarmUp {rounds rows} {
    variable samples
    set before $samples
    Rounds [expr {max($rounds / 10, 2)}] $rows
    set samples $before
}

# What a tclsh takes that starts, perhaps requires something, and ends.
proc ::bench::StartUps {rounds} {
    variable folder
    set scripts [dict create \
        tclsh {} \
        search {catch {package require nscg-that-is-nowhere}} \
        require {package require nscg}]
    dict for {name script} $scripts {
        Write [file join $folder $name.tcl] $script
    }
    for {set round 0} {$round < $rounds} {incr round} {
        foreach name [Shuffled [dict keys $scripts]] {
            set start [clock microseconds]
            exec [info nameofexecutable] [file join $folder $name.tcl]
            Keep $name [expr {[clock microseconds] - $start}]
        }
    }
}

# -- What has to be there ------------------------------------------------------

proc ::bench::Write {path text} {
    set channel [open $path w]
    puts $channel $text
    close $channel
}

# A container for runc, as small as it can be.
proc ::bench::MakeBundle {} {
    variable folder
    set bundle [file join $folder bundle]
    file mkdir [file join $bundle rootfs proc]
    file copy -force [file join $folder true] [file join $bundle rootfs true]
    Write [file join $bundle config.json] {{
        "ociVersion": "1.0.2",
        "process": {
            "user": {"uid": 0, "gid": 0}, "cwd": "/", "args": ["/true"]
        },
        "root": {"path": "rootfs", "readonly": true},
        "mounts": [
            {"destination": "/proc", "type": "proc", "source": "proc"}
        ],
        "linux": {"namespaces": [
            {"type": "mount"}, {"type": "uts"}, {"type": "ipc"},
            {"type": "pid"}
        ]}
    }}
}

# Each container that is alive takes two descriptors.
proc ::bench::RaiseLimit {} {
    variable options
    set needed [expr {2 * [dict get $options -crowd] + 200}]
    set limits [Read /proc/self/limits]
    regexp -line {^Max open files\s+(\S+)\s+(\S+)} $limits - soft hard
    if {$soft ne "unlimited" && $soft < $needed} {
        exec prlimit --pid [pid] --nofile=$needed:$hard
    }
}

# The rows without those whose program is not here, or does not work here.
proc ::bench::Possible {rows} {
    variable here
    variable folder
    variable missing {}
    foreach {name who what} $rows {
        if {$name in {bwrap runc} && [catch {
            exec [info nameofexecutable] [file join $here contestant.tcl] \
                $folder 0 0 << $what
        }]} {
            lappend missing $name
            continue
        }
        lappend possible $name $who $what
    }
    return $possible
}

# A process that sleeps in a net namespace of its own: its pid.
proc ::bench::Netns {} {
    variable folder
    set pid [exec unshare -n [file join $folder true] sleep &]
    while {[file readlink /proc/$pid/ns/net]
            eq [file readlink /proc/self/ns/net]} {
        after 1
    }
    return $pid
}

# -- The run -------------------------------------------------------------------

proc ::bench::Run {} {
    variable folder
    variable options
    variable blocks
    variable launches
    variable crowded
    variable queries
    variable networks
    variable visits
    variable resident
    variable crowdTimes {}
    set rounds [expr {[dict get $options -rounds] / $blocks}]
    set few [expr {max($rounds / 5, 5)}]
    MakeBundle
    RaiseLimit
    set possible [Possible $launches]
    Start limit [file join $folder limit] [file join $folder true] \
        [file join $folder reap]
    StartTcl tcl 0 0
    set resident [lindex [StartTcl data [dict get $options -data] 0] 0]
    for {set block 0} {$block < $blocks} {incr block} {
        WarmUp $rounds $possible
        Rounds $rounds $possible
        set up [lindex [StartTcl crowd 0 [dict get $options -crowd]] 1]
        WarmUp $rounds $crowded
        Rounds $rounds $crowded
        lappend crowdTimes $up [Stop crowd]
        after 500
    }
    WarmUp $few $queries
    Rounds $few $queries
    set pids [list [Netns] [Netns]]
    Start veth [file join $folder veth] {*}$pids
    WarmUp $rounds $networks
    Rounds $rounds $networks
    Stop veth
    Start visit [file join $folder visit] [lindex $pids 0]
    WarmUp $few $visits
    Rounds $few $visits
    Stop visit
    exec kill {*}$pids
    StartUps $few
    Stop limit
    Stop tcl
    Stop data
}

proc ::bench::Main {arguments} {
    variable options
    variable busy
    variable missing {}
    foreach {name value} $arguments {
        if {![dict exists $options $name]} {
            puts stderr "bad option \"$name\": must be\
                [join [dict keys $options] {, }]"
            exit 2
        }
        dict set options $name $value
    }
    if {[dict get $options -only] ni {{} launch cgroup lab}} {
        puts stderr "bad -only: must be launch, cgroup or lab"
        exit 2
    }
    expr {srand(1)}
    set busy [lindex [Read /proc/loadavg] 0]
    if {$busy > 0.5} {
        puts stderr "bench: this machine does other things (load $busy);\
            its numbers will scatter"
    }
    set only [dict get $options -only]
    foreach {part run report} {
        launch Run Report cgroup RunGroups GroupReport lab RunStars StarReport
    } {
        if {$only in [list {} $part]} {
            $run
            append text [$report]
        }
    }
    puts -nonewline $text
    if {[dict get $options -o] ne {}} {
        Write [dict get $options -o] [string trimright $text]
    }
}

if {[info exists ::argv0] && [file normalize $::argv0]
        eq [file normalize [info script]]} {
    ::bench::Main $::argv
}
